"""People at a provider behind a proxy: each request is of an address and network of its own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx

from gatepost.rates import Rate, Rates
from tests.provider.oracle.deployment import ALL_MAIL, Deployment
from tests.provider.oracle.mailbox import Mail
from tests.provider.oracle.steps import SIGN_IN, SIGN_UP
from tests.provider.served import Served, serving_provider

PASSWORD = "correct horse battery"
DISABLED = "/update-session"
SIGN_INS = 3
"""So many from one network in ten minutes."""

_EVERYTHING = Deployment(
    "everything",
    mail=ALL_MAIL,
    change_email=True,
    delete_user=True,
    send_on_sign_up=True,
    plugins=("jwt", "bearer"),
    disabled_paths=(DISABLED,),
    trusted_proxies=("127.0.0.0/8",),
)
_RATES = Rates(sign_in=Rate(SIGN_INS, 600), mail=Rate(SIGN_INS, 600))


@dataclass(frozen=True, slots=True)
class Stage:
    """A provider with everything on, and the ways to it."""

    served: Served
    http: httpx.Client
    _networks: Iterator[int] = field(default_factory=lambda: count(1))

    def ask(
        self, method: str, path: str, *, session: str = "", address: str = "", **options: object
    ) -> httpx.Response:
        """Ask without cookies, or with the cookie of a session.

        Args:
            method: of HTTP.
            path: below the base path, spelled as it goes out.
            session: a cookie.
            address: from where; a new network each time where that is left out.
            options: httpx's own.
        """
        headers = {"x-forwarded-for": address or f"2001:db8:{next(self._networks):x}::1"}
        if session:
            headers |= {"cookie": session, "origin": self.served.base_url}
        answer = self.http.request(
            method,
            self.served.auth + path,
            headers=headers,
            **options,  # type: ignore[arg-type]  # httpx's own options, passed on
        )
        self.http.cookies.clear()
        return answer

    def post(self, path: str, body: Mapping[str, object], session: str = "") -> httpx.Response:
        """Post JSON."""
        return self.ask("POST", path, session=session, json=body)

    def get(self, path: str, session: str = "") -> httpx.Response:
        """Get."""
        return self.ask("GET", path, session=session)

    def sign_up(self, name: str) -> "Person":
        """Make an account."""
        body = {"name": name, "email": f"{name}@example.com", "password": PASSWORD}
        answer = self.post(SIGN_UP, body).raise_for_status()
        user = answer.json()["user"]
        return Person(self, user["id"], user["email"], _cookie(answer), answer.json()["token"])


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account and a session.

    Attributes:
        session: the cookie of their first session.
        token: that session's token.
    """

    stage: Stage
    id: str
    email: str
    session: str
    token: str

    def post(self, path: str, body: Mapping[str, object]) -> httpx.Response:
        """Post as them."""
        return self.stage.post(path, body, self.session)

    def get(self, path: str) -> httpx.Response:
        """Get as them."""
        return self.stage.get(path, self.session)

    def mail(self, path: str, body: Mapping[str, object]) -> Mail:
        """Ask for a link as them; returns the mail."""
        before = len(self.stage.served.mailbox.mails())
        self.post(path, body).raise_for_status()
        [mail] = self.stage.served.mailbox.mails()[before:]
        return mail

    def sign_in(self, password: str = PASSWORD) -> httpx.Response:
        """Sign in at another browser."""
        return self.stage.post(SIGN_IN, {"email": self.email, "password": password})

    def signed_in(self) -> str:
        """Begin another session; returns its cookie."""
        return _cookie(self.sign_in().raise_for_status())

    def account(self) -> list[object]:
        """What is theirs, as they see it."""
        paths = ("/get-session", "/list-sessions", "/list-accounts")
        return [self.get(path).json() for path in paths]


def _cookie(answer: httpx.Response) -> str:
    return answer.headers["set-cookie"].split(";")[0]


@contextmanager
def acting(directory: Path) -> Iterator[Stage]:
    """Serve the provider."""
    database_url = f"sqlite:///{directory / 'provider.db'}"
    with (
        serving_provider(database_url, _EVERYTHING, rates=_RATES) as served,
        httpx.Client(timeout=60) as http,
    ):
        yield Stage(served, http)
