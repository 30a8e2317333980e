"""People for tests, who sign up over HTTP like anybody else. Nothing is overridden or faked."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

_PASSWORD = "correct horse battery staple"  # noqa: S105 - of people who exist in tests only


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person with an account.

    Attributes:
        http: a client that calls the app as this person, the token in its Authorization header.
        browser: a client with the session cookie and the page's Origin, for /api/auth.
        token: the access token, a compact JWS.
    """

    user_id: str
    email: str
    password: str
    token: str
    http: httpx.Client
    browser: httpx.Client


@contextmanager
def sign_up(base_url: str, name: str = "ada") -> Iterator[Somebody]:
    """Sign somebody up at a running app; their clients are closed with the block.

    Args:
        base_url: the app's origin, `http://127.0.0.1:8000`.
        name: shown as theirs; the e-mail address is made from it and is new each time.

    Raises:
        httpx.HTTPStatusError: the app refused.
    """
    email = f"{name}.{secrets.token_hex(6)}@example.com"
    with (
        httpx.Client(base_url=base_url, headers={"Origin": base_url}) as browser,
        httpx.Client(base_url=base_url) as http,
    ):
        account = {"name": name, "email": email, "password": _PASSWORD}
        signed_up = browser.post("/api/auth/sign-up/email", json=account).raise_for_status()
        token = browser.get("/api/auth/token").raise_for_status().json()["token"]
        http.headers["Authorization"] = f"Bearer {token}"
        user_id = signed_up.json()["user"]["id"]
        yield Somebody(user_id, email, _PASSWORD, token, http, browser)


@contextmanager
def anonymous(base_url: str) -> Iterator[httpx.Client]:
    """Call a running app as nobody."""
    with httpx.Client(base_url=base_url) as http:
        yield http
