"""Requests of hostile pages, told from those of sound apps."""

from collections.abc import Callable
from itertools import count
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.changing_gets import changing_gets
from gatepost.attacks.trials.cross_site import cross_site, csrf_tokens
from gatepost.attacks.trials.foreign_sign_in import foreign_sign_in
from tests.attacks.kit.cookie_lab import (
    CSRF_TOKENS,
    CookieMe,
    Door,
    cookie_app,
    cookie_people,
    csrf_token_matches,
    everything,
    form_of,
    own_origin,
    takes_form,
)
from tests.attacks.kit.lab import Attacked, Me, attacked, lab_app


class Note(BaseModel):
    """A note."""

    text: str


def _by_metadata(request: Request) -> bool:
    return request.headers.get("sec-fetch-site", "none") in {"none", "same-origin", "same-site"}


def _begins_like_it(request: Request) -> bool:
    origin = request.headers.get("origin", "")
    return not origin or origin.startswith(f"http://{request.headers['host']}")


def _null_as_well(request: Request) -> bool:
    return own_origin(request) or request.headers.get("origin") == "null"


def _named_in_the_referer(request: Request) -> bool:
    page = request.headers.get("origin") or request.headers.get("referer", "")
    own = f"http://{request.headers['host']}"
    return page in {"", own} or ("origin" not in request.headers and own in page)


def _of_any_port(request: Request) -> bool:
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).hostname == request.url.hostname


def _siblings_as_well(request: Request) -> bool:
    return own_origin(request) or request.headers.get("sec-fetch-site") == "same-site"


def _null_for_orders(request: Request) -> bool:
    return _null_as_well(request) if request.url.path == "/orders" else own_origin(request)


def _all_but_orders(request: Request) -> bool:
    return own_origin(request) or request.url.path == "/orders"


def _any_token(request: Request) -> bool:
    return "session" not in request.cookies or "x-csrf-token" in request.headers


def _anybodys_token(request: Request) -> bool:
    given = request.headers.get("x-csrf-token")
    return "session" not in request.cookies or given in CSRF_TOKENS.values()


def _app(door: Door) -> FastAPI:
    app, numbers = cookie_app(door), count(1)

    @app.post("/notes", status_code=201, openapi_extra=takes_form("text"))
    async def create(request: Request, me: CookieMe) -> dict[str, str]:
        return {"id": str(next(numbers)), "of": me, **await form_of(request)}

    @app.post("/orders", status_code=201)
    def order(me: CookieMe) -> dict[str, str]:
        return {"id": str(next(numbers)), "of": me}

    @app.put("/settings")
    def settings(sent: Note, me: CookieMe) -> dict[str, str]:
        return {"of": me, "text": sent.text}

    return app


def _attacked(door: Door) -> Attacked:
    people = cookie_people(form=door.form)
    return attacked(_app(door), cross_site, csrf_tokens, foreign_sign_in, file={"people": people})


_NOTES, _ORDERS = "POST /notes", "POST /orders"
_EVERYWHERE = {("133", _NOTES), ("133", _ORDERS), ("133", "PUT /settings")}


@pytest.mark.parametrize(
    ("door", "found"),
    [
        (Door("none"), {("131", _NOTES), ("131", _ORDERS), ("132", _NOTES), ("132", _ORDERS),
                        ("134.o", "POST /logout"), ("170", "None")}),
        (Door("lax", _begins_like_it), _EVERYWHERE),
        (Door("lax", _named_in_the_referer), {("133", _NOTES)}),
        (Door("lax", _null_as_well), _EVERYWHERE),
        (Door("none", _of_any_port), _EVERYWHERE),
        (Door("lax", _siblings_as_well), {("132", each) for _, each in _EVERYWHERE}),
        (Door("lax", _null_for_orders), {("133", _ORDERS)}),
        (Door("lax", _all_but_orders), {("131", _ORDERS)}),
        (Door("lax", _any_token), {("170", "None")}),
        (Door("lax", _anybodys_token), {("170", "None")}),
        (Door("lax", own_origin), set()),
        (Door(None, own_origin), set()),
        (Door("none", own_origin, form=True), set()),
        (Door("none", csrf_token_matches), set()),
        (Door("strict", _by_metadata), set()),
    ],
)  # fmt: skip
def test_a_hostile_page_is_found_out(door: Door, found: set[tuple[str, str]]) -> None:
    """What lets another site's page act with the cookie is found, and nothing on a sound app."""
    came = _attacked(door)
    assert came.findings == found, came.said(Outcome.FINDING)
    assert came.of(Outcome.INCONCLUSIVE) == set(), came.said(Outcome.INCONCLUSIVE)


