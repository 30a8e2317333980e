"""Pitfalls of FastAPI's routes: each shown on a bare app, then behind the gate."""

import re
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from gatepost import ConfigurationError, Gatepost
from gatepost.testing import anonymous
from tests.conftest import settings_for
from tests.gate.forgetful import SECRET, bare, forgetful
from tests.gate.guarded import Guarded
from tests.serving import serving

LEFT_OPEN = [
    "/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect", "/raw", "/own/raw",
    "/own/mounted/x", "/sub/closed", "/sub/docs", "/sub/openapi.json", "/bare/x",
    "/static/file.txt", "//admin.example/hosted",
]  # fmt: skip


@pytest.mark.parametrize("place", LEFT_OPEN)
def test_1_a_dependency_of_the_app_is_not_one_of_all_its_routes(
    place: str, open_app: httpx.Client, gated: Guarded
) -> None:
    """`FastAPI(dependencies=…)` leaves this open; the gate closes it."""
    host, path = re.fullmatch(r"(?://([^/]+))?(/.*)", place).groups()  # type: ignore[union-attr] # it matches
    named = {"Host": host} if host else {}
    assert open_app.get("/closed").status_code == 401
    assert open_app.get(path, headers=named).status_code == 200
    stranger, ada = gated.get(path, **named)
    assert (stranger.status_code, ada.status_code) == (401, 200)


def test_1_nor_of_all_its_websockets(open_app: httpx.Client, gated: Guarded) -> None:
    """The same of `add_websocket_route`."""
    with connect(str(open_app.base_url.copy_with(scheme="ws", path="/live"))) as live:
        assert live.recv(5) == SECRET
    with pytest.raises(InvalidStatus) as refused:
        connect(gated.url.replace("http", "ws") + "/live").close()
    assert refused.value.response.status_code == 401


def test_2_a_body_is_read_before_dependencies_run(open_app: httpx.Client, gated: Guarded) -> None:
    """A stranger who sends malformed JSON is told about JSON; behind the gate, to sign in."""
    json = {"Content-Type": "application/json"}
    assert open_app.post("/form", content=b"{", headers=json).status_code == 422
    assert gated.anyone.post("/form", content=b"{", headers=json).status_code == 401


def test_3_a_redirect_comes_before_dependencies(open_app: httpx.Client, gated: Guarded) -> None:
    """The slash redirect sends a stranger to the Host of their choice; behind the gate, nobody."""
    evil = {"Host": "evil.example"}
    redirected = open_app.get("/closed/", headers=evil)
    assert redirected.status_code == 307
    assert redirected.headers["Location"] == "http://evil.example/closed"
    for came, owed in zip(gated.get("/closed/", **evil), (401, 404), strict=True):
        assert came.status_code == owed
        assert "Location" not in came.headers


def test_3_so_does_405(open_app: httpx.Client, gated: Guarded) -> None:
    """A stranger learns from 405 which paths there are; behind the gate they learn nothing."""
    assert open_app.post("/closed").headers["Allow"] == "GET"
    assert open_app.post("/nothing").status_code == 404
    there, nowhere = gated.anyone.post("/closed"), gated.anyone.post("/nothing")
    assert (there.status_code, there.text) == (nowhere.status_code, nowhere.text)
    assert there.status_code == 401


class _OfItsOwn(BaseRoute):
    """A kind of route that nobody knows."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return (Match.FULL if scope["path"] == "/unknown" else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await bare(scope, receive, send)


def test_13_a_plain_walk_misses_included_routes(
    open_app: httpx.Client, gated: Guarded, tmp_path: Path
) -> None:
    """`app.routes` shows no included route, which is there; the gate's table has every one."""
    app = forgetful(tmp_path, checked=False)
    walked = {getattr(route, "path", "") for route in app.routes}
    assert {"/closed", "/raw"} <= walked
    assert "/own/closed" not in walked
    assert open_app.get("/own/closed").status_code == 401
    gatepost = Gatepost(settings_for(1, tmp_path))
    gatepost.protect(app)
    shown = {route.shown for route in gatepost.route_table(app)}
    assert {"/own/closed", "/own/raw", "/own/mounted/*", "/sub/closed", "/sub/docs"} <= shown
    assert gated.anyone.get("/own/closed").status_code == 401


def test_13_a_route_of_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    """FastAPI runs whatever matches; what cannot be classified keeps a gated app from starting."""
    with serving(FastAPI(routes=[_OfItsOwn()])) as url, anonymous(url) as anyone:
        assert anyone.get("/unknown").text == SECRET
    app, gatepost = FastAPI(routes=[_OfItsOwn()]), Gatepost(settings_for(1, tmp_path))
    gatepost.protect(app)
    with pytest.raises(ConfigurationError, match="_OfItsOwn"):
        gatepost.route_table(app)
