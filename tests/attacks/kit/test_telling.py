"""Who has an account, and how often one may guess: apps that limit, break, or have no such door."""

import time
from collections import Counter

import pytest
from fastapi import FastAPI, HTTPException

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.accounts import accounts
from tests.attacks.kit.lab import LAB, PEOPLE, Credentials, Me, attacked, lab_app
from tests.attacks.kit.token_app import Address

_SLOW_AT_FIRST = 9


def _app(does: str) -> FastAPI:
    app, wrong = lab_app(), Counter[str]()

    @app.post("/enter")
    def enter(sent: Credentials) -> dict[str, str]:
        if does == "welcomes all":
            LAB.passwords.setdefault(sent.email, sent.password)
        if LAB.passwords.get(sent.email) == sent.password:
            return {"token": LAB.sign_in(sent)}
        wrong[sent.email] += 1
        if does == "slow at first" and sent.email in LAB.passwords:
            time.sleep(0.05 if wrong[sent.email] <= _SLOW_AT_FIRST else 0)
        locked = does == "locks" and wrong[sent.email] > 5
        raise HTTPException({"limits": 429, "breaks": 500}.get(does, 423 if locked else 401))

    @app.post("/forgotten")
    def forgotten(sent: Address) -> dict[str, str]:
        if does == "limits":
            raise HTTPException(429)
        return {"sent": "if there is such an account" if sent.email else "nowhere"}

    @app.get("/me")
    def me(me: Me) -> dict[str, str]:
        return {"email": me}

    return app


_LATER = "the app limits how often people sign in: allow more for this"


@pytest.mark.parametrize(
    ("does", "expected"),
    [
        (
            "limits",
            {
                "103.1": (Outcome.INCONCLUSIVE, _LATER),
                "103.2": (Outcome.INCONCLUSIVE, "asking for a new password is answered 429"),
                "103.4": (Outcome.INCONCLUSIVE, _LATER),
                "146.1": (Outcome.REFUSED, ""),
            },
        ),
        (
            "locks",
            {
                "103.1": (Outcome.REFUSED, ""),
                "103.4": (Outcome.INCONCLUSIVE, _LATER),
                "146.1": (Outcome.REFUSED, ""),
            },
        ),
        (
            "breaks",
            {"103.1": (Outcome.FINDING, "signing in with a wrong password breaks the app")},
        ),
        ("slow at first", {"103.1": (Outcome.REFUSED, ""), "103.4": (Outcome.REFUSED, "")}),
    ],
)
def test_what_signing_in_answers_to_guesses_is_told(
    does: str, expected: dict[str, tuple[Outcome, str]]
) -> None:
    """A limit is no oracle, a break is a finding, and a delay tells only where it comes again."""
    step = {**dict(PEOPLE["sign_in"]), "path": "/enter"}  # type: ignore[call-overload] # a table
    reset = {"path": "/forgotten", "body": {"email": "{email}"}}
    came = attacked(
        _app(does), accounts, file={"people": {**PEOPLE, "sign_in": step, "reset": reset}},
        only=lambda trial: trial.attack.id in expected,
    )  # fmt: skip
    ended = {number: (each.outcome, each.says) for (number, _), each in came.verdicts.items()}
    assert ended == expected


def test_without_such_a_door_nothing_is_told_there() -> None:
    """Where nobody signs up or asks for a new password, neither tells who has an account."""
    people = {
        "kind": "password",
        "sign_in": {**dict(PEOPLE["sign_in"]), "path": "/enter"},  # type: ignore[call-overload] # a table
    }
    came = attacked(
        _app("welcomes all"), accounts, file={"people": people},
        only=lambda trial: trial.attack.id in {"103.2", "103.3"},
    )  # fmt: skip
    assert {number: each.says for (number, _), each in came.verdicts.items()} == {
        "103.2": "the attack file names no reset",
        "103.3": "the attack file names no sign_up",
    }
