"""What the app alone may say of a row: told from apps that let nobody else say it."""

from itertools import count
from typing import Annotated

import pytest
from fastapi import Body, FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.read_only_members import read_only_members
from tests.attacks.kit.lab import Me, attacked, lab_app

_CREATED = "2026-01-01T00:00:00+00:00"


class Known(BaseModel):
    """Drops what it does not know."""

    text: str


class Strict(Known):
    """Refuses what it does not know."""

    model_config = ConfigDict(extra="forbid")


class Loose(Known):
    """Takes whatever comes."""

    model_config = ConfigDict(extra="allow")


def _orders(create: type[Known], change: type[Known], *, envelope: bool = False) -> FastAPI:
    app, rows, numbers = lab_app(), dict[int, dict[str, object]](), count(1)

    def shown(row: dict[str, object]) -> dict[str, object]:
        return {"data": row} if envelope else row

    def mine(order_id: int, me: str) -> dict[str, object]:
        found = [row for row in rows.values() if row["id"] == order_id and row["who"] == me]
        if not found:
            raise HTTPException(404, "no order")
        return found[0]

    @app.post("/orders", status_code=201)
    def add(sent: create, me: Me) -> dict[str, object]:  # type: ignore[valid-type] # a case of the table
        number = next(numbers)
        fixed = {"id": number, "who": me, "status": "new", "created_at": _CREATED, "is_paid": False}
        rows[number] = {**fixed, **sent.model_dump(), "who": me}  # type: ignore[attr-defined] # the same
        return shown(rows[number])

    @app.get("/orders/{order_id}")
    def read(order_id: int, me: Me) -> dict[str, object]:
        return shown(mine(order_id, me))

    @app.patch("/orders/{order_id}")
    def alter(order_id: int, sent: change, me: Me) -> dict[str, object]:  # type: ignore[valid-type] # the same
        row = mine(order_id, me)
        row.update({**sent.model_dump(), "who": me, "id": order_id})  # type: ignore[attr-defined] # the same
        return shown(row)

    return app


@pytest.mark.parametrize(
    ("create", "change", "found"),
    [
        (Known, Known, set()),
        (Strict, Strict, set()),
        (Loose, Known, {("127", "POST /orders")}),
        (Known, Loose, {("127", "PATCH /orders/{order_id}")}),
    ],
)
@pytest.mark.parametrize("envelope", [True, False])
def test_what_the_app_alone_says_stays_so(
    create: type[Known],
    change: type[Known],
    found: set[tuple[str, str]],
    envelope: bool,  # noqa: FBT001 - a case of the table
) -> None:
    """A state, a time or an id that comes with a body is found, and a sound app is left alone."""
    app = _orders(create, change, envelope=envelope)
    came = attacked(app, read_only_members, only=lambda trial: trial.attack.id == "127")
    assert came.findings == found, came.said(Outcome.FINDING)
    assert came.said(Outcome.INCONCLUSIVE) == {}


@pytest.mark.parametrize(
    ("taken", "found"), [(set(), set()), ({"role", "balance"}, {("127", "PATCH /me")})]
)
def test_nobody_raises_themselves_by_a_table_of_anything(
    taken: set[str], found: set[tuple[str, str]]
) -> None:
    """Where a profile takes any table, what gives power is found, and its own members are not."""
    app, people = lab_app(), dict[str, dict[str, object]]()

    @app.get("/me")
    def me_again(me: Me) -> dict[str, object]:
        fixed = {"email": me, "nickname": "", "role": "user", "balance": 0}
        return people.setdefault(me, fixed)

    @app.patch("/me")
    def change(sent: Annotated[dict[str, object], Body()], me: Me) -> dict[str, object]:
        kept = {name: value for name, value in sent.items() if name in {"nickname", *taken}}
        me_again(me).update(kept)
        return me_again(me)

    came = attacked(app, read_only_members)
    assert came.findings == found, came.said(Outcome.FINDING)


@pytest.mark.parametrize("chosen", [True, False])
def test_a_new_row_never_replaces_anothers(chosen: bool) -> None:  # noqa: FBT001 - a case
    """A row that is made under the id of another's is found where it replaces that one."""
    app, rows, numbers = lab_app(), dict[int, tuple[str, str]](), count(1)

    @app.post("/notes", status_code=201)
    def add(sent: Loose, me: Me) -> dict[str, object]:
        wanted = sent.model_dump().get("id")
        number = wanted if chosen and isinstance(wanted, int) else next(numbers)
        rows[number] = (me, sent.text)
        return {"id": number}

    @app.get("/notes/{note_id}")
    def read(note_id: int, me: Me) -> dict[str, object]:
        if rows.get(note_id, ("", ""))[0] != me:
            raise HTTPException(404, "no note")
        return {"id": note_id, "text": rows[note_id][1]}

    came = attacked(app, read_only_members)
    assert (("160", "POST /notes") in came.findings) == chosen
    assert (came.findings == set()) == (not chosen), came.said(Outcome.FINDING)
