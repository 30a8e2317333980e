"""The apps of `policies_trees.py`, made: each route answers with its number."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, FastAPI, WebSocket
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Host, Mount, Route, Router, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.gate.policies_trees import Branch, Leaf, Tree


def build(tree: Tree, middleware: Callable[[ASGIApp], ASGIApp]) -> FastAPI:
    """Make the app, with this middleware in every app that rewrites what is asked."""
    app = FastAPI(openapi_url=None)
    app.root_path = tree.top.root_path
    _fill(tree.top, app, app, middleware)
    return app


def _fill(
    branch: Branch,
    app: FastAPI | Starlette | None,
    into: FastAPI | Starlette | Router,
    middleware: Callable[[ASGIApp], ASGIApp],
) -> None:
    if app is not None and branch.rewrites:
        app.add_middleware(middleware)
    router = into.router if isinstance(into, Starlette) else into
    for child in branch.children:
        if isinstance(child, Leaf):
            _add_leaf(child, router)
        else:
            _add_branch(child, router, middleware)


def _add_branch(branch: Branch, parent: Router, middleware: Callable[[ASGIApp], ASGIApp]) -> None:
    if branch.kind == "include":
        router = APIRouter()
        branch.mark.lay_on(router)
        _fill(branch, None, router, middleware)
        assert isinstance(parent, APIRouter)
        parent.include_router(router, prefix=branch.path)
        return
    inside: FastAPI | Starlette | Router
    if branch.kind == "router":
        inside = Router()
    elif branch.kind == "starlette":
        inside = Starlette()
    else:
        inside = FastAPI(openapi_url=None)
        inside.root_path = branch.root_path
    branch.mark.lay_on(inside)
    _fill(branch, inside if isinstance(inside, Starlette) else None, inside, middleware)
    is_host = branch.kind == "host"
    parent.routes.append(Host(branch.path, inside) if is_host else Mount(branch.path, inside))


def _add_leaf(leaf: Leaf, router: Router) -> None:
    if leaf.kind == "api":
        assert isinstance(router, APIRouter)
        endpoint = _operation(leaf.number)
        leaf.mark.lay_on(endpoint)
        router.add_api_route(leaf.path, endpoint, methods=leaf.methods)
        return
    if leaf.kind == "live-api":
        assert isinstance(router, APIRouter)
        socket = _live(leaf.number)
        leaf.mark.lay_on(socket)
        router.add_api_websocket_route(leaf.path, socket)
        return
    router.routes.append(_made(leaf))


def _made(leaf: Leaf) -> Route | WebSocketRoute | Mount:
    number = leaf.number
    if leaf.kind == "live":
        socket = _live(number)
        leaf.mark.lay_on(socket)
        return WebSocketRoute(leaf.path, socket)
    if leaf.kind == "asgi":
        opaque = _asgi(number)
        leaf.mark.lay_on(opaque)
        return Mount(leaf.path, opaque)
    if leaf.kind == "class":
        page = _class(number)
        leaf.mark.lay_on(page)
        return Route(leaf.path, page)
    endpoint = _endpoint(number)
    leaf.mark.lay_on(endpoint)
    return Route(leaf.path, endpoint, methods=leaf.methods)


def _operation(number: int) -> Callable[[], object]:
    async def said() -> int:
        return number

    return said


def _endpoint(number: int) -> Callable[[Request], Awaitable[Response]]:
    async def said(_request: Request) -> Response:
        return PlainTextResponse(str(number))

    return said


def _class(number: int) -> type[HTTPEndpoint]:
    class Said(HTTPEndpoint):
        async def get(self, _request: Request) -> Response:
            return PlainTextResponse(str(number))

        post = get

    return Said


def _asgi(number: int) -> ASGIApp:
    async def said(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await PlainTextResponse(str(number))(scope, receive, send)
        else:
            await _live(number)(WebSocket(scope, receive, send))

    return said


def _live(number: int) -> Callable[[WebSocket], Awaitable[None]]:
    async def said(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(str(number))
        await websocket.close()

    return said
