"""Roles that people give themselves: told from apps that give them."""

from typing import Annotated, Literal

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


class Chosen(Credentials):
    """A sign-up with a choice of roles, and one of anything else."""

    role: Literal["user", "admin"] = "user"
    plan: Literal["free", "dear"] = "free"


class Profile(BaseModel):
    """A profile with a choice of roles."""

    nickname: str = ""
    role: Literal["user", "admin"] = "user"


def _choosing(habit: str) -> FastAPI:  # noqa: C901 - many small handlers
    app, kept = lab_app(), dict[str, str]()

    @app.post("/signup", status_code=201)
    def sign_up(sent: Chosen) -> dict[str, str]:
        if habit == "refuses" and sent.role == "admin":
            raise HTTPException(422, "nobody is that by themselves")
        if habit == "waits" and sent.role == "admin":
            return {"email": sent.email, "message": "somebody will look at it"}
        LAB.passwords[sent.email] = sent.password
        kept[sent.email] = sent.role if habit == "signs up" else "user"
        return {"email": sent.email}

    @app.post("/signin")
    def sign_in(sent: Credentials) -> dict[str, str]:
        if habit == "none signs up":
            LAB.passwords.setdefault(sent.email, sent.password)
        return {"token": LAB.sign_in(sent)}

    @app.get("/me")
    def me_again(me: Me) -> dict[str, object]:
        return {"email": me, "role": kept.setdefault(me, "user")}

    @app.put("/me")
    def change(sent: Profile, me: Me) -> dict[str, str]:
        if habit == "nobody changes":
            raise HTTPException(409, f"not now, {sent.nickname}")
        if habit == "changes":
            kept[me] = sent.role
        return {"nickname": sent.nickname}

    # What cannot be asked for opens nothing to whoever says that they are an administrator.
    @app.get("/reports/one")
    def report(me: Me, voucher_id: int) -> str:
        raise HTTPException(403, f"no report on {voucher_id} for {me}")

    @app.post("/vouchers")
    def voucher(me: Me) -> dict[str, int]:
        raise HTTPException(409, f"none for {me}")

    return app


@pytest.mark.parametrize(
    ("habit", "attack_id", "outcome", "says"),
    [
        ("", "162.1", Outcome.REFUSED, ""),
        ("", "162.2", Outcome.REFUSED, ""),
        ("refuses", "162.1", Outcome.REFUSED, ""),
        ("waits", "162.1", Outcome.REFUSED, ""),
        ("signs up", "162.1", Outcome.FINDING, "role is what the caller has said: 'admin'"),
        ("none signs up", "162.1", Outcome.NOT_APPLICABLE, "nobody can sign up"),
        ("changes", "162.2", Outcome.FINDING, "role is what the caller has said: 'admin'"),
        ("nobody changes", "162.2", Outcome.INCONCLUSIVE, "cannot do it with their own: 409"),
    ],
)
def test_a_role_is_chosen_from_those_that_the_app_has(
    habit: str, attack_id: str, outcome: Outcome, says: str
) -> None:
    """Of a choice the powerful one is tried; a refusal of it, or of all of them, is no way in."""
    account = {"email": "{email}", "password": "{password}"}
    people: dict[str, object] = {
        "kind": "password",
        "sign_in": {"path": "/signin", "body": account, "token": "token"},
    }
    if habit != "none signs up":
        people["sign_up"] = {"path": "/signup", "body": account}
    said: dict[str, object] = {"people": people, "admin": {"GET /reports/one": "the back office"}}
    came = attacked(_choosing(habit), roles, file=said)
    told = {number: each for (number, _), each in came.said(outcome).items()}
    assert attack_id in told, came.said(*Outcome)
    assert says in told[attack_id]
    assert {number for number, _ in came.findings} <= {attack_id}
