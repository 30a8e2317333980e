"""A club, sound unless a hole is named: people, what they hear, and many of them at once."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, HTTPException, WebSocket, WebSocketDisconnect
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from tests.attacks.kit.lab import LAB, Me, lab_app


class Post(BaseModel):
    """What is posted to oneself."""

    text: Annotated[str, Field(max_length=1_000)]


def club(hole: str = "") -> FastAPI:  # noqa: C901, PLR0915 - many small handlers
    """Make the app; `hole` is what is forgotten."""
    app, posts = lab_app(), list[dict[str, Any]]()
    listeners: list[tuple[str, asyncio.Queue[str]]] = []
    current: list[str] = []

    def tell(me: str, what: str) -> None:
        for who, queue in listeners:
            if who == me or hole == "everybody":
                queue.put_nowait(what)

    def kept(authorization: Annotated[str | None, Header()] = None) -> str:
        current.append(LAB.who(authorization))
        return current[-1]

    @app.post("/posts", status_code=201)
    async def create(sent: Post, me: Annotated[str, Depends(kept)]) -> dict[str, int]:
        made = {"id": len(posts) + 1, "owner": me, "text": sent.text}
        posts.append(made)
        tell(me, sent.text if hole != "bare" else "posted")
        for _, queue in listeners if hole == "bare" else ():
            queue.put_nowait(f"posted {made['id']}")
        current.clear()
        return {"id": len(posts)}

    @app.get("/posts")
    async def listing(authorization: Annotated[str | None, Header()] = None) -> list[str]:
        me = current[-1] if hole == "carry-over" and current else LAB.who(authorization)
        if hole == "crossing":
            app.state.me = me
            await asyncio.sleep(0.001)
            me = app.state.me
        return [each["text"] for each in posts if each["owner"] == me]

    @app.get("/me")
    def who(me: Me) -> dict[str, str]:
        return {"id": _number(me), "email": me}

    @app.get("/users/{user_id}")
    def profile(user_id: str, me: Me) -> dict[str, str]:
        found = next((each for each in LAB.passwords if _number(each) == user_id), None)
        if found is None:
            raise HTTPException(404, "nobody")
        shown = {"id": user_id, "name": "a member"}
        if hole == "address" or found == me:
            shown["email"] = found
        return {**shown, "phone": "+1 415 555 0100"} if hole == "phone" else shown

    @app.get("/users")
    def directory(me: Me) -> list[dict[str, str]]:
        del me
        people = [{"id": _number(each), "name": "a member"} for each in LAB.passwords]
        if hole == "directory":
            return [
                {**each, "email": mail} for each, mail in zip(people, LAB.passwords, strict=True)
            ]
        return people

    async def hear(websocket: WebSocket, me: str) -> None:
        queue: asyncio.Queue[str] = asyncio.Queue()
        listeners.append((me, queue))
        try:
            await websocket.send_json({"type": "ready"})
            while True:
                await websocket.send_text(await queue.get())
        finally:
            listeners.remove((me, queue))

    @app.websocket("/live")
    async def live(websocket: WebSocket, user_id: str | None = None) -> None:
        try:
            me = LAB.who(websocket.headers.get("Authorization"))
        except HTTPException:
            await websocket.close()
            return
        if hole == "topic" and user_id is not None:
            me = next((each for each in LAB.passwords if _number(each) == user_id), me)
        await websocket.accept()
        heard = asyncio.ensure_future(hear(websocket, me))
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                said = await websocket.receive_json()
                if hole == "subscribe" and "@" in str(said.get("channel")):
                    heard.cancel()
                    heard = asyncio.ensure_future(hear(websocket, str(said["channel"])))
        heard.cancel()

    @app.get("/events")
    async def events(me: Me) -> StreamingResponse:
        queue: asyncio.Queue[str] = asyncio.Queue()
        listeners.append((me, queue))

        async def told() -> AsyncIterator[str]:
            yield ": hello\n\n"
            while True:
                yield f"data: {await queue.get()}\n\n"

        return StreamingResponse(told(), media_type="text/event-stream")

    return app


def _number(email: str) -> str:
    """Return the number of a person, which is no address."""
    return str(1_000 + list(LAB.passwords).index(email))
