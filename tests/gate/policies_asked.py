"""Asking an app that no server stands before, as anybody who has signed in elsewhere."""

import contextlib
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from hypothesis import strategies as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatepost import Gatepost, SharedSecretIssuer
from gatepost.gate import SealBroken
from gatepost.settings import Secret
from tests.conftest import settings_for
from tests.gate.guarded import Recorder, started
from tests.gate.policies_trees import Tree
from tests.tokens.house import base64url

_SECRET = "a secret that two programs know, and nobody else"
_ISSUER, _AUDIENCE = "https://legacy.test", "https://app.test"


def token_with(roles: frozenset[str]) -> str:
    """Sign a token of somebody who has these roles."""
    now = int(time.time())
    head = {"alg": "HS256", "typ": "JWT"}
    body = {
        "iss": _ISSUER, "aud": _AUDIENCE, "sub": "ada", "iat": now, "exp": now + 600,
        "roles": sorted(roles),
    }  # fmt: skip
    signing_input = b".".join(base64url(json.dumps(part).encode()) for part in (head, body))
    signature = hmac.new(_SECRET.encode(), signing_input, hashlib.sha256).digest()
    return (signing_input + b"." + base64url(signature)).decode()


@asynccontextmanager
async def running(app: FastAPI, data_dir: Path) -> AsyncIterator[None]:
    """Protect an app that believes one issuer elsewhere, and run its lifespan."""
    issuer = SharedSecretIssuer(issuer=_ISSUER, audience=_AUDIENCE, secret=Secret(_SECRET))
    Gatepost(settings_for(1, data_dir), issuer=issuer, events=Recorder()).protect(app)
    async with started(app):
        yield


class Rewrites:
    """A middleware that lets the router see what headers say."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Change what is asked."""
        said = dict(scope.get("headers", ()))
        for member in ("path", "method", "root_path"):
            value = said.get(f"x-{member}".encode())
            if value is not None:
                scope[member] = value.decode()
        await self._app(scope, receive, send)


METHODS = ("GET", "POST", "WEBSOCKET", "HEAD", "OPTIONS", "get")
_HOSTS = ("h.example", "H.EXAMPLE:99", "other.example", "elsewhere.test", "")
_PIECES = ("/", "/x", "/y", "/x/y", "/7", "//", "/x\n", "/../x", "/%2f")


@dataclass(frozen=True, slots=True)
class Question:
    """One request.

    Attributes:
        rewritten: what a middleware makes of it, by the member of the scope.
    """

    path: str
    method: str
    host: str
    rewritten: tuple[tuple[str, str], ...] = ()

    def scope(self, token: str | None) -> Scope:
        """Write the ASGI scope."""
        headers = [(b"host", self.host.encode())]
        headers += [(f"x-{name}".encode(), value.encode()) for name, value in self.rewritten]
        if token is not None:
            headers.append((b"authorization", f"Bearer {token}".encode()))
        is_live = self.method == "WEBSOCKET"
        return {
            "type": "websocket" if is_live else "http",
            **({"subprotocols": []} if is_live else {"method": self.method}),
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "ws" if is_live else "http",
            "path": self.path,
            "raw_path": self.path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 1),
            "extensions": {"websocket.http.response": {}},
            "state": {},
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What came.

    Attributes:
        status: of a websocket 200 where it was accepted, and 404 where it was closed at once; 500
            where nothing was sent.
        ran: the number of the route that has answered, or None.
    """

    status: int
    ran: int | None


@st.composite
def questions(draw: st.DrawFn, tree: Tree) -> Question:
    """Draw a request to somewhere in an app, or to nearly there."""
    host, path = draw(st.sampled_from(tree.addresses))
    odd = draw(st.integers(0, 3)) == 0
    if odd:
        path = draw(st.sampled_from(["", *_PIECES])) + path + draw(st.sampled_from(["", *_PIECES]))
        host = draw(st.sampled_from([host, *_HOSTS]))
    method = draw(st.sampled_from(METHODS if odd else METHODS[:3]))
    rewritten = draw(st.one_of(st.just({}), _rewritten(tree, path)))
    return Question(path, method, host, tuple(rewritten.items()))


@st.composite
def _rewritten(draw: st.DrawFn, tree: Tree, path: str) -> dict[str, str]:
    """Draw what a middleware makes of a request: often another that the app knows."""
    change = draw(st.sampled_from(["path", "method", "both", "root_path"]))
    rewritten: dict[str, str] = {}
    if change in ("path", "both"):
        rewritten["path"] = draw(st.sampled_from(tree.addresses))[1]
    if change in ("method", "both"):
        rewritten["method"] = draw(st.sampled_from(["GET", "POST"]))
    if change == "root_path":
        cuts = [at for at, letter in enumerate(path) if letter == "/"]
        rewritten["root_path"] = path[: draw(st.sampled_from(cuts or [0]))]
    return rewritten


async def ask(app: ASGIApp, question: Question, token: str | None) -> Answer:
    """Ask, as somebody or as nobody."""
    sent: list[Message] = []
    first = {"type": "websocket.connect"} if question.method == "WEBSOCKET" else None
    waiting: list[Message] = [first or {"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Message:
        is_live = question.method == "WEBSOCKET"
        gone: Message = {"type": "websocket.disconnect" if is_live else "http.disconnect"}
        return waiting.pop(0) if waiting else gone

    async def send(message: Message) -> None:
        sent.append(message)

    # A converter of the tests' own raises where the seal shows it what it cannot read.
    with contextlib.suppress(SealBroken, LookupError):
        await app(question.scope(token), receive, send)
    status, said = 500, ""
    for message in sent:
        if message["type"].endswith("response.start"):
            status = message["status"]
        elif message["type"] == "websocket.accept":
            status = 200
        elif message["type"] == "websocket.close" and status == 500:
            status = 404
        elif message["type"].endswith("response.body"):
            said += message.get("body", b"").decode()
        elif message["type"] == "websocket.send":
            said += message["text"]
    return Answer(status, int(said) if status == 200 and said.isdigit() else None)
