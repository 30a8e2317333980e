"""One database, both servers: the original and an app behind Gatepost, behind one origin."""

import secrets
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import httpx
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost import BuiltIn, CurrentUser, Gatepost
from gatepost.settings import Settings
from gatepost.store import open_engine
from tests.cli.running import environment
from tests.ports import free_port
from tests.provider.oracle.database import Database
from tests.provider.oracle.deployment import SECRET, Deployment
from tests.provider.oracle.original import Original, Originals
from tests.provider.oracle.playing import Server
from tests.serving import serving

# Everything is on loopback; reading the machine's certificates would take longer than all the rest.
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
PASSWORD = "correct horse bättery"
NEWER_SECRET = "the-secret-of-version-two-0123456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class House(Server):
    """An app behind Gatepost, and the environment that its process was told."""

    app: Gatepost
    told: Mapping[str, str]

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[AsyncEngine]:
        """Open its database, as a command of `gatepost` does."""
        engine = open_engine(self.app.settings.database_url.reveal())
        try:
            yield engine
        finally:
            await engine.dispose()


@dataclass(frozen=True, slots=True)
class Both:
    """The two servers."""

    original: Original
    gatepost: House

    def pair(self, here: str) -> tuple[Server, Server]:
        """Return the server of that name, and the other."""
        if here == "original":
            return self.original, self.gatepost
        return self.gatepost, self.original


@contextmanager
def both_servers(
    originals: Originals, database_url: str, home: Path, *, first: str, versioned: bool = False
) -> Iterator[Both]:
    """Start both on an empty database.

    Args:
        originals: starts the original.
        database_url: `sqlite:///file.db` or `postgresql://…`.
        home: an empty directory.
        first: `original` or `gatepost`: who makes the tables.
        versioned: whether both have a newer secret beside that from before there were versions.
    """
    port = free_port()
    deployment = deployment_of_both(f"http://127.0.0.1:{port}", versioned=versioned)
    told = environment_of(deployment, database_url, home)
    original = originals.start(deployment, database_url) if first == "original" else None
    with app_behind_gatepost(port, told) as house:
        yield Both(original or originals.start(deployment, database_url), house)


def deployment_of_both(origin: str, *, versioned: bool = False) -> Deployment:
    """Return what the original has to be told for it to share a database, and the public origin."""
    return Deployment(
        "both",
        base_url=origin,
        secrets=((2, NEWER_SECRET),) if versioned else (),
        plugins=("sessionJwt", "bearer", "admin"),
        delete_user=True,
    )


def environment_of(deployment: Deployment, database_url: str, home: Path) -> dict[str, str]:
    """Return what says the same to Gatepost, by Better Auth's names."""
    told = {
        "BETTER_AUTH_URL": deployment.base_url,
        "BETTER_AUTH_SECRET": SECRET,
        "DATABASE_URL": database_url,
        "GATEPOST_DATA_DIR": str(home),
    }
    if deployment.secrets:
        told["BETTER_AUTH_SECRETS"] = ",".join(f"{n}:{value}" for n, value in deployment.secrets)
    return told


@contextmanager
def app_behind_gatepost(port: int, told: Mapping[str, str]) -> Iterator[House]:
    """Serve an app whose one route says who asks."""
    app = FastAPI()

    @app.get("/me")
    async def me(user: CurrentUser) -> str:
        return user.user_id

    house = Gatepost(
        Settings.from_environment(environment(told)),
        issuer=BuiltIn(bearer=True, delete_user=True),
    )
    house.protect(app)
    origin, database = house.settings.url, Database(told["DATABASE_URL"])
    with serving(app, port=port) as url:
        yield House(url, origin, "/api/auth", database, app=house, told=told)


class Browser:
    """One browser on the origin that both servers are behind; a proxy chooses which answers."""

    def __init__(self, origin: str) -> None:
        self.http = httpx.Client(headers={"origin": origin}, timeout=60, verify=_NO_TLS)
        self._others: list[Browser] = []
        self.email = f"Ada.{secrets.token_hex(6)}@Example.com"
        self.password = PASSWORD

    def get(self, at: Server, path: str) -> httpx.Response:
        """GET a path of the protocol at one of the two."""
        return self.http.get(f"{at.url}{at.base_path}{path}")

    def post(self, at: Server, path: str, body: object = None) -> httpx.Response:
        """POST to a path of the protocol at one of the two."""
        return self.http.post(f"{at.url}{at.base_path}{path}", json={} if body is None else body)

    def sign_up(self, at: Server) -> str:
        """Make an account; return its id."""
        body = {"name": "Ada", "email": self.email, "password": self.password}
        user_id: str = self.post(at, "/sign-up/email", body).raise_for_status().json()["user"]["id"]
        return user_id

    def sign_in(self, at: Server, **more: object) -> httpx.Response:
        """Try to sign in."""
        body = {"email": self.email, "password": self.password, **more}
        return self.post(at, "/sign-in/email", body)

    def session(self, at: Server) -> dict[str, object]:
        """Return the session; empty where there is none."""
        found = self.get(at, "/get-session").raise_for_status().json()
        return {} if found is None else dict(found["session"])

    def user(self, at: Server) -> dict[str, object]:
        """Return the user of the session."""
        user: dict[str, object] = self.get(at, "/get-session").raise_for_status().json()["user"]
        return user

    def token(self, at: Server) -> str:
        """Have a JWT issued."""
        token: str = self.get(at, "/token").raise_for_status().json()["token"]
        return token

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()
        for other in self._others:
            other.http.close()

    def another(self) -> "Browser":
        """Return another browser of the same person, who is not signed in there."""
        other = Browser(self.http.headers["origin"])
        other.email, other.password = self.email, self.password
        self._others.append(other)
        return other


def passes_gate(house: Server, token: str) -> bool:
    """Whether the app's own gate lets a token in."""
    bearer = {"Authorization": f"Bearer {token}"}
    answer = httpx.get(f"{house.url}/me", headers=bearer, verify=_NO_TLS)
    assert answer.status_code in {200, 401}, answer.text
    return answer.status_code == 200
