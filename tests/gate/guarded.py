"""A tiny app behind Gatepost: served for real, or called without a server."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import httpx
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Scope

from gatepost import Gatepost
from gatepost.events import SecurityEvent
from gatepost.settings import Settings
from gatepost.testing import Somebody, anonymous, sign_up
from tests.conftest import settings_for
from tests.ports import free_port
from tests.serving import serving


@dataclass(slots=True)
class Recorder:
    """An event sink that keeps everything."""

    never_blocks: ClassVar = True

    kept: list[SecurityEvent] = field(default_factory=list)

    def emit(self, event: SecurityEvent) -> None:
        """Keep it."""
        self.kept.append(event)

    def take(self) -> list[tuple[str, str | None]]:
        """Return and forget the names and reasons so far."""
        taken = [(event.name.value, event.reason and event.reason.value) for event in self.kept]
        self.kept.clear()
        return taken


@dataclass(frozen=True, slots=True)
class Guarded:
    """A served app, nobody and somebody, and what was reported since they came."""

    url: str
    settings: Settings
    anyone: httpx.Client
    ada: Somebody
    events: Recorder

    def get(self, target: str, **headers: str) -> tuple[httpx.Response, httpx.Response]:
        """Ask as nobody and as Ada."""
        url = httpx.URL(self.url + target)
        return self.anyone.get(url, headers=headers), self.ada.http.get(url, headers=headers)


@contextmanager
def guarded(app: FastAPI, data_dir: Path) -> Iterator[Guarded]:
    """Protect and serve an app."""
    port, events = free_port(), Recorder()
    settings = settings_for(port, data_dir)
    Gatepost(settings, events=events).protect(app)
    with (
        serving(app, port=port) as url,
        anonymous(url) as anyone,
        sign_up(url, "ada") as ada,
    ):
        events.take()
        yield Guarded(url, settings, anyone, ada, events)


@asynccontextmanager
async def started(app: FastAPI) -> AsyncIterator[None]:
    """Run an app's lifespan without a server."""
    async with app.router.lifespan_context(app):
        yield


def protect(app: FastAPI, data_dir: Path) -> FastAPI:
    """Protect an app, and return it."""
    Gatepost(settings_for(1, data_dir), events=Recorder()).protect(app)
    return app


def http_scope(path: str, method: str = "GET", **headers: str) -> Scope:
    """Write an ASGI scope by hand."""
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 1),
        "state": {},
    }


async def call(app: ASGIApp, scope: Scope) -> list[Mapping[str, object]]:
    """Call an app whose body must not be asked for; return what it sent."""
    sent: list[Mapping[str, object]] = []

    async def receive() -> Message:
        raise AssertionError("the body was asked for")

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent
