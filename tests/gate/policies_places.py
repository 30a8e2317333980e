"""Every place where a policy can be laid: each adds routes to one app, and says what they ask."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from fastapi import APIRouter, FastAPI, WebSocket
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint, WebSocketEndpoint
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Host, Mount, Route, Router, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from gatepost import fresh, public, requires

HOST = "places.example"
OPEN = public("the same for everyone")
a, b, c = (requires(role=name) for name in "abc")

Asked: TypeAlias = Mapping[str, str | None]
"""By address: the roles that are asked for, a letter each, or None where it is open to anybody.

`ws:` before a path is a websocket, `//` a host.
"""


def page() -> Callable[[], object]:
    """Make a path operation of its own."""

    async def said() -> str:
        return "said"

    return said


def plain() -> Callable[[Request], Awaitable[Response]]:
    """Make an endpoint of Starlette's."""

    async def said(_request: Request) -> Response:
        return PlainTextResponse("said")

    return said


def asgi() -> ASGIApp:
    """Make an app into which nobody sees."""

    async def said(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("said")(scope, receive, send)

    return said


def live() -> Callable[[WebSocket], object]:
    """Make a websocket."""

    async def said(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.close()

    return said


def _decorators(app: FastAPI) -> Asked:
    app.get("/below")(a(page()))
    a(app.get("/above")(page()))
    b(app.get("/around")(a(page())))
    app.get("/two")(a(b(page())))
    app.get("/two-turned")(b(a(page())))
    app.get("/with-fresh")(fresh(600)(a(fresh(3600)(b(page())))))
    app.get("/the-same-twice")(a(a(page())))
    app.get("/open")(OPEN(page()))
    OPEN(app.get("/open-above")(page()))
    app.get("/nothing")(page())
    return {
        "/below": "a", "/above": "a", "/around": "ab", "/two": "ab", "/two-turned": "ab",
        "/with-fresh": "ab", "/the-same-twice": "a", "/open": None, "/open-above": None,
        "/nothing": "",
    }  # fmt: skip


def _kinds(app: FastAPI) -> Asked:
    @a
    class Page(HTTPEndpoint):
        async def get(self, _request: Request) -> Response:
            return PlainTextResponse("said")

    @b
    class Live(WebSocketEndpoint):
        encoding = "text"

    class Called:
        async def __call__(self) -> str:
            return "said"

    class Methods:
        @c
        async def method(self) -> str:
            return "said"

    app.router.routes += [
        Route("/class", Page),
        WebSocketRoute("/live-class", Live),
        b(Route("/route", a(plain()))),
        a(WebSocketRoute("/live-route", live())),
    ]
    app.get("/called")(a(Called()))
    app.get("/method")(Methods().method)
    app.websocket("/live")(c(live()))
    return {
        "/class": "a", "ws:/live-class": "b", "/route": "ab", "ws:/live-route": "a",
        "/called": "a", "/method": "c", "ws:/live": "c",
    }  # fmt: skip


def _routers(app: FastAPI) -> Asked:
    inner, middle, outer, late = b(APIRouter()), APIRouter(), a(APIRouter()), APIRouter()
    inner.get("/page")(page())
    inner.get("/more")(c(page()))
    inner.websocket("/live")(live())
    middle.get("/page")(page())
    middle.include_router(inner, prefix="/in")
    outer.include_router(middle, prefix="/mid")
    outer.add_route("/raw", plain())
    late.get("/page")(page())
    for router, prefix in ((outer, "/out"), (inner, "/once"), (inner, "/again"), (late, "/late")):
        app.include_router(router, prefix=prefix)
    c(late)
    return {
        "/out/mid/page": "a", "/out/mid/in/page": "ab", "/out/mid/in/more": "abc",
        "ws:/out/mid/in/live": "ab", "/out/raw": "a", "/once/page": "b", "/again/more": "bc",
        "/late/page": "c",
    }  # fmt: skip


def _one_function(app: FastAPI) -> Asked:
    shared, marked, first, second = page(), c(page()), a(APIRouter()), b(APIRouter())
    for router in (first, second):
        router.get("/shared")(shared)
        router.get("/marked")(marked)
    app.include_router(first, prefix="/first")
    app.include_router(second, prefix="/second")
    app.get("/shared")(shared)
    return {
        "/first/shared": "a", "/second/shared": "b", "/shared": "", "/first/marked": "ac",
        "/second/marked": "bc",
    }  # fmt: skip


def _open_around(app: FastAPI) -> Asked:
    router, mounted, opaque = OPEN(APIRouter(prefix="/open-router")), OPEN(FastAPI()), OPEN(asgi())
    router.get("/page")(page())
    router.get("/closed")(a(page()))
    mounted.get("/page")(page())
    mounted.get("/closed")(a(page()))
    mounted.mount("/in", b(Router([Route("/page", plain())])))
    app.include_router(router)
    app.mount("/open-app", mounted)
    app.mount("/open-opaque", opaque)
    return {
        "/open-router/page": None, "/open-router/closed": "a", "/open-app/page": None,
        "/open-app/closed": "a", "/open-app/docs": None, "/open-app/in/page": "b",
        "/open-opaque/x": None,
    }  # fmt: skip


def _mounts(app: FastAPI) -> Asked:
    mounted, router, deep = FastAPI(), b(APIRouter()), Starlette()
    mounted.get("/page")(page())
    mounted.get("/open")(OPEN(page()))
    mounted.websocket("/live")(c(live()))
    router.get("/page")(page())
    router.mount("/mounted", c(asgi()))
    mounted.include_router(router, prefix="/in")
    deep.router.routes = [Route("/page", c(plain()))]
    mounted.mount("/deep", b(deep))
    strict = a(FastAPI())
    strict.get("/page")(page())
    strict.mount("/{name}/x", deep)
    around = APIRouter()
    around.mount("/mounted", strict)
    app.mount("/app", mounted)
    app.mount("/strict", strict)
    app.include_router(b(around), prefix="/around")
    return {
        "/app/page": "", "/app/open": None, "ws:/app/live": "c", "/app/in/page": "b",
        "/app/in/mounted/x": "bc", "/app/deep/page": "bc", "/app/docs": "", "/strict/page": "a",
        "/strict/openapi.json": "a", "/strict/any/x/page": "abc", "/around/mounted/page": "ab",
        "/around/mounted/any/x/page": "abc",
    }  # fmt: skip


def _bare(app: FastAPI) -> Asked:
    router = a(Router([Route("/page", plain()), Mount("/in", routes=[Route("/page", b(plain()))])]))
    app.router.routes += [
        Mount("/bare", router),
        b(Mount("/folder", routes=[Route("/page", plain()), WebSocketRoute("/live", live())])),
        c(Mount("/opaque", asgi())),
        Mount("/by-router", app=a(APIRouter(routes=[Route("/page", plain())]))),
    ]
    of_router = Starlette(routes=[Route("/page", plain())])
    c(of_router.router)
    app.mount("/of-router", of_router)
    return {
        "/bare/page": "a", "/bare/in/page": "ab", "/folder/page": "b", "ws:/folder/live": "b",
        "/opaque/x": "c", "/by-router/page": "a", "/of-router/page": "c",
    }  # fmt: skip


def _hosts(app: FastAPI) -> Asked:
    hosted, included = FastAPI(), b(APIRouter())
    hosted.get("/hosted")(a(page()))
    hosted.get("/hosted-open")(OPEN(page()))
    app.router.routes.append(Host(HOST, hosted))
    included.host("in.example", Router([Route("/hosted", c(plain()))]))
    app.include_router(included, prefix="/prefix")
    return {
        f"//{HOST}/hosted": "a", f"//{HOST.upper()}:99/hosted": "a", f"//{HOST}/hosted-open": None,
        f"//{HOST}/docs": "", "//in.example/prefix/hosted": "bc",
    }  # fmt: skip


PLACES: tuple[Callable[[FastAPI], Asked], ...] = (
    _decorators, _kinds, _routers, _one_function, _open_around, _mounts, _bare, _hosts,
)  # fmt: skip
