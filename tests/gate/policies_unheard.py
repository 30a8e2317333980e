"""Demands that are written down where the gate may not look, each before a secret."""

from collections.abc import Callable

from fastapi import APIRouter, Depends, FastAPI
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.gate.policies_slips import SECRET, Slip, Writes, admin, answers, tells


async def _runs(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(SECRET)(scope, receive, send)


def _method_of_a_class() -> Slip:
    class Page(HTTPEndpoint):
        @admin
        async def get(self, request: Request) -> Response:
            return await answers(request)

    return Slip(FastAPI(routes=[Route("/it", Page)]), "/it")


def _dependency() -> Slip:
    @admin
    async def only_admins() -> None:
        return

    app = FastAPI()
    app.get("/it", dependencies=[Depends(only_admins)])(tells())
    return Slip(app, "/it")


def _default() -> Slip:
    app = FastAPI()
    app.router.default = admin(_asgi())
    return Slip(app, "/nothing")


def _default_of_a_mounted_router() -> Slip:
    app = FastAPI()
    app.mount("/in", Router(default=admin(_asgi())))
    return Slip(app, "/in/nothing")


def _asgi() -> ASGIApp:
    async def another(scope: Scope, receive: Receive, send: Send) -> None:
        await _runs(scope, receive, send)

    return another


def _mounted(wrap: Callable[[ASGIApp], ASGIApp], mounted: ASGIApp | None = None) -> Slip:
    if mounted is None:
        mounted = FastAPI()
        mounted.get("/admin")(admin(tells()))
    app = FastAPI()
    app.mount("/in", wrap(mounted))
    return Slip(app, "/in/admin")


class _Wraps:
    """As Starlette's middlewares call what they wrap."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


def _closure(app: ASGIApp) -> ASGIApp:
    async def around(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, send)

    return around


def _router_behind_a_middleware() -> Slip:
    mounted, router = FastAPI(), admin(APIRouter())
    router.get("/admin")(tells())
    mounted.include_router(router)
    return _mounted(_Wraps, mounted)


def _app_behind_a_middleware() -> Slip:
    mounted = admin(FastAPI())
    mounted.get("/admin")(tells())
    return _mounted(Writes, mounted)


def _class_of_what_is_mounted() -> Slip:
    @admin
    class Page:
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await _runs(scope, receive, send)

    return _mounted(lambda app: app, Page())


def _class_as_a_decorator() -> Slip:
    class Timed:
        def __init__(self, function: Callable[[Request], object]) -> None:
            self._function = function

        async def __call__(self, request: Request) -> object:
            return await self._function(request)  # type: ignore[misc] # it is a coroutine's

    @admin
    async def page(request: Request) -> Response:
        return await answers(request)

    app = FastAPI()
    app.get("/it")(Timed(page))
    return Slip(app, "/it")


NOT_HEARD: dict[str, Callable[[], Slip]] = {
    "on a method of a class-based endpoint": _method_of_a_class,
    "on a dependency": _dependency,
    "on the default of the app's router": _default,
    "on the default of a mounted router": _default_of_a_mounted_router,
    "in an app behind a middleware that keeps it as `_app`": lambda: _mounted(Writes),
    "in an app behind a function around it": lambda: _mounted(_closure),
    "on an app behind a middleware that keeps it as `_app`": _app_behind_a_middleware,
    "on a router in an app behind a middleware": _router_behind_a_middleware,
    "on the class of what is mounted": _class_of_what_is_mounted,
    "behind a decorator that is a class": _class_as_a_decorator,
}
"""A demand that is written down, and asked of nobody."""
