"""Texts that are more than texts, and errors that tell more than they should."""

import csv
import html
import io
import traceback
from collections.abc import Callable

import pytest
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from pydantic import BaseModel

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.error_pages import error_pages
from gatepost.attacks.trials.markup import markup
from gatepost.attacks.trials.page_headers import page_headers
from tests.attacks.kit.lab import Me, attacked, lab_app


class Note(BaseModel):
    """A note."""

    text: str


def _as_it_is(text: str) -> str:
    return text


def _pages(written: Callable[[str], str], named: Callable[[str], str]) -> FastAPI:
    app, rows = lab_app(), dict[str, tuple[str, str]]()

    @app.post("/notes", status_code=201)
    def create(sent: Note, me: Me) -> dict[str, str]:
        number = str(len(rows) + 1)
        rows[number] = (me, sent.text)
        return {"id": number}

    def mine(note_id: str, me: str) -> str:
        owner, text = rows.get(note_id, ("", ""))
        if owner != me:
            raise HTTPException(404)
        return text

    @app.get("/notes/{note_id}/page")
    def page(note_id: str, me: Me) -> HTMLResponse:
        return HTMLResponse(f"<p>{written(mine(note_id, me))}</p>")

    @app.get("/notes/{note_id}/download")
    def download(note_id: str, me: Me) -> Response:
        return Response("x", headers={"X-Note": named(mine(note_id, me))})

    @app.get("/search")
    def search(q: str, me: Me) -> HTMLResponse:
        return HTMLResponse(f"<p>nothing for {written(q)}</p>" if me else "")

    return app


_NOTES, _SEARCH = "POST /notes", "GET /search"


@pytest.mark.parametrize(
    ("written", "named", "found"),
    [
        (_as_it_is, ascii, {("181", _NOTES), ("181", _SEARCH)}),
        (html.escape, _as_it_is, {("182", _NOTES)}),
        (html.escape, ascii, set()),
    ],
)
def test_a_text_that_is_markup_is_found_out(
    written: Callable[[str], str], named: Callable[[str], str], found: set[tuple[str, str]]
) -> None:
    """What is written into a page or a header as it came is found, at once or when read again."""
    came = attacked(_pages(written, named), markup)
    assert came.findings == found, came.said(Outcome.FINDING)
    assert came.of(Outcome.INCONCLUSIVE) == set(), came.said(Outcome.INCONCLUSIVE)


def test_a_path_in_an_error_page_is_found_out() -> None:
    """A page for what does not exist that repeats the path as it came is found."""
    app = lab_app()

    @app.exception_handler(404)
    async def missing(request: Request, error: HTTPException) -> HTMLResponse:
        return HTMLResponse(f"{error.detail}: {request.scope['path']}", 404)

    assert attacked(app, markup).findings == {("181", "None")}


@pytest.mark.parametrize(("before", "outcome"), [("", Outcome.REMARK), ("'", Outcome.REFUSED)])
def test_a_formula_in_an_export_is_a_remark(before: str, outcome: Outcome) -> None:
    """A cell of an export that begins with = is told of, and one with a quote before it is not."""
    app, rows = lab_app(), list[tuple[str, str]]()

    @app.post("/notes", status_code=201)
    def create(sent: Note, me: Me) -> dict[str, str]:
        rows.append((me, sent.text))
        return {"id": "1"}

    @app.get("/export.csv")
    def export(me: Me) -> PlainTextResponse:
        written = io.StringIO()
        csv.writer(written).writerows([f"{before}{text}"] for owner, text in rows if owner == me)
        return PlainTextResponse(written.getvalue(), media_type="text/csv")

    came = attacked(app, markup)
    assert came.outcomes("183") == {outcome}
    assert came.findings == set(), came.said(Outcome.FINDING)


def _erring(hole: str) -> FastAPI:
    app = lab_app()

    @app.post("/notes", status_code=201)
    async def create(request: Request, sent: Note, me: Me) -> dict[str, str]:
        return {"id": "1", "text": sent.text, "of": me, "by": request.method}

    @app.get("/notes")
    def notes(me: Me, limit: str = "10") -> list[str]:
        try:
            return [me] * min(int(limit), 1)
        except ValueError as error:
            if hole == "fails":
                raise
            shown = traceback.format_exc() if hole == "trace" else "no number"
            raise HTTPException(422, shown) from error

    return app


@pytest.mark.parametrize(
    ("hole", "found"),
    [("trace", {("180", "GET /notes")}), ("fails", {("180", "GET /notes")}), ("", set())],
)
def test_an_error_that_tells_the_inside_is_found_out(
    hole: str, found: set[tuple[str, str]]
) -> None:
    """A trace in an answer, or an error that nobody caught, is found."""
    came = attacked(_erring(hole), error_pages)
    assert came.findings == found, came.said(Outcome.FINDING)


@pytest.mark.parametrize("hole", ["base_url", ""])
def test_a_link_to_the_attackers_host_is_found_out(hole: str) -> None:
    """A link for a reset of the password that goes to whatever Host was sent is found."""
    app = lab_app()

    @app.post("/forgot")
    def forgot(request: Request) -> dict[str, str]:
        base = str(request.base_url) if hole == "base_url" else "https://app.example.com/"
        return {"mailed": f"{base}reset?token=x"}

    came = attacked(app, page_headers, file={"public": {"POST /forgot": "asks for a reset"}})
    assert came.findings == ({("185", "None")} if hole else set())


def test_a_page_without_its_headers_is_a_remark() -> None:
    """A page that every site may frame is told of."""
    app = lab_app()

    @app.get("/page")
    def page(me: Me) -> HTMLResponse:
        return HTMLResponse(f"<p>{html.escape(me)}</p>")

    assert attacked(app, page_headers).outcomes("184") == {Outcome.REMARK}
