"""Who is let into what, in apps of other habits: people by number, by name, or by invitation."""

from typing import Annotated, Literal

import pytest
from fastapi import Body, FastAPI, HTTPException
from pydantic import BaseModel

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.sharing import sharing
from tests.attacks.kit.lab import LAB, Attacked, Me, attacked, lab_app


class Member(BaseModel):
    """Whom to let in, by number."""

    user_id: int
    can_edit: bool = False


class Guest(BaseModel):
    """Whom to let in, by a name of theirs."""

    user: str
    access: str = "read"


class Invited(BaseModel):
    """Who is asked to come."""

    email: str
    role: Literal["viewer", "admin"] = "viewer"


def _number(email: str) -> int:
    return 1_000 + list(LAB.passwords).index(email)


def _check(came: Attacked, attack_id: str, outcome: Outcome, says: str) -> None:
    found = {number: told for (number, _), told in came.said(outcome).items()}
    assert attack_id in found, came.said(*Outcome)
    assert says in found[attack_id]
    assert outcome is Outcome.FINDING or came.findings == set(), came.said(Outcome.FINDING)


def _folders(habit: str) -> FastAPI:  # noqa: C901 - many small handlers
    app, owners, members = lab_app(), list[int](), list[dict[int, bool]]()

    def check(folder: int, me: str, *, edits: bool = False, owns: bool = False) -> None:
        number = _number(me)
        open_to_all = habit == "open" and not edits and not owns
        if folder <= len(owners) and (owners[folder - 1] == number or open_to_all):
            return
        if folder > len(owners) or number not in members[folder - 1]:
            raise HTTPException(404, "no folder")
        if owns or (edits and not members[folder - 1][number] and habit != "anyone edits"):
            raise HTTPException(403, "not allowed")

    @app.get("/me")
    def who(me: Me) -> dict[str, object]:
        return {"id": _number(me), "email": me}

    @app.post("/folders")
    def create(name: Annotated[str, Body(embed=True)], me: Me) -> dict[str, object]:
        owners.append(_number(me))
        members.append({})
        return {"id": len(owners), "name": name}

    @app.get("/folders/{folder_id}")
    def read(folder_id: int, me: Me) -> str:
        check(folder_id, me)
        return "a folder"

    @app.put("/folders/{folder_id}")
    def change(folder_id: int, name: Annotated[str, Body(embed=True)], me: Me) -> str:
        check(folder_id, me, edits=True)
        return name

    @app.post("/folders/{folder_id}/members")
    def let_in(folder_id: int, sent: Member, me: Me) -> dict[str, object]:
        if habit == "adds first":
            members[folder_id - 1][sent.user_id] = sent.can_edit
        check(folder_id, me, owns=True)
        if habit == "nobody" or (habit == "one only" and members[folder_id - 1]):
            raise HTTPException(409, "no room for more")
        members[folder_id - 1][sent.user_id] = sent.can_edit
        return dict(sent)

    @app.patch("/folders/{folder_id}/members/{user_id}")
    def raise_up(
        folder_id: int, user_id: int, can_edit: Annotated[bool, Body(embed=True)], me: Me
    ) -> dict[str, bool]:
        check(folder_id, me, owns=True)
        if habit == "no change":
            raise HTTPException(409, "not now")
        members[folder_id - 1][user_id] = can_edit
        return {"can_edit": can_edit}

    @app.delete("/folders/{folder_id}/members/{user_id}")
    def remove(folder_id: int, user_id: int, me: Me) -> str:
        check(folder_id, me, owns=True)
        if habit == "no removal":
            raise HTTPException(409, "not now")
        del members[folder_id - 1][user_id]
        return "removed"

    return app


@pytest.mark.parametrize(
    ("habit", "attack_id", "outcome", "says"),
    [
        ("", "164.6", Outcome.REFUSED, ""),
        ("open", "164.1", Outcome.NOT_APPLICABLE, "everybody sees it"),
        ("open", "164.4", Outcome.NOT_APPLICABLE, "everybody sees it"),
        ("anyone edits", "164.5", Outcome.FINDING, "let in as False may change it"),
        ("adds first", "164.1", Outcome.FINDING, "after a request that was refused"),
        ("nobody", "164.4", Outcome.INCONCLUSIVE, "can let nobody in: 409"),
        ("no change", "164.3", Outcome.INCONCLUSIVE, "cannot change a role either: 409"),
        ("no removal", "164.4", Outcome.INCONCLUSIVE, "cannot remove a member: 409"),
        ("no removal", "164.6", Outcome.INCONCLUSIVE, "cannot remove a member either"),
        ("one only", "164.6", Outcome.INCONCLUSIVE, "cannot let a second one in"),
    ],
)
def test_people_are_let_in_by_number(
    habit: str, attack_id: str, outcome: Outcome, says: str
) -> None:
    """A flag for who may write is a role; what the owner cannot do either shows nothing."""
    came = attacked(_folders(habit), sharing)
    _check(came, attack_id, outcome, says)
    assert habit or {number for number, _ in came.of(Outcome.REFUSED)} == {
        "164.1", "164.3", "164.4", "164.5", "164.6",
    }  # fmt: skip


