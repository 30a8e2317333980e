"""An agenda with contacts: search, sort, include, ETags, idempotency keys, jobs; in SQLite."""

import hashlib
import secrets
import sqlite3
import threading
import traceback
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import BackgroundTasks, FastAPI, Header, HTTPException, Query, Request, Response
from pydantic import Field, StringConstraints
from starlette.responses import PlainTextResponse

from benchmarks.attacks.corpus import answers
from benchmarks.attacks.corpus.accounts import User
from benchmarks.attacks.corpus.agenda_people import Caller, router
from benchmarks.attacks.corpus.bearer import AuthFirst
from benchmarks.attacks.corpus.planting import planted

_YEAR = 60 * 24 * 366
Key = Annotated[str | None, StringConstraints(max_length=100)]

app = FastAPI(title="Agenda", redoc_url=None, redirect_slashes=False)
app.router.route_class = AuthFirst
answers.settle(app)
app.include_router(router)

_database = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
_database.row_factory = sqlite3.Row
_database.execute("CREATE TABLE contact (id TEXT PRIMARY KEY, owner_id TEXT, name TEXT, note TEXT)")
_one_at_a_time = threading.Lock()


@dataclass
class Event:
    """What somebody has ahead."""

    id: str
    owner_id: str
    uid: str
    title: str
    starts_at: str
    contact_id: str | None

    @property
    def etag(self) -> str:
        """Changes with the event."""
        return f'"{hashlib.sha256(repr(self).encode()).hexdigest()[:16]}"'


class ContactIn(answers.Strict):
    """Somebody known."""

    name: answers.Line
    note: answers.Text = ""
    if planted("owner_in_contact"):
        owner_id: str | None = None


class EventIn(answers.Strict):
    """An event to be."""

    title: answers.Line
    uid: answers.Line | None = None
    contact_id: str | None = None
    starts_in_minutes: int = 0 if planted("far_future") else Field(0, ge=0, le=_YEAR)


_events: dict[str, Event] = {}
_answered: dict[tuple[str, str], Event] = {}
_jobs: dict[str, tuple[str, list[dict[str, str]] | None]] = {}


if planted("traceback_in_answer"):

    @app.exception_handler(Exception)
    def explain(_: Request, error: Exception) -> PlainTextResponse:
        return PlainTextResponse("".join(traceback.format_exception(error)), 500)


def _rows(statement: str, *values: str) -> list[dict[str, str]]:
    with _one_at_a_time:
        return [dict(row) for row in _database.execute(statement, values)]


def _contact_of(user: User, contact_id: str) -> dict[str, str]:
    found = _rows("SELECT * FROM contact WHERE id = ? AND owner_id = ?", contact_id, user.id)
    if not found:
        raise answers.not_found()
    return found[0]


def _event_of(user: User, event_id: str) -> Event:
    event = _events.get(event_id)
    if event is None or event.owner_id != user.id:
        raise answers.not_found()
    return event


@app.get("/contacts")
def list_contacts(
    user: Caller, owner_id: str | None = None, sort: Annotated[str, Query(max_length=40)] = "name"
) -> list[dict[str, str]]:
    whose = owner_id or user.id
    if whose != user.id and not planted("owner_in_filter"):
        raise answers.not_found()
    if sort not in ("name", "note", "id") and not planted("traceback_in_answer"):
        raise HTTPException(422, "Sort by name, note or id")
    return _rows(f"SELECT * FROM contact WHERE owner_id = ? ORDER BY {sort}", whose)


@app.get("/contacts/search")
def search_contacts(user: Caller, q: Annotated[str, Query(max_length=100)]) -> list[dict[str, str]]:
    if planted("search_among_all"):
        found = "owner_id = ? AND instr(name, ?) OR instr(note, ?)"  # AND binds first
    else:
        found = "owner_id = ? AND (instr(name, ?) OR instr(note, ?))"
    return _rows(f"SELECT * FROM contact WHERE {found}", user.id, q, q)


@app.post("/contacts", status_code=201)
def add_contact(wanted: ContactIn, user: Caller) -> dict[str, str]:
    owner, contact_id = getattr(wanted, "owner_id", None) or user.id, secrets.token_hex(8)
    values = (contact_id, owner, wanted.name, wanted.note)
    return _rows("INSERT INTO contact VALUES (?, ?, ?, ?) RETURNING *", *values)[0]


