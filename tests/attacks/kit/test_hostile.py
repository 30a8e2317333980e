"""Hostile input on small apps: what breaks is found, and what refuses or takes it is not."""

import html
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import Body, FastAPI, HTTPException, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.hostile_bodies import hostile_bodies
from gatepost.attacks.trials.hostile_targets import hostile_targets
from gatepost.attacks.trials.injection import injection
from tests.attacks.kit.lab import LAB, PEOPLE, Credentials, Me, attacked, lab_app

_Shown = dict[str, object]


class Note(BaseModel):
    """A note with members of several kinds."""

    title: Annotated[str, Field(max_length=200)]
    rank: int | None = 0
    tags: list[str] = []


def _notes(hole: str) -> FastAPI:
    """Notes; `hole` names what is not thought of."""
    app, rows, numbers = lab_app(), dict[int, tuple[str, Note]](), count(1)

    @app.post("/notes")
    def add(sent: Note, me: Me) -> _Shown:
        if hole == "null":
            assert sent.rank is not None
        if hole == "wide" and (sent.rank or 0) >= 2**63:
            raise OverflowError
        if hole == "empty" and not sent.tags[0:1] and "tags" in sent.model_fields_set:
            raise IndexError
        number = next(numbers)
        rows[number] = (me, sent)
        return {"id": number}

    @app.get("/notes")
    def every(me: Me, limit: int = 10, q: str = "") -> list[_Shown]:
        if hole == "query":
            found = [note for who, note in rows.values() if who == me][:: limit or int("")]
        else:
            found = [note for who, note in rows.values() if who == me and q in note.title]
        return [{"title": note.title} for note in found]

    @app.get("/notes/{note_id}")
    def read(note_id: str, me: Me) -> _Shown:
        if hole == "ids" and not note_id.isascii():
            raise UnicodeError
        number = (
            int(note_id)
            if hole == "int"
            else int(note_id)
            if note_id.isdecimal() and len(note_id) < 20
            else 0
        )
        owner, note = rows.get(number, ("", None))
        if note is None or owner != me:
            raise HTTPException(404, f"{ValueError}" if hole != "trace" else 'File "a.py", line 3')
        return {"title": note.title}

    return app


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", set()),
        ("null", {("166.1", "POST /notes")}),
        ("wide", {("166.1", "POST /notes")}),
        ("empty", {("166.1", "POST /notes")}),
        ("query", {("166.4", "GET /notes")}),
        ("ids", {("166.3", "GET /notes/{note_id}")}),
        ("int", {("166.3", "GET /notes/{note_id}"), ("167.1", "GET /notes/{note_id}"),
                 ("167.2", "GET /notes/{note_id}")}),
        ("trace", {("166.3", "GET /notes/{note_id}"), ("167.1", "GET /notes/{note_id}"),
                   ("167.2", "GET /notes/{note_id}")}),
    ],
)  # fmt: skip
def test_what_breaks_by_hostile_input_is_found(hole: str, found: set[tuple[str, str]]) -> None:
    """A 5xx or a stack frame by a hostile value, query or id is found, and nothing else."""
    came = attacked(_notes(hole), hostile_targets, injection, hostile_bodies)
    assert came.findings == found, came.said(Outcome.FINDING)
    assert came.said(Outcome.INCONCLUSIVE) == {}


def test_what_the_framework_itself_cannot_write_is_remarked() -> None:
    """FastAPI's own answer to a lone surrogate is a 500: a remark, once for the app."""
    came = attacked(_notes(""), hostile_bodies)
    assert came.of(Outcome.REMARK) == {("166.5", "None")}


@pytest.mark.parametrize("careful", [True, False])
def test_a_body_that_is_read_by_hand_is_read_carefully(careful: bool) -> None:  # noqa: FBT001 - a case
    """A handler that parses its body itself breaks by half a body, unless it thinks of that."""
    app = lab_app()

    @app.post("/raw")
    async def take(request: Request, me: Me) -> _Shown:
        try:
            told = await request.json()
            text = told["text"]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            if careful:
                raise HTTPException(400, "no such body") from error
            raise
        return {"text": text if isinstance(text, str) else "", "for": me}

    file: dict[str, object] = {"bodies": {"POST /raw": {"text": "{canary}"}}}
    came = attacked(app, hostile_bodies, file=file)
    found = {("166.1", "POST /raw"), ("166.2", "POST /raw")}
    assert came.findings & found == (set() if careful else {("166.2", "POST /raw")})


def _worked(text: str) -> str:
    """Work sums in brackets, as a template language does."""
    return text.replace("{{7*7}}", "49")


