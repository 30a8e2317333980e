"""People for tests, who sign up over HTTP like anybody else. Nothing is overridden or faked."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from gatepost.wire import DEFAULT_BASE_PATH

# One patience for everything: a machine that runs tests is often busy with others.
PATIENCE_SECONDS = 30.0

_PASSWORD = "correct horse battery staple"  # noqa: S105 - of people who exist in tests only
_UNFIT_FOR_AN_ADDRESS = re.compile(r"[^A-Za-z0-9.]+")
_LONGEST_NAME_IN_AN_ADDRESS = 40


@dataclass(frozen=True, slots=True)
class Account:
    """What signing up gives.

    Attributes:
        token: the access token, a compact JWS.
    """

    user_id: str
    email: str
    password: str
    token: str


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


def open_account(browser: httpx.Client, name: str, base_path: str = DEFAULT_BASE_PATH) -> Account:
    """Sign somebody up, and take a token; the session cookie stays in `browser`.

    Args:
        browser: sends the page's Origin with each request.
        base_path: where the provider is.
        name: shown as theirs; the e-mail address is made from it and is new each time.

    Raises:
        httpx.HTTPStatusError: the app refused.
    """
    local = _UNFIT_FOR_AN_ADDRESS.sub("-", name)[:_LONGEST_NAME_IN_AN_ADDRESS].strip("-.")
    email = f"{local or 'somebody'}.{secrets.token_hex(6)}@example.com"
    account = {"name": name, "email": email, "password": _PASSWORD}
    signed_up = browser.post(f"{base_path}/sign-up/email", json=account).raise_for_status()
    token = take_token(browser, base_path)
    return Account(signed_up.json()["user"]["id"], email, _PASSWORD, token)


def sign_in(
    browser: httpx.Client, email: str, password: str, base_path: str = DEFAULT_BASE_PATH
) -> None:
    """Sign in; the session cookie takes the place of the one that `browser` has.

    Raises:
        httpx.HTTPStatusError: the app refused.
    """
    account = {"email": email, "password": password}
    browser.post(f"{base_path}/sign-in/email", json=account).raise_for_status()


def take_token(browser: httpx.Client, base_path: str = DEFAULT_BASE_PATH) -> str:
    """Take an access token for the session cookie in `browser`.

    Raises:
        httpx.HTTPStatusError: the app refused.
    """
    answer = browser.get(f"{base_path}/token").raise_for_status()
    token: str = answer.json()["token"]
    return token


@contextmanager
def sign_up(base_url: str, name: str = "ada") -> Iterator[Somebody]:
    """Sign somebody up at a running app; their clients are closed with the block.

    Args:
        base_url: the app's origin, `http://127.0.0.1:8000`.
        name: shown as theirs; the e-mail address is made from it and is new each time.

    Raises:
        httpx.HTTPStatusError: the app refused.
    """
    with (
        httpx.Client(
            base_url=base_url, headers={"Origin": base_url}, timeout=PATIENCE_SECONDS
        ) as browser,
        httpx.Client(base_url=base_url, timeout=PATIENCE_SECONDS) as http,
    ):
        account = open_account(browser, name)
        http.headers["Authorization"] = f"Bearer {account.token}"
        yield Somebody(
            account.user_id, account.email, account.password, account.token, http, browser
        )


@contextmanager
def anonymous(base_url: str) -> Iterator[httpx.Client]:
    """Call a running app as nobody."""
    with httpx.Client(base_url=base_url, timeout=PATIENCE_SECONDS) as http:
        yield http
