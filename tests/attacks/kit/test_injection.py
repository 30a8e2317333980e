"""Doors and searches that take a text for code, or break over it: told from those that do not."""

import pytest
from fastapi import FastAPI, HTTPException, Request

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.injection import injection
from tests.attacks.kit.lab import LAB, PEOPLE, Credentials, Me, attacked, lab_app


def _doors(habit: str) -> FastAPI:
    app = lab_app()

    @app.post("/signin")
    async def sign_in(request: Request) -> dict[str, str]:
        told = await request.json()
        told = told["user"] if habit == "nested" else told
        email, password = str(told["email"]), told["password"]
        if (habit == "quote breaks" and "'" in email) or (
            habit == "operator breaks" and isinstance(password, dict)
        ):
            raise ValueError
        known = LAB.passwords.get(email)
        if habit == "none signs up":
            known = LAB.passwords.setdefault(email, str(password))
        if known is None or (habit != "any password" and known != password):
            raise HTTPException(401)
        return {"token": LAB.sign_in(Credentials(email=email, password=known))}

    @app.get("/search")
    def search(me: Me, q: str = "") -> str:
        if habit == "search breaks" and "OR 1=1" in q:
            raise ValueError
        return f"nothing for {me}"

    return app


@pytest.mark.parametrize(
    ("habit", "tried", "says"),
    [
        ("", None, ""),
        ("nested", None, ""),
        ("none signs up", None, ""),
        ("any password", ("167.3", "None"), "with any password"),
        ("quote breaks", ("167.3", "None"), "at the sign-in is answered 500"),
        ("operator breaks", ("167.3", "None"), "for a password is answered 500"),
        ("search breaks", ("167.1", "GET /search"), "in query q is answered 500"),
    ],
)
def test_a_door_takes_no_text_for_code(
    habit: str, tried: tuple[str, str] | None, says: str
) -> None:
    """A sign-in that takes anything, or breaks over a quote or an operator, is found."""
    account: dict[str, object] = {"email": "{email}", "password": "{password}"}
    body = {"user": account} if habit == "nested" else account
    people = {**PEOPLE, "sign_in": {"path": "/signin", "body": body, "token": "token"}}
    if habit == "none signs up":
        del people["sign_up"]
    came = attacked(
        _doors(habit), injection, file={"people": people},
        only=lambda trial: trial.attack.id != "167.2",
    )  # fmt: skip
    assert came.findings == ({tried} if tried else set()), came.said(Outcome.FINDING)
    assert tried is None or says in came.said(Outcome.FINDING)[tried]
    assert came.said(Outcome.INCONCLUSIVE) == {}
