"""Formulas in exports whose form is chosen: told from those that are written as texts."""

import csv
import io
from collections.abc import Callable
from typing import Annotated, Literal, TypeAlias

import pytest
from fastapi import FastAPI, Header
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.chosen_exports import chosen_exports
from tests.attacks.kit.lab import Me, attacked, lab_app

_Written: TypeAlias = Callable[[str], str]


class Note(BaseModel):
    """A note."""

    text: str
    folder_id: str | None = None


def _as_it_is(text: str) -> str:
    return text


def _quoted(text: str) -> str:
    return f"'{text}" if text[:1] in "=+-@" else text


def _after_a_tab(text: str) -> str:
    return f"\t{text}" if text[:1] in "=+-@" else text


def _but_for_at(text: str) -> str:
    return f"'{text}" if text[:1] in "=+-" else text


def _notes(written: _Written) -> FastAPI:
    app, rows = lab_app(), list[tuple[str, str]]()

    def exported(me: str, *, as_csv: bool) -> Response:
        own = [text for owner, text in rows if owner == me]
        if not as_csv:
            return JSONResponse(own)
        file = io.StringIO()
        csv.writer(file).writerows([number, written(text)] for number, text in enumerate(own))
        return PlainTextResponse(file.getvalue(), media_type="text/csv")

    @app.post("/notes", status_code=201)
    def create(sent: Note, me: Me) -> dict[str, object]:
        rows.append((me, sent.text))
        return {"id": len(rows)}

    @app.get("/notes/chosen")
    def chosen(me: Me, form: Literal["json", "csv"] = "json") -> Response:
        return exported(me, as_csv=form == "csv")

    @app.get("/notes/named")
    def named(me: Me, format: str = "json") -> Response:  # noqa: A002 - the name of such apps
        return exported(me, as_csv=format == "csv")

    @app.get("/notes/export")
    def accepted(me: Me, accept: Annotated[str, Header()] = "") -> Response:
        return exported(me, as_csv="csv" in accept)

    @app.get("/notes/list")
    def listed(me: Me, form: Literal["short", "long"] = "short") -> dict[str, str]:
        return {me: form}

    return app


_EXPORTS = {("183.1", f"GET /notes/{way}") for way in ("chosen", "named", "export")}


@pytest.mark.parametrize(
    ("written", "outcome"),
    [
        (_as_it_is, Outcome.REMARK),
        (_but_for_at, Outcome.REMARK),
        (_quoted, Outcome.REFUSED),
        (_after_a_tab, Outcome.REFUSED),
    ],
)
def test_a_formula_in_a_file_that_is_asked_for_is_a_remark(
    written: _Written, outcome: Outcome
) -> None:
    """A form is asked for by its choices, its name and Accept; a cell that is none is refused."""
    came = attacked(_notes(written), chosen_exports)
    assert came.of(*Outcome) == came.of(outcome) == _EXPORTS, came.said(*Outcome)
