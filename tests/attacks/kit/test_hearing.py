"""Websockets that people sign in to in other ways than by a header."""

import asyncio
import contextlib

import pytest
from fastapi import FastAPI, HTTPException, WebSocket, WebSocketDisconnect
from pydantic import BaseModel

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.hearing import hearing
from tests.attacks.kit.lab import LAB, Me, attacked, lab_app


class Post(BaseModel):
    """What is posted."""

    text: str


def _app(way: str, *, tells_all: bool) -> FastAPI:  # noqa: C901 - a small app
    app, listeners = lab_app(), list[tuple[str, asyncio.Queue[str]]]()

    @app.post("/posts", status_code=201)
    async def create(sent: Post, me: Me) -> dict[str, bool]:
        for who, queue in listeners:
            if who == me or tells_all:
                queue.put_nowait(sent.text)
        return {"ok": True}

    async def listen(websocket: WebSocket, token: str) -> None:
        queue: asyncio.Queue[str] = asyncio.Queue()
        listeners.append((LAB.who(f"Bearer {token}"), queue))

        async def tell() -> None:
            while True:
                await websocket.send_text(await queue.get())

        telling = asyncio.ensure_future(tell())
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                await websocket.receive_text()
        telling.cancel()

    @app.websocket("/live")
    async def live(websocket: WebSocket, token: str = "") -> None:
        if way == "message":
            await websocket.accept()
        try:
            said = (await websocket.receive_json()).get("token") if way == "message" else token
            LAB.who(f"Bearer {said}")
        except (HTTPException, WebSocketDisconnect):
            await websocket.close()
            return
        if way != "message":
            await websocket.accept()
        await listen(websocket, said)

    return app


@pytest.mark.parametrize("way", ["query", "message"])
def test_whoever_signs_in_is_listened_to(way: str) -> None:
    """What is told to all is found however people sign in, and what is told to one is refused."""
    leaky = attacked(_app(way, tells_all=True), hearing)
    assert leaky.findings == {("153", "WEBSOCKET /live")}, leaky.said(*Outcome)
    sound = attacked(_app(way, tells_all=False), hearing)
    assert sound.of(Outcome.REFUSED) == {("153", "WEBSOCKET /live")}, sound.said(*Outcome)


def _rooms(hole: str) -> FastAPI:
    app, rooms = lab_app(), dict[str, str]()
    inside: list[tuple[str, WebSocket]] = []

    @app.post("/rooms", status_code=201)
    def create(me: Me) -> dict[str, str]:
        number = str(len(rooms) + 1)
        rooms[number] = me
        return {"id": number}

    @app.post("/posts", status_code=201)
    async def post(sent: Post, me: Me) -> dict[str, bool]:
        for room, each in inside:
            if rooms[room] == me:
                await each.send_json({"text": sent.text})
        return {"ok": True}

    @app.websocket("/rooms/{room_id}/live")
    async def live(websocket: WebSocket, room_id: str) -> None:
        try:
            who = LAB.who(websocket.headers.get("authorization"))
        except HTTPException:
            who = ""
        if not who or hole == "closed" or (hole != "any room" and rooms.get(room_id) != who):
            await websocket.close(1008)
            return
        await websocket.accept()
        inside.append((room_id, websocket))
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                await websocket.receive_text()
        inside.remove((room_id, websocket))

    return app


@pytest.mark.parametrize(
    ("hole", "outcome"),
    [
        ("any room", Outcome.FINDING),
        ("", Outcome.REFUSED),
        ("closed", Outcome.INCONCLUSIVE),
    ],
)
def test_the_room_of_another_is_listened_to(hole: str, outcome: Outcome) -> None:
    """Bob in Alice's room is found, and where she herself is kept out nothing is shown."""
    came = attacked(_rooms(hole), hearing)
    assert came.outcomes("153") == {outcome}, came.verdicts
    if hole == "closed":
        assert set(came.said(outcome).values()) == {"Alice's own websocket is refused"}
