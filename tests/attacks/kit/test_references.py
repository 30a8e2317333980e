"""Rows of another's that a body names: told from apps that look who asks."""

from itertools import count
from typing import Annotated

import pytest
from fastapi import Body, HTTPException
from pydantic import BaseModel

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.bulk import bulk
from gatepost.attacks.trials.references import references
from tests.attacks.kit.lab import Me, attacked, lab_app

_Rows = dict[int, dict[str, object]]


class Task(BaseModel):
    """A task in a project."""

    title: str
    project_id: int | None = None


class Nested(BaseModel):
    """A task whose project is named deeper inside."""

    title: str
    place: "Inner"


class Inner(BaseModel):
    """Where a task is."""

    project: int


class Ids(BaseModel):
    """Several tasks."""

    ids: list[int]
    title: str


class Known(BaseModel):
    """A note from a file, which may have come from here."""

    id: str | None = None
    text: str


class _App:
    """Projects and tasks; `hole` names what is not asked for."""

    def __init__(self, hole: str) -> None:
        self.app = lab_app()
        self.projects: _Rows = {}
        self.tasks: _Rows = {}
        self.numbers = count(1)
        self.hole = hole
        self._projects()
        self._tasks()

    def known(self, rows: _Rows, number: object, me: str, where: str) -> dict[str, object]:
        row = rows.get(number) if isinstance(number, int) else None
        if self.hole == f"{where} unchecked":
            return row or {}
        if row is None or (row["who"] != me and self.hole != where):
            told = 403 if self.hole == f"{where} tells" and row is not None else 404
            raise HTTPException(told, "not found")
        return row

    def _projects(self) -> None:
        @self.app.post("/projects")
        def create(name: Annotated[str, Body(embed=True)], me: Me) -> dict[str, object]:
            number = next(self.numbers)
            self.projects[number] = {"id": number, "who": me, "name": name}
            return {"id": number}

        @self.app.get("/projects/{project_id}")
        def read(project_id: int, me: Me) -> dict[str, object]:
            return self.known(self.projects, project_id, me, "reading")

        @self.app.get("/projects/{project_id}/tasks")
        def tasks(project_id: int, me: Me) -> list[dict[str, object]]:
            self.known(self.projects, project_id, me, "reading")
            return [row for row in self.tasks.values() if row["project"] == project_id]

    def _tasks(self) -> None:
        def keep(title: str, project: int | None, me: str) -> dict[str, object]:
            number = next(self.numbers)
            self.tasks[number] = {"id": number, "who": me, "title": title, "project": project}
            return {"id": number}

        @self.app.post("/tasks")
        def create(sent: Task, me: Me) -> dict[str, object]:
            if sent.project_id is not None:
                self.known(self.projects, sent.project_id, me, "flat")
            return keep(sent.title, sent.project_id, me)

        @self.app.post("/deep")
        def deep(sent: Nested, me: Me) -> dict[str, object]:
            self.known(self.projects, sent.place.project, me, "nested")
            return keep(sent.title, sent.place.project, me)

        @self.app.get("/tasks/{task_id}")
        def read(task_id: int, me: Me) -> dict[str, object]:
            return self.known(self.tasks, task_id, me, "reading")

        @self.app.post("/tasks/bulk")
        def change(sent: Ids, me: Me) -> dict[str, int]:
            rows = []
            for each in sent.ids:
                if self.hole == "partly":
                    self.tasks[each]["title"] = sent.title
                rows.append(self.known(self.tasks, each, me, "bulk"))
            for row in rows:
                row["title"] = sent.title
            return {"count": len(rows)}


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", set()),
        ("flat", {("117", "POST /tasks")}),
        ("flat unchecked", {("117", "POST /tasks")}),
        ("nested", {("117", "POST /deep")}),
        ("nested unchecked", {("117", "POST /deep")}),
        ("bulk", {("118", "POST /tasks/bulk")}),
        ("partly", {("118", "POST /tasks/bulk")}),
    ],
)
def test_a_reference_to_anothers_row_is_found_out(hole: str, found: set[tuple[str, str]]) -> None:
    """A member or list that may name another's row is found, and nothing where owners are asked."""
    came = attacked(_App(hole).app, references, bulk)
    assert came.findings == found, came.said(Outcome.FINDING)
    assert came.said(Outcome.INCONCLUSIVE, Outcome.REMARK) == {}
    assert {key[0] for key in came.verdicts} == {"117", "118"}


