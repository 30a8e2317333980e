"""The doors by which people sign in and up: each that opens to a stranger is told."""

import secrets

import pytest
from fastapi import FastAPI, HTTPException, Response

from gatepost.attacks.answers import Answered
from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.sending import Exchange
from gatepost.attacks.trials.accounts import accounts
from gatepost.attacks.trials.telling import Guesses
from gatepost.attacks.wire import RawRequest
from tests.attacks.kit.lab import LAB, Credentials, Me, attacked
from tests.attacks.kit.token_app import PEOPLE, Address, token_app


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", set()),
        ("unknown", {"103.1", "103.2"}),
        ("slow", {"103.4"}),
        ("case", {"144.4"}),
        ("empty", {"144.3"}),
        ("sign up over", {"147.1"}),
        ("told", {"148.1"}),
    ],
)
def test_a_door_that_opens_to_a_stranger_is_told(hole: str, found: set[str]) -> None:
    """Each way into an account, and each way to learn of one, is told by its own attack."""
    came = attacked(token_app(hole), accounts, file={"people": PEOPLE})
    assert {number for number, _ in came.findings} == found, came.said(Outcome.FINDING)
    assert came.said(Outcome.INCONCLUSIVE) == {}
    remarks = {number for number, _ in came.of(Outcome.REMARK)}
    assert remarks == {"103.3", "146.1"} - ({"103.3"} if hole == "sign up over" else set())


@pytest.mark.parametrize(
    ("known", "unknown", "tells"),
    [
        ([4, 4, 4, 5, 5, 8, 16, 11, 31], [1, 2, 1, 4, 2, 28, 1, 2, 11], True),
        ([1, 2, 1, 4, 2, 28, 1, 2, 11], [4, 4, 4, 5, 5, 8, 16, 11, 31], True),
        ([5, 5, 5, 5, 5, 5, 5, 5, 5], [5, 5, 5, 5, 5, 5, 5, 5, 40], False),
        ([90, 9, 80, 70, 9, 60, 90, 80, 70], [5, 9, 5, 9, 9, 60, 9, 80, 9], False),
        ([2, 2, 2, 2, 2, 2, 2, 2, 2], [1, 1, 1, 1, 1, 1, 1, 1, 1], False),
        ([60, 61, 60, 62, 60, 61, 60, 60, 60], [50, 51, 50, 50, 50, 52, 50, 50, 50], False),
    ],
)
def test_times_tell_only_where_they_do_not_overlap(
    known: list[int],
    unknown: list[int],
    tells: bool,  # noqa: FBT001 - a column
) -> None:
    """A cheap hash that is left out tells, and neither a busy machine nor a small difference."""
    guesses = Guesses(tuple(map(_taking, known)), tuple(map(_taking, unknown)))
    assert guesses.tells == tells


def _taking(milliseconds: int) -> Exchange:
    answered = Answered(401, (), b"")
    return Exchange(RawRequest("POST", "/login"), answered, "", milliseconds / 1_000)


def _doors(hole: str) -> FastAPI:  # noqa: C901 - one line for each hole
    """Make an app whose doors are as people write them; `hole` is what is wrong with one."""
    app, known = FastAPI(openapi_url=None), dict[str, str]()

    def folded(email: str) -> str:
        return email.lower() if hole == "spelling" else email

    @app.post("/register", status_code=201)
    def register(sent: Credentials) -> dict[str, str]:
        if sent.email in known:
            if hole == "taken breaks":
                raise ValueError
            if hole == "taken closes":
                known[sent.email] = "until it is confirmed"
            raise HTTPException(429 if hole == "signs up too often" else 409, "taken")
        known[folded(sent.email)] = sent.password
        return {"email": sent.email}

    @app.post("/login")
    def login(sent: Credentials, response: Response) -> dict[str, str]:
        email = folded(sent.email)
        if hole == "none signs up":
            known.setdefault(email, sent.password)
        if known.get(email) != sent.password:
            if hole == "empty breaks" and not sent.password:
                raise ValueError
            raise HTTPException(429 if hole == "signs in too often" else 401, "no")
        token = secrets.token_urlsafe(24)
        LAB.passwords[email] = sent.password
        token = LAB.sign_in(Credentials(email=email, password=sent.password))
        if hole == "location":
            response.headers["Location"] = f"/start?token={token}"
        page = f"/start#{token}" if hole == "link" else "/start"
        return {"access_token": token, "next": page}

    @app.post("/forgotten", status_code=202)
    def forgotten(sent: Address) -> dict[str, str]:
        if hole == "no reset":
            raise HTTPException(400, f"write to us, {sent.email}")
        code = secrets.token_hex(8) if hole == "told in words" else "in your mail: look there"
        return {"message": f"Your code is {code}"}

    @app.get("/me")
    def me(who: Me) -> dict[str, str]:
        return {"email": who}

    return app


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", {}),
        ("signs in too often", {}),
        ("signs up too often", {}),
        ("no reset", {}),
        ("none signs up", {}),
        ("taken breaks", {"147.1": "the app breaks: 500"}),
        ("taken closes", {"147.1": "who signs up anew has put another password in the place of"}),
        ("empty breaks", {"144.3": "the app breaks: 500"}),
        ("spelling", {"147.2": "who signs up anew is in somebody's account"}),
        ("location", {"145.1": "a URL that has the credential in it"}),
        ("link", {"145.1": "a URL that has the credential in it"}),
        ("told in words", {"148.1": "is told the message"}),
    ],
)
def test_a_door_tells_nothing_and_keeps_to_who_has_it(hole: str, found: dict[str, str]) -> None:
    """A door that breaks, closes another's account or shows what opens it is told, and only it."""
    people = {name: step for name, step in PEOPLE.items() if name != "refresh"}
    if hole == "none signs up":
        del people["sign_up"], people["reset"]
    # Whoever signs in to look, and is asked for patience, waits for seconds.
    tried = ("144",) if hole == "signs in too often" else ("144", "145", "147", "148")
    came = attacked(
        _doors(hole),
        accounts,
        file={"people": people},
        only=lambda trial: trial.attack.id.startswith(tried),
    )
    told = {number: says for (number, _), says in came.said(Outcome.FINDING).items()}
    assert told.keys() == found.keys(), told
    assert all(says in told[number] for number, says in found.items()), told
    limited = {
        "signs in too often": {f"144.{number}" for number in range(1, 9)},
        "signs up too often": {"147.1"},
    }
    unknown = {number for number, _ in came.of(Outcome.INCONCLUSIVE)}
    assert unknown == limited.get(hole, set()), came.said(Outcome.INCONCLUSIVE)
    without = {number for number, _ in came.of(Outcome.NOT_APPLICABLE)}
    closed = {"144.8", "147.1", "147.2", "148.1"} if hole == "none signs up" else set()
    assert without == closed, came.said(Outcome.NOT_APPLICABLE)
