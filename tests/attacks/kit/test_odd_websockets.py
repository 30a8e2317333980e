"""Websockets that break, that tell everybody everything, or that nobody gets into."""

from typing import Annotated

import pytest
from fastapi import FastAPI, Header, HTTPException, Response, WebSocket, WebSocketDisconnect
from pydantic import BaseModel

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.websockets import websockets
from tests.attacks.kit.lab import LAB, PEOPLE, Me, attacked, lab_app

_LIVE = "WEBSOCKET /live"


class _Note(BaseModel):
    text: str


def _known(websocket: WebSocket) -> bool:
    try:
        return bool(LAB.who(websocket.headers.get("authorization")))
    except HTTPException:
        return False


async def _echo(websocket: WebSocket) -> None:
    try:
        while True:
            await websocket.send_text(await websocket.receive_text())
    except (WebSocketDisconnect, KeyError):
        return


def _breaking(how: str) -> FastAPI:
    app, broken = lab_app(), list[str]()

    async def answer(websocket: WebSocket) -> None:
        said = await websocket.receive()
        text = said.get("text") or ""
        if text.startswith('{"type": "ping"'):
            await websocket.send_text(text)
        elif how == "tells":
            await websocket.send_text("Traceback (most recent call last): ...")
        elif how in {"fails", "is sound"}:
            await websocket.close(1011 if how == "fails" else 1003)
        else:
            broken.append(text)

    @app.websocket("/live")
    async def live(websocket: WebSocket) -> None:
        if not _known(websocket) or broken:
            if how == "falls" and not broken:
                await websocket.send_denial_response(Response(status_code=500))
            await websocket.close(1008)
            return
        await websocket.accept()
        await answer(websocket)

    return app


@pytest.mark.parametrize(
    ("how", "number", "outcome", "says"),
    [
        ("tells", "172", Outcome.FINDING, "an error of the app is told with its inside"),
        ("fails", "172", Outcome.REMARK, "the app fails at 6 messages, such as '{'"),
        ("dies", "172", Outcome.FINDING, "after hostile messages nobody gets in any more"),
        ("is sound", "172", Outcome.REFUSED, ""),
        ("falls", "16", Outcome.FINDING, "the upgrade is answered 500 to a stranger"),
        ("is sound", "16", Outcome.REFUSED, ""),
    ],
)
def test_a_websocket_that_breaks_is_told(
    how: str, number: str, outcome: Outcome, says: str
) -> None:
    """What an odd message or a stranger breaks is told, by how much of it is broken."""
    came = attacked(_breaking(how), websockets, only=lambda trial: trial.attack.id == number)
    assert [each.startswith(says) for each in came.said(outcome).values()] == [True], came.verdicts


@pytest.mark.parametrize("to_all", [True, False])
def test_who_hears_what_another_makes_is_told(*, to_all: bool) -> None:
    """A websocket that tells everybody what one person has made is found."""
    app, listeners = lab_app(), list[tuple[str, WebSocket]]()

    @app.post("/notes", status_code=201)
    async def create(sent: _Note, me: Me) -> dict[str, str]:
        for whose, each in listeners:
            if to_all or whose == me:
                await each.send_json({"new": sent.text})
        return {"id": "1"}

    @app.websocket("/live")
    async def live(websocket: WebSocket, authorization: Annotated[str, Header()] = "") -> None:
        if not _known(websocket):
            await websocket.close(1008)
            return
        await websocket.accept()
        mine = (LAB.who(authorization), websocket)
        listeners.append(mine)
        await _echo(websocket)
        listeners.remove(mine)

    came = attacked(app, websockets, only=lambda trial: trial.attack.id == "105.w")
    assert came.findings == ({("105.w", _LIVE)} if to_all else set()), came.verdicts


def _leaving(does: str) -> FastAPI:
    app, ended, opened = lab_app(), set[str](), set[str]()

    @app.post("/leave")
    def leave(me: Me, authorization: Annotated[str, Header()] = "") -> dict[str, str]:
        if does == "refuses":
            raise HTTPException(400)
        ended.add(authorization)
        return {"left": me}

    @app.get("/me")
    def me(me: Me, authorization: Annotated[str, Header()] = "") -> dict[str, str]:
        if authorization in ended and does != "goes on":
            raise HTTPException(401)
        return {"email": me}

    @app.websocket("/live")
    async def live(websocket: WebSocket, authorization: Annotated[str, Header()] = "") -> None:
        late = authorization in opened and does == "hears late"
        if not _known(websocket) or late or does == "is closed":
            await websocket.close(1008)
            return
        if authorization in ended:
            opened.add(authorization)
        await websocket.accept()
        await _echo(websocket)

    return app


_NO_WAY = "the attack file names no sign-out"


@pytest.mark.parametrize(
    ("does", "number", "outcome", "says"),
    [
        ("is closed", "91.4", Outcome.INCONCLUSIVE, "Alice gets into the websocket by no way"),
        ("refuses", "91.4", Outcome.INCONCLUSIVE, "Signing out leaver-1 failed"),
        ("refuses", "91.5", Outcome.INCONCLUSIVE, "Signing out leaver-1 failed"),
        ("goes on", "91.5", Outcome.NOT_APPLICABLE, "the session outlives its sign-out everywhere"),
        ("hears late", "91.5", Outcome.REFUSED, ""),
        ("never hears", "91.5", Outcome.FINDING, "whoever has signed out opens it anew"),
        ("has no way out", "91.4", Outcome.NOT_APPLICABLE, _NO_WAY),
        ("has no way out", "91.5", Outcome.NOT_APPLICABLE, _NO_WAY),
    ],
)
def test_a_websocket_after_a_sign_out_is_told_of(
    does: str, number: str, outcome: Outcome, says: str
) -> None:
    """Only a sign-out that has worked elsewhere, and is heard of in time, shows anything."""
    out = None if does == "has no way out" else {"path": "/leave", "body": {}}
    came = attacked(
        _leaving(does), websockets, file={"people": {**PEOPLE, "sign_out": out}},
        only=lambda trial: trial.attack.id == number,
    )  # fmt: skip
    assert [each.startswith(says) for each in came.said(outcome).values()] == [True], came.verdicts
