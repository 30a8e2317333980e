"""Cursors, keys, tags and pages that are another's: each that brings their rows is found."""

import base64
import secrets
from typing import Annotated

import pytest
from fastapi import FastAPI, Header, HTTPException, Query, Response
from pydantic import BaseModel

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trial import Family
from gatepost.attacks.trials.cursors import cursors
from gatepost.attacks.trials.entity_tags import entity_tags
from gatepost.attacks.trials.idempotency import idempotency
from gatepost.attacks.trials.includes import includes
from gatepost.attacks.trials.later_pages import later_pages
from gatepost.attacks.trials.taken_names import taken_names
from tests.attacks.kit.lab import LAB, Me, attacked, lab_app

_Shown = dict[str, object]


class Entry(BaseModel):
    """What is written down, and by which request."""

    text: str
    request_id: str | None = None


class Pair(BaseModel):
    """Two texts, of which the same two may be there once."""

    title: str
    body: str


def _number(email: str) -> int:
    return 1_000 + list(LAB.passwords).index(email)


class _Ledger:
    """Entries that people write down; `habit` is what the app does otherwise."""

    def __init__(self, habit: str) -> None:
        self.app: FastAPI = lab_app()
        self.habit = habit
        self.entries: dict[str, tuple[str, str]] = {}
        self.cursors: dict[str, tuple[str, int]] = {}
        self.done: dict[str, tuple[str, str]] = {}
        self._paged()
        self._written()
        self._read()

    def of(self, who: str) -> list[str]:
        return [text for owner, text in self.entries.values() if owner == who]

    def after(self, cursor: str, me: str) -> tuple[str, int]:
        """Return whose entries come after a cursor, and from which on."""
        if self.habit == "breaks":
            return me, int(cursor)
        if self.habit in {"text", "base64"}:
            plain = cursor
            if self.habit == "base64":
                plain = base64.urlsafe_b64decode(cursor + "==").decode(errors="replace")
            whose, _, at = plain.partition(" at ")
            people = {str(_number(each)): each for each in LAB.passwords}
            return people.get(whose, me), int(at) if at.isdigit() else 0
        whose, begun = self.cursors.get(cursor, (me, 0))
        return (whose if self.habit in {"link", "header"} else me), begun

    def next_of(self, who: str, begun: int) -> str:
        plain = f"{_number(who)} at {begun}"
        if self.habit == "text":
            return plain
        if self.habit == "base64":
            return base64.urlsafe_b64encode(plain.encode()).rstrip(b"=").decode()
        made = secrets.token_hex(6)
        self.cursors[made] = (who, begun)
        return made

    def _paged(self) -> None:
        @self.app.get("/me")
        def who(me: Me) -> _Shown:
            return {"id": _number(me), "email": me}

        @self.app.get("/entries")
        def listing(
            me: Me, response: Response, cursor: str = "", limit: int = 10, include: str = ""
        ) -> list[str]:
            if include and self.habit == "include breaks":
                raise ValueError
            whose, begun = self.after(cursor, me) if cursor else (me, 0)
            made = self.next_of(me, begun + 1)
            if self.habit == "header":
                response.headers["X-Next-Cursor"] = made
            else:
                response.headers["Link"] = f'</entries?cursor={made.replace(" ", "+")}>; rel="next"'
            return self.of(whose)[begun : begun + limit]

        @self.app.get("/entries/pages")
        def pages(me: Me, page: Annotated[int, Query(ge=1)] = 1) -> list[_Shown]:
            found: list[_Shown] = [{"text": each} for each in self.of(me)]
            found = found[(page - 1) * 3 : page * 3]
            if not found and self.habit == "page breaks":
                raise IndexError
            return found

        @self.app.get("/overview")
        def overview(me: Me, page: int = 1) -> list[str]:
            return self.of(me) if page == 1 else []

    def _written(self) -> None:
        @self.app.post("/entries", status_code=201)
        def write(
            sent: Entry, me: Me, idempotency_key: Annotated[str | None, Header()] = None
        ) -> _Shown:
            key = sent.request_id if self.habit == "body key" else idempotency_key
            done = self.done.get(key) if key is not None else None
            if done is not None and self.habit == "key breaks" and done[0] != me:
                raise ValueError
            if done is not None and (done[0] == me or self.habit in {"key", "body key"}):
                return {"id": done[1]}
            made = secrets.token_hex(3)
            self.entries[made] = (me, sent.text)
            self.done[key or made] = (me, made)
            return {"id": made}

        @self.app.post("/pairs", status_code=201)
        def pair(sent: Pair, me: Me) -> str:
            key = f"{sent.title} {sent.body} {'' if self.habit == 'pairs' else me}"
            if key in self.done:
                raise HTTPException(409, "there is one")
            self.done[key] = (me, "")
            return "written"

        @self.app.put("/entries/{entry_id}")
        def rewrite(
            entry_id: str, sent: Entry, me: Me, if_match: Annotated[str, Header()] = ""
        ) -> str:
            owner, _ = self.entries.get(entry_id, ("", ""))
            if owner != me and not (owner and self.habit == "match" and if_match == '"one"'):
                raise HTTPException(404, "no entry")
            self.entries[entry_id] = (owner, sent.text)
            return "rewritten"

    def _read(self) -> None:
        @self.app.get("/entries/{entry_id}")
        def read(
            entry_id: str, me: Me, response: Response, lang: str = "", expand: str = ""
        ) -> _Shown:
            owner, _ = self.entries.get(entry_id, ("", ""))
            if owner not in {"", me} and expand and self.habit == "expand breaks":
                raise ValueError
            if owner != me and not (owner and expand and self.habit == "expand"):
                raise HTTPException(404, "no entry")
            response.headers["ETag"] = '"one"'
            return {"there": True, "in": lang}

        @self.app.get("/rules")
        def rules(me: Me, response: Response) -> str:
            response.headers["ETag"] = '"rules"'
            return "the same for everybody" if me else ""

        @self.app.get("/first")
        def first(me: Me, response: Response) -> str:
            response.headers["ETag"] = '"first"'
            if "alice" not in me:
                raise HTTPException(403, "for the first only")
            return f"for {me}"


