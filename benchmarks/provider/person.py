"""Somebody with an account at a provider, and what they send."""

from dataclasses import dataclass

import httpx

from benchmarks.gate.connection import WrongAnswer, get, post
from benchmarks.gate.server import Server

GET_SESSION, TOKEN = "/api/auth/get-session", "/api/auth/token"
_SIGN_IN = "/api/auth/sign-in/email"
_ACCOUNT = {"name": "Ada", "email": "ada@example.com", "password": "correct horse battery"}
_REVOCATIONS = 20


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has signed up.

    Attributes:
        cookie: of their session, as a browser sends it.
    """

    server: Server
    cookie: str

    def asking(self, path: str) -> bytes:
        """Return a request for one of the routes, the session's cookie in it."""
        return get(path, {"Cookie": self.cookie})

    def signing_in(self) -> bytes:
        """Return a sign-in that is right."""
        return post(_SIGN_IN, {"Origin": self.server.url}, _ACCOUNT)

    def token(self) -> str:
        """Have an access token issued."""
        answer = httpx.get(self.server.url + TOKEN, headers={"Cookie": self.cookie})
        token: str = answer.raise_for_status().json()["token"]
        return token


def signed_up(server: Server) -> Person:
    """Make an account."""
    with _browser(server) as browser:
        browser.post("/api/auth/sign-up/email", json=_ACCOUNT).raise_for_status()
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    return Person(server, cookie)


def check_revocation(server: Server) -> None:
    """Make sure that a session which was taken back is gone at the very next question.

    Raises:
        WrongAnswer: it was there before and after, or was not there at all.
    """
    with _browser(server) as taken, _browser(server) as taking:
        taking.post(_SIGN_IN, json=_ACCOUNT).raise_for_status()
        for _ in range(_REVOCATIONS):
            token = taken.post(_SIGN_IN, json=_ACCOUNT).raise_for_status().json()["token"]
            if taken.get(GET_SESSION).json()["session"]["token"] != token:
                raise WrongAnswer("a session that has just begun is another's")
            body = {"token": token}
            taking.post("/api/auth/revoke-session", json=body).raise_for_status()
            if taken.get(GET_SESSION).json() is not None:
                raise WrongAnswer("a session that was taken back is still there")


def _browser(server: Server) -> httpx.Client:
    return httpx.Client(base_url=server.url, headers={"Origin": server.url}, timeout=30)
