"""Apps that must not start, each with what its message has to name and say."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Request
from starlette.endpoints import HTTPEndpoint
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Match, Mount, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.gate.policies_places import OPEN, a, asgi, page, plain


@dataclass(frozen=True, slots=True)
class Refused:
    """An app that must not start.

    Attributes:
        named: the endpoint whose file and line the message says, and what it says before them.
        says: what to write, or what is wrong.
    """

    app: FastAPI
    route: str
    says: str
    named: object = None


class _Odd(BaseRoute):
    """A route of a kind that nobody knows."""

    path = "/odd"

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return (Match.FULL if scope["type"] == "http" else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("odd")(scope, receive, send)


def _without_wraps(
    function: Callable[..., Awaitable[object]],
) -> Callable[[], Awaitable[object]]:
    async def wrapper() -> object:
        return await function()

    return wrapper


def odd_route() -> Refused:
    """Add a route of an unknown class, in a router that is included."""
    app, router = FastAPI(), APIRouter()
    app.router.routes.append(_Odd())
    app.include_router(router)
    return Refused(app, "The route /odd", 'Write it as a path operation, `@app.get("/odd")`')


def odd_route_in_a_mounted_app() -> Refused:
    """Add a route of an unknown class to what is mounted."""
    app, mounted = FastAPI(), FastAPI()
    mounted.router.routes.append(_Odd())
    app.mount("/in", Router([Mount("/deep", mounted)]))
    return Refused(app, "The route /odd", "or mount what it serves: `app.mount(path, asgi_app)`")


def contradiction() -> Refused:
    """Declare public what stands in a router for some."""
    app, router, opened = FastAPI(), a(APIRouter(prefix="/in")), OPEN(page())
    router.get("/page")(opened)
    app.include_router(router)
    return Refused(app, "GET /in/page", "Take public(…) off it, or move it out of there", opened)


def hidden_by_a_decorator() -> Refused:
    """Wrap a marked function without a word."""
    app = FastAPI()

    @a
    async def inner() -> str:
        return "said"

    app.get("/page")(_without_wraps(inner))
    return Refused(app, "GET /page", "write @functools.wraps into that", inner)


def hidden_by_two_decorators() -> Refused:
    """Wrap it twice, and once more by `partial`."""
    app = FastAPI()

    @a
    async def inner() -> str:
        return "said"

    app.get("/page")(partial(_without_wraps(_without_wraps(inner))))
    return Refused(app, "GET /page", "Declare it right below the route's own decorator", inner)


def hidden_in_a_route_of_a_router() -> Refused:
    """Wrap a marked function in a router that asks for less."""
    app, router = FastAPI(), APIRouter(prefix="/in")

    @a
    async def inner() -> str:
        return "said"

    router.get("/page")(_without_wraps(inner))
    app.include_router(router)
    return Refused(app, "GET /in/page", "on the endpoint itself", inner)


def on_a_method_of_a_class() -> Refused:
    """Mark one method of a class-based endpoint."""

    class Page(HTTPEndpoint):
        @a
        async def get(self, _request: Request) -> Response:
            return PlainTextResponse("said")

    app = FastAPI(routes=[Route("/page", Page)])
    return Refused(app, "ANY /page", "on the endpoint itself", Page.get)


def on_a_dependency() -> Refused:
    """Mark a dependency of a dependency."""

    @a
    async def only_some() -> None:
        return

    async def between(_some: Annotated[object, Depends(only_some)]) -> None:
        return

    app = FastAPI()
    app.get("/page", dependencies=[Depends(between)])(page())
    return Refused(app, "GET /page", "on the endpoint itself", only_some)


def _behind(wrap: Callable[[ASGIApp], ASGIApp]) -> Refused:
    app, mounted, marked = FastAPI(), FastAPI(), a(page())
    mounted.get("/page")(marked)
    app.mount("/in", wrap(mounted))
    return Refused(app, "ANY /in/*", "add it with app.add_middleware(…)", marked)


def behind_a_middleware() -> Refused:
    """Wrap a mounted app by hand."""
    return _behind(lambda app: BaseHTTPMiddleware(app, dispatch=_pass_on))


def behind_two_middlewares() -> Refused:
    """Wrap a mounted app twice, one of them a function."""

    def around(app: ASGIApp) -> ASGIApp:
        async def call(scope: Scope, receive: Receive, send: Send) -> None:
            await app(scope, receive, send)

        return call

    return _behind(lambda app: BaseHTTPMiddleware(around(app), dispatch=_pass_on))


async def _pass_on(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    return await call_next(request)


def default_of_a_router() -> Refused:
    """Mark what a router runs where nothing matches."""
    app = FastAPI()
    app.mount("/in", Router(default=a(asgi())))
    return Refused(app, "The default of a router", "Write it as a route")


def in_itself() -> Refused:
    """Mount a router in itself."""
    app, router = FastAPI(), Router([Route("/page", plain())])
    router.mount("/again", router)
    app.mount("/in", router)
    return Refused(app, "/in/again/*", "is mounted in itself")


REFUSED: tuple[Callable[[], Refused], ...] = (
    odd_route, odd_route_in_a_mounted_app, contradiction, hidden_by_a_decorator,
    hidden_by_two_decorators, hidden_in_a_route_of_a_router, on_a_method_of_a_class,
    on_a_dependency, behind_a_middleware, behind_two_middlewares, default_of_a_router, in_itself,
)  # fmt: skip
