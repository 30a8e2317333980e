"""Mounted apps: what is decided on before the app is what runs in it, at any depth."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from starlette.routing import Mount, Route, Router
from starlette.testclient import TestClient

from gatepost import dependencies
from gatepost.attacks import Answered, RawRequest, send
from tests.gate.guarded import Guarded, guarded
from tests.gate.policies_mounted import (
    ANSWERS,
    REWRITTEN,
    SECRET,
    late_additions,
    mounted_app,
    who,
    with_root_path,
)
from tests.gate.policies_places import OPEN, a, page, plain
from tests.gate.policies_served import AT_JWT, JOSERFC_WARNS, Served, openid, served
from tests.issuers.elsewhere import Elsewhere, issuer_elsewhere

pytestmark = pytest.mark.filterwarnings(JOSERFC_WARNS)

_BROKEN = ("sys_seal_broken", "asked_for_what_was_not_decided_on")


@pytest.fixture(scope="module")
def issuer() -> Iterator[Elsewhere]:
    """An OpenID provider elsewhere."""
    with issuer_elsewhere() as elsewhere:
        yield elsewhere


@pytest.fixture(scope="module")
def mounted(issuer: Elsewhere, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The app with apps in it."""
    directory = tmp_path_factory.mktemp("mounted")
    with served(mounted_app(), directory, issuer=openid(issuer)) as running:
        yield running


def _ask(
    it: Served, asked: str, token: str | None = None, headers: Mapping[str, str] | None = None
) -> Answered:
    """Ask for `GET /path`, or for `GET @host/path`."""
    method, _, path = asked.partition(" ")
    fields = list((headers or {}).items())
    if path.startswith("@"):
        host, _, path = path[1:].partition("/")
        path = f"/{path}"
        fields.append(("Host", host))
    return it.ask(path, token, method, fields)


@pytest.mark.parametrize("asked", ANSWERS)
def test_each_route_of_a_mounted_app_has_its_policy(
    asked: str, mounted: Served, issuer: Elsewhere
) -> None:
    """Whichever way a request takes into a mounted app, it is asked for what runs there."""
    tokens = [issuer.token("ada", header=AT_JWT, roles=list(has)) for has in ("", "a")]
    answers = [_ask(mounted, asked, token) for token in (None, *tokens)]
    assert [each.status for each in answers] == ANSWERS[asked]
    assert not any(each.every("Location") for each in answers)


@pytest.mark.parametrize("copy", [False, True], ids=["same-scope", "copied-scope"])
@pytest.mark.parametrize("name", REWRITTEN)
def test_nothing_stricter_runs_in_the_place_of_what_was_asked(
    name: str,
    copy: bool,  # noqa: FBT001 - a case of the table
    mounted: Served,
    issuer: Elsewhere,
) -> None:
    """What becomes another request after the decision is a 500 and an event, and tells nothing."""
    asked, written = REWRITTEN[name]
    headers = {**written, **({f"X-{who}-Copy": "1" for who in _WRITERS} if copy else {})}
    mounted.events.take()
    for token in (None, issuer.token("ada", header=AT_JWT)):
        came = _ask(mounted, asked, token, headers)
        assert came.status == 500
        assert SECRET.encode() not in came.body
        assert b"INTERNAL_SERVER_ERROR" in came.body
    assert mounted.events.take() == [_BROKEN] * 2
    assert _ask(mounted, asked).status == 200, "INCONCLUSIVE: it is not open as it stands"


_WRITERS = ("Outer", "Inner", "Deep")


def test_a_copied_scope_alone_is_no_fault(mounted: Served, issuer: Elsewhere) -> None:
    """Middlewares that pass a copy on, or say again what was said, break no seal."""
    token = issuer.token("ada", header=AT_JWT, roles=["a"])
    copies = {f"X-{who}-Copy": "1" for who in _WRITERS}
    mounted.events.take()
    for path in ("/one/admin", "/one/deep/admin", "/x/of/deep/admin", "/one/bare/page"):
        headers = {**copies, "X-Deep-Path": path, "X-Inner-Method": "GET", "X-Outer-Path": path}
        assert _ask(mounted, f"GET {path}", token, headers).status == 200, path
    assert mounted.events.take() == []


def test_a_websocket_is_not_led_elsewhere(mounted: Served) -> None:
    """A websocket is decided on as itself, not as the HTTP route of its path, and stays itself."""
    assert mounted.knock("/one/open", None).status == 101
    assert mounted.knock("/one/admin", None).status == 401
    assert mounted.knock("/one/page", None).status == 401
    opening = (
        ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "MDEyMzQ1Njc4OWFiY2RlZg=="),
    )  # fmt: skip
    for name, path in (("Outer", "/one/open"), ("Inner", "/one/open"), ("Outer", "/open")):
        led = (f"X-{name}-Path", "/one/admin")
        assert send(mounted.url, RawRequest("GET", path, (*opening, led))).status == 500


