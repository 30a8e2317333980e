"""Ways past the policies, and answers that are not owed: each must stay closed."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, WebSocket
from sqlalchemy import make_url
from starlette.types import ASGIApp, Receive, Scope, Send
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from gatepost import ConfigurationError, fresh, public, requires
from gatepost.gate.audit import table_of
from gatepost.principal import UserId
from gatepost.store import open_engine
from gatepost.store.roles import set_roles
from tests.gate.guarded import Guarded, guarded
from tests.gate.policies_served import bearer, give_roles
from tests.gate.policies_slips import ANOTHER_RUNS, SECRET, Slip, admin, tells
from tests.gate.policies_unheard import NOT_HEARD

_BROKEN = ("sys_seal_broken", "asked_for_what_was_not_decided_on")
_HEARD_SECONDS = 2


def _told(slip: Slip, directory: Path) -> list[str]:
    """Say what a stranger and somebody without the role are told; nothing where nothing starts."""
    try:
        table_of(slip.app)
    except ConfigurationError:
        return []
    with guarded(slip.app, directory) as it:
        return [came.text for came in it.get(slip.path, **slip.headers)]


@pytest.mark.parametrize("name", ANOTHER_RUNS)
def test_nothing_runs_that_was_not_decided_on(name: str, tmp_path: Path) -> None:
    """A request that leads past the decision is refused, or the app that allows it stays down."""
    assert SECRET not in " ".join(_told(ANOTHER_RUNS[name](), tmp_path))


@pytest.mark.parametrize("name", NOT_HEARD)
def test_no_demand_is_written_in_vain(name: str, tmp_path: Path) -> None:
    """Where a demand stands it is asked, or the app does not start and says why."""
    assert SECRET not in " ".join(_told(NOT_HEARD[name](), tmp_path))


class _Rewrites:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        run = dict(scope.get("headers", ())).get(b"x-run")
        if run is not None:
            scope["path"] = run.decode()
        await self.app(scope, receive, send)


def _mounted() -> FastAPI:
    app = FastAPI()
    app.add_middleware(_Rewrites)

    @app.get("/open")
    @public("the same for everyone")
    async def opened() -> str:
        return "open"

    @app.get("/closed")
    async def closed() -> str:
        return SECRET

    return app


def test_a_broken_seal_is_told_to_the_app_that_was_asked(tmp_path: Path) -> None:
    """An app that is mounted in a second protected app, as tests do it, reports to the second."""
    mounted = _mounted()
    for name in ("first", "second"):
        app = FastAPI()
        app.mount("/in", mounted)
        with guarded(app, tmp_path / name) as it:
            it.anyone.get("/in/open", headers={"X-Run": "/in/closed"})
            assert it.events.take() == [_BROKEN], name


def test_an_app_may_be_mounted_plainly_and_behind_a_middleware(tmp_path: Path) -> None:
    """Where the gate sees an app in one place and not in another, both places answer."""
    app, mounted = FastAPI(), _mounted()
    app.mount("/plain", mounted)
    app.mount("/behind", _Rewrites(mounted))
    with guarded(app, tmp_path) as it:
        paths = ("/plain/closed", "/behind/closed")
        assert [it.get(path)[1].status_code for path in paths] == [200, 200]


@pytest.mark.parametrize("debug", [False, True])
def test_roles_that_cannot_be_read_tell_nothing(
    debug: bool,  # noqa: FBT001 - a case of the table
    tmp_path: Path,
) -> None:
    """Whatever fails while roles are asked for, the caller gets an answer of the house's own."""
    app = FastAPI(debug=debug)
    app.get("/role")(admin(tells()))
    with guarded(app, tmp_path) as it:
        path = make_url(it.settings.database_url.reveal()).database
        with closing(sqlite3.connect(str(path))) as connection, connection:
            connection.execute('ALTER TABLE "user" RENAME COLUMN role TO another')
        came = it.get("/role")[1]
    assert came.status_code in (500, 503)
    assert came.json()["code"] in ("INTERNAL_SERVER_ERROR", "SERVICE_UNAVAILABLE")
    assert came.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("seconds", [0.5, 1.5, True])
def test_fresh_takes_whole_seconds(seconds: int) -> None:
    """`max_age` is a whole number (RFC 9470), and so it is in the table of routes."""
    with pytest.raises(ValueError, match="seconds"):
        fresh(seconds)


@pytest.mark.parametrize("role", ["user,admin", "a b", "admin\n"])
def test_one_role_is_one_name(role: str, tmp_path: Path) -> None:
    """A role with a comma in its name would be two, and what no route can ask for is none."""

    async def give(it: Guarded) -> None:
        engine = open_engine(it.settings.database_url.reveal())
        try:
            await set_roles(engine, UserId(it.ada.user_id), frozenset({role}))
        finally:
            await engine.dispose()

    with guarded(FastAPI(), tmp_path) as it, pytest.raises(ValueError, match="role"):
        asyncio.run(give(it))


@pytest.fixture
def admins(tmp_path: Path) -> Iterator[Guarded]:
    """An app for admins, over HTTP and as a websocket."""
    app = FastAPI()

    @app.get("/role")
    @requires(role="admin")
    async def role() -> str:
        return "role"

    @app.websocket("/live")
    @requires(role="admin")
    async def live(websocket: WebSocket) -> None:
        await websocket.accept()
        while True:
            await websocket.send_text(await websocket.receive_text())

    with guarded(app, tmp_path) as it:
        yield it


def test_a_role_that_is_given_signs_nobody_out(admins: Guarded) -> None:
    """98: the token of before lets in while the role is there, and is R3 when it is not."""
    for roles, status in (("admin", 200), ("user", 403), ("admin", 200)):
        give_roles(admins.settings, admins.ada.user_id, roles)
        ends = time.monotonic() + _HEARD_SECONDS
        while time.monotonic() < ends:
            assert admins.ada.http.get("/role").status_code == status
            time.sleep(0.1)


def test_a_websocket_ends_with_the_role_that_opened_it(admins: Guarded) -> None:
    """A websocket that asks for a role is open for as long as its caller has the role."""
    give_roles(admins.settings, admins.ada.user_id, "admin")
    ends = time.monotonic() + 20
    while not _is_in(admins):
        assert time.monotonic() < ends, "INCONCLUSIVE: the role was never there"
    url = admins.url.replace("http", "ws") + "/live"
    with connect(url, additional_headers=bearer(_token(admins))) as live:
        live.send("hello")
        assert live.recv(5) == "hello"
        give_roles(admins.settings, admins.ada.user_id, "user")
        with pytest.raises(ConnectionClosed):
            _talk(live)


def _talk(live: ClientConnection) -> None:
    ends = time.monotonic() + 5
    while time.monotonic() < ends:
        live.send("hello")
        live.recv(5)
        time.sleep(0.1)


def _token(it: Guarded) -> str:
    token: str = it.ada.browser.get("/api/auth/token").raise_for_status().json()["token"]
    return token


def _is_in(it: Guarded) -> bool:
    return httpx.get(f"{it.url}/role", headers=bearer(_token(it))).status_code == 200