_ALL, _ONE = "GET /entries", "GET /entries/{entry_id}"
_WRITE, _PUT = "POST /entries", "PUT /entries/{entry_id}"
_CASES: tuple[tuple[str, Family, tuple[str, str], Outcome, str], ...] = (
    ("", cursors, ("111", _ALL), Outcome.REFUSED, ""),
    ("link", cursors, ("111", _ALL), Outcome.FINDING, "by a cursor Bob comes"),
    ("header", cursors, ("111", _ALL), Outcome.FINDING, "by a cursor Bob comes"),
    ("breaks", cursors, ("111", _ALL), Outcome.FINDING, "the server fails (500)"),
    ("text", cursors, ("111.1", _ALL), Outcome.FINDING, "by a cursor Bob comes"),
    ("base64", cursors, ("111.1", _ALL), Outcome.FINDING, "by a cursor Bob comes"),
    ("", includes, ("113.1", _ONE), Outcome.REFUSED, ""),
    ("expand", includes, ("113.1", _ONE), Outcome.FINDING, "granted what is Alice's"),
    ("expand breaks", includes, ("113.1", _ONE), Outcome.FINDING, "the server fails (500)"),
    ("include breaks", includes, ("113", _ALL), Outcome.FINDING, "the server fails (500)"),
    ("", idempotency, ("121", _WRITE), Outcome.REFUSED, ""),
    ("key", idempotency, ("121", _WRITE), Outcome.FINDING, "Bob is given her answer"),
    ("body key", idempotency, ("121", _WRITE), Outcome.FINDING, "Bob is given her answer"),
    ("key breaks", idempotency, ("121", _WRITE), Outcome.FINDING, "the server fails (500)"),
    ("", later_pages, ("108.1", "GET /entries/pages"), Outcome.REFUSED, ""),
    ("", later_pages, ("108.1", "GET /overview"), Outcome.NOT_APPLICABLE, "on one page"),
    ("page breaks", later_pages, ("108.1", "GET /entries/pages"), Outcome.FINDING, "fails (500)"),
    ("", entity_tags, ("120.1", "GET /rules"), Outcome.NOT_APPLICABLE, "are the same"),
    ("", entity_tags, ("120.1", "GET /first"), Outcome.NOT_APPLICABLE, "no entity tag"),
    ("", entity_tags, ("120", _PUT), Outcome.REFUSED, ""),
    ("match", entity_tags, ("120", _PUT), Outcome.FINDING, "by its entity tag Bob changes"),
    ("", taken_names, ("119", "POST /pairs"), Outcome.REFUSED, ""),
    ("pairs", taken_names, ("119", "POST /pairs"), Outcome.FINDING, "has made the same is told"),
)


@pytest.mark.parametrize(("habit", "family", "tried", "outcome", "says"), _CASES)
def test_what_is_anothers_opens_nothing(
    habit: str, family: Family, tried: tuple[str, str], outcome: Outcome, says: str
) -> None:
    """A cursor, key, tag or page that opens what is another's, or breaks, is found."""
    came = attacked(
        _Ledger(habit).app,
        family,
        only=lambda trial: (trial.attack.id, str(trial.operation)) == tried,
    )
    told = came.said(outcome)
    assert tried in told, came.said(*Outcome)
    assert says in told[tried]


def test_without_rows_there_are_no_cursors() -> None:
    """Where nobody makes anything, and no page says how to go on, no cursor is tried."""
    app = lab_app()

    @app.get("/events")
    def events(me: Me, cursor: str = "") -> list[str]:
        return [f"{len(me)} {cursor}"]

    came = attacked(app, cursors)
    assert came.outcomes("111") == {Outcome.NOT_APPLICABLE}, came.said(*Outcome)
