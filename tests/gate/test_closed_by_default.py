"""Every way into a FastAPI app is closed, but those that say that they are public."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request
from starlette.convertors import Convertor, register_url_convertor
from starlette.endpoints import HTTPEndpoint
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Host, Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from gatepost import Gatepost, public
from tests.conftest import settings_for
from tests.gate.guarded import Guarded, guarded
from tests.ports import free_port
from tests.serving import serving


async def _plain(request: Request) -> Response:
    return PlainTextResponse(f"plain {request.url.path}")


@public("the same for everyone")
async def _open(request: Request) -> Response:
    return PlainTextResponse(f"open {request.url.path}")


async def _bare(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("bare")(scope, receive, send)


@public("a mounted app that answers for itself")
async def _open_bare(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("open bare")(scope, receive, send)


async def _in_folder(_request: Request) -> Response:
    return PlainTextResponse("in a folder")


async def _hosted(_request: Request) -> Response:
    return PlainTextResponse("hosted")


async def _included(_request: Request) -> Response:
    return PlainTextResponse("included")


class _Endpoint(HTTPEndpoint):
    async def get(self, _request: Request) -> Response:
        return PlainTextResponse("class")


def _routers() -> APIRouter:
    """Three routers, one in another, in which public and closed paths overlap."""
    inner, middle, outer = APIRouter(prefix="/inner"), APIRouter(prefix="/middle"), APIRouter()

    @inner.get("/closed")
    async def deep() -> str:
        return "deep"

    @inner.get("/open")
    @public("the same for everyone")
    async def deep_open() -> str:
        return "deep open"

    @inner.get("/both/{name}")
    @public("reading is for everyone")
    async def read(name: str) -> str:
        return name

    @inner.post("/both/{name}")
    async def write(name: str) -> str:
        return name

    @inner.get("/first/{path:path}")
    async def everything(path: str) -> str:
        return path

    @inner.get("/first/open")
    @public("never reached: the route above takes it")
    async def shadowed() -> str:
        return "shadowed"

    inner.add_route("/raw", _included)
    inner.mount("/mounted", _bare)
    middle.include_router(inner)
    middle.include_router(inner, prefix="/again")
    outer.include_router(middle, prefix="/outer")
    return outer


def _sub_app() -> FastAPI:
    sub = FastAPI()

    @sub.get("/closed")
    async def closed() -> str:
        return "sub"

    @sub.get("/marked")
    @public("the same for everyone")
    async def marked() -> str:
        return "marked"

    return sub


def _app(files: Path) -> FastAPI:
    (files / "file.txt").write_text("file", "utf-8")
    app = FastAPI()

    @app.get("/unmarked")
    async def unmarked() -> str:
        return "unmarked"

    @app.get("/open")
    @public("the same for everyone")
    async def opened() -> str:
        return "opened"

    @app.get("/number/{number:int}")
    @public("the same for everyone")
    async def numbered(number: int) -> int:
        return number

    app.add_route("/raw", _plain)
    app.add_route("/raw-open", _open)
    app.router.routes.append(Route("/class", _Endpoint))
    app.mount("/sub", _sub_app())
    app.mount("/static", StaticFiles(directory=files))
    app.mount("/bare", _bare)
    app.mount("/open-bare", _open_bare)
    app.router.routes.append(Mount("/folder", routes=[Route("/page", _in_folder)]))
    app.router.routes.append(Host("admin.example", app=Router([Route("/hosted", _hosted)])))
    app.include_router(_routers())
    return app


@pytest.fixture(scope="module")
def maze(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """An app with every kind of way in."""
    app = _app(tmp_path_factory.mktemp("files"))
    with guarded(app, tmp_path_factory.mktemp("maze")) as served:
        yield served


CLOSED = [
    "/unmarked", "/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect", "/raw", "/class",
    "/sub/closed", "/sub/docs", "/sub/openapi.json", "/static/file.txt", "/bare/",
    "/bare/anything", "/folder/page", "/outer/middle/inner/closed",
    "/outer/middle/again/inner/closed", "/outer/middle/raw",
    "/outer/middle/mounted/x", "/outer/middle/inner/first/open",
]  # fmt: skip
OPEN = [
    "/open", "/raw-open", "/open-bare/", "/open-bare/anything", "/outer/middle/inner/open",
    "/outer/middle/again/inner/open", "/outer/middle/inner/both/x", "/number/7", "/sub/marked",
]  # fmt: skip
NOWHERE = [
    "/nothing", "/open/", "//open", "/OPEN", "/open/nothing", "/number/x", "/number/-1",
    f"/number/{'9' * 5_000}", "/static/nothing", "/static/../guarded.py", "/outer",
    "/outer/middle/inner/", "/outer/open", "/inner/open", "/bare", "/static", "/hosted",
]  # fmt: skip


@pytest.mark.parametrize("path", CLOSED)
def test_what_says_nothing_is_closed(path: str, maze: Guarded) -> None:
    """Anonymous callers get 401 from whatever is not declared public; signed-in ones get in."""
    anonymous, signed_in = maze.get(path)
    assert anonymous.status_code == 401
    assert anonymous.json()["code"] == "UNAUTHORIZED"
    assert signed_in.status_code in (200, 307), signed_in.text
    assert signed_in.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", OPEN)
def test_public_opens_what_it_marks(path: str, maze: Guarded) -> None:
    """A route that is declared public answers anybody."""
    for came in maze.get(path):
        assert came.status_code == 200
        assert "WWW-Authenticate" not in came.headers


@pytest.mark.parametrize("path", OPEN)
def test_public_opens_no_other_method(path: str, maze: Guarded) -> None:
    """A public path is not open to a method that its route does not have."""
    if "bare" in path:
        return  # a mounted app decides on its methods itself
    assert maze.anyone.request("DELETE", path).status_code == 401
    assert maze.ada.http.request("DELETE", path).status_code == 405
    assert maze.anyone.request("QUERY", path).status_code == 401


def test_one_path_is_open_by_one_method_only(maze: Guarded) -> None:
    """Where two routes share a path, each method has the policy of its own route."""
    path = "/outer/middle/inner/both/x"
    assert maze.anyone.get(path).status_code == 200
    assert maze.anyone.post(path).status_code == 401
    assert maze.ada.http.post(path).status_code == 200


@pytest.mark.parametrize("path", NOWHERE, ids=lambda path: path[:30])
def test_what_is_nowhere_is_told_to_nobody(path: str, maze: Guarded) -> None:
    """An unknown path, or one that no route can read, is 401 to a stranger and 404 to others."""
    anonymous, signed_in = maze.get(path)
    assert anonymous.status_code == 401
    assert signed_in.status_code == 404
    assert signed_in.json()["code"] == "NOT_FOUND"


class _Picky(Convertor[str]):
    """A path parameter whose convertor raises what no ValueError is."""

    regex = "[^/]+"

    def convert(self, value: str) -> str:
        raise LookupError(f"no such thing: {value}")

    def to_string(self, value: str) -> str:
        return value


def test_a_convertor_that_raises_tells_a_stranger_nothing(tmp_path: Path) -> None:
    """Whatever a path convertor raises, a stranger gets 401, in debug mode as well."""
    register_url_convertor("picky", _Picky())
    app = FastAPI(debug=True)

    @app.get("/picky/{thing:picky}")
    async def picky(thing: str) -> str:
        return thing

    with guarded(app, tmp_path) as it:
        anonymous, signed_in = it.get("/picky/x")
        assert anonymous.status_code == 401
        assert "Traceback" not in anonymous.text + signed_in.text


class _Proxied:
    """What a server makes of a request behind a proxy that serves the app below `/v1`.

    uvicorn puts the root path back before the path, as ASGI has it; other servers do not.
    """

    def __init__(self, app: ASGIApp, put_back: str) -> None:
        self._app = app
        self._put_back = put_back

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path, raw = self._put_back + scope["path"], self._put_back.encode() + scope["raw_path"]
            scope = {**scope, "root_path": "/v1", "path": path, "raw_path": raw}
        await self._app(scope, receive, send)


@pytest.mark.parametrize("put_back", ["/v1", ""], ids=["as-asgi-has-it", "left-out"])
def test_a_prefix_of_a_proxy_changes_no_policy(put_back: str, tmp_path: Path) -> None:
    """Behind a proxy with a path prefix the same routes are open and closed, sign-in included."""
    app = FastAPI()

    @app.get("/closed")
    async def closed() -> str:
        return "closed"

    @app.get("/open")
    @public("the same for everyone")
    async def opened() -> str:
        return "open"

    port = free_port()
    Gatepost(settings_for(port, tmp_path)).protect(app)
    proxied = _Proxied(app, put_back)
    with serving(proxied, port=port) as url, httpx.Client(base_url=url) as anyone:
        for path in ("/closed", "/v1/closed", "/v1/v1/closed", "//closed", "/v1"):
            assert anyone.get(path).status_code == 401, path
        assert anyone.get("/open").status_code == 200
        assert anyone.get("/api/auth/ok").status_code == 200


@pytest.mark.parametrize("host", ["admin.example", "admin.example:80", "ADMIN.example"])
def test_a_host_route_is_closed(host: str, maze: Guarded) -> None:
    """A Host app, whose routes no list of the app's own shows, is closed."""
    assert maze.get("/hosted", Host=host)[0].status_code == 401