def test_what_same_site_alone_keeps_out_is_a_remark() -> None:
    """An app with nothing but SameSite=Lax and tokens that nobody asks for is told so."""
    came = _attacked(Door("lax", everything, form=True))
    assert came.findings == {("170", "None")}
    assert {("131", _NOTES), ("131", _ORDERS), ("134", "POST /login")} <= came.of(Outcome.REMARK)


@pytest.mark.parametrize(
    ("door", "found"),
    [(Door("none", everything, form=True), True), (Door("none", own_origin, form=True), False)],
)
def test_a_sign_in_by_another_site_is_found_out(door: Door, found: bool) -> None:  # noqa: FBT001 - a case of the table
    """A form of another site that signs a visitor in as the attacker is found."""
    assert (("134", "POST /login") in _attacked(door).findings) is found


def _with_json_in_text(strict: bool) -> FastAPI:  # noqa: FBT001 - a case of the table
    app, numbers = cookie_app(Door("none", strict=strict)), count(1)

    @app.post("/notes", status_code=201)
    def create(sent: Note, me: CookieMe) -> dict[str, str]:
        return {"id": str(next(numbers)), "of": me, "text": sent.text}

    return app


@pytest.mark.parametrize(("strict", "found"), [(False, {("131", _NOTES)}), (True, set())])
def test_json_said_to_be_text_is_found_out(
    strict: bool,  # noqa: FBT001 - a case of the table
    found: set[tuple[str, str]],
) -> None:
    """JSON that goes as plain text needs no preflight, and an app that reads it is found."""
    came = attacked(
        _with_json_in_text(strict), cross_site, file={"people": cookie_people()},
        only=lambda trial: trial.attack.id == "131",
    )  # fmt: skip
    assert came.findings == found, came.said(Outcome.FINDING)


def _with_links(hole: str) -> FastAPI:
    app, numbers, rows = cookie_app(Door("lax", own_origin)), count(1), dict[int, str]()

    @app.post("/notes", status_code=201)
    def create(sent: Note, me: CookieMe) -> dict[str, str]:
        number = next(numbers)
        rows[number] = sent.text
        return {"id": str(number), "of": me}

    @app.get("/notes")
    def every(me: CookieMe) -> list[str]:
        return [me, *rows.values()]

    @app.get("/notes/{note_id}")
    def read(note_id: int, me: CookieMe) -> Note:
        if note_id not in rows or not me:
            raise HTTPException(404)
        return Note(text=rows[note_id])

    @app.get("/notes/{note_id}/archive")
    def archive(note_id: int, me: CookieMe) -> Note:
        if hole == "archive" and me:
            rows.pop(note_id, None)
        return Note(text="archived")

    @app.get("/notes/{note_id}/edit")
    def edit(note_id: int, me: CookieMe, to: str = "") -> Note:
        if hole == "edit" and me and to:
            rows[note_id] = to
        return Note(text="edited")

    return app


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("archive", {("171", "GET /notes/{note_id}/archive")}),
        ("edit", {("171", "GET /notes/{note_id}/edit")}),
        ("", set()),
    ],
)
def test_a_link_that_changes_is_found_out(hole: str, found: set[tuple[str, str]]) -> None:
    """A GET that changes a row is found, and one that is only named so is not."""
    came = attacked(_with_links(hole), changing_gets, file={"people": cookie_people()})
    assert came.findings == found


def test_an_app_with_tokens_has_nothing_of_the_kind() -> None:
    """Where the credential is a token, a page of another site brings none."""
    app = lab_app()

    @app.post("/notes", status_code=201)
    def create(me: Me) -> dict[str, str]:
        return {"id": me}

    came = attacked(app, cross_site, csrf_tokens, changing_gets, foreign_sign_in)
    assert came.of(Outcome.FINDING, Outcome.REMARK, Outcome.INCONCLUSIVE) == set()


def _unless_the_browser_says(request: Request) -> bool:
    said = request.headers.get("sec-fetch-site", "none")
    return own_origin(request) and said in {"none", "same-origin"}


@pytest.mark.parametrize(
    ("lets", "outcome"),
    [(own_origin, Outcome.REMARK), (_unless_the_browser_says, Outcome.REFUSED),
     (everything, Outcome.NOT_APPLICABLE)],
)  # fmt: skip
def test_what_the_browser_says_alone_is_told_of(
    lets: Callable[[Request], bool], outcome: Outcome
) -> None:
    """An app that looks for an Origin alone is told that browsers say more than that."""
    assert _attacked(Door("lax", lets)).outcomes("131.m") == {outcome}
