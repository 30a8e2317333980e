"""Several protected apps in one process: each has its own people, keys, routes and end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request, WebSocket
from sqlalchemy import select
from starlette.responses import PlainTextResponse, Response
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from gatepost import CurrentUser, Declaration, Gatepost, Rows, dependencies, public
from gatepost.rates import HIGHEST_RATES
from gatepost.settings import Settings
from gatepost.testing import Somebody, anonymous, sign_up
from gatepost.testing.people import open_account
from tests.conftest import settings_for
from tests.gate.guarded import Guarded, Recorder
from tests.ports import free_port
from tests.rows.models import Diary
from tests.serving import serving

_SECONDS = 30


def _app() -> FastAPI:
    app = FastAPI()

    @app.get("/me")
    async def me(user: CurrentUser) -> str:
        return user.user_id

    @app.get("/shared")
    async def shared() -> str:
        return "shared"

    @app.post("/pages/{page}")
    async def write(page: str, rows: Rows) -> None:
        rows.add(Diary(page=page))

    @app.get("/pages")
    async def pages(rows: Rows) -> list[str]:
        return [diary.page for diary in await rows.all(select(Diary))]

    @app.websocket("/live")
    async def live(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("hello")
        await websocket.receive_text()

    return app


async def _late(_request: Request) -> Response:
    return PlainTextResponse("late")


def _settings(port: int, directory: Path, secret: str) -> Settings:
    return Settings.from_environment(
        {
            "GATEPOST_URL": f"http://127.0.0.1:{port}",
            "GATEPOST_SECRET": f"the-one-and-only-secret-of-house-{secret}",
            "GATEPOST_DATA_DIR": str(directory),
            "GATEPOST_RATE_LIMITS": HIGHEST_RATES,
        }
    )


@contextmanager
def _house(
    app: FastAPI, directory: Path, secret: str, policies: dict[str, Declaration] | None = None
) -> Iterator[Guarded]:
    """Serve an app with a Gatepost, a database, a secret and a URL of its own."""
    port, events = free_port(), Recorder()
    directory.mkdir()
    settings = _settings(port, directory, secret)
    Gatepost(settings, events=events).protect(app, policies=policies)
    with serving(app, port=port) as url, anonymous(url) as anyone, sign_up(url) as ada:
        events.take()
        yield Guarded(url, settings, anyone, ada, events)


@pytest.fixture(scope="module")
def apps() -> tuple[FastAPI, FastAPI]:
    """Two apps with the same routes."""
    return _app(), _app()


@pytest.fixture(scope="module")
def houses(
    apps: tuple[FastAPI, FastAPI], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Guarded, Guarded]]:
    """The two of them, served at the same time; one of them has a public route more."""
    directory = tmp_path_factory.mktemp("houses")
    declared = {"GET /shared": public("the same for everyone, here")}
    with (
        _house(apps[0], directory / "one", "1", declared) as one,
        _house(apps[1], directory / "other", "2") as other,
    ):
        yield one, other


def _live(house: Guarded, somebody: Somebody) -> ClientConnection:
    """Open a house's websocket with somebody's token."""
    url = house.url.replace("http", "ws") + "/live"
    return connect(url, additional_headers=_bearer(somebody.token))


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_token_of_one_is_nothing_to_the_other(houses: tuple[Guarded, Guarded]) -> None:
    """Each believes its own tokens and no other's, in HTTP and in websockets."""
    for here, there in (houses, houses[::-1]):
        assert here.ada.http.get("/me").json() == here.ada.user_id
        there.events.take()
        refused = there.anyone.get("/me", headers=_bearer(here.ada.token))
        assert (refused.status_code, refused.json()["code"]) == (401, "INVALID_TOKEN")
        assert there.events.take() == [("authn_token_refused", "token_unknown_key")]
        with pytest.raises(InvalidStatus) as unopened:
            _live(there, here.ada).close()
        assert unopened.value.response.status_code == 401


