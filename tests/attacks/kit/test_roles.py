"""Roles that people give themselves: told from apps that give them."""

from typing import Annotated

import pytest
from fastapi import Body, FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.roles import roles
from tests.attacks.kit.lab import LAB, Credentials, Me, attacked, lab_app


class Loose(BaseModel):
    """Takes whatever comes."""

    model_config = ConfigDict(extra="allow")

    nickname: str = ""


class SignUp(Credentials):
    """A sign-up that takes whatever comes."""

    model_config = ConfigDict(extra="allow")


def _app(hole: str, *, says: bool = True) -> FastAPI:
    app, people = lab_app(), dict[str, dict[str, object]]()

    def about(who: str) -> dict[str, object]:
        return people.setdefault(who, {"email": who, "nickname": "", "role": "user"})

    @app.post("/signup", status_code=201)
    def sign_up(sent: SignUp) -> dict[str, str]:
        LAB.passwords[sent.email] = sent.password
        if hole == "sign-up":
            about(sent.email).update({"role": sent.model_dump().get("role", "user")})
        return {"email": sent.email}

    @app.get("/me")
    def me_again(me: Me) -> dict[str, object]:
        told = about(me)
        return told if says else {"email": told["email"], "nickname": told["nickname"]}

    @app.patch("/me")
    def change(sent: Loose, me: Me) -> dict[str, object]:
        wanted = sent.model_dump()
        kept = wanted if hole == "profile" else {"nickname": sent.nickname}
        about(me).update({name: value for name, value in kept.items() if name != "email"})
        return {"nickname": sent.nickname}

    @app.get("/reports/all")
    def reports(me: Me) -> str:
        if about(me)["role"] != "admin":
            raise HTTPException(403, "for administrators")
        return "everything"

    return app


_FILE = {
    "people": {
        "kind": "password",
        "sign_up": {"path": "/signup", "body": {"email": "{email}", "password": "{password}"}},
        "sign_in": {
            "path": "/login",
            "body": {"email": "{email}", "password": "{password}"},
            "token": "token",
        },
    },
    "admin": {"GET /reports/all": "the back office"},
}


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", set()),
        ("sign-up", {("162.1", "POST /signup")}),
        ("profile", {("162.2", "PATCH /me")}),
    ],
)
@pytest.mark.parametrize("says", [True, False])
def test_nobody_makes_themselves_an_administrator(
    hole: str,
    found: set[tuple[str, str]],
    says: bool,  # noqa: FBT001 - a case of the table
) -> None:
    """A role that is said at sign-up or in a profile is found, by what is told or is let in."""
    came = attacked(_app(hole, says=says), roles, file=_FILE)
    assert came.findings == found, came.said(Outcome.FINDING)
    assert came.said(Outcome.INCONCLUSIVE) == {}


def test_a_profile_of_anything_gives_no_role() -> None:
    """What a profile keeps because it keeps anything is no role."""
    app, people = lab_app(), dict[str, dict[str, object]]()

    @app.get("/profile")
    def read(me: Me) -> dict[str, object]:
        return people.setdefault(me, {})

    @app.put("/profile")
    def write(sent: Annotated[dict[str, object], Body()], me: Me) -> dict[str, object]:
        people[me] = sent
        return sent

    assert attacked(app, roles).findings == set()
