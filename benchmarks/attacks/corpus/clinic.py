"""A clinic's records, on Gatepost; the holes are mistakes that the app's own developers make."""

import os
import secrets
import tempfile
from enum import StrEnum
from typing import Annotated

from fastapi import FastAPI, Query
from sqlalchemy import func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from benchmarks.attacks.corpus.answers import Line, Strict, Text
from benchmarks.attacks.corpus.planting import planted
from gatepost import CurrentGatepost, Gatepost, NotFound, Rows, Settings, public, requires
from gatepost.rows import Access, Owned, everyone, owner

# A database of its own for each process, and limits that let many people in from one address.
_ENVIRONMENT = {
    "GATEPOST_DATA_DIR": tempfile.mkdtemp(prefix="clinic-"),
    "GATEPOST_RATE_LIMITS": "default=1000/10s,sign-in=1000/10s,mail=1000/60s,failures=1000/3600s",
}

app = FastAPI(title="Clinic", docs_url=None, redoc_url=None, openapi_url=None)


class Work(StrEnum):
    """What is done for nobody in particular."""

    REPORT = "report"
    SEARCH = "search"
    CARD = "card"


class Base(DeclarativeBase):
    """Every row has an id that nobody guesses."""

    id: Mapped[str] = mapped_column(primary_key=True, default=lambda: secrets.token_hex(16))


class Record(Owned, Base):
    """What somebody keeps about their health; they may show one to everybody."""

    __tablename__ = "record"
    __access__ = Access(can_read=(owner, everyone(where="is_shown")))
    title: Mapped[str]
    text: Mapped[str]
    is_shown: Mapped[bool] = mapped_column(default=planted("shown_by_default"))


class Remark(*((Base,) if planted("remark_of_nobody") else (Owned, Base))):  # type: ignore[misc] # either
    """A remark in the margin."""

    __tablename__ = "loose_remark" if planted("remark_of_nobody") else "remark"
    text: Mapped[str]


class RecordIn(Strict):
    """A record to be."""

    title: Line
    text: Text = ""


class RemarkIn(Strict):
    """A remark to be."""

    text: Text


class RecordOut(RecordIn):
    """A record."""

    id: str


class RemarkOut(RemarkIn):
    """A remark."""

    id: str


_counted: dict[str, int] = {}


@app.get("/health")
@public("liveness probe; says nothing about anyone")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/records")
async def list_records(rows: Rows) -> list[RecordOut]:
    return [_shown(record) for record in await rows.all(select(Record))]


@app.post("/records", status_code=201)
async def add_record(wanted: RecordIn, rows: Rows) -> RecordOut:
    record = Record(title=wanted.title, text=wanted.text)
    rows.add(record)
    await rows.flush()
    _counted.clear()
    return _shown(record)


@app.get("/records/search")
async def search(
    q: Annotated[str, Query(max_length=100)], rows: Rows, gatepost: CurrentGatepost
) -> list[RecordOut]:
    wanted = select(Record).where(Record.text.contains(q, autoescape=True))
    if planted("search_outside"):
        async with gatepost.outside(Work.SEARCH) as everybodys:
            return [_shown(record) for record in await everybodys.scalars(wanted)]
    return [_shown(record) for record in await rows.all(wanted)]


@app.get("/records/{record_id}")
async def read_record(record_id: str, rows: Rows) -> RecordOut:
    return _shown(await rows.get_one(Record, record_id))


@app.put("/records/{record_id}")
async def change_record(record_id: str, wanted: RecordIn, rows: Rows) -> RecordOut:
    record = await rows.get_one(Record, record_id)
    record.title, record.text = wanted.title, wanted.text
    return _shown(record)


@app.delete("/records/{record_id}", status_code=204)
async def delete_record(record_id: str, rows: Rows) -> None:
    await rows.delete(await rows.get_one(Record, record_id))
    _counted.clear()


if planted("card_for_all"):

    @app.get("/records/{record_id}/card")
    @public("a card that people print")
    async def printed_card(record_id: str, gatepost: CurrentGatepost) -> dict[str, str]:
        async with gatepost.outside(Work.CARD) as everybodys:
            record = await everybodys.get(Record, record_id)
        if record is None:
            raise NotFound("There is no such record", code="RECORD_NOT_FOUND")
        return {"card": f"{record.title}: {record.text}"}

else:

    @app.get("/records/{record_id}/card")
    async def card(record_id: str, rows: Rows) -> dict[str, str]:
        record = await rows.get_one(Record, record_id)
        return {"card": f"{record.title}: {record.text}"}


@app.get("/summary")
async def summary(rows: Rows) -> dict[str, int]:
    counting = select(func.count(Record.id))
    if not planted("summary_of_the_last"):
        return {"records": await rows.scalar(counting) or 0}
    if "records" not in _counted:
        _counted["records"] = await rows.scalar(counting) or 0
    return _counted


@app.get("/remarks")
async def list_remarks(rows: Rows) -> list[RemarkOut]:
    return [RemarkOut(id=one.id, text=one.text) for one in await rows.all(select(Remark))]


@app.post("/remarks", status_code=201)
async def add_remark(wanted: RemarkIn, rows: Rows) -> RemarkOut:
    remark = Remark(text=wanted.text)
    rows.add(remark)
    await rows.flush()
    return RemarkOut(id=remark.id, text=remark.text)


async def report(gatepost: CurrentGatepost) -> list[RecordOut]:
    async with gatepost.outside(Work.REPORT) as everybodys:
        return [_shown(record) for record in await everybodys.scalars(select(Record))]


app.get("/reports")(report if planted("report_for_all") else requires(role="admin")(report))


def _shown(record: Record) -> RecordOut:
    return RecordOut(id=record.id, title=record.title, text=record.text)


Gatepost(Settings.from_environment(os.environ | _ENVIRONMENT)).protect(app)
