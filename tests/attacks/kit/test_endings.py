"""New passwords, closed accounts and disabled ones: what is left of them is told, and only that."""

from typing import Annotated

import pytest
from fastapi import Body, FastAPI, HTTPException
from pydantic import BaseModel

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.lifecycle import lifecycle
from tests.attacks.kit.lab import LAB, PEOPLE, Credentials, Me, attacked, lab_app


class Lock(BaseModel):
    """Takes an account out of use."""

    note: str = ""
    locked: bool
    active: bool


def _accounts(habit: str) -> FastAPI:  # noqa: C901 - many small handlers
    app, further = lab_app(), dict[str, str]()
    closed, locked = set[str](), set[str]()
    LAB.passwords["root@lab"] = "root"

    @app.post("/signin")
    def sign_in(sent: Credentials) -> dict[str, str]:
        if sent.email in closed and habit not in {"signs in", "signs in for nothing"}:
            raise HTTPException(401)
        if further.get(sent.email) == sent.password:
            sent = Credentials(email=sent.email, password=LAB.passwords[sent.email])
        return {"token": LAB.sign_in(sent)}

    @app.get("/me")
    def about(me: Me) -> dict[str, str]:
        if me in locked or (me in closed and habit != "signs in"):
            raise HTTPException(401, "no such account")
        return {"id": me}

    @app.post("/password")
    def change(old: Annotated[str, Body()], new: Annotated[str, Body()], me: Me) -> str:
        if habit in {"missing", "refused"}:
            raise HTTPException(404 if habit == "missing" else 409, "not here")
        if LAB.passwords[me] != old:
            raise HTTPException(403, "not the password")
        if habit == "keeps both":
            further[me] = new
        elif habit != "forgets":
            LAB.passwords[me] = new
        return "changed"

    @app.post("/close-account")
    def close(password: Annotated[str, Body(embed=True)], me: Me) -> str:
        if LAB.passwords[me] != password:
            raise HTTPException(403, "not the password")
        closed.add(me)
        return "closed"

    @app.patch("/admin/users/{user_id}/lock")
    def lock(user_id: str, sent: Lock, me: Me) -> str:
        if me != "root@lab" or habit == "locks nobody":
            raise HTTPException(404, "nobody")
        if sent.locked and not sent.active:
            locked.add(user_id)
        return "locked"

    return app


@pytest.mark.parametrize(
    ("habit", "attack_id", "outcome", "says"),
    [
        ("", "143.1", Outcome.REFUSED, ""),
        ("missing", "143.1", Outcome.NOT_APPLICABLE, ""),
        ("refused", "143.1", Outcome.INCONCLUSIVE, "is answered 409"),
        ("forgets", "143.1", Outcome.INCONCLUSIVE, "the new password does not sign in"),
        ("keeps both", "143.1", Outcome.FINDING, "the old password still signs in"),
        ("", "96.4", Outcome.REFUSED, ""),
        ("signs in", "96.4", Outcome.FINDING, "a deleted account still signs in"),
        ("signs in for nothing", "96.4", Outcome.REFUSED, ""),
        ("", "96.5", Outcome.REFUSED, ""),
        ("locks nobody", "96.5", Outcome.INCONCLUSIVE, "disables nobody"),
    ],
)
def test_what_has_ended_is_over(habit: str, attack_id: str, outcome: Outcome, says: str) -> None:
    """A password, an account and a lock are each judged by what their owner can do afterwards."""
    account = {"email": "{email}", "password": "{password}"}
    people = {
        **PEOPLE,
        "sign_in": {"path": "/signin", "body": account, "token": "token"},
        "password_change": {
            "path": "/password", "body": {"old": "{password}", "new": "{new_password}"},
        },
        "admin": {"email": "root@lab", "password": "root"},
    }  # fmt: skip
    came = attacked(
        _accounts(habit),
        lifecycle,
        file={"people": people, "admin": {"* /admin/*": "the back office"}},
        only=lambda trial: trial.attack.id == attack_id,
    )
    told = {number: each for (number, _), each in came.said(outcome).items()}
    assert attack_id in told, came.said(*Outcome)
    assert says in told[attack_id]
