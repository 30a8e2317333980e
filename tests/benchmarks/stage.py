"""An app of the corpus, and people in it who came in as its attack file says."""

import atexit
import importlib
import os
import secrets
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from sqlite3 import Connection
from typing import Any
from unittest.mock import patch

from fastapi import FastAPI
from httpx2 import Client, Response
from starlette.testclient import TestClient

PACKAGE = "benchmarks.attacks.corpus"
CORPUS = Path(__file__).parents[2] / "benchmarks" / "attacks" / "corpus"
ORIGIN = "http://127.0.0.1:8000"
Headers = dict[str, str]


def attack_file(name: str) -> dict[str, Any]:
    """What the file beside the app says."""
    return tomllib.loads((CORPUS / f"{name}.toml").read_text())


def load(name: str, hole: str = "") -> FastAPI:
    """Import an app anew, with one hole or none; its database is closed at the very end."""
    for known in [name for name in sys.modules if f"{name}.".startswith(f"{PACKAGE}.")]:
        del sys.modules[known]
    environment = attack_file(name).get("app", {}).get("environment", {})
    with patch.dict(os.environ, environment | {"HOLE": hole}):
        module = importlib.import_module(f"{PACKAGE}.{name}")
    if isinstance(database := getattr(module, "_database", None), Connection):
        atexit.register(database.close)
    app: FastAPI = module.app
    return app


class Person:
    """Somebody who has signed in."""

    def __init__(
        self, stage: "Stage", given: dict[str, str], headers: Headers, answer: Any
    ) -> None:
        self.stage = stage
        self.given = given
        self.headers = headers
        self.answer = answer

    @property
    def token(self) -> str:
        """The bearer token."""
        return self.headers["Authorization"].removeprefix("Bearer ")

    def send(self, method: str, path: str, headers: Headers | None = None, **body: Any) -> Response:
        """Ask as this person."""
        return self.stage.send(method, path, headers=self.headers | (headers or {}), **body)

    def get(self, path: str, **more: Any) -> Response:
        """GET as this person."""
        return self.send("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> Response:
        """POST as this person."""
        return self.send("POST", path, json=json, **more)

    def make(self, path: str, json: Any, **more: Any) -> Any:
        """POST what must succeed, and return the id of what is there then."""
        answer = self.post(path, json, **more)
        assert answer.is_success, (path, answer.status_code, answer.text)
        return answer.json()["id"]


class Stage:
    """One app, running in this process."""

    def __init__(self, name: str, client: Client) -> None:
        self.client = client
        self.file = attack_file(name)
        self.people = self.file["people"]

    def send(self, method: str, path: str, **more: Any) -> Response:
        """Ask as nobody."""
        answer = self.client.request(method, path, follow_redirects=False, **more)
        self.client.cookies.clear()
        return answer

    def fill(self, step: str, values: dict[str, str]) -> Response:
        """Take a step of the attack file."""
        said = self.people[step]
        body = {member: text.format(**values) for member, text in said["body"].items()}
        return self.send(
            said.get("method", "POST"),
            said["path"],
            **{"data" if said.get("form") else "json": body},
        )

    def sign_in(self, given: dict[str, str]) -> Person:
        """Sign in somebody who has signed up."""
        if self.people["kind"] == "better-auth":
            return self._better_auth(given)
        answer = self.fill("sign_in", given)
        assert answer.status_code < 400, (answer.status_code, answer.text)
        where = self.people["sign_in"].get("token")
        if where is None:
            return Person(self, given, {"Cookie": _cookies(answer)}, None)
        token = answer.json()
        for member in where.split("."):
            token = token[member]
        return Person(self, given, {"Authorization": f"Bearer {token}"}, answer.json())

    def join(self, name: str = "Somebody") -> Person:
        """Sign up somebody new, and sign them in."""
        email = f"{secrets.token_hex(6)}@example.com"
        given = {"email": email, "password": secrets.token_urlsafe(12), "name": name}
        if self.people["kind"] == "better-auth":
            return self._with_token(given, self._at("/sign-up/email", given))
        answer = self.fill("sign_up", given)
        assert answer.is_success, (answer.status_code, answer.text)
        return self.sign_in(given)

    def _better_auth(self, given: dict[str, str]) -> Person:
        wanted = {"email": given["email"], "password": given["password"]}
        return self._with_token(given, self._at("/sign-in/email", wanted))

    def _with_token(self, given: dict[str, str], signed_in: Response) -> Person:
        path = f"{self.people['base_path']}/token"
        answer = self.send("GET", path, headers={"Cookie": _cookies(signed_in)})
        token = answer.json()["token"]
        return Person(self, given, {"Authorization": f"Bearer {token}"}, answer.json())

    def _at(self, path: str, body: dict[str, str]) -> Response:
        where = f"{self.people['base_path']}{path}"
        answer = self.send("POST", where, json=body, headers={"Origin": ORIGIN})
        assert answer.is_success, (answer.status_code, answer.text)
        return answer

    def admin(self) -> Person:
        """Sign in the administrator who is already there."""
        return self.sign_in(self.people["admin"])


def _cookies(answer: Response) -> str:
    cookies = SimpleCookie()
    for line in answer.headers.get_list("set-cookie"):
        cookies.load(line)
    return "; ".join(f"{name}={cookie.value}" for name, cookie in cookies.items())


@contextmanager
def staged(name: str, hole: str = "") -> Iterator[Stage]:
    """Start an app, and stop it after the block."""
    with TestClient(load(name, hole), ORIGIN, raise_server_exceptions=False) as client:
        yield Stage(name, client)
