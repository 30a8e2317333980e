"""Hostile pages at apps of other habits: each is judged by what the rest of the app refuses."""

import json
from collections.abc import Callable

import pytest
from fastapi import FastAPI, HTTPException, Request
from starlette.responses import PlainTextResponse

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trial import Family
from gatepost.attacks.trials.changing_gets import changing_gets
from gatepost.attacks.trials.cross_site import cross_site, csrf_tokens
from gatepost.attacks.trials.foreign_sign_in import foreign_sign_in
from tests.attacks.kit.cookie_lab import (
    CookieMe,
    Door,
    cookie_app,
    cookie_people,
    csrf_token_matches,
    own_origin,
)
from tests.attacks.kit.lab import Me, attacked, lab_app


def _but(*paths: str) -> Callable[[Request], bool]:
    """Keep out the pages of others, but for some paths that were forgotten."""
    return lambda request: request.url.path in paths or own_origin(request)


def _by_metadata(request: Request) -> bool:
    return request.headers.get("sec-fetch-site", "none") in {"none", "same-origin"}


def _either_scheme(request: Request) -> bool:
    host = request.headers["host"]
    return request.headers.get("origin") in {None, f"http://{host}", f"https://{host}"}


def _orders(door: Door, habit: str) -> FastAPI:
    app = cookie_app(door)

    @app.post("/orders")
    async def order(me: CookieMe, request: Request) -> str:
        if habit == "closed":
            raise HTTPException(409, "not now")
        if habit == "by hand" and "json" not in request.headers.get("content-type", ""):
            raise ValueError
        told = json.loads(await request.body() or b"{}")
        return f"{len(told)} for {me}"

    @app.put("/settings")
    def settings(me: CookieMe) -> str:
        if habit == "closed":
            raise HTTPException(409, "not now")
        return f"set for {me}"

    return app


_ORDER, _SET = "POST /orders", "PUT /settings"
_CASES: tuple[tuple[Door, str, Family, tuple[str, str], tuple[Outcome, str]], ...] = (
    (Door(), "by hand", cross_site, ("131", _ORDER), (Outcome.FINDING, "is answered 500")),
    (Door("none", _but("/settings")), "", cross_site, ("131", _SET),
     (Outcome.FINDING, "refuses a request of another site, and this one grants it")),
    (Door("lax", _by_metadata, tells=False), "", cross_site, ("133", _ORDER),
     (Outcome.REMARK, "sends no Sec-Fetch-Site")),
    (Door("lax", _either_scheme), "", cross_site, ("133", _ORDER),
     (Outcome.REMARK, "is taken for the app's own")),
    (Door("lax", csrf_token_matches), "", csrf_tokens, ("170", "None"), (Outcome.REFUSED, "")),
    (Door("lax", csrf_token_matches), "closed", csrf_tokens, ("170", "None"),
     (Outcome.INCONCLUSIVE, "the owner can change nothing")),
    (Door("none", _but("/login"), strict=False), "", foreign_sign_in, ("134", "POST /login"),
     (Outcome.FINDING, "though the app asks for the Origin elsewhere")),
)  # fmt: skip


@pytest.mark.parametrize(("door", "habit", "family", "tried", "wanted"), _CASES)
def test_a_page_of_another_site_is_judged_by_the_rest(
    door: Door, habit: str, family: Family, tried: tuple[str, str], wanted: tuple[Outcome, str]
) -> None:
    """What one route grants and another refuses is a hole; what breaks is one as well."""
    outcome, says = wanted
    came = attacked(
        _orders(door, habit),
        family,
        file={"people": cookie_people(), "bodies": {_ORDER: {"count": 1}}},
        only=lambda trial: (trial.attack.id, str(trial.operation)) == tried,
    )
    told = came.said(outcome)
    assert tried in told, came.said(*Outcome)
    assert says in told[tried]


@pytest.mark.parametrize(
    ("method", "times", "outcome"),
    [("PUT", 9, Outcome.REFUSED), ("PUT", 1, Outcome.INCONCLUSIVE)],
)
def test_a_sign_in_that_no_form_sends_is_out_of_reach(
    method: str, times: int, outcome: Outcome
) -> None:
    """A page of another site sends no PUT by itself; who may sign in no more shows nothing."""
    app = cookie_app(Door())
    login = next(each.endpoint for each in app.routes if getattr(each, "path", "") == "/login")  # type: ignore[attr-defined] # a route of the app's own
    known: list[str] = []

    @app.middleware("http")
    async def limited(request: Request, call_next: Callable[..., object]) -> object:
        if request.url.path == "/enter":
            known.append((await request.body()).decode())
            if known.count(known[-1]) > times:
                return PlainTextResponse("enough", 403)
        return await call_next(request)  # type: ignore[misc] # as Starlette has it

    app.add_api_route("/enter", login, methods=[method])
    people = cookie_people()
    people["sign_in"] = {**dict(people["sign_in"]), "path": "/enter", "method": method}  # type: ignore[call-overload] # a table
    came = attacked(app, foreign_sign_in, file={"people": people})
    assert came.outcomes("134") == {outcome}, came.said(*Outcome)


def _boxes(habit: str) -> FastAPI:
    app, opened = cookie_app(Door("strict" if habit == "strict" else "lax")), dict[int, str]()

    @app.post("/vouchers")
    def voucher(me: CookieMe) -> dict[str, int]:
        raise HTTPException(409, f"none for {me}")

    @app.post("/boxes")
    def make(me: CookieMe) -> dict[str, int]:
        opened[len(opened) + 1] = ""
        return {"id": len(opened) if me else 0}

    @app.get("/boxes")
    def listing(voucher_id: int, me: CookieMe) -> str:
        raise HTTPException(404, f"no {voucher_id} of {me}")

    if habit != "unseen":

        @app.get("/boxes/{box_id}")
        def read(box_id: int, me: CookieMe) -> str:
            return opened.get(box_id, "") if me else ""

    @app.get("/boxes/{box_id}/open")
    def open_it(box_id: int, me: CookieMe) -> str:
        if habit != "sound":
            opened[box_id] = f"opened by {me}"
        return "open"

    @app.get("/logout/close")
    def leave(me: CookieMe) -> str:
        return f"good bye, {me}"

    return app


@pytest.mark.parametrize(
    ("habit", "outcome", "says"),
    [
        ("sound", Outcome.REFUSED, ""),
        ("", Outcome.FINDING, "a link of another site changes"),
        ("strict", Outcome.REMARK, "SameSite=strict"),
        ("unseen", Outcome.NOT_APPLICABLE, "nothing shows whether"),
    ],
)
def test_a_link_changes_nothing(habit: str, outcome: Outcome, says: str) -> None:
    """A GET that is named like a change is judged by what is read; one that signs out is not."""
    came = attacked(_boxes(habit), changing_gets, file={"people": cookie_people()})
    assert came.verdicts.keys() == {("171", "GET /boxes/{box_id}/open")}
    assert says in came.said(outcome)["171", "GET /boxes/{box_id}/open"]


def test_a_link_brings_no_token() -> None:
    """Where the credential is a token, a link of another site brings none."""
    app = lab_app()

    @app.get("/alarms/clear")
    def clear(me: Me) -> str:
        return f"cleared for {me}"

    assert attacked(app, changing_gets).outcomes("171") == {Outcome.NOT_APPLICABLE}
