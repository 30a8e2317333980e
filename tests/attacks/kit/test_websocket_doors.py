"""Websockets, told from those that let in only whom they know."""

import asyncio
from contextlib import suppress
from typing import Annotated

import pytest
from fastapi import Cookie, FastAPI, Header, WebSocket, WebSocketDisconnect
from fastapi.exceptions import HTTPException

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.websockets import websockets
from tests.attacks.kit.cookie_lab import SESSIONS, Door, cookie_app, cookie_people
from tests.attacks.kit.lab import LAB, Me, attacked, lab_app

_LIVE = "WEBSOCKET /live"


async def _echo(websocket: WebSocket) -> None:
    try:
        while True:
            await websocket.send_text(await websocket.receive_text())
    except (WebSocketDisconnect, KeyError):
        return


async def _echo_if(websocket: WebSocket, *, good: bool) -> None:
    if not good:
        await websocket.close(1008)
        return
    await websocket.accept()
    await _echo(websocket)


def _known(token: str | None) -> bool:
    try:
        return bool(LAB.who(f"Bearer {token}"))
    except HTTPException:
        return False


def _by_query(hole: str) -> FastAPI:
    app = lab_app()

    @app.websocket("/live")
    async def live(websocket: WebSocket, token: str = "") -> None:
        if not _known(token) and hole == "":
            await websocket.close(1008)
            return
        await websocket.accept()
        if hole == "says" or _known(token):
            await _echo(websocket)
        await websocket.close(1008)

    return app


def _by_header(hole: str) -> FastAPI:
    app = lab_app()

    @app.websocket("/live")
    async def live(websocket: WebSocket) -> None:
        token = websocket.headers.get("authorization", "").removeprefix("Bearer ")
        await websocket.accept()
        if not _known(token) and (hole == "" or not token):
            await websocket.send_json({"error": "unauthorized"})
            await websocket.close(4401)
            return
        await _echo(websocket)

    return app


def _by_first_message(hole: str) -> FastAPI:
    app = lab_app()

    @app.websocket("/live")
    async def live(websocket: WebSocket) -> None:
        await websocket.accept()
        first = await websocket.receive_text()
        if not _known(first) and hole == "":
            await websocket.close(1008)
            return
        await _echo(websocket)

    return app


@pytest.mark.parametrize(
    ("app", "found"),
    [
        (_by_query("says"), {("16", _LIVE)}),
        (_by_query(""), set()),
        (_by_query("accepts and closes"), set()),
        (_by_header("bad token"), {("16", _LIVE)}),
        (_by_header(""), set()),
        (_by_first_message("any"), {("16", _LIVE)}),
        (_by_first_message(""), set()),
    ],
)
def test_a_stranger_on_a_websocket_is_found_out(app: FastAPI, found: set[tuple[str, str]]) -> None:
    """Whoever is let in without a good token is found, however the app takes its tokens."""
    came = attacked(app, websockets, only=lambda trial: trial.attack.id != "91.4")
    assert came.findings == found, came.said(Outcome.FINDING)
    assert came.of(Outcome.INCONCLUSIVE) == set(), came.said(Outcome.INCONCLUSIVE)


def _with_cookie(door: Door, hole: str) -> FastAPI:
    app = cookie_app(door)

    @app.websocket("/live")
    async def live(websocket: WebSocket, session: Annotated[str | None, Cookie()] = None) -> None:
        origin = websocket.headers.get("origin", "")
        own = f"http://{websocket.headers['host']}"
        good = {"": origin == own, "none": True, "prefix": origin.startswith(own)}[hole]
        await _echo_if(websocket, good=session in SESSIONS and good)

    return app


@pytest.mark.parametrize(
    ("door", "hole", "outcome"),
    [
        (Door("none"), "none", Outcome.FINDING),
        (Door("lax"), "none", Outcome.REMARK),
        (Door("lax"), "prefix", Outcome.FINDING),
        (Door("none"), "", Outcome.REFUSED),
    ],
)
def test_a_hostile_pages_websocket_is_found_out(door: Door, hole: str, outcome: Outcome) -> None:
    """A page of another site that opens a websocket with the cookie is found."""
    came = attacked(
        _with_cookie(door, hole), websockets, file={"people": cookie_people()},
        only=lambda trial: trial.attack.id in {"16", "17"},
    )  # fmt: skip
    assert came.outcomes("17") == {outcome}, came.said(outcome)
    assert came.outcomes("16") == {Outcome.REFUSED}


def _by_token(*, asks: bool) -> FastAPI:
    app = lab_app()

    @app.websocket("/live")
    async def live(websocket: WebSocket, token: str = "") -> None:
        own = f"http://{websocket.headers['host']}"
        good = not asks or websocket.headers.get("origin", "") == own
        await _echo_if(websocket, good=good and _known(token))

    return app