def test_what_administrators_let_others_into_is_theirs() -> None:
    """Where only administrators let others in, nobody is tried who lets himself in."""
    said: dict[str, object] = {"admin": {"* /folders/{folder_id}/members*": "the back office"}}
    assert attacked(_folders(""), sharing, file=said).verdicts == {}


@pytest.mark.parametrize("writes", [True, False])
def test_people_are_let_in_by_a_name_of_theirs(writes: bool) -> None:  # noqa: FBT001 - a case
    """The name that the app takes is found, and what is let in is no more than a reader."""
    app, owners, guests = lab_app(), list[str](), set[tuple[int, str, str]]()

    def check(room: int, me: str, *accesses: str) -> None:
        known = {access for where, who, access in guests if (where, who) == (room, me)}
        if room > len(owners) or (owners[room - 1] != me and not known & {*accesses}):
            raise HTTPException(404, "no room")

    @app.get("/me")
    def who(me: Me) -> dict[str, object]:
        return {"id": _number(me), "username": f"@{me}"}

    @app.post("/rooms")
    def create(name: Annotated[str, Body(embed=True)], me: Me) -> dict[str, object]:
        owners.append(me)
        return {"id": len(owners), "name": name}

    @app.get("/rooms/{room_id}")
    def read(room_id: int, me: Me) -> str:
        check(room_id, me, "read", "write")
        return "a room"

    @app.put("/rooms/{room_id}")
    def change(room_id: int, name: Annotated[str, Body(embed=True)], me: Me) -> str:
        check(room_id, me, "write", "read" if writes else "")
        return name

    @app.post("/rooms/{room_id}/guests")
    def let_in(room_id: int, sent: Guest, me: Me) -> str:
        check(room_id, me)
        if sent.user[1:] not in LAB.passwords:
            raise HTTPException(404, "nobody of this name")
        guests.add((room_id, sent.user[1:], sent.access))
        return "they may come"

    @app.delete("/rooms/{room_id}/guests/{guest_id}")
    def remove(room_id: int, guest_id: int, me: Me) -> str:
        check(room_id, me)
        raise HTTPException(404, f"no guest {guest_id}")

    came = attacked(app, sharing)
    outcome = Outcome.FINDING if writes else Outcome.REFUSED
    _check(came, "164.5", outcome, "let in as 'read' may" if writes else "")
    told = came.said(Outcome.INCONCLUSIVE)
    assert "names no guest_id" in told["164.4", "DELETE /rooms/{room_id}/guests/{guest_id}"]


def _teams(habit: str) -> FastAPI:  # noqa: C901 - many small handlers
    app, teams, invited = lab_app(), list[list[str]](), list[tuple[int, str]]()

    def check(team: int, me: str, most: int = 1) -> None:
        if team > len(teams) or me not in teams[team - 1][:most]:
            raise HTTPException(404, "no team")

    @app.post("/teams")
    def create(name: Annotated[str, Body(embed=True)], me: Me) -> dict[str, object]:
        teams.append([me])
        return {"id": len(teams), "name": name}

    @app.get("/teams/{team_id}")
    def read(team_id: int, me: Me) -> str:
        check(team_id, me, most=9)
        return "a team"

    @app.post("/teams/{team_id}/invitations")
    def invite(team_id: int, sent: Invited, me: Me) -> dict[str, object]:
        check(team_id, me)
        if habit == "invites nobody" and sent.email != me:
            raise HTTPException(409, "nobody")
        invited.append((team_id, sent.email))
        return {"id": len(invited), "role": sent.role}

    @app.post("/teams/{team_id}/invitations/{invitation_id}/accept")
    def accept(team_id: int, invitation_id: int, me: Me) -> str:
        where, email = invited[invitation_id - 1] if invitation_id <= len(invited) else (0, "")
        if where != team_id or habit == "accepts nobody":
            raise HTTPException(404, "no invitation")
        if email == me or habit == "adds first":
            teams[team_id - 1].append(me)
        if email != me:
            raise HTTPException(404, "no invitation")
        return "welcome"

    @app.delete("/teams/{team_id}/invitations/{invitation_id}")
    def remove(team_id: int, invitation_id: int, me: Me) -> str:
        check(team_id, me)
        if habit != "stays":
            teams[team_id - 1].remove(invited[invitation_id - 1][1])
        return "removed"

    return app


@pytest.mark.parametrize(
    ("habit", "attack_id", "outcome", "says"),
    [
        ("", "164.2", Outcome.REFUSED, ""),
        ("", "164.4", Outcome.REFUSED, ""),
        ("adds first", "164.2", Outcome.FINDING, "gets in by an invitation"),
        ("stays", "164.4", Outcome.FINDING, "who was removed sees it still"),
        ("accepts nobody", "164.2", Outcome.INCONCLUSIVE, "nor can Carol"),
        ("invites nobody", "164.2", Outcome.INCONCLUSIVE, "Alice can invite nobody"),
    ],
)
def test_people_come_by_invitation(habit: str, attack_id: str, outcome: Outcome, says: str) -> None:
    """Whoever has to accept is let in by accepting, and out again; nobody else comes in by it."""
    _check(attacked(_teams(habit), sharing), attack_id, outcome, says)
