"""What is shared with an address: told from an app that asks whether the address was ever shown."""

from typing import Annotated

import pytest
from fastapi import Body, FastAPI, HTTPException

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.shared_addresses import shared_addresses
from tests.attacks.kit.lab import LAB, Me, attacked, lab_app

_INVITE = ("105.1", "POST /boards/{board_id}/shares")


class _Boards:
    """Boards that are shared with addresses; nobody here has ever shown that one is theirs.

    Args:
        hole: where the app forgets to ask whether an address is verified.
        tells: whether it says of its people that theirs is not.
    """

    def __init__(self, hole: str, *, tells: bool = True) -> None:
        self.app: FastAPI = lab_app()
        self.hole, self.tells = hole, tells
        self.boards: dict[str, str] = {}
        self.waiting: list[tuple[str, str]] = []
        self.shares: set[tuple[str, str]] = set()
        self._boards()
        self._shares()

    def _boards(self) -> None:
        @self.app.get("/me")
        def who_am_i(me: Me) -> dict[str, object]:
            return {"email": me, **({"email_verified": False} if self.tells else {})}

        @self.app.post("/boards", status_code=201)
        def create(name: Annotated[str, Body(embed=True)], me: Me) -> dict[str, str]:
            number = f"board-{len(self.boards)}"
            self.boards[number] = me
            return {"id": number, "name": name}

        @self.app.get("/boards/{board_id}")
        def read(board_id: str, me: Me) -> dict[str, str]:
            waits = self.hole == "signing up" and (board_id, me) in self.waiting
            mine = self.boards.get(board_id) == me or self.hole == "everybody"
            if not mine and not waits and (board_id, me) not in self.shares:
                raise HTTPException(404, "no board")
            return {"id": board_id}

    def _shares(self) -> None:
        @self.app.post("/boards/{board_id}/shares", status_code=201)
        def share(board_id: str, email: Annotated[str, Body(embed=True)], me: Me) -> dict[str, str]:
            if self.boards.get(board_id) != me:
                raise HTTPException(404, "no board")
            if email not in LAB.passwords:
                self.waiting.append((board_id, email))
            elif self.hole == "sharing":
                self.shares.add((board_id, email))
            return {"email": email}

        @self.app.post("/shares/take-up")
        def take_up(me: Me) -> dict[str, bool]:
            if self.hole == "taking up":
                self.shares |= {each for each in self.waiting if each[1] == me}
            return {"ok": True}


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", set()),
        ("everybody", set()),
        ("sharing", {_INVITE}),
        ("signing up", {_INVITE}),
        ("taking up", {_INVITE}),
    ],
)
def test_an_address_is_nobodys_until_it_is_shown(hole: str, found: set[tuple[str, str]]) -> None:
    """Whoever signs up with another's address gets nothing of what is shared with it."""
    came = attacked(_Boards(hole).app, shared_addresses)
    assert came.findings == found, came.said(*Outcome)
    assert came.of(Outcome.FINDING, Outcome.REFUSED) == {_INVITE}, came.said(*Outcome)


def test_an_app_that_verifies_no_address_is_not_told_of() -> None:
    """Where an address is all that people have, who signed up with it is who is meant."""
    came = attacked(_Boards("sharing", tells=False).app, shared_addresses)
    assert came.of(Outcome.NOT_APPLICABLE) == {_INVITE}, came.said(*Outcome)
