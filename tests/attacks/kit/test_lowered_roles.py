"""Roles that are taken away: told from apps that ask for them each time."""

from enum import StrEnum
from typing import Annotated

import pytest
from fastapi import Body, FastAPI, Header, HTTPException

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