@pytest.mark.parametrize(("asks", "outcome"), [(False, Outcome.REMARK), (True, Outcome.REFUSED)])
def test_a_websocket_of_any_page_that_has_a_token_is_told_of(
    asks: bool,  # noqa: FBT001 - a column
    outcome: Outcome,
) -> None:
    """Where browsers add no credential by themselves, a websocket of any Origin is a remark."""
    came = attacked(_by_token(asks=asks), websockets, only=lambda trial: trial.attack.id == "17")
    assert came.outcomes("17") == {outcome}, came.verdicts


def _rooms(hole: str) -> FastAPI:
    app, rooms = lab_app(), dict[str, str]()

    @app.post("/rooms", status_code=201)
    def create(me: Me) -> dict[str, str]:
        number = str(len(rooms) + 1)
        rooms[number] = me
        return {"id": number}

    @app.websocket("/rooms/{room_id}/live")
    async def live(websocket: WebSocket, room_id: str, token: str = "") -> None:
        who = LAB.who(f"Bearer {token}") if _known(token) else ""
        good = who != "" and (rooms.get(room_id) == who or hole != "")
        await _echo_if(websocket, good=good)

    return app


@pytest.mark.parametrize(
    ("hole", "found"), [("any", {("105.w", "WEBSOCKET /rooms/{room_id}/live")}), ("", set())]
)
def test_anothers_websocket_is_found_out(hole: str, found: set[tuple[str, str]]) -> None:
    """Bob at the websocket of Alice's room is found."""
    assert attacked(_rooms(hole), websockets).findings == found


async def _answer(websocket: WebSocket, token: str, does: str) -> None:
    while True:
        said = await websocket.receive_text()
        if does.endswith("a text") or (does == "closes" and not _known(token)):
            await websocket.close(1008)
            return
        if does in {"answers", "closes"} or (does == "refuses" and _known(token)):
            await websocket.send_text(said)
        elif does == "refuses":
            await websocket.send_json({"error": "not signed in"})


def _after_sign_out(does: str) -> FastAPI:
    app = lab_app()
    heard: list[asyncio.Queue[str]] = []

    @app.post("/notes", status_code=201)
    async def create(me: Me) -> dict[str, str]:
        for each in heard:
            await each.put(f"something new of {me}")
        return {"id": "1"}

    async def tell(websocket: WebSocket) -> None:
        mine: asyncio.Queue[str] = asyncio.Queue()
        heard.append(mine)
        if does == "tells, and ends at a text":
            await websocket.send_text("ready")
        while does.startswith("tells"):
            await websocket.send_text(await mine.get())

    @app.websocket("/live")
    async def live(websocket: WebSocket, token: str = "") -> None:
        if not _known(token):
            await websocket.close(1008)
            return
        await websocket.accept()
        telling = asyncio.create_task(tell(websocket))
        with suppress(WebSocketDisconnect, KeyError):
            await _answer(websocket, token, does)
        telling.cancel()

    return app


@pytest.mark.parametrize(
    ("does", "outcome"),
    [
        ("answers", Outcome.FINDING),
        ("tells", Outcome.FINDING),
        ("tells, and ends at a text", Outcome.FINDING),
        ("is silent", Outcome.REMARK),
        ("refuses", Outcome.REMARK),
        ("closes", Outcome.REFUSED),
    ],
)
def test_a_websocket_that_outlives_its_person_is_found_out(does: str, outcome: Outcome) -> None:
    """One that answers or tells something after sign-out is found; one that is open is told of."""
    came = attacked(_after_sign_out(does), websockets, only=lambda trial: trial.attack.id == "91.4")
    assert came.outcomes("91.4") == {outcome}, came.verdicts


def _of_one_room(hole: str) -> FastAPI:
    app, rooms, ever = lab_app(), dict[str, str](), dict[str, str]()

    @app.post("/rooms", status_code=201)
    def create(me: Me, authorization: Annotated[str, Header()] = "") -> dict[str, str]:
        number = str(len(rooms) + 1)
        rooms[number] = ever[authorization] = me
        return {"id": number}

    @app.get("/me")
    def me(me: Me) -> dict[str, str]:
        return {"me": me}

    @app.websocket("/rooms/{room_id}/live")
    async def live(websocket: WebSocket, room_id: str) -> None:
        header = websocket.headers.get("authorization", "")
        who = LAB.who(header) if _known(header.removeprefix("Bearer ")) else ""
        who = who or (ever.get(header, "") if hole == "ended" else "")
        await _echo_if(websocket, good=who != "" and rooms.get(room_id) == who)

    return app


@pytest.mark.parametrize(
    ("hole", "found"), [("ended", {("91.5", "WEBSOCKET /rooms/{room_id}/live")}), ("", set())]
)
def test_a_websocket_that_opens_after_sign_out_is_found_out(
    hole: str, found: set[tuple[str, str]]
) -> None:
    """A websocket that never asks whether a session is over is found, one's own row in its path."""
    came = attacked(_of_one_room(hole), websockets)
    assert came.findings == found, came.said(Outcome.FINDING)
    assert came.outcomes("91.5") == {Outcome.FINDING if found else Outcome.REFUSED}