@pytest.mark.parametrize(
    ("shows", "found"),
    [
        (html.escape, set()),
        (_worked, {("167.2", "GET /hello")}),
        (lambda text: "zqqz49" if "str(7*7)" in text else text, {("167.2", "GET /hello")}),
        (lambda text: text.replace("$((7*7))", "49"), {("167.2", "GET /hello")}),
    ],
)
def test_code_in_texts_is_not_worked(
    shows: Callable[[str], str], found: set[tuple[str, str]]
) -> None:
    """A page that works what stands in brackets, or runs it, is found."""
    app = lab_app()

    @app.get("/hello", response_class=HTMLResponse)
    def hello(me: Me, name: Annotated[str, Query(max_length=300)] = "you") -> str:
        return f"<p>{shows(name)}, {len(me)}</p>"

    assert attacked(app, injection).findings == found


def _books(hole: str, database: sqlite3.Connection) -> FastAPI:
    app = lab_app()
    database.execute("CREATE TABLE book (id INTEGER PRIMARY KEY, who TEXT, title TEXT)")

    @app.post("/books")
    def add(title: Annotated[str, Body(embed=True)], me: Me) -> _Shown:
        text = title.replace("\x00", "")
        done = database.execute("INSERT INTO book (who, title) VALUES (?, ?)", (me, text))
        return {"id": done.lastrowid}

    @app.get("/books")
    def search(me: Me, q: Annotated[str, Query(max_length=500)] = "") -> list[str]:
        if hole:
            query = f"SELECT title FROM book WHERE who = '{me}' AND title LIKE '%{q}%'"  # noqa: S608 - the hole
            try:
                rows = database.execute(query)
            except (sqlite3.Error, sqlite3.Warning):
                if hole == "loud":
                    raise
                return []
        else:
            rows = database.execute(
                "SELECT title FROM book WHERE who = ? AND instr(title, ?)", (me, q)
            )
        return [title for (title,) in rows]

    return app


@pytest.mark.parametrize("hole", ["", "silent", "loud"])
def test_a_condition_in_a_query_brings_nobody_elses_rows(hole: str, tmp_path: Path) -> None:
    """A search that pastes its text into SQL is found, whether it shows its errors or not."""
    path = tmp_path / "books.db"
    opened = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    with closing(opened) as database:
        came = attacked(_books(hole, database), injection)
    assert came.findings == ({("167.1", "GET /books")} if hole else set())


@pytest.mark.parametrize("hole", ["", "operator", "quote"])
def test_nobody_signs_in_without_the_password(hole: str) -> None:
    """Whoever sends an operator or a quote for a password is not signed in."""
    app = lab_app()

    @app.post("/signin")
    async def sign_in(request: Request) -> _Shown:
        told = json.loads(await request.body())
        email, password = told.get("email"), told.get("password")
        known: object = LAB.passwords.get(email) if isinstance(email, str) else None
        if hole == "operator" and isinstance(password, dict) and "$ne" in password:
            known = password
        if hole == "quote" and isinstance(email, str) and email.endswith("' --"):
            known = password
        if known is None or known != password:
            raise HTTPException(401, "no", {"WWW-Authenticate": "Bearer"})
        sent = LAB.passwords.get(str(email), "")
        LAB.passwords.setdefault(str(email), sent)
        return {"token": LAB.sign_in(Credentials(email=str(email), password=sent))}

    body = {"email": "{email}", "password": "{password}"}
    people: dict[str, object] = {
        **PEOPLE,
        "sign_in": {"path": "/signin", "body": body, "token": "token"},
    }
    came = attacked(app, injection, file={"people": people})
    assert came.findings == ({("167.3", "None")} if hole else set()), came.said(Outcome.FINDING)


@pytest.mark.parametrize("joins", [True, False])
def test_a_name_does_not_climb_out_of_its_directory(joins: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a case
    """A file of the machine that comes out by a name with dots is found."""
    app = lab_app()
    (tmp_path / "a.txt").write_text("a file")

    @app.get("/files/{name:path}")
    def read(name: str, me: Me) -> str:
        path = tmp_path / name
        try:
            if not joins and not path.resolve().is_relative_to(tmp_path):
                raise HTTPException(404, "no file")
            return path.read_text("utf-8")
        except (OSError, ValueError) as error:
            raise HTTPException(404, f"no file for {me}") from error

    came = attacked(app, hostile_targets, file={"bodies": {"GET /files/{name}": {"name": "a.txt"}}})
    assert came.findings == ({("167.4", "GET /files/{name}")} if joins else set())
