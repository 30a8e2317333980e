"""An app with apps in it, and a middleware in each that makes another request of what is asked."""

from collections.abc import Callable
from functools import partial

from fastapi import APIRouter, FastAPI
from starlette.applications import Starlette
from starlette.routing import Host, Mount, Route, Router, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from gatepost import CurrentUser
from tests.gate.policies_places import OPEN, a, asgi, live, page, plain

SECRET = "what-only-those-who-may-can-see"


class Writes:
    """A middleware that lets headers of its own name say what the router sees.

    `X-<name>-Path`, `-Method` and `-Root` change the scope, in a copy of it where `-Copy` is there.
    """

    def __init__(self, app: ASGIApp, name: str) -> None:
        self._app = app
        self._name = f"x-{name}-".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run what they say."""
        said = dict(scope.get("headers", ()))
        if self._name + b"copy" in said:
            scope = dict(scope)
        for suffix, member in ((b"path", "path"), (b"method", "method"), (b"root", "root_path")):
            value = said.get(self._name + suffix)
            if value is not None:
                scope[member] = value.decode()
        await self._app(scope, receive, send)


def secret() -> Callable[[], object]:
    """Make a path operation that tells what few may know."""

    async def told() -> str:
        return SECRET

    return told


async def who(user: CurrentUser) -> str:
    """Say who calls."""
    return user.user_id


def _inner() -> FastAPI:
    """Make an app that is open in one place, for anybody signed in in another, and for some."""
    inner, router, deep = FastAPI(), APIRouter(), FastAPI()
    inner.add_middleware(Writes, name="inner")
    deep.add_middleware(Writes, name="deep")
    for app in (inner, deep):
        app.get("/open")(OPEN(page()))
        app.post("/open")(a(secret()))
        app.get("/page")(secret())
        app.get("/admin")(a(secret()))
        app.get("/me")(who)
    router.get("/page")(a(secret()))
    inner.include_router(router, prefix="/in")
    inner.mount("/bare", a(Router([Route("/page", plain())])))
    inner.websocket("/open")(OPEN(live()))
    inner.websocket("/admin")(a(live()))
    inner.mount("/deep", deep)
    return inner


def mounted_app() -> FastAPI:
    """Make the whole: the same app in three places, under three policies."""
    app, inner = FastAPI(), _inner()
    strict = a(FastAPI())
    strict.get("/page")(secret())
    app.add_middleware(Writes, name="outer")
    app.get("/open")(OPEN(page()))
    app.get("/admin")(a(secret()))
    app.mount("/one", inner)
    app.mount("/strict", strict)
    app.mount("/{tenant}/of", inner)
    app.router.routes += [
        Host("inner.example", inner),
        Mount("/starlette", Starlette(routes=[Route("/page", a(plain()))])),
        Mount("/folder", routes=[Route("/page", a(plain())), Route("/open", OPEN(plain()))]),
        WebSocketRoute("/open", OPEN(live())),
        Mount("/opaque", OPEN(asgi())),
    ]
    return app


def with_root_path(root_path: str) -> FastAPI:
    """Make an app that says where it stands."""
    app = FastAPI()
    app.root_path = root_path
    app.get("/page")(page())
    app.get("/admin")(a(page()))
    app.get("/open")(OPEN(page()))
    return app


def _late_in_an_app(app: FastAPI) -> None:
    app.get("/late")(OPEN(secret()))


def _late_first(app: FastAPI, path: str) -> None:
    app.router.routes.insert(0, Route(path, OPEN(plain())))


def _late_in_its_router(app: FastAPI, router: APIRouter) -> None:
    router.get("/late")(OPEN(secret()))
    assert app.router.routes


def late_additions(
    app: FastAPI, mounted: FastAPI, routers: tuple[APIRouter, APIRouter], bare: Router
) -> dict[str, tuple[Callable[[], None], str]]:
    """Say what may come too late, and where it would be found."""
    included, within = routers
    return {
        "in the app": (partial(_late_in_an_app, app), "/late"),
        "in an included router": (partial(_late_in_its_router, app, included), "/inc/late"),
        "in a mounted app": (partial(_late_in_an_app, mounted), "/in/late"),
        "in a router of one": (partial(_late_in_its_router, mounted, within), "/in/w/late"),
        "before what a mounted app has": (partial(_late_first, mounted, "/page"), "/in/page"),
        "before what the app has": (partial(_late_first, app, "/in/page"), "/in/page"),
        "in a bare router": (
            lambda: bare.routes.insert(0, Route("/late", OPEN(plain()))), "/bare/late",
        ),
        "before what a bare router has": (
            lambda: bare.routes.insert(0, Route("/page", OPEN(plain()))), "/bare/page",
        ),
        "a mount in the app": (lambda: app.mount("/late", OPEN(asgi())), "/late/x"),
        "a mount in a mounted app": (lambda: mounted.mount("/late", OPEN(asgi())), "/in/late/x"),
    }  # fmt: skip


# What nobody, somebody and somebody with the role get.
ANSWERS: dict[str, list[int]] = {
    **{
        f"GET {place}{path}": statuses
        for place in ("/one", "/one/deep", "/any/of", "/any/of/deep", "@inner.example")
        for path, statuses in {
            "/open": [200, 200, 200],
            "/page": [401, 200, 200],
            "/admin": [401, 403, 200],
            "/me": [401, 200, 200],
            "/docs": [401, 200, 200],
            "/openapi.json": [401, 200, 200],
            "/nothing": [401, 404, 404],
            # No mounted app redirects, to whatever host.
            "/open/": [401, 404, 404],
            "/page/": [401, 404, 404],
        }.items()
    },
    "POST /one/open": [401, 403, 200],
    "HEAD /one/open": [401, 405, 405],
    "get /one/open": [401, 405, 405],
    "OPTIONS /one/open": [401, 405, 405],
    "GET /one/in/page": [401, 403, 200],
    "GET /one/bare/page": [401, 403, 200],
    "HEAD /one/bare/page": [401, 403, 200],
    "GET /one/bare/nothing": [401, 403, 404],
    "GET /one/bare": [401, 404, 404],
    "GET /strict/page": [401, 403, 200],
    "GET /strict/docs": [401, 403, 200],
    "GET /strict/nothing": [401, 403, 404],
    "GET /strict": [401, 404, 404],
    "GET /starlette/page": [401, 403, 200],
    "GET /folder/page": [401, 403, 200],
    "GET /folder/open": [200, 200, 200],
    "GET /opaque/anything": [200, 200, 200],
    # Another spelling is another path, or the same one with the same policy.
    "GET /one/%61dmin": [401, 403, 200],
    "GET /one%2Fadmin": [401, 403, 200],
    "GET /%6fne/admin": [401, 403, 200],
    "GET //one/admin": [401, 404, 404],
    "GET /one//admin": [401, 404, 404],
    "GET /one/admin%2F": [401, 404, 404],
    "GET /one/open/../admin": [401, 404, 404],
    "GET /one/./admin": [401, 404, 404],
    "GET /ONE/admin": [401, 404, 404],
    "GET /one/admin;x=1": [401, 404, 404],
    "GET /one/admin%00": [401, 404, 404],
    "GET /one/admin%0A": [401, 404, 404],
    "GET /one/open%3F/admin": [401, 404, 404],
    "GET /one/of/admin": [401, 404, 404],
    "GET /one/of/open": [401, 404, 404],
    "GET /strict/of/open": [401, 403, 404],
    "GET /%2e%2e/of/admin": [401, 403, 200],
    "GET @INNER.example:99/page": [401, 200, 200],
    "GET @inner.example./page": [401, 404, 404],
    "GET @inner.example.evil.test/page": [401, 404, 404],
    "GET @evil.test/page": [401, 404, 404],
}

# The request as it is decided on; what a middleware makes of it.
REWRITTEN: dict[str, tuple[str, dict[str, str]]] = {
    "by the app, to a stricter route": ("GET /open", {"X-Outer-Path": "/admin"}),
    "by the app, into a mounted app": ("GET /open", {"X-Outer-Path": "/one/admin"}),
    "by the app, within a mounted app": ("GET /one/open", {"X-Outer-Path": "/one/admin"}),
    "by the app, to another mount of one app": ("GET /one/open", {"X-Outer-Path": "/x/of/admin"}),
    "by the app, to a strict mount": ("GET /one/open", {"X-Outer-Path": "/strict/page"}),
    "by the app, to a bare route": ("GET /folder/open", {"X-Outer-Path": "/folder/page"}),
    "by the app, out of what is opaque": ("GET /opaque/x", {"X-Outer-Path": "/one/admin"}),
    "by the app, its root path": ("GET /opaque/admin", {"X-Outer-Root": "/opaque"}),
    "by the app, its root path and its path": (
        "GET /open", {"X-Outer-Root": "/one", "X-Outer-Path": "/one/admin"},
    ),
    "by the mounted app, its path": ("GET /one/open", {"X-Inner-Path": "/one/admin"}),
    "by the mounted app, to an included one": ("GET /one/open", {"X-Inner-Path": "/one/in/page"}),
    "by the mounted app, to a bare one": ("GET /one/open", {"X-Inner-Path": "/one/bare/page"}),
    "by the mounted app, to a deeper one": ("GET /one/open", {"X-Inner-Path": "/one/deep/admin"}),
    "by the mounted app, out of it": ("GET /one/deep/open", {"X-Inner-Path": "/one/admin"}),
    "by the mounted app, its method": ("GET /one/open", {"X-Inner-Method": "POST"}),
    "by the mounted app, its root path": (
        "GET /one/deep/open", {"X-Inner-Root": "/one/deep", "X-Inner-Path": "/one/deep/admin"},
    ),
    "by the deepest, its path": ("GET /one/deep/open", {"X-Deep-Path": "/one/deep/admin"}),
    "by the deepest, its method": ("GET /one/deep/open", {"X-Deep-Method": "POST"}),
    "by the deepest, its root path": ("GET /x/of/deep/open", {"X-Deep-Root": "/x/of",
        "X-Deep-Path": "/x/of/admin"}),
    "in a place that has a parameter": ("GET /x/of/open", {"X-Inner-Path": "/x/of/admin"}),
    "of a host": ("GET @inner.example/deep/open", {"X-Deep-Path": "/deep/admin"}),
}  # fmt: skip
