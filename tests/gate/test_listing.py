"""The table of routes says what a request gets, of every route that there is."""

import json
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI, WebSocket
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Host, Mount, Route
from starlette.staticfiles import StaticFiles

from gatepost import fresh, public, requires
from gatepost.gate.audit import table_of
from gatepost.gate.listing import Entry, Row, as_json, as_markdown, rows_of
from gatepost.gate.snapshot import changes
from gatepost.gate.source import Source
from tests.gate.guarded import protect

_HERE = Path(__file__)
_ADMIN = "signed in, role admin, scope things:write, within 300 s"


async def _closed(_request: Request) -> Response:
    return PlainTextResponse("closed")


@public("the same for everyone")
async def _open(_request: Request) -> Response:
    return PlainTextResponse("open")


def _listed(*routes: Route | Mount | Host) -> list[Entry]:
    return [row.entry for row in rows_of(table_of(FastAPI(routes=[*routes], openapi_url=None)))]


def _sub() -> FastAPI:
    sub = FastAPI(openapi_url=None)

    @sub.delete("/{thing_id}")
    @requires(role="admin", scope="things:write")
    @fresh(300)
    async def thing(thing_id: int) -> int:
        return thing_id

    return sub


def _app(files: Path) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None)
    inner, outer = APIRouter(prefix="/inner"), APIRouter(prefix="/outer")

    @inner.get("/{thing_id}")
    @public("a thing is a thing")
    async def thing(thing_id: int) -> int:
        return thing_id

    @inner.websocket("/live")
    async def live(socket: WebSocket) -> None:
        await socket.close()

    class Classy(HTTPEndpoint):
        async def get(self, _request: Request) -> Response:
            return PlainTextResponse("classy")

    outer.include_router(inner)
    app.include_router(outer, prefix="/api")
    app.router.routes += [
        Route("/classy", Classy),
        Route("/both", _open, methods=["GET", "POST"]),
        Mount("/files", StaticFiles(directory=files)),
        Mount("/sub", _sub()),
        Host("admin.example.org", _sub()),
    ]
    return protect(app, files)


def test_every_kind_of_route_has_its_row(tmp_path: Path) -> None:
    """Routers at any depth, mounts, hosts, websockets, static files, documents: none is missing."""
    door = "Better Auth's own protocol, which answers for itself"
    assert [row.entry for row in rows_of(table_of(_app(tmp_path)))] == [
        Entry("/api/auth/*", "ANY", "public", door),
        Entry("/api/auth", "ANY", "public", door),
        Entry("/openapi.json", "GET HEAD", "signed in"),
        Entry("/api/outer/inner/{thing_id}", "GET", "public", "a thing is a thing"),
        Entry("/api/outer/inner/live", "WEBSOCKET", "signed in"),
        Entry("/classy", "ANY", "signed in"),
        Entry("/both", "GET HEAD POST", "public", "the same for everyone"),
        Entry("/files/*", "ANY", "signed in"),
        Entry("/sub/*", "ANY", "signed in"),
        Entry("/sub/{thing_id}", "DELETE", _ADMIN),
        Entry("//admin.example.org/*", "ANY", "signed in"),
        Entry("//admin.example.org/{thing_id}", "DELETE", _ADMIN),
    ]


_OPEN = "the same for everyone"

