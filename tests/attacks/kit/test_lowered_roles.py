"""Roles that are taken away: told from apps that ask for them each time."""

from enum import StrEnum
from typing import Annotated, Literal

import pytest
from fastapi import Body, FastAPI, Header, HTTPException
from pydantic import BaseModel

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.lowered_roles import lowered_roles
from tests.attacks.kit.lab import LAB, PEOPLE, Me, attacked, lab_app


class Role(StrEnum):
    """What somebody is."""

    ADMIN = "admin"
    USER = "user"


@pytest.mark.parametrize("remembers", [True, False])
def test_a_role_that_was_taken_away_is_gone(remembers: bool) -> None:  # noqa: FBT001 - a case
    """An app that keeps the role of the sign-in beside its token is found, another one is not."""
    app: FastAPI = lab_app()
    LAB.passwords["root@lab"] = "root"
    now, remembered = {"root@lab": "admin"}, dict[str, str]()

    def only_admins(me: str, token: str) -> None:
        held = now.get(me, "user")
        if remembers:
            held = remembered.setdefault(token, held)
        if held != "admin":
            raise HTTPException(403, "for administrators")

    @app.get("/admin/users")
    def users(me: Me, authorization: Annotated[str, Header()]) -> list[str]:
        only_admins(me, authorization)
        return sorted(LAB.passwords)

    @app.put("/admin/users/{user_id}/role")
    def give(
        user_id: str,
        role: Annotated[Role, Body(embed=True)],
        me: Me,
        authorization: Annotated[str, Header()],
    ) -> str:
        only_admins(me, authorization)
        now[user_id] = role
        return role

    people = {**PEOPLE, "admin": {"email": "root@lab", "password": "root"}}
    file: dict[str, object] = {"people": people, "admin": {"* /admin/*": "the back office"}}
    came = attacked(app, lowered_roles, file=file)
    found = {("162.3", "PUT /admin/users/{user_id}/role")}
    assert came.findings == (found if remembers else set()), came.said(Outcome.FINDING)
    assert came.said(Outcome.INCONCLUSIVE, Outcome.NOT_APPLICABLE) == {}


class Flag(BaseModel):
    """A switch that makes somebody an administrator, beside what says nothing of that."""

    note: str = ""
    is_admin: bool = False


class Text(BaseModel):
    """A role in words."""

    role: str = "user"


class Other(BaseModel):
    """A role on a stage, and none of these."""

    role: Literal["hero", "villain"] = "hero"


def _back_office(body: type[BaseModel], habit: str) -> FastAPI:
    app, admins = lab_app(), {"root@lab"}
    LAB.passwords["root@lab"] = "root"

    def only_admins(me: str) -> None:
        if me not in admins:
            raise HTTPException(403, "for administrators")

    once = set[str]()
    if habit != "nothing to read":

        @app.get("/admin/users")
        def users(me: Me) -> list[str]:
            only_admins("root@lab" if habit == "open once" and me in once else me)
            return sorted(LAB.passwords)

    @app.put("/admin/users/{user_id}")
    def give(user_id: str, sent: body, me: Me) -> str:  # type: ignore[valid-type] # a case of the table
        only_admins(me)
        told = sent.model_dump()  # type: ignore[attr-defined] # the same
        high = told.get("is_admin") or told.get("role") == "admin"
        if habit == ("gives none" if high else "takes none"):
            raise HTTPException(409, "not now")
        if high and habit != "means nothing":
            admins.add(user_id)
            once.add(user_id)
        if not high:
            admins.discard(user_id)
        return "done"

    @app.post("/admin/users/{user_id}/promote")
    def promote(user_id: str, me: Me) -> str:
        only_admins(me)
        return f"{user_id} is promoted"

    return app


@pytest.mark.parametrize(
    ("body", "habit", "outcome", "says"),
    [
        (Flag, "", Outcome.REFUSED, ""),
        (Flag, "open once", Outcome.FINDING, "still is"),
        (Text, "", Outcome.REFUSED, ""),
        (Text, "open once", Outcome.FINDING, "still is"),
        (Text, "gives none", Outcome.INCONCLUSIVE, "cannot give the role 'admin'"),
        (Text, "takes none", Outcome.INCONCLUSIVE, "cannot take the role away: 409"),
        (Text, "means nothing", Outcome.NOT_APPLICABLE, "is not what administrators have"),
        (Text, "nothing to read", Outcome.INCONCLUSIVE, "there is nothing that only they read"),
        (Other, "", None, ""),
    ],
)
def test_a_role_is_found_in_what_gives_it(
    body: type[BaseModel], habit: str, outcome: Outcome | None, says: str
) -> None:
    """A flag or a word is a role; where it can be given, and taken away, its end is looked at."""
    people = {**PEOPLE, "admin": {"email": "root@lab", "password": "root"}}
    file: dict[str, object] = {"people": people, "admin": {"* /admin/*": "the back office"}}
    came = attacked(_back_office(body, habit), lowered_roles, file=file)
    told = came.said(outcome) if outcome is not None else {}
    wanted = {("162.3", "PUT /admin/users/{user_id}")} if outcome is not None else set()
    assert came.verdicts.keys() == told.keys() == wanted, came.said(*Outcome)
    assert all(says in each for each in told.values()), told


def test_without_an_administrator_no_role_is_lowered() -> None:
    """Where the attack file names no administrator nobody can give a role, and that is said."""
    file: dict[str, object] = {"admin": {"* /admin/*": "the back office"}}
    came = attacked(_back_office(Text, ""), lowered_roles, file=file)
    assert came.outcomes("162.3") == {Outcome.INCONCLUSIVE}
