"""The table of policies beside an app: it names routes exactly, and asks for more."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Host, Mount, Route
from starlette.staticfiles import StaticFiles

from gatepost import ConfigurationError, Declaration, fresh, public, requires
from gatepost.gate.audit import table_of
from gatepost.gate.policy import Policy, Public, SignedIn
from tests.gate.policies_places import OPEN, a, asgi, b, live, page, plain
from tests.gate.policies_served import AT_JWT, JOSERFC_WARNS, Served, openid, served
from tests.issuers.elsewhere import Elsewhere, issuer_elsewhere

pytestmark = pytest.mark.filterwarnings(JOSERFC_WARNS)


def _app(files: Path) -> FastAPI:
    app, router, mounted, third = FastAPI(), APIRouter(), FastAPI(), FastAPI()

    class Page(HTTPEndpoint):
        async def get(self, _request: Request) -> Response:
            return PlainTextResponse("said")

    app.get("/things/{thing_id}")(page())
    app.post("/things/{thing_id}")(page())
    app.get("/marked")(a(page()))
    app.get("/open")(OPEN(page()))
    app.websocket("/live")(live())
    router.get("/page")(page())
    app.include_router(router, prefix="/one")
    app.include_router(router, prefix="/two")
    mounted.get("/page")(page())
    third.get("/open")(OPEN(page()))
    app.router.routes += [
        Route("/both", plain(), methods=["PUT", "DELETE"]),
        Route("/class", Page),
        Mount("/files", StaticFiles(directory=files)),
        Mount("/sub", mounted),
        Mount("/other", mounted),
        Mount("/third", third),
        Mount("/opaque", asgi()),
        Host("host.example", mounted),
    ]
    return app


_TABLE: dict[str, Declaration] = {
    "GET /things/{thing_id}": a,
    "GET /marked": b,
    "WEBSOCKET /live": a,
    "GET /one/page": b,
    "DELETE PUT /both": fresh(60),
    "ANY /class": a,
    "/files/*": public("the logo"),
    "/sub/*": a,
    "GET /other/page": OPEN,
    "ANY /opaque/*": b,
    "GET //host.example/page": requires(role="c"),
    "GET HEAD /docs": b,
}


def _policies(app: FastAPI, table: Mapping[str, Declaration] | None) -> dict[str, Policy]:
    return {f"{' '.join(each.methods)} {each.shown}": each.policy for each in table_of(app, table)}


def test_an_entry_is_that_of_one_route(tmp_path: Path) -> None:
    """Each entry holds for its route and for what is mounted in it; every other stays as it was."""
    before, after = (_policies(_app(tmp_path), table) for table in (None, _TABLE))
    changed = {key: after[key] for key in after if after[key] != before[key]}
    role = {name: SignedIn(roles=frozenset(name)) for name in "abc"}
    assert changed == {
        "GET /things/{thing_id}": role["a"],
        "GET /marked": SignedIn(roles=frozenset("ab")),
        "WEBSOCKET /live": role["a"],
        "GET /one/page": role["b"],
        "DELETE PUT /both": SignedIn(max_age_seconds=60),
        " /class": role["a"],
        " /files/*": Public("the logo"),
        " /sub/*": role["a"],
        **{f"GET HEAD /sub/{name}": role["a"] for name in ("docs", "redoc", "openapi.json")},
        "GET HEAD /sub/docs/oauth2-redirect": role["a"],
        "GET /sub/page": role["a"],
        "GET /other/page": Public("the same for everyone"),
        " /opaque/*": role["b"],
        "GET //host.example/page": role["c"],
        "GET HEAD /docs": role["b"],
    }


# What is written; what the message says of it.
_REFUSED: dict[str, tuple[dict[str, object], str]] = {
    "a route that is not there": ({"GET /nothing": a}, r"the app has no route 'GET /nothing'\."),
    "a near miss": ({"GET /marks": a}, r"no route 'GET /marks'\. Is it .*'GET /marked'"),
    "the parameter's value": (
        {"GET /things/7": a},
        r"Is it .*'GET /things/\{thing_id\}'.*`gatepost routes` prints them all",
    ),
    "another parameter's name": ({"GET /things/{id}": a}, r"Is it .*'GET /things/\{thing_id\}'"),
    "a method that it has not": ({"PATCH /things/{thing_id}": a}, r"Is it .*'GET /things/"),
    "a slash more": ({"GET /marked/": a}, r"Is it 'GET /marked'"),
    "small letters": ({"get /things/{thing_id}": a}, r"Is it .*'GET /things/\{thing_id\}'"),
    "the mount without its star": ({"ANY /files": a}, r"Is it .*'/files/\*'"),
    "a pattern": ({"GET /things/*": a}, r"has no route 'GET /things/\*'"),
    "a route within what is opaque": ({"GET /opaque/x": a}, r"has no route 'GET /opaque/x'"),
    "the path below the mount": ({"GET /page": a}, r"has no route 'GET /page'"),
    "the included path alone": ({"GET /two": a}, r"has no route 'GET /two'"),
    "a websocket by GET": ({"GET /live": a}, r"Is it .*'WEBSOCKET /live'"),
    "no method": ({"/marked": a}, r'names no route\. Write "GET /path/\{name\}"'),
    "no path": ({"GET": a}, "names no route"),
    "no slash": ({"GET marked": a}, "names no route"),
    "nothing": ({"": a}, "names no route"),
    "half of its methods": (
        {"PUT /both": a},
        r"'PUT /both' is part of one route.*Write \"DELETE PUT /both\"",
    ),
    "HEAD without GET": ({"HEAD /docs": a}, r'Write "GET HEAD /docs"'),
    "a method too many": ({"GET POST /marked": a}, r'Write "GET /marked"'),
    "a function": ({"GET /marked": public}, r"'GET /marked' has <function public.*Write public\("),
    "a text": ({"GET /marked": "public"}, r"has 'public'\. Write public\(reason\)"),
    "a bare policy": ({"GET /marked": SignedIn()}, r"requires\(role=…\) or fresh\(seconds\)"),
    "nothing declared": ({"GET /marked": None}, "has None"),
    "open what is closed": (
        {"GET /marked": OPEN},
        r"GET /marked \(tests/gate/policies_places\.py:\d+\) is declared public, and what it",
    ),
    "open within what is closed": (
        {"/sub/*": a, "GET /sub/page": OPEN},
        r"GET /sub/page .* is declared public, and what it stands in asks",
    ),
    "close around what is open": (
        {"/third/*": a},
        r"GET /third/open .* is declared public",
    ),
}


@pytest.mark.parametrize("name", _REFUSED)
def test_an_entry_that_means_nothing_keeps_the_app_down(name: str, tmp_path: Path) -> None:
    """What names no route, part of one, or no policy is refused, with what to write instead."""
    table, message = _REFUSED[name]
    with pytest.raises(ConfigurationError, match=message) as refused:
        table_of(_app(tmp_path), table)  # type: ignore[arg-type] # some of them are no declarations
    assert "gatepost.protect(app, policies={…})" in str(refused.value) or "is declared public" in (
        str(refused.value)
    )


def test_an_entry_may_close_what_is_open(tmp_path: Path) -> None:
    """A table asks for more than the code does: what is public there is closed by an entry."""
    assert _policies(_app(tmp_path), {"GET /open": a})["GET /open"] == SignedIn(
        roles=frozenset("a")
    )


def test_an_entry_holds_for_each_route_that_it_names() -> None:
    """Where two routes have one method and path, the one that is never reached is as closed."""
    app = FastAPI(routes=[Route("/same", plain()), Route("/same", plain())], openapi_url=None)
    policies = [each.policy for each in table_of(app, {"GET /same": a})]
    assert policies == [SignedIn(roles=frozenset("a"))] * 2


@pytest.fixture(scope="module")
def issuer() -> Iterator[Elsewhere]:
    """An OpenID provider elsewhere."""
    with issuer_elsewhere() as elsewhere:
        yield elsewhere


@pytest.fixture(scope="module")
def running(issuer: Elsewhere, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """An app with a table beside it."""
    files = tmp_path_factory.mktemp("files")
    (files / "file.txt").write_text("said", "utf-8")
    directory = tmp_path_factory.mktemp("table")
    with served(_app(files), directory, issuer=openid(issuer), policies=_TABLE) as it:
        yield it


# By path: what nobody, somebody, and somebody with roles a, b and ab get.
_ANSWERS: dict[str, list[int]] = {
    "/things/7": [401, 403, 200, 403, 200],
    "/marked": [401, 403, 403, 403, 200],
    "/one/page": [401, 403, 403, 200, 200],
    "/two/page": [401, 200, 200, 200, 200],
    "/class": [401, 403, 200, 403, 200],
    "/files/file.txt": [200, 200, 200, 200, 200],
    "/files/nothing": [404, 404, 404, 404, 404],
    "/sub/page": [401, 403, 200, 403, 200],
    "/sub/nothing": [401, 403, 404, 403, 404],
    "/other/page": [200, 200, 200, 200, 200],
    "/other/nothing": [401, 404, 404, 404, 404],
    "/opaque/x": [401, 403, 403, 200, 200],
    "/open": [200, 200, 200, 200, 200],
}


@pytest.mark.parametrize("path", _ANSWERS)
def test_what_stands_in_the_table_is_asked(path: str, running: Served, issuer: Elsewhere) -> None:
    """An entry is asked of each request as a mark would be, and only of its own route's."""
    tokens = [issuer.token("ada", header=AT_JWT, roles=list(has)) for has in ("", "a", "b", "ab")]
    answers = [running.ask(path, token).status for token in (None, *tokens)]
    assert answers == _ANSWERS[path]
