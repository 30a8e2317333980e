"""CORS: told from apps that allow only whom they mean."""

import pytest
from fastapi import FastAPI, HTTPException, Request, Response
from starlette.middleware.cors import CORSMiddleware

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.foreign_readers import foreign_readers
from tests.attacks.kit.lab import Me, attacked, lab_app

_APP = "https://app.example.com"


def _app(**allowed: object) -> FastAPI:
    app = lab_app()
    if allowed:
        app.add_middleware(CORSMiddleware, **allowed)  # type: ignore[arg-type] # a table of cases

    @app.get("/me")
    def me(me: Me) -> dict[str, str]:
        return {"me": me}

    return app


_READ, _ASKED = ("135", "GET /me"), ("135.p", "None")


@pytest.mark.parametrize(
    ("allowed", "found"),
    [
        ({"allow_origins": ["*"], "allow_credentials": True}, {_READ, _ASKED}),
        ({"allow_origins": ["null"]}, {_READ, _ASKED}),
        ({"allow_origin_regex": ".*", "allow_credentials": True}, {_READ, _ASKED}),
        ({"allow_origin_regex": r"https://.*example\.com"}, {_ASKED}),
        ({"allow_origin_regex": r"https://app.example.com"}, {_ASKED}),
        ({"allow_origin_regex": r"https://app\.example\.com.*"}, {_ASKED}),
        ({}, set()),
        ({"allow_origins": [_APP], "allow_credentials": True}, set()),
        ({"allow_origin_regex": r"https://.*\.example\.com"}, set()),
        ({"allow_origin_regex": r"http://localhost(:\d+)?"}, set()),
        ({"allow_origin_regex": r"https?://(app|www)\.example\.com"}, set()),
    ],
)
def test_an_answer_for_every_site_is_found_out(
    allowed: dict[str, object], found: set[tuple[str, str]]
) -> None:
    """What lets a hostile page read an answer is found, and lists of whom one means are not."""
    came = attacked(_app(**allowed), foreign_readers)
    assert came.findings == found, came.said(Outcome.FINDING)


def test_an_answer_for_everybody_without_credentials_is_a_remark() -> None:
    """Where `*` stands without credentials, a page has to have the token already."""
    came = attacked(_app(allow_origins=["*"]), foreign_readers)
    assert came.findings == set()
    assert _READ in came.of(Outcome.REMARK)


def test_one_route_that_echoes_is_found_out() -> None:
    """A handler which writes the header by itself is found, and the others are not blamed."""
    app = _app()

    @app.get("/echo")
    def echo(request: Request, response: Response, me: Me) -> dict[str, str]:
        response.headers["Access-Control-Allow-Origin"] = request.headers.get("origin", "")
        return {"me": me}

    assert attacked(app, foreign_readers).findings == {("135", "GET /echo")}


def test_what_cannot_be_asked_for_is_asked_all_the_same() -> None:
    """Whom an answer is for is told by a refusal as well: of a row that nobody can make."""
    app = _app(allow_origin_regex=".*")

    @app.post("/vouchers")
    def make(me: Me) -> dict[str, int]:
        raise HTTPException(409, f"none for {me}")

    @app.get("/vouchers/{voucher_id}")
    def read(voucher_id: int, me: Me) -> str:
        raise HTTPException(404, f"no {voucher_id} of {me}")

    assert ("135", "GET /vouchers/{voucher_id}") in attacked(app, foreign_readers).findings


def test_every_site_with_credentials_is_what_no_browser_grants() -> None:
    """`*` beside credentials is a remark, for a browser gives such an answer to no page."""
    app = _app()

    @app.get("/all")
    def everybody(response: Response, me: Me) -> dict[str, str]:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Allow-Credentials"] = "true"
        return {"me": me}

    came = attacked(app, foreign_readers)
    assert "browsers do not grant" in came.said(Outcome.REMARK)["135", "GET /all"]
    assert came.findings == set()
