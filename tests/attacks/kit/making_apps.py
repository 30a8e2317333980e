"""Small apps that want something particular before they grant anything."""

from datetime import date
from itertools import count
from typing import Annotated, Literal

from fastapi import Body, FastAPI, HTTPException, Query
from pydantic import BaseModel, Field, model_validator

from tests.attacks.kit.lab import LAB, Me, lab_app


class Store:
    """Rows by number, each somebody's."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[str, object]] = {}
        self._numbers = count(1)

    def add(self, me: str, value: object) -> str:
        """Keep a row; returns its number."""
        number = str(next(self._numbers))
        self.rows[number] = (me, value)
        return number

    def mine(self, number: str, me: str) -> object:
        """Return a row of somebody's.

        Raises:
            HTTPException: 404, it is not theirs.
        """
        owner, value = self.rows.get(number, ("", None))
        if owner != me:
            raise HTTPException(404, "not found")
        return value


def answers_without_an_id() -> FastAPI:
    """The POST answers nothing: the list says which id it has."""
    app, store = lab_app(), Store()

    @app.post("/notes", status_code=204)
    def create(text: Annotated[str, Body(embed=True)], me: Me) -> None:
        store.add(me, text)

    @app.get("/notes")
    def every(me: Me) -> dict[str, list[dict[str, object]]]:
        rows = store.rows.items()
        return {"items": [{"id": n, "text": text} for n, (who, text) in rows if who == me]}

    @app.get("/notes/{note_id}")
    def read(note_id: str, me: Me) -> object:
        return store.mine(note_id, me)

    return app


def puts() -> FastAPI:
    """A file is made by a PUT to the name that its owner chooses; its body is plain text."""
    app, files = lab_app(), dict[tuple[str, str], str]()

    @app.put("/files/{name}", status_code=204)
    def write(name: str, content: Annotated[str, Body(media_type="text/plain")], me: Me) -> None:
        files[me, name] = content

    @app.get("/files/{name}")
    def read(name: str, me: Me) -> str:
        if (me, name) not in files:
            raise HTTPException(404, "no file")
        return files[me, name]

    return app


class Transfer(BaseModel):
    """Names two accounts, which must not be the same one."""

    from_account: int
    to_account: int
    amount: Annotated[float, Field(gt=0, le=1_000)]

    @model_validator(mode="after")
    def _not_to_itself(self) -> "Transfer":
        if self.from_account == self.to_account:
            raise ValueError("the two must differ")
        return self


def transfers() -> FastAPI:
    """The body of an action names rows by something that does not end in id."""
    app, store = lab_app(), Store()

    @app.post("/accounts")
    def open_account(name: Annotated[str, Body(embed=True)], me: Me) -> dict[str, int]:
        return {"account_number": 7, "id": int(store.add(me, name))}

    @app.post("/transfer")
    def transfer(sent: Transfer, me: Me) -> str:
        store.mine(str(sent.from_account), me)
        store.mine(str(sent.to_account), me)
        return "done"

    return app


class Booking(BaseModel):
    """A booking, whose validation says more than its schema does."""

    check_in: date
    check_out: date
    currency: str
    status: Literal["", "draft", "final"] = "draft"
    guests: int = 0
    voucher: str | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Booking":
        if self.check_in >= self.check_out:
            raise ValueError("check_out is after check_in")
        return self


def particular() -> FastAPI:
    """Validation of its own: a currency of three letters, and a voucher that nobody has."""
    app, store = lab_app(), Store()

    @app.post("/bookings")
    def book(sent: Booking, me: Me) -> dict[str, str]:
        if len(sent.currency) != 3:
            raise HTTPException(400, "currency must be a code of three letters")
        if sent.voucher is not None:
            raise HTTPException(422, [{"loc": ["body", "voucher"], "msg": "unknown voucher"}])
        return {"id": store.add(me, sent)}

    @app.post("/bookings/{booking_id}/cancel")
    def cancel(booking_id: str, me: Me) -> str:
        store.mine(booking_id, me)
        del store.rows[booking_id]
        return "cancelled"

    @app.patch("/bookings/{booking_id}")
    def change(booking_id: str, sent: Annotated[dict[str, str], Body()], me: Me) -> str:
        store.mine(booking_id, me)
        return str(sent)

    return app


class Task(BaseModel):
    """A task, which names its project, its assignee and what is above it."""

    title: str
    project: str
    assignee: str
    parent_id: str | None = None


def references() -> FastAPI:
    """Rows are named by plain nouns, and people by their address; children are made below."""
    app, projects, tasks = lab_app(), Store(), Store()

    @app.post("/projects")
    def create_project(name: Annotated[str, Body(embed=True)], me: Me) -> dict[str, object]:
        return {"data": {"id": projects.add(me, name), "name": name}}

    @app.post("/tasks")
    def create_task(sent: Task, me: Me) -> dict[str, object]:
        projects.mine(sent.project, me)
        if sent.assignee not in LAB.passwords:
            raise HTTPException(404, "assignee not found")
        if sent.parent_id is not None:
            tasks.mine(sent.parent_id, me)
        return {"id": tasks.add(me, sent)}

    @app.post("/projects/{project_id}/milestones")
    def create_milestone(project_id: str, day: Annotated[date, Body(embed=True)], me: Me) -> object:
        projects.mine(project_id, me)
        return {"milestone": {"id": tasks.add(me, day)}, "project": {"id": project_id}}

    @app.delete("/milestones/{milestone_id}", status_code=204)
    def delete(milestone_id: str, me: Me) -> None:
        tasks.mine(milestone_id, me)
        del tasks.rows[milestone_id]

    @app.get("/tasks")
    def every(project_id: Annotated[str, Query()], me: Me) -> str:
        return str(projects.mine(project_id, me))

    return app