@app.get("/contacts/{contact_id}")
def read_contact(contact_id: str, user: Caller) -> dict[str, str]:
    return _contact_of(user, contact_id)


@app.put("/contacts/{contact_id}")
def replace_contact(contact_id: str, wanted: ContactIn, user: Caller) -> dict[str, str]:
    if not planted("put_takes_over"):
        _contact_of(user, contact_id)
    values = (contact_id, user.id, wanted.name, wanted.note)
    return _rows("INSERT OR REPLACE INTO contact VALUES (?, ?, ?, ?) RETURNING *", *values)[0]


@app.delete("/contacts/{contact_id}", status_code=204)
def delete_contact(contact_id: str, user: Caller) -> None:
    _rows("DELETE FROM contact WHERE id = ?", _contact_of(user, contact_id)["id"])


@app.get("/events")
def list_events(user: Caller) -> list[Event]:
    return [event for event in _events.values() if event.owner_id == user.id]


@app.post("/events", status_code=201)
def add_event(
    wanted: EventIn, user: Caller, idempotency_key: Annotated[Key, Header()] = None
) -> Event:
    key = ("" if planted("idempotency_for_all") else user.id, idempotency_key or "")
    if idempotency_key and key in _answered:
        return _answered[key]
    uid = wanted.uid or secrets.token_hex(8)
    for known in list(_events.values()):
        if known.uid == uid and planted("conflict_tells"):
            raise HTTPException(409, f"This uid is taken by {known.title!r}")
        if known.uid == uid and known.owner_id == user.id:
            raise HTTPException(409, "You have an event of this uid")
    if wanted.contact_id is not None:
        _contact_of(user, wanted.contact_id)
    starts = datetime.now(UTC) + timedelta(minutes=wanted.starts_in_minutes)
    rest = (uid, wanted.title, starts.isoformat(), wanted.contact_id)
    event = Event(secrets.token_hex(8), user.id, *rest)
    _events[event.id] = _answered[key] = event
    return event


@app.get("/events/{event_id}")
def read_event(
    event_id: str,
    user: Caller,
    response: Response,
    include: Annotated[str | None, Query(pattern="^contact$")] = None,
) -> dict[str, object]:
    anyone = planted("include_for_anyone") and include is not None and event_id in _events
    event = _events[event_id] if anyone else _event_of(user, event_id)
    response.headers["ETag"] = event.etag
    shown: dict[str, object] = asdict(event)
    if include is not None:
        found = _rows("SELECT * FROM contact WHERE id = ?", event.contact_id or "")
        shown["contact"] = found[0] if found else None
    return shown


@app.put("/events/{event_id}")
def change_event(
    event_id: str, wanted: EventIn, user: Caller, if_match: Annotated[Key, Header()] = None
) -> Event:
    early = _events.get(event_id) if planted("if_match_tells") else _event_of(user, event_id)
    if early is not None and if_match is not None and if_match not in ("*", early.etag):
        raise HTTPException(412, "It has changed meanwhile")
    event = _event_of(user, event_id)
    if wanted.contact_id is not None:
        _contact_of(user, wanted.contact_id)
    event.title, event.contact_id = wanted.title, wanted.contact_id
    return event


@app.delete("/events/{event_id}", status_code=204)
def delete_event(event_id: str, user: Caller) -> None:
    del _events[_event_of(user, event_id).id]


@app.post("/exports", status_code=202)
def export(user: Caller, background: BackgroundTasks) -> dict[str, str]:
    job_id = secrets.token_hex(8)
    _jobs[job_id] = (user.id, None)
    background.add_task(_export, job_id, user)
    return {"id": job_id}


@app.get("/exports/{job_id}")
def read_export(job_id: str, user: Caller) -> dict[str, object]:
    owner_id, result = _jobs.get(job_id, (None, None))
    if owner_id is None or (owner_id != user.id and not planted("job_of_anyone")):
        raise answers.not_found()
    return {"id": job_id, "done": result is not None, "contacts": result}


def _export(job_id: str, user: User) -> None:
    contacts = _rows("SELECT * FROM contact WHERE owner_id = ?", user.id)
    _jobs[job_id] = (user.id, contacts)
