"""What a token needs beside its signature: a scope, and a sign-in that is recent enough."""

import pytest
from fastapi import FastAPI, Security
from fastapi.security import OAuth2PasswordBearer

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.targets.routes import operations_of_app
from gatepost.attacks.trials.recent_sign_ins import recent_sign_ins
from gatepost.attacks.trials.scopes import scopes
from tests.attacks.kit.lab import attacked
from tests.attacks.kit.scoped_app import FILE, scoped_app

_WRITE, _TRANSFER = "POST /notes", "POST /transfer"


@pytest.mark.parametrize(
    ("hole", "listed", "declared", "found", "remarked"),
    [
        ("", False, True, set(), set()),
        ("", True, True, set(), set()),
        ("", False, False, set(), set()),
        ("ignored", False, True, {"101.1"}, set()),
        ("any", False, True, {"101.1"}, set()),
        ("any", True, True, {"101.1"}, set()),
        ("asked", False, True, {"101.2"}, set()),
        ("beginning", False, True, {"101.3"}, set()),
        ("beginning", True, False, {"101.3"}, set()),
        ("contained", False, True, {"101.3"}, set()),
        ("contained", False, False, {"101.3"}, set()),
        ("case", False, True, set(), {"101.3"}),
        ("any kind", False, True, set(), {"101.4"}),
    ],
)
def test_a_scope_that_is_not_needed_is_told(
    hole: str,
    listed: bool,  # noqa: FBT001 - a column
    declared: bool,  # noqa: FBT001 - a column
    found: set[str],
    remarked: set[str],
) -> None:
    """What opens a route to a token without its scope is told by its own attack, and there."""
    came = attacked(scoped_app(hole, listed=listed, declared=declared), scopes, file=FILE)
    assert came.findings == {(number, _WRITE) for number in found}, came.said(Outcome.FINDING)
    assert came.of(Outcome.REMARK) == {(number, _WRITE) for number in remarked}
    assert came.said(Outcome.INCONCLUSIVE) == {}
    tried = came.of(Outcome.FINDING, Outcome.REMARK, Outcome.REFUSED)
    assert {number for number, route in tried if route == _WRITE} >= {"101.1", *found, *remarked}


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", set()),
        ("not asked", {"102.1", "102.2"}),
        ("a day", {"102.1", "102.2"}),
        ("at no time", {"102.3"}),
    ],
)
def test_an_old_sign_in_that_is_enough_is_told(hole: str, found: set[str]) -> None:
    """Where a recent sign-in is asked for, an old one that will do is told, and no recent one."""
    came = attacked(scoped_app(hole), recent_sign_ins, file=FILE)
    assert came.findings == {(number, _TRANSFER) for number in found}, came.said(Outcome.FINDING)
    expected = {(f"102.{each}", _TRANSFER) for each in (1, 2, 3)} - came.findings
    assert came.of(Outcome.REFUSED) == expected


def test_what_an_operation_asks_for_is_read_of_its_openapi() -> None:
    """Scopes and the age of a sign-in are those of the document; a way in without one asks none."""
    app = scoped_app()
    key = OAuth2PasswordBearer("other", scheme_name="other")

    @app.get("/either", dependencies=[Security(key)])
    @app.get("/both", dependencies=[Security(key, scopes=["a", "b"])])
    def some() -> None: ...

    found = {str(each): each for each in operations_of_app(app)}
    assert found[_WRITE].scopes == (frozenset({"notes:write"}),)
    assert found["GET /both"].scopes == (frozenset({"a", "b"}),)
    assert found["GET /either"].scopes == ()
    assert (found[_TRANSFER].max_age, found[_WRITE].max_age) == (300, None)


def _breaking() -> dict[str, object]:
    raise RuntimeError("there is none yet")


def test_reading_an_openapi_leaves_the_app_as_it_was() -> None:
    """What is added to an app afterwards is in its document, and one that breaks is no matter."""
    app = FastAPI()
    assert len(operations_of_app(app)) == len(operations_of_app(app))

    @app.get("/later")
    def later() -> None: ...

    assert "/later" in app.openapi()["paths"]
    broken = FastAPI()
    broken.openapi = _breaking  # type: ignore[method-assign] # as apps do
    assert operations_of_app(broken)