def test_a_host_route_answers_those_who_are_signed_in(maze: Guarded) -> None:
    """The positive control of the Host app: it is reached by its name."""
    assert maze.get("/hosted", Host="admin.example")[1].text == "hosted"


@pytest.mark.parametrize("path", ["/unmarked/", "/open/", "/sub", "/outer/middle/inner/open/"])
def test_no_redirect_copies_the_host(path: str, maze: Guarded) -> None:
    """A path with or without its slash is no redirect, least of all to the caller's Host."""
    for came in maze.get(path, Host="evil.example"):
        assert came.status_code in (401, 404)
        assert "Location" not in came.headers


@pytest.mark.parametrize("path", ["/sub/closed/", "/sub/docs/"])
def test_no_mounted_app_redirects_to_the_host(path: str, maze: Guarded) -> None:
    """The slash redirect of a mounted app does not copy Host either."""
    for came in maze.get(path, Host="evil.example"):
        assert "evil.example" not in came.headers.get("Location", "")


def test_signed_in_callers_learn_which_methods_there_are(maze: Guarded) -> None:
    """405 and its Allow header are for those who are signed in; a stranger gets 401."""
    anonymous = maze.anyone.post("/unmarked")
    assert (anonymous.status_code, "Allow" in anonymous.headers) == (401, False)
    signed_in = maze.ada.http.post("/unmarked")
    assert (signed_in.status_code, signed_in.headers["Allow"]) == (405, "GET")