# What is declared, in its order; the last row, which is what this is about.
_IN_FRONT: dict[str, tuple[list[Route | Mount | Host], Entry]] = {
    "a parameter before a name": (
        [Route("/a/{b}", _open), Route("/a/me", _closed)],
        Entry("/a/me", "GET HEAD", "public", _OPEN, "/a/{b}"),
    ),
    "a name before a parameter": (
        [Route("/a/me", _open), Route("/a/{b}", _closed)],
        Entry("/a/{b}", "GET HEAD", "signed in"),
    ),
    "a narrower parameter first": (
        [Route("/a/{b:int}", _open), Route("/a/{b}", _closed)],
        Entry("/a/{b}", "GET HEAD", "signed in"),
    ),
    "a wider parameter first": (
        [Route("/a/{b}", _open), Route("/a/{b:int}", _closed)],
        Entry("/a/{b:int}", "GET HEAD", "public", _OPEN, "/a/{b}"),
    ),
    "one segment before many": (
        [Route("/a/{b}", _open), Route("/a/{b:path}", _closed)],
        Entry("/a/{b:path}", "GET HEAD", "signed in"),
    ),
    "the same path again": (
        [Route("/a", _open), Route("/a", _closed)],
        Entry("/a", "GET HEAD", "public", _OPEN, "/a"),
    ),
    "of two methods one": (
        [Route("/a", _open, methods=["POST"]), Route("/a", _closed, methods=["PUT"])],
        Entry("/a", "PUT", "signed in"),
    ),
    "a closed one in front": (
        [Route("/a", _closed), Route("/a", _open)],
        Entry("/a", "GET HEAD", "public", _OPEN, "/a"),
    ),
    "a mount in front": (
        [Mount("/", public(_OPEN)(FastAPI(openapi_url=None))), Route("/a/{b:uuid}", _closed)],
        Entry("/a/{b:uuid}", "GET HEAD", "public", _OPEN, "/*"),
    ),
    "a mount before a mount": (
        [
            Mount("/a", public(_OPEN)(FastAPI(openapi_url=None))),
            Mount("/a/b", FastAPI(openapi_url=None)),
        ],
        Entry("/a/b/*", "ANY", "public", _OPEN, "/a/*"),
    ),
    "a route before a mount": (
        [Route("/a/{b:path}", _open), Mount("/a", FastAPI(openapi_url=None))],
        Entry("/a/*", "ANY", "signed in"),
    ),
    "a host in front": (
        [Host("example.org", public(_OPEN)(FastAPI(openapi_url=None))), Route("/a", _closed)],
        Entry("/a", "GET HEAD", "signed in"),
    ),
}


@pytest.mark.parametrize("name", _IN_FRONT)
def test_a_row_says_what_a_request_gets(name: str) -> None:
    """A route that another one wholly stands in front of is open where either is."""
    declared, last = _IN_FRONT[name]
    assert _listed(*declared)[-1] == last


def _rows(*entries: Entry) -> list[Row]:
    return [Row(entry, Source("a.module", _HERE, 7)) for entry in entries]


def test_the_tables_for_programs_and_pages() -> None:
    """JSON is exact; a page's table is by path, on one line a route, and nothing in it breaks."""
    rows = _rows(
        Entry("/b", "GET", "public", "one\ntwo | three", "/{a}"), Entry("/a", "POST", "signed in")
    )
    assert json.loads(as_json(rows, _HERE.parent)) == [
        {
            "method": "GET",
            "path": "/b",
            "policy": "public",
            "reason": "one\ntwo | three",
            "shadowed_by": "/{a}",
            "where": "test_listing.py:7",
        },
        {"method": "POST", "path": "/a", "policy": "signed in", "where": "test_listing.py:7"},
    ]
    note = "one two \\| three; never reached: /{a} comes first"
    assert as_markdown(rows, _HERE.parent).splitlines()[2:] == [
        "| POST | `/a` | signed in |  | `test_listing.py` |",
        f"| GET | `/b` | public | {note} | `test_listing.py` |",
    ]


def test_a_new_order_of_the_same_routes_shows() -> None:
    """A public route that is moved before a closed one opens it, and the snapshot tells."""
    wide, narrow = Route("/a/{b}", _open), Route("/a/me", _closed)
    (change,) = changes(_listed(narrow, wide), _listed(wide, narrow))
    assert change.opens
    assert change.after is not None
    assert change.after.path == "/a/me"


def test_a_parameter_of_a_mount_may_come_again_in_it() -> None:
    """A mounted route with a parameter of the same name as its mount's is a row like any other."""
    sub = FastAPI(openapi_url=None)
    sub.get("/{thing_id}")(_closed)
    assert _listed(Mount("/{thing_id}", sub)) == [
        Entry("/{thing_id}/*", "ANY", "signed in"),
        Entry("/{thing_id}/{thing_id}", "GET", "signed in"),
    ]
