"""Sealed cursors, and for whom they open: told from apps which bind them to their owner or not."""

import base64
import hashlib
import hmac

import pytest
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.cursors import cursors
from gatepost.attacks.trials.sealed_cursors import sealed_cursors
from tests.attacks.kit.lab import Me, attacked, lab_app


class Note(BaseModel):
    """A note."""

    text: str


class Page(BaseModel):
    """Some notes, the newest first, and where the next ones begin."""

    items: list[dict[str, object]]
    next_cursor: str | None


def _seal(place: int, owner: str) -> str:
    sealed = hmac.digest(b"secret", f"{owner} {place}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(sealed + place.to_bytes(4)).decode()


def _opened(cursor: str, owner: str) -> int:
    try:
        place = int.from_bytes(base64.urlsafe_b64decode(cursor)[32:])
    except ValueError:
        raise HTTPException(400, "no cursor") from None
    if not hmac.compare_digest(_seal(place, owner), cursor):
        raise HTTPException(400, "no cursor")
    return place


def _notes(kind: str) -> FastAPI:
    app, rows = lab_app(), list[tuple[str, str]]()

    @app.post("/notes", status_code=201)
    def create(sent: Note, me: Me) -> dict[str, object]:
        rows.append((me, sent.text))
        return {"id": len(rows), "text": sent.text}

    @app.get("/notes")
    def listed(me: Me, limit: int = 50, cursor: str | None = None) -> Page:
        owner = "" if kind == "anybody's" else me
        before = len(rows) + 1
        if cursor is not None and kind == "plain":
            before = int(cursor) if cursor.isdigit() else before
        elif cursor is not None:
            before = _opened(cursor, owner)
        found = [(number, text) for number, (whose, text) in enumerate(rows, 1)
                 if whose == me and number < before][::-1]  # fmt: skip
        last = found[:limit][-1][0] if found[limit:] else None
        named = None if last is None else str(last) if kind == "plain" else _seal(last, owner)
        items: list[dict[str, object]] = [{"id": number, "text": text} for number, text in found]
        return Page(items=items[:limit], next_cursor=named)

    return app


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("anybody's", Outcome.REMARK),
        ("their owner's", Outcome.REFUSED),
        ("plain", Outcome.NOT_APPLICABLE),
    ],
)
def test_a_sealed_cursor_that_opens_for_another_is_a_remark(kind: str, outcome: Outcome) -> None:
    """A cursor that is sealed for nobody moves another's page; places in plain letters may."""
    came = attacked(_notes(kind), cursors, sealed_cursors)
    assert came.outcomes("111.2") == {outcome}, came.said(*Outcome)
    assert came.findings == set(), came.said(Outcome.FINDING)
