"""Clients of the app under test: nobody's, and somebody's."""

import ssl
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeAlias

import httpx

from gatepost.testing.people import Account, open_account

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

# One patience for everything: a machine that runs tests is often busy with others.
PATIENCE_SECONDS = 30.0

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

    Attributes:
        user_id: whose rows theirs are.
        email: their address, new each time.
        password: to sign in with once more.
        token: the access token, a compact JWS.
        browser: a client with their session cookie and the page's Origin, for /api/auth.
    """

    def __init__(self, app_url: str, account: Account, browser: AppClient) -> None:
        super().__init__(app_url, {"Authorization": f"Bearer {account.token}"})
        self.user_id = account.user_id
        self.email = account.email
        self.password = account.password
        self.token = account.token
        self.browser = browser


AsUser: TypeAlias = Callable[[str], UserClient]
"""What the fixture `as_user` is: a name in, that person's client out."""


class SignUps:
    """The people of one running app, each signed up when first named.

    Args:
        app_url: where the app listens.
        origin: of the app's pages.
        opened: closes their clients.
    """

    def __init__(self, app_url: str, origin: str, opened: ExitStack) -> None:
        self._app_url = app_url
        self._origin = origin
        self._opened = opened
        self._people: dict[str, UserClient] = {}

    def __call__(self, name: str) -> UserClient:
        """Return the client of the person of this name, the same one each time.

        Raises:
            httpx.HTTPStatusError: the app refused to sign them up; the message has its answer.
        """
        if name not in self._people:
            self._people[name] = self._sign_up(name)
        return self._people[name]

    def _sign_up(self, name: str) -> UserClient:
        browser = self._opened.enter_context(AppClient(self._app_url, {"Origin": self._origin}))
        try:
            account = open_account(browser, name)
        except httpx.HTTPStatusError as refused:
            raise httpx.HTTPStatusError(
                f"as_user({name!r}) was refused: {refused.request.method} "
                f"{refused.request.url.path} answered {refused.response.status_code} "
                f"{refused.response.text[:500]}. People sign up at the provider built in; an app "
                "whose issuer is elsewhere needs Gatepost(issuer=None) in its tests.",
                request=refused.request,
                response=refused.response,
            ) from refused
        return self._opened.enter_context(UserClient(self._app_url, account, browser))