def _late_app() -> tuple[FastAPI, FastAPI, tuple[APIRouter, APIRouter], Router]:
    app, mounted, included, within = FastAPI(), FastAPI(), APIRouter(), APIRouter()
    bare = Router([Route("/page", plain())])
    mounted.get("/page")(a(page()))
    mounted.include_router(within, prefix="/w")
    app.mount("/in", mounted)
    app.mount("/bare", bare)
    included.get("/page")(page())
    app.include_router(included, prefix="/inc")
    return app, mounted, (included, within), bare


@pytest.mark.parametrize("name", late_additions(*_late_app()))
def test_what_comes_too_late_is_for_nobody(name: str, tmp_path: Path) -> None:
    """A route that came after the start runs for nobody, wherever it was added."""
    app, mounted, routers, bare = _late_app()
    add, path = late_additions(app, mounted, routers, bare)[name]
    with guarded(app, tmp_path) as it:
        add()
        stranger, signed_in = it.get(path)
        assert stranger.status_code == 401
        assert signed_in.status_code in (403, 500)
        assert it.get("/nothing")[1].status_code in (404, 500)


def test_an_app_that_has_served_by_itself_is_sealed(tmp_path: Path) -> None:
    """What an app built when it served before it was mounted does not stay."""
    mounted, app = mounted_app(), FastAPI()
    with TestClient(mounted) as alone:
        assert alone.get("/open").status_code == 200
    app.mount("/in", mounted)
    with guarded(app, tmp_path) as it:
        assert it.anyone.get("/in/open").status_code == 200
        assert it.get("/in/one/admin")[1].status_code == 403
        led = it.anyone.get("/in/open", headers={"X-Outer-Path": "/in/admin"})
        assert led.status_code == 500
        assert it.events.take()[-1] == _BROKEN


def test_one_app_in_two_places_has_two_policies(tmp_path: Path) -> None:
    """What is laid on a mount holds there, and not where the same app is mounted again."""
    app, shared = FastAPI(), FastAPI()
    shared.get("/page")(page())
    app.router.routes += [a(Mount("/strict", shared)), OPEN(Mount("/open", shared))]
    app.mount("/plain", shared)
    with guarded(app, tmp_path) as it:
        answers = {
            place: [came.status_code for came in it.get(f"/{place}/page")]
            for place in ("strict", "open", "plain")
        }
    assert answers == {"strict": [401, 403], "open": [200, 200], "plain": [401, 200]}


@pytest.mark.parametrize(
    ("root_path", "path", "expected"),
    [
        ("/in", "/in/admin", [401, 403]),
        ("/in", "/in/open", [200, 200]),
        ("/in", "/in/page", [401, 200]),
        ("/in/v1", "/in/v1/admin", [401, 403]),
        ("/in/v1", "/in/v1/open", [200, 200]),
        ("/in/v1", "/in/admin", [401, 404]),
        ("/elsewhere", "/in/admin", [401, 404]),
        ("/elsewhere", "/elsewhere/admin", [401, 404]),
        ("/elsewhere", "/elsewhere/open", [401, 404]),
    ],
)
def test_a_root_path_of_a_mounted_app_moves_its_policies_with_it(
    root_path: str, path: str, expected: list[int], tmp_path: Path
) -> None:
    """`FastAPI(root_path=…)` changes what a mounted app makes of a path; the gate knows it."""
    app = FastAPI()
    app.mount("/in", with_root_path(root_path))
    with guarded(app, tmp_path) as it:
        assert [came.status_code for came in it.get(path)] == expected


def test_a_mounted_apps_guards_are_not_replaced(tmp_path: Path) -> None:
    """An override in a mounted app is as refused as one in the app, and one there is not its."""
    app, inner = FastAPI(), FastAPI()
    inner.get("/me")(who)
    app.mount("/in", inner)
    app.get("/me")(who)
    with guarded(app, tmp_path) as it:
        assert _ids(it) == [it.ada.user_id] * 2
        inner.dependency_overrides[dependencies._current_user] = page()  # noqa: SLF001 - what a developer would override
        assert it.get("/in/me")[1].status_code == 500
        assert it.events.take()[-1] == ("sys_seal_broken", "guarding_dependency_overridden")
        assert it.get("/me")[1].json() == it.ada.user_id


def _ids(it: Guarded) -> list[str]:
    return [it.get(path)[1].json() for path in ("/me", "/in/me")]
