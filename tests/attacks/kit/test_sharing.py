"""Who is let into what: told from apps that keep their members in their places."""

from enum import StrEnum
from itertools import count
from typing import Annotated

import pytest
from fastapi import Body, FastAPI, HTTPException
from pydantic import BaseModel

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.sharing import sharing
from tests.attacks.kit.lab import LAB, Me, attacked, lab_app


class Role(StrEnum):
    """What a member may do."""

    VIEWER = "viewer"
    EDITOR = "editor"


class NewMember(BaseModel):
    """Whom to let in."""

    email: str
    role: Role = Role.VIEWER


class Changed(BaseModel):
    """What a member may do from now on."""

    role: Role


class _Boards:
    """Boards with members; `hole` names what is not asked for."""

    def __init__(self, hole: str) -> None:
        self.app: FastAPI = lab_app()
        self.hole = hole
        self.numbers = count(1)
        self.owners: dict[int, str] = {}
        self.members: dict[int, dict[str, str]] = {}
        self.notes: list[str] = []
        self._boards()
        self._members()

    def check(self, board: int, me: str, least: str, hole: str = "-") -> None:
        role = "owner" if self.owners.get(board) == me else self.members.get(board, {}).get(me)
        order = ["", "viewer", "editor", "owner"]
        if role is None and self.hole != hole:
            raise HTTPException(404, "no board")
        if order.index(role or "") < order.index(least) and self.hole != hole:
            raise HTTPException(403, "not allowed")

    def _boards(self) -> None:
        @self.app.post("/boards")
        def create(name: Annotated[str, Body(embed=True)], me: Me) -> dict[str, object]:
            number = next(self.numbers)
            self.owners[number], self.members[number] = me, {}
            return {"id": number, "name": name}

        @self.app.get("/boards/{board_id}")
        def read(board_id: int, me: Me) -> str:
            self.check(board_id, me, "viewer")
            return f"board of {self.owners[board_id]}"

        @self.app.post("/boards/{board_id}/notes")
        def write(board_id: int, text: Annotated[str, Body(embed=True)], me: Me) -> str:
            self.check(board_id, me, "editor", "writes")
            self.notes.append(text)
            return text

    def _members(self) -> None:
        @self.app.post("/boards/{board_id}/members")
        def let_in(board_id: int, sent: NewMember, me: Me) -> dict[str, str]:
            self.check(board_id, me, "owner", "oneself" if sent.email == me else "-")
            if sent.email not in LAB.passwords:
                raise HTTPException(404, "nobody of that address")
            self.members[board_id][sent.email] = sent.role
            return {"user_id": sent.email, "role": sent.role}

        @self.app.patch("/boards/{board_id}/members/{user_id}")
        def change(board_id: int, user_id: str, sent: Changed, me: Me) -> dict[str, str]:
            self.check(board_id, me, "owner", "role")
            self.members[board_id][user_id] = sent.role
            return {"user_id": user_id, "role": sent.role}

        @self.app.delete("/boards/{board_id}/members/{user_id}")
        def remove(board_id: int, user_id: str, me: Me) -> str:
            self.check(board_id, me, "owner", "removes")
            if self.hole != "stays":
                del self.members[board_id][user_id]
            return "removed"


_MEMBER = "/boards/{board_id}/members/{user_id}"


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", set()),
        ("oneself", {("164.1", "POST /boards/{board_id}/members")}),
        ("role", {("164.3", f"PATCH {_MEMBER}")}),
        ("stays", {("164.4", f"DELETE {_MEMBER}")}),
        ("writes", {("164.5", "POST /boards/{board_id}/notes")}),
        ("removes", {("164.6", f"DELETE {_MEMBER}")}),
    ],
)
def test_members_keep_to_their_places(hole: str, found: set[tuple[str, str]]) -> None:
    """Whoever lets themselves in, rises, stays, writes or removes others is found."""
    came = attacked(_Boards(hole).app, sharing)
    assert came.findings == found, came.said(Outcome.FINDING)
    assert came.said(Outcome.INCONCLUSIVE, Outcome.NOT_APPLICABLE) == {}
    assert {key[0] for key in came.verdicts} == {"164.1", "164.3", "164.4", "164.5", "164.6"}


@pytest.mark.parametrize("asks", [True, False])
def test_an_invitation_is_for_whom_it_was_sent_to(asks: bool) -> None:  # noqa: FBT001 - a case
    """Whoever takes up another's invitation by its number is found."""
    app, teams, invited = lab_app(), dict[int, set[str]](), dict[int, tuple[int, str]]()

    @app.post("/teams")
    def create(name: Annotated[str, Body(embed=True)], me: Me) -> dict[str, object]:
        teams[len(teams) + 1] = {me}
        return {"id": len(teams), "name": name}

    @app.get("/teams/{team_id}")
    def read(team_id: int, me: Me) -> str:
        if me not in teams.get(team_id, set()):
            raise HTTPException(404, "no team")
        return "a team"

    @app.post("/teams/{team_id}/invitations")
    def invite(team_id: int, email: Annotated[str, Body(embed=True)], me: Me) -> dict[str, int]:
        read(team_id, me)
        invited[len(invited) + 1] = (team_id, email)
        return {"id": len(invited)}

    @app.post("/invitations/{invitation_id}/accept")
    def accept(invitation_id: int, me: Me) -> str:
        team, email = invited.get(invitation_id, (0, ""))
        if team == 0 or (asks and email != me):
            raise HTTPException(404, "no invitation")
        teams[team].add(me)
        return "welcome"

    came = attacked(app, sharing)
    path = "POST /teams/{team_id}/invitations"
    assert came.findings == (set() if asks else {("164.2", path)}), came.said(Outcome.FINDING)
    assert came.said(Outcome.INCONCLUSIVE) == {}
