"""CSRF tokens that an app tells in its pages alone."""

from itertools import count

import pytest
from fastapi import FastAPI, HTTPException, Request
from starlette.responses import HTMLResponse

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.people.pages import token_of_page
from gatepost.attacks.trials.cross_site import cross_site, csrf_tokens
from tests.attacks.kit.cookie_lab import (
    CookieMe,
    Door,
    cookie_app,
    cookie_people,
    form_of,
    takes_form,
)
from tests.attacks.kit.lab import attacked

_NOTES = "POST /notes"


@pytest.mark.parametrize(
    ("body", "token"),
    [
        (b'<input type="hidden" name="_csrf" value="a&amp;b">', "a&b"),
        (b"<META NAME=xsrf-token CONTENT=t1>", "t1"),
        (b'<input name="csrf_token"><input name="csrf_token" value="t2">', "t2"),
        (b'<input name="title" value="x"><p>csrf_token', None),
        (b"\xff\x00<<<!--", None),
        (b'{"csrf_token": "t"}', None),
    ],
)
def test_the_token_of_a_page_is_read(body: bytes, token: str | None) -> None:
    """The first hidden field or `meta` that is called a CSRF token is one, in any page."""
    assert token_of_page(body) == token


def _page_of(token: str, hole: str) -> str:
    if hole == "meta":
        return f'<html><head><meta name="csrf-token" content="{token}"></head></html>'
    return f'<form method=post><input type=hidden name="csrf_token" value="{token}"></form>'


def _with_pages(hole: str) -> FastAPI:
    """Make an app whose token is in its pages alone, and goes back in a form."""
    app, numbers, tokens = cookie_app(Door("none", tells=False)), count(1), dict[str, str]()

    @app.get("/notes")
    def page(me: CookieMe) -> HTMLResponse:
        return HTMLResponse(_page_of(tokens.setdefault(me, f"{me}&token"), hole))

    @app.post("/notes", status_code=201, openapi_extra=takes_form("text", "csrf_token"))
    async def create(request: Request, me: CookieMe) -> dict[str, str]:
        sent = await form_of(request)
        given = sent.get("csrf_token", "")
        good = {"any": bool(given), "anybody": given in tokens.values(), "none": True}
        if not good.get(hole, given == tokens.get(me)):
            raise HTTPException(403, "not from here")
        return {"id": str(next(numbers)), "of": me, "text": sent["text"]}

    return app


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", set()),
        ("meta", set()),
        ("any", {("170", "None")}),
        ("anybody", {("170", "None")}),
        ("none", {("131", _NOTES), ("132", _NOTES), ("170", "None")}),
    ],
)
def test_a_token_of_a_page_is_found_and_asked_for(hole: str, found: set[tuple[str, str]]) -> None:
    """The token of an app's own page goes with the owner's form, and with no hostile page's."""
    came = attacked(_with_pages(hole), cross_site, csrf_tokens, file={"people": cookie_people()})
    assert came.findings == found, came.said(Outcome.FINDING)
    assert came.of(Outcome.INCONCLUSIVE) == set(), came.said(Outcome.INCONCLUSIVE)
