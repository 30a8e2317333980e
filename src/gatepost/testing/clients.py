"""Clients of the app under test: nobody's, and somebody's."""

import ssl
from collections.abc import Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol

import httpx

from gatepost.errors import ConfigurationError
from gatepost.settings import Settings
from gatepost.testing.database import OwnDatabase
from gatepost.testing.people import (
    PATIENCE_SECONDS,
    Account,
    open_account,
    sign_in,
    take_token,
)

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

# The app is on loopback and without TLS. A context that believes no authority spares each client
# the 50 ms of reading a bundle of them, and would refuse any https that a test goes to by mistake.
_BELIEVES_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class AppClient(httpx.Client):
    """An `httpx.Client` that calls the app under test: `client.get("/api/tasks")`.

    Args:
        app_url: where the app listens.
        headers: sent with every request.
    """

    def __init__(self, app_url: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(
            base_url=app_url,
            headers=headers,
            timeout=PATIENCE_SECONDS,
            verify=_BELIEVES_NOBODY,
            trust_env=False,  # a proxy of the machine's cannot reach its loopback
        )

    def websocket(
        self, path: str, *, headers: Mapping[str, str] | None = None
    ) -> "ClientConnection":
        """Open a websocket of the app, with the same Authorization as every request.

        The connection is one of `websockets.sync.client`, and to be opened with `with`:
        `with client.websocket("/live") as live:` and then `live.send(…)`, `live.recv(timeout)`.

        Args:
            path: of the app, with its query.
            headers: sent beside Authorization; `Origin` where a page's is to be tried.

        Raises:
            websockets.exceptions.InvalidStatus: the app refused, `.response.status_code` says how.
        """
        # Imported here: few tests open a websocket.
        from websockets.sync.client import connect  # noqa: PLC0415

        sent = httpx.Headers(headers)
        if "Authorization" in self.headers:
            sent.setdefault("Authorization", self.headers["Authorization"])
        # The host stays the app's, whatever `path` is: the token goes nowhere else.
        url = self.base_url.copy_with(scheme="ws", raw_path=httpx.URL(path).raw_path)
        return connect(
            str(url),
            additional_headers=list(sent.multi_items()),
            open_timeout=PATIENCE_SECONDS,
            proxy=None,
        )


class UserClient(AppClient):
    """Calls the app as somebody who has signed up, their token in the Authorization header.

    Args:
        app_url: where the app listens.
        account: of this person.
        browser: see below.
        database: of the app.
        base_path: where the provider is.

    Attributes:
        user_id: whose rows theirs are.
        email: their address, new each time.
        password: the one that they signed up with.
        token: the access token, a compact JWS.
        browser: a client with their session cookie and the page's Origin, for /api/auth.
    """

    def __init__(
        self,
        app_url: str,
        account: Account,
        browser: AppClient,
        database: OwnDatabase,
        base_path: str,
    ) -> None:
        super().__init__(app_url)
        self.user_id = account.user_id
        self.email = account.email
        self.password = account.password
        self.browser = browser
        self._database = database
        self._base_path = base_path
        self._call_with(account.token)

    def sign_in_again(self) -> None:
        """Sign in once more, and call with the token of the new session from now on.

        Raises:
            httpx.HTTPStatusError: the app refused.
        """
        sign_in(self.browser, self.email, self.password, self._base_path)
        self._call_with(take_token(self.browser, self._base_path))

    def age_sign_in(self, seconds: float) -> None:
        """Have signed in so many seconds ago, and call with a token that says so from now on.

        Raises:
            ConfigurationError: they have signed out.
        """
        found = self.browser.get(f"{self._base_path}/get-session").raise_for_status().json()
        if found is None:
            raise ConfigurationError(f"{self.email} has signed out: call sign_in_again() first.")
        self._database.set_sign_in(found["session"]["id"], seconds)
        self._call_with(take_token(self.browser, self._base_path))

    def _call_with(self, token: str) -> None:
        self.token = token
        self.headers["Authorization"] = f"Bearer {token}"


class AsUser(Protocol):
    """What the fixture `as_user` is: a name in, that person's client out."""

    def __call__(self, name: str, *, role: str | None = None) -> UserClient:
        """Be the person of this name."""


class SignUps:
    """The people of one running app, each signed up when first named.

    Args:
        app_url: where the app listens.
        settings: of the app.
        opened: closes their clients.
    """

    def __init__(self, app_url: str, settings: Settings, opened: ExitStack) -> None:
        self._app_url = app_url
        self._origin = settings.url
        self._base_path = settings.wire.base_path
        self._database = OwnDatabase(settings)
        self._opened = opened
        self._people: dict[str, UserClient] = {}

    def __call__(self, name: str, *, role: str | None = None) -> UserClient:
        """Return the client of the person of this name, the same one each time.

        Args:
            name: who it is.
            role: the role to have from now on, several with commas between, `""` for none; where
                it is left out, whatever role they have stays.

        Raises:
            httpx.HTTPStatusError: the app refused to sign them up; the message has its answer.
        """
        if name not in self._people:
            self._people[name] = self._sign_up(name)
        somebody = self._people[name]
        if role is not None:
            roles = frozenset(each.strip() for each in role.split(",")) - {""}
            self._database.set_roles(somebody.user_id, roles)
        return somebody

    def _sign_up(self, name: str) -> UserClient:
        browser = self._opened.enter_context(AppClient(self._app_url, {"Origin": self._origin}))
        try:
            account = open_account(browser, name, self._base_path)
        except httpx.HTTPStatusError as refused:
            raise httpx.HTTPStatusError(
                f"as_user({name!r}) was refused: {refused.request.method} "
                f"{refused.request.url.path} answered {refused.response.status_code} "
                f"{refused.response.text[:500]}. People sign up at the provider built in; an app "
                "whose issuer is elsewhere needs Gatepost(issuer=None) in its tests.",
                request=refused.request,
                response=refused.response,
            ) from refused
        somebody = UserClient(self._app_url, account, browser, self._database, self._base_path)
        return self._opened.enter_context(somebody)