@pytest.mark.parametrize("hole", ["", "over", "foreign"])
def test_an_import_and_an_archive_name_only_ones_own(hole: str) -> None:
    """A row in a list is known by its other members, and ids alone by there being but one kind."""
    app, rows, numbers = lab_app(), dict[str, tuple[str, str]](), count(1)

    def keep(number: str, me: str, text: str) -> dict[str, str]:
        rows[number] = (me, text)
        return {"id": number, "text": text}

    @app.post("/notes")
    def add(text: Annotated[str, Body(embed=True)], me: Me) -> dict[str, str]:
        return keep(f"n{next(numbers)}", me, text)

    @app.get("/notes/{note_id}")
    def read(note_id: str, me: Me) -> dict[str, str]:
        if rows.get(note_id, ("", ""))[0] != me:
            raise HTTPException(404, "no such note")
        return {"id": note_id, "text": rows[note_id][1]}

    @app.get("/links/{note_id}")
    def follow(note_id: str, signature: str) -> dict[str, str]:
        raise HTTPException(404, f"no such link: {note_id}, {signature}")

    @app.post("/import")
    def take_in(sent: list[Known], me: Me) -> list[dict[str, str]]:
        known = [hole == "over" or rows.get(str(each.id), ("", ""))[0] == me for each in sent]
        return [
            keep(str(each.id) if over and each.id else f"n{next(numbers)}", me, each.text)
            for each, over in zip(sent, known, strict=True)
        ]

    @app.post("/archives")
    def pack(ids: Annotated[list[str], Body(embed=True)], me: Me) -> list[str]:
        found = [rows.get(each, ("", "")) for each in ids]
        if not all(whose and (whose == me or hole == "foreign") for whose, _ in found):
            raise HTTPException(404, "no such note")
        return [text for _, text in found]

    file: dict[str, object] = {"public": {"GET /links/{note_id}": "a signed link"}}
    came = attacked(app, bulk, file=file)
    found = {"over": {("118", "POST /import")}, "foreign": {("118", "POST /archives")}}
    assert came.findings == found.get(hole, set()), came.said(Outcome.FINDING)
    tried = {("118", "POST /import"), ("118", "POST /archives")}
    assert came.findings | came.of(Outcome.REFUSED) == tried, came.said(*Outcome)


@pytest.mark.parametrize("where", ["flat", "nested"])
def test_a_reference_that_tells_of_a_row_is_remarked(where: str) -> None:
    """403 for another's row where 404 is for none is a remark."""
    came = attacked(_App(f"{where} tells").app, references)
    assert came.findings == set()
    assert len(came.of(Outcome.REMARK)) == 1


@pytest.mark.parametrize("hole", ["", "skips"])
def test_a_bulk_that_leaves_out_what_is_anothers_is_no_finding(hole: str) -> None:
    """A bulk update that passes over another's rows, silently, has let nobody in."""
    app, rows, numbers = lab_app(), dict[str, tuple[str, str]](), count(1)

    @app.post("/notes")
    def add(text: Annotated[str, Body(embed=True)], me: Me) -> dict[str, str]:
        number = str(next(numbers))
        rows[number] = (me, text)
        return {"id": number}

    @app.get("/notes")
    def every(me: Me) -> list[dict[str, str]]:
        return [{"id": key, "text": text} for key, (who, text) in rows.items() if who == me]

    @app.post("/notes/archive")
    def archive(note_ids: Annotated[list[str], Body(embed=True)], me: Me) -> dict[str, int]:
        mine = [each for each in note_ids if rows.get(each, ("", ""))[0] == me]
        if len(mine) < len(note_ids) and not hole:
            raise HTTPException(404, "no such note")
        for each in mine:
            del rows[each]
        return {"archived": len(mine)}

    came = attacked(app, bulk)
    assert came.findings == set(), came.said(Outcome.FINDING)
    assert came.of(Outcome.REFUSED) == {("118", "POST /notes/archive")}
