"""An app with anything that cannot be classified, or that would see requests first, stays down."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI, Request
from starlette.endpoints import HTTPEndpoint
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

from gatepost import ConfigurationError, Gatepost, public
from gatepost.errors import NotStarted
from tests.conftest import settings_for
from tests.gate.guarded import call, guarded, http_scope, protect, started


class _OddRoute(BaseRoute):
    """A route of a kind that nobody knows."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return (Match.FULL if scope["type"] == "http" else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("odd")(scope, receive, send)


def _odd_route(app: FastAPI, _files: Path) -> None:
    app.router.routes.append(_OddRoute())


def _frontend(app: FastAPI, files: Path) -> None:
    app.frontend("/", directory=files)


def _frontend_of_a_router(app: FastAPI, files: Path) -> None:
    router = APIRouter()
    router.frontend("/front", directory=files)
    app.include_router(router, prefix="/in")


def _middleware_after(app: FastAPI, _files: Path) -> None:
    app.add_middleware(CORSMiddleware, allow_origins=["*"])


def _middleware_put_first(app: FastAPI, _files: Path) -> None:
    app.user_middleware.insert(0, Middleware(CORSMiddleware, allow_origins=["*"]))


def _http_middleware_after(app: FastAPI, _files: Path) -> None:
    @app.middleware("http")
    async def first(request: Request, call_next: Callable[[Request], object]) -> object:
        return call_next(request)


@pytest.mark.parametrize(
    "spoil",
    [
        _odd_route,
        _frontend,
        _frontend_of_a_router,
        _middleware_after,
        _middleware_put_first,
        _http_middleware_after,
    ],
)
def test_what_cannot_be_classified_does_not_start(
    spoil: Callable[[FastAPI, Path], None], tmp_path: Path
) -> None:
    """An app that the audit cannot vouch for refuses to start, and says why."""
    (tmp_path / "index.html").write_text("page", "utf-8")
    app = protect(FastAPI(), tmp_path)
    spoil(app, tmp_path)

    async def start() -> None:
        async with started(app):
            pass

    with pytest.raises(ConfigurationError):
        asyncio.run(start())


def test_an_untouched_app_starts(tmp_path: Path) -> None:
    """The positive control of the table above."""

    async def start() -> int:
        app = protect(FastAPI(), tmp_path)
        async with started(app):
            sent = await call(app, http_scope("/nothing"))
            return int(str(sent[0]["status"]))

    assert asyncio.run(start()) == 401


@pytest.mark.parametrize("reason", ["", " ", "\n\t"])
def test_public_wants_a_reason(reason: str) -> None:
    """A route cannot be public without a word."""
    with pytest.raises(ValueError, match="reason"):
        public(reason)


def test_an_app_is_protected_once(tmp_path: Path) -> None:
    """A second call of protect is refused."""
    app = protect(FastAPI(), tmp_path)
    with pytest.raises(ConfigurationError):
        Gatepost(settings_for(1, tmp_path)).protect(app)


def test_a_request_before_the_start_is_refused(tmp_path: Path) -> None:
    """Without the lifespan nothing can be verified, so nothing runs."""
    app = protect(FastAPI(), tmp_path)
    with pytest.raises(NotStarted):
        asyncio.run(call(app, http_scope("/nothing")))


def test_a_request_after_the_end_is_refused(tmp_path: Path) -> None:
    """When the lifespan has ended, nothing runs any more."""
    app = protect(FastAPI(), tmp_path)

    async def live() -> None:
        async with started(app):
            pass
        await call(app, http_scope("/nothing"))

    with pytest.raises(NotStarted):
        asyncio.run(live())


def test_a_mark_is_not_inherited(tmp_path: Path) -> None:
    """`public` opens the class that it marks, and not what is derived from it."""

    @public("the same for everyone")
    class Open(HTTPEndpoint):
        async def get(self, _request: Request) -> Response:
            return PlainTextResponse("open")

    class Derived(Open):
        async def get(self, _request: Request) -> Response:
            return PlainTextResponse("derived")

    with guarded(
        FastAPI(routes=[Route("/open", Open), Route("/derived", Derived)]), tmp_path
    ) as it:
        assert it.anyone.get("/open").status_code == 200
        assert it.anyone.get("/derived").status_code == 401
        assert it.ada.http.get("/derived").text == "derived"


def test_routes_declared_after_protect_are_guarded(tmp_path: Path) -> None:
    """What is declared between protect and the start is audited like everything else."""
    app = protect(FastAPI(), tmp_path)

    @app.get("/late")
    async def late() -> str:
        return "late"

    @app.get("/late-open")
    @public("the same for everyone")
    async def late_open() -> str:
        return "open"

    async def ask(path: str) -> int:
        async with started(app):
            return int(str((await call(app, http_scope(path)))[0]["status"]))

    assert asyncio.run(ask("/late")) == 401
    assert asyncio.run(ask("/late-open")) == 200
