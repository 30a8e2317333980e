"""What cookies and token answers say of themselves, told from sound ones."""

import pytest
from fastapi import FastAPI, Response

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.cookies import cookies
from tests.attacks.kit.cookie_lab import (
    CookieMe,
    Door,
    cookie_app,
    cookie_people,
    csrf_token_matches,
    own_origin,
)
from tests.attacks.kit.lab import PEOPLE, Credentials, attacked, lab_app


def _app(door: Door) -> FastAPI:
    app = cookie_app(door)

    @app.post("/orders")
    def order(me: CookieMe) -> dict[str, str]:
        return {"of": me}

    return app


@pytest.mark.parametrize(
    ("door", "outcome"),
    [
        (Door("lax", http_only=False), Outcome.FINDING),
        (Door("none"), Outcome.FINDING),
        (Door(None), Outcome.FINDING),
        (Door("none", own_origin), Outcome.REMARK),
        (Door(None, csrf_token_matches), Outcome.REMARK),
        (Door("lax"), Outcome.REFUSED),
        (Door("strict", own_origin), Outcome.REFUSED),
    ],
)
def test_a_careless_cookie_is_found_out(door: Door, outcome: Outcome) -> None:
    """A session cookie for scripts, or for every site with nothing else, is found."""
    came = attacked(_app(door), cookies, file={"people": cookie_people()})
    assert came.outcomes("137") == {outcome}, came.said(outcome)


@pytest.mark.parametrize(
    ("header", "outcome"),
    [
        ("public, max-age=60", Outcome.FINDING),
        ("", Outcome.REMARK),
        ("no-store", Outcome.REFUSED),
        ("no-store, max-age=60", Outcome.REFUSED),
    ],
)
def test_a_token_in_caches_is_found_out(header: str, outcome: Outcome) -> None:
    """A token that caches are told to keep is found; one of which nothing is said is a remark."""
    app = lab_app()

    @app.post("/session")
    def session(sent: Credentials, response: Response) -> dict[str, str]:
        response.headers["Cache-Control"] = header
        return {"token": f"token of {sent.email}"}

    said = {**PEOPLE, "sign_in": {**dict(PEOPLE["sign_in"]), "path": "/session"}}  # type: ignore[call-overload] # a table
    came = attacked(app, cookies, file={"people": said})
    assert came.outcomes("138") == {outcome}
    assert came.outcomes("137") == {Outcome.NOT_APPLICABLE}


@pytest.mark.parametrize(
    ("cookie", "outcome"),
    [
        ("__Secure-session=x; Path=/; HttpOnly; SameSite=Lax", Outcome.REMARK),
        ("__Secure-session=x; Path=/; HttpOnly; SameSite=Lax; Secure", Outcome.REFUSED),
        ("__Host-session=x; Path=/; HttpOnly; SameSite=Lax", Outcome.REMARK),
        ("__Host-session=x; Path=/api; HttpOnly; SameSite=Lax; Secure", Outcome.REMARK),
        (
            "__Host-session=x; Path=/; Domain=example.com; HttpOnly; SameSite=Lax; Secure",
            Outcome.REMARK,
        ),
        ("__Host-session=x; Path=/; HttpOnly; SameSite=Lax; Secure", Outcome.REFUSED),
    ],
)
def test_a_name_that_promises_too_much_is_a_remark(cookie: str, outcome: Outcome) -> None:
    """A cookie whose prefix promises what its attributes lack is told of, also below http."""
    app = lab_app()

    @app.post("/session")
    def session(_sent: Credentials, response: Response) -> dict[str, str]:
        response.headers["Set-Cookie"] = cookie
        return {"of": "somebody"}

    step = {**dict(PEOPLE["sign_in"]), "path": "/session", "token": None}  # type: ignore[call-overload] # a table
    came = attacked(app, cookies, file={"people": {**PEOPLE, "sign_in": step}})
    assert came.outcomes("137") == {outcome}, came.said(outcome)
