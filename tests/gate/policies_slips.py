"""Ways past a demand: each app keeps a secret for admins, and runs another route than decided."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Match, Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatepost import public, requires

SECRET = "what-only-an-admin-may-see"
admin = requires(role="admin")


@dataclass(frozen=True, slots=True)
class Slip:
    """An app, and the request that nobody but an admin may get an answer to."""

    app: FastAPI
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)


def tells() -> Callable[[], object]:
    """Make a path operation that tells the secret: a mark on it is on nothing else."""

    async def tell() -> str:
        return SECRET

    return tell


async def answers(_request: Request) -> Response:
    """Tell the secret, as an endpoint of Starlette's."""
    return PlainTextResponse(SECRET)


async def _anything(rest: str) -> str:
    return rest


async def _open(_request: Request) -> Response:
    return PlainTextResponse("open")


async def _fails() -> str:
    raise RuntimeError("for once")


class Writes:
    """A middleware that lets headers say what the router sees."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run what they say."""
        said = dict(scope.get("headers", ()))
        for name, member in ((b"x-forwarded-prefix", "root_path"), (b"x-run", "path")):
            if name in said:
                scope[member] = said[name].decode()
        await self._app(scope, receive, send)


class _TriesTwice:
    """A middleware that asks again where the first answer was an error."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kept: list[Message] = []

        async def keep(message: Message) -> None:
            kept.append(message)

        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            await self._app(scope, receive, keep)
        except RuntimeError:
            await self._app(scope, receive, send)
            return
        for message in kept:
            await send(message)


class _Unnames:
    """A middleware that takes away the header by which a route is chosen."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["headers"] = [each for each in scope.get("headers", ()) if each[0] != b"x-version"]
        await self._app(scope, receive, send)


class _OfVersionOne(APIRoute):
    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if (b"x-version", b"1") in scope["headers"]:
            return super().matches(scope)
        return Match.NONE, {}


def _open_below(app: FastAPI) -> FastAPI:
    app.get("/open/{rest:path}")(public("the same for everyone")(_anything))
    app.get("/admin")(admin(tells()))
    return app


def _with_root_path() -> Slip:
    app = _open_below(FastAPI())
    app.root_path = "/v1"
    app.add_middleware(Writes)
    return Slip(app, "/open/admin", {"X-Forwarded-Prefix": "/open"})


def _mounted_with_root_path() -> Slip:
    app, mounted = FastAPI(), _open_below(FastAPI())
    mounted.root_path = "/in"
    mounted.add_middleware(Writes)
    app.mount("/in", mounted)
    return Slip(app, "/in/open/admin", {"X-Forwarded-Prefix": "/in/open"})


def _twice() -> Slip:
    app, mounted = FastAPI(), FastAPI()
    app.add_middleware(_TriesTwice)
    app.get("/admin")(admin(tells()))
    mounted.get("/admin")(public("the same for everyone")(_fails))
    app.mount("/in", mounted)
    return Slip(app, "/in/admin")


def _routers_own_middleware() -> Slip:
    app, mounted = FastAPI(), Starlette()
    routes = [Route("/open", public("the same")(_open)), admin(Route("/admin", answers))]
    mounted.router = Router(routes, middleware=[Middleware(Writes)])
    app.mount("/in", mounted)
    return Slip(app, "/in/open", {"X-Run": "/in/admin"})


def _in_itself() -> Slip:
    app, router = FastAPI(), APIRouter()
    router.get("/admin")(admin(tells()))
    router.mount("/again", router)
    app.mount("/in", router)
    return Slip(app, "/in/again/admin")


def _by_header() -> Slip:
    app = FastAPI()
    app.add_middleware(_Unnames)
    first = public("version 1 is for everyone")(_fails)
    app.router.add_api_route("/it", first, route_class_override=_OfVersionOne)
    app.get("/it")(admin(tells()))
    return Slip(app, "/it", {"X-Version": "1"})


def _says_it_has_a_gate() -> Slip:
    app, mounted = FastAPI(), FastAPI()
    mounted.get("/admin")(admin(tells()))
    mounted.state.gatepost = "what a handler wants to read there"
    app.mount("/in", mounted)
    return Slip(app, "/in/admin")


ANOTHER_RUNS: dict[str, Callable[[], Slip]] = {
    "the root path, where the app has one of its own": _with_root_path,
    "the root path, where a mounted app has one of its own": _mounted_with_root_path,
    "a request that runs twice, and was in a mounted app before": _twice,
    "a middleware of a mounted app's router": _routers_own_middleware,
    "a router that is mounted in itself": _in_itself,
    "a header by which the app's own route class matches": _by_header,
    "a mounted app that has `state.gatepost`": _says_it_has_a_gate,
}
"""What runs is another route than was decided on."""
