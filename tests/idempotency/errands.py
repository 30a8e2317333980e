"""An app whose routes take keys, each with an answer of another kind."""

import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import anyio
from fastapi import BackgroundTasks, FastAPI, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse
from pydantic import BaseModel
from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from starlette.middleware.gzip import GZipMiddleware

from gatepost import BadRequest, Conflict, Gatepost, Rows, Settings
from gatepost.idempotency import Idempotent
from gatepost.keyed_request import MOST_KEPT_BYTES
from gatepost.rows import Owned, new_id


class ErrandBase(DeclarativeBase):
    """The base of the models of this app."""


class Shop(ErrandBase):
    """Where an errand leads; nobody's."""

    __tablename__ = "errand_shop"
    id: Mapped[str] = mapped_column(Text, primary_key=True)


class Errand(Owned, ErrandBase):
    """What was done. Whether its shop exists is asked when the transaction ends."""

    __tablename__ = "errand"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    title: Mapped[str] = mapped_column(Text)
    shop_id: Mapped[str | None] = mapped_column(
        ForeignKey("errand_shop.id", deferrable=True, initially="DEFERRED")
    )


class ErrandIn(BaseModel):
    """A new errand."""

    title: str


class ErrandOut(BaseModel):
    """An errand, with the id that the database gave it."""

    id: str
    title: str


@dataclass
class World:
    """What the handlers look at and leave behind.

    Attributes:
        refusing: whether the handlers refuse, having written.
        shop: where the next errands lead.
        afterwards: the titles of the errands whose background tasks have run.
        entered: set when the slow handler has been entered.
        goes_on: lets it go on.
    """

    refusing: bool = False
    shop: str | None = None
    afterwards: list[str] = field(default_factory=list)
    entered: threading.Event = field(default_factory=threading.Event)
    goes_on: threading.Event = field(default_factory=threading.Event)

    def begin_anew(self) -> None:
        """Forget what another test has left."""
        self.refusing, self.shop = False, None
        self.afterwards.clear()
        self.entered.clear()
        self.goes_on.clear()


async def _run(rows: Rows, title: str, world: World) -> ErrandOut:
    errand = Errand(title=title, shop_id=world.shop)
    rows.add(errand)
    await rows.flush()
    if world.refusing:
        raise Conflict("Not today", code="NOT_TODAY")
    return ErrandOut(id=errand.id, title=title)


def create(settings: Settings, world: World) -> FastAPI:
    """Make the app, with another mounted in it."""
    app, inner = FastAPI(), FastAPI()
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.mount("/inner", inner)
    for each in (app, inner):
        _add_errands(each, world)
    _add_other_answers(app, world)
    _add_streams(app, world)
    _add_long_answers(app, world)
    Gatepost(settings).protect(app)
    return app


def _add_errands(app: FastAPI, world: World) -> None:
    @app.post("/errands", status_code=201)
    async def add(
        _once: Idempotent, wanted: ErrandIn, rows: Rows, answer: Response, later: BackgroundTasks
    ) -> ErrandOut:
        done = await _run(rows, wanted.title, world)
        answer.headers["Location"] = f"/errands/{done.id}"
        answer.headers["ETag"] = f'"{done.id}"'
        answer.set_cookie("seen", done.id)
        later.add_task(world.afterwards.append, wanted.title)
        return done

    @app.post("/more-errands", status_code=201)
    async def add_more(_once: Idempotent, wanted: ErrandIn, rows: Rows) -> ErrandOut:
        return await _run(rows, wanted.title, world)

    @app.post("/errands/{name}")
    async def add_named(_once: Idempotent, name: str, rows: Rows) -> ErrandOut:
        return await _run(rows, name, world)

    @app.patch("/errands/{name}")
    async def change(_once: Idempotent, name: str, rows: Rows) -> ErrandOut:
        return await _run(rows, name, world)


def _add_other_answers(app: FastAPI, world: World) -> None:
    @app.post("/slow")
    async def slow(_once: Idempotent, rows: Rows) -> ErrandOut:
        world.entered.set()
        await anyio.to_thread.run_sync(world.goes_on.wait, 5)
        return await _run(rows, "slow", world)

    @app.post("/raw")
    async def raw(_once: Idempotent, request: Request, rows: Rows) -> ErrandOut:
        parts = [part async for part in request.stream()]
        return await _run(rows, b"".join(parts).decode(), world)

    @app.post("/empty", status_code=204)
    async def empty(_once: Idempotent, rows: Rows) -> None:
        await _run(rows, "empty", world)

    @app.post("/away")
    async def away(_once: Idempotent, rows: Rows) -> RedirectResponse:
        done = await _run(rows, "away", world)
        return RedirectResponse(f"/errands/{done.id}", 303)

    @app.post("/demanded")
    async def demanded(key: Idempotent, rows: Rows) -> ErrandOut:
        if key is None:
            raise BadRequest("Send an Idempotency-Key", code="IDEMPOTENCY_KEY_REQUIRED")
        return await _run(rows, key, world)

    @app.get("/plain")
    async def plain() -> str:
        return "takes no key"

    @app.post("/breaks")
    async def breaks(_once: Idempotent, rows: Rows) -> None:
        await _run(rows, "breaks", world)
        raise RuntimeError("broken on purpose")


def _add_streams(app: FastAPI, world: World) -> None:
    @app.post("/streamed")
    async def streamed(_once: Idempotent, rows: Rows) -> StreamingResponse:
        async def parts() -> AsyncIterator[str]:
            for number in range(3):
                yield f"{(await _run(rows, f'part {number}', world)).id};"

        return StreamingResponse(parts())

    @app.post("/broken-stream")
    async def broken_stream(_once: Idempotent, rows: Rows) -> StreamingResponse:
        async def parts() -> AsyncIterator[str]:
            yield (await _run(rows, "broken stream", world)).id
            raise RuntimeError("broken on purpose")

        return StreamingResponse(parts())

    @app.post("/slow-stream")
    async def slow_stream(_once: Idempotent, rows: Rows) -> StreamingResponse:
        async def parts() -> AsyncIterator[str]:
            yield (await _run(rows, "slow stream", world)).id
            world.entered.set()
            await anyio.to_thread.run_sync(world.goes_on.wait, 5, abandon_on_cancel=True)

        return StreamingResponse(parts())


def _add_long_answers(app: FastAPI, world: World) -> None:
    @app.post("/bytes/{over}")
    async def many_bytes(_once: Idempotent, over: int, rows: Rows) -> Response:
        await _run(rows, f"{over} over", world)
        # Encoded already, so that nothing makes it shorter on its way.
        encoded = {"Content-Encoding": "identity"}
        return Response(b"x" * (MOST_KEPT_BYTES + over), headers=encoded)

    @app.post("/long-text")
    async def long_text(_once: Idempotent, rows: Rows) -> str:
        return (await _run(rows, "long text", world)).id * 100