def test_a_token_is_nothing_to_a_twin(tmp_path: Path) -> None:
    """The same URL and the same secret with another database is another house: its keys differ."""
    port, tokens = free_port(), list[str]()
    for name in ("one", "twin"):
        app, listens = _app(), free_port()
        Gatepost(settings_for(port, tmp_path / name), events=Recorder()).protect(app)
        (tmp_path / name).mkdir()
        page = {"Origin": f"http://127.0.0.1:{port}"}
        with serving(app, port=listens) as url, httpx.Client(base_url=url, headers=page) as client:
            tokens.append(open_account(client, "ada").token)
            answers = [client.get("/me", headers=_bearer(token)).status_code for token in tokens]
            assert answers[-1] == 200
            assert answers[:-1] == [401] * (len(tokens) - 1)


def test_a_session_of_one_is_nothing_to_the_other(houses: tuple[Guarded, Guarded]) -> None:
    """A browser sends its cookies to every port of a host; the other house gives no token."""
    one, other = houses
    cookies = {cookie.name: cookie.value or "" for cookie in one.ada.browser.cookies.jar}
    assert cookies
    for house, owed in ((one, 200), (other, 401)):
        with httpx.Client(base_url=house.url, cookies=cookies) as browser:
            assert browser.get("/api/auth/token").status_code == owed


def test_each_has_its_own_people_and_rows(houses: tuple[Guarded, Guarded]) -> None:
    """One address can sign up at both, and what somebody keeps at one is not at the other."""
    one, other = houses
    with sign_up(one.url, "bob") as bob, sign_up(other.url, "namesake") as namesake:
        account = {"name": "bob", "email": bob.email, "password": bob.password}
        namesake.browser.post("/api/auth/sign-up/email", json=account).raise_for_status()
        token = namesake.browser.get("/api/auth/token").raise_for_status().json()["token"]
        bob.http.post("/pages/here").raise_for_status()
        assert bob.http.get("/pages").json() == ["here"]
        assert other.anyone.get("/pages", headers=_bearer(token)).json() == []
        bob.browser.post("/api/auth/sign-out", json={}).raise_for_status()
        assert bob.http.get("/me").status_code == 401
        assert other.anyone.get("/me", headers=_bearer(token)).status_code == 200


def test_a_policy_of_one_opens_nothing_at_the_other(houses: tuple[Guarded, Guarded]) -> None:
    """What is declared public beside one app stays closed in an app of the same routes."""
    one, other = houses
    assert one.anyone.get("/shared").status_code == 200
    assert other.anyone.get("/shared").status_code == 401
    assert one.anyone.get("/me").status_code == 401


def test_an_override_or_a_late_route_of_one_is_not_the_others(
    apps: tuple[FastAPI, FastAPI], houses: tuple[Guarded, Guarded]
) -> None:
    """What breaks the seal of one app leaves the other as it was."""
    one, other = houses
    guard = dependencies._current_user  # noqa: SLF001 - what a developer would override
    apps[0].dependency_overrides[guard] = _late
    assert one.ada.http.get("/me").status_code == 500
    assert other.ada.http.get("/me").json() == other.ada.user_id
    apps[0].dependency_overrides.clear()
    apps[0].router.add_route("/late", _late)
    assert one.ada.http.get("/late").status_code == 500
    assert other.ada.http.get("/late").status_code == 404
    assert other.ada.http.get("/me").status_code == 200
    apps[0].router.routes.pop()


def test_the_end_of_one_is_not_the_others(tmp_path: Path) -> None:
    """When one app stops, the other goes on: its people, its websockets, its sign-outs."""
    with _house(_app(), tmp_path / "other", "2") as other, _live(other, other.ada) as websocket:
        with _house(_app(), tmp_path / "one", "1") as one:
            assert one.ada.http.get("/me").status_code == 200
        assert websocket.recv(_SECONDS) == "hello"
        assert other.ada.http.get("/me").status_code == 200
        with sign_up(other.url, "cleo") as cleo:
            cleo.browser.post("/api/auth/sign-out", json={}).raise_for_status()
            assert cleo.http.get("/me").status_code == 401
