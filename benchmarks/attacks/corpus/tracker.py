"""A tracker: projects with members, tasks in them, bulk changes, pages, import and export."""

import secrets
from dataclasses import dataclass
from typing import Annotated

from fastapi import FastAPI, HTTPException, Query

from benchmarks.attacks.corpus import answers, jws
from benchmarks.attacks.corpus.accounts import User
from benchmarks.attacks.corpus.bearer import AuthFirst
from benchmarks.attacks.corpus.planting import planted
from benchmarks.attacks.corpus.tracker_bodies import (
    Bulk,
    Imported,
    ImportFile,
    MemberIn,
    ProjectIn,
    ProjectOut,
    Projects,
    TaskIn,
    TaskPatch,
)
from benchmarks.attacks.corpus.tracker_people import Caller, accounts, router

_CURSOR_KEY = secrets.token_bytes(32)

app = FastAPI(title="Tracker", redoc_url=None, redirect_slashes=False)
app.router.route_class = AuthFirst
answers.settle(app)


@dataclass
class Project:
    """What a team works on."""

    id: str
    owner_id: str
    members: set[str]
    name: str


@dataclass
class Task:
    """A part of it."""

    id: str
    project_id: str
    title: str
    done: bool = False


class TaskPage(answers.Strict):
    """Some tasks, and where the next ones begin."""

    items: list[Task]
    next_cursor: str | None


_projects: dict[str, Project] = {}
_tasks: dict[str, Task] = {}


def _project_of(user: User, project_id: str) -> Project:
    project = _projects.get(project_id)
    if project is None or user.id not in project.members:
        raise answers.not_found()
    return project


def _task_of(user: User, project_id: str, task_id: str) -> Task:
    project = _project_of(user, project_id)
    task = _tasks.get(task_id)
    if task is None or task.project_id != project.id:
        raise answers.not_found()
    return task


def _sees(user: User, task: Task) -> bool:
    return user.id in _projects[task.project_id].members


def _cursor(user: User, project: Project, start: int) -> str:
    text = f"{project.id}:{start}"
    return f"{text}:{jws.hs256(_CURSOR_KEY, f'{user.id}:{text}'.encode()).hex()}"


def _start(user: User, project: Project, cursor: str) -> tuple[Project, int]:
    project_id, _, rest = cursor.partition(":")
    start = rest.partition(":")[0]
    if planted("cursor_of_anyone") and project_id in _projects and start.isdecimal():
        return _projects[project_id], int(start)
    if not start.isdecimal() or cursor != _cursor(user, project, int(start)):
        raise HTTPException(400, "No such page")
    return project, int(start)


app.include_router(router)


@app.get("/projects")
def list_projects(user: Caller) -> Projects:
    own = [project for project in _projects.values() if user.id in project.members]
    total = len(_projects) if planted("total_of_all") else len(own)
    return Projects(items=[_shown(project) for project in own], total=total)


@app.post("/projects", status_code=201)
def add_project(wanted: ProjectIn, user: Caller) -> ProjectOut:
    return _shown(_added(user, wanted.name))


@app.get("/projects/{project_id}")
def read_project(project_id: str, user: Caller) -> ProjectOut:
    return _shown(_project_of(user, project_id))


@app.patch("/projects/{project_id}")
def rename_project(project_id: str, wanted: ProjectIn, user: Caller) -> ProjectOut:
    project = _project_of(user, project_id)
    project.name = wanted.name
    return _shown(project)


@app.delete("/projects/{project_id}", status_code=204)
def delete_project(project_id: str, user: Caller) -> None:
    if not (planted("delete_any_project") and project_id in _projects):
        _project_of(user, project_id)
    for task in [task for task in _tasks.values() if task.project_id == project_id]:
        del _tasks[task.id]
    del _projects[project_id]


@app.post("/projects/{project_id}/members", status_code=204)
def let_in(project_id: str, wanted: MemberIn, user: Caller) -> None:
    project = _project_of(user, project_id)
    if (named := accounts.by_email(wanted.email)) is not None:
        project.members.add(named.id)


@app.get("/projects/{project_id}/tasks")
def list_tasks(
    project_id: str,
    user: Caller,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
    cursor: Annotated[str, Query(max_length=200)] = "",
) -> TaskPage:
    project, start = _project_of(user, project_id), 0
    if cursor:
        project, start = _start(user, project, cursor)
    tasks = [task for task in _tasks.values() if task.project_id == project.id]
    more = len(tasks) > start + limit
    following = _cursor(user, project, start + limit) if more else None
    return TaskPage(items=tasks[start : start + limit], next_cursor=following)


@app.post("/projects/{project_id}/tasks", status_code=201)
def add_task(project_id: str, wanted: TaskIn, user: Caller) -> Task:
    if not (planted("task_into_any_project") and project_id in _projects):
        _project_of(user, project_id)
    task = Task(secrets.token_hex(8), project_id, wanted.title)
    _tasks[task.id] = task
    return task


@app.get("/projects/{project_id}/tasks/{task_id}")
def read_task(project_id: str, task_id: str, user: Caller) -> Task:
    if planted("child_of_any_parent") and task_id in _tasks:
        _project_of(user, project_id)
        return _tasks[task_id]
    return _task_of(user, project_id, task_id)


@app.patch("/projects/{project_id}/tasks/{task_id}")
def change_task(project_id: str, task_id: str, wanted: TaskPatch, user: Caller) -> Task:
    task = _task_of(user, project_id, task_id)
    if wanted.project_id is not None:
        anywhere = planted("move_anywhere") and wanted.project_id in _projects
        task.project_id = wanted.project_id if anywhere else _project_of(user, wanted.project_id).id
    task.title = task.title if wanted.title is None else wanted.title
    task.done = task.done if wanted.done is None else wanted.done
    return task


@app.delete("/projects/{project_id}/tasks/{task_id}", status_code=204)
def delete_task(project_id: str, task_id: str, user: Caller) -> None:
    del _tasks[_task_of(user, project_id, task_id).id]


@app.post("/tasks/bulk")
def change_many(wanted: Bulk, user: Caller) -> list[Task]:
    tasks = [_tasks[task_id] for task_id in wanted.ids if task_id in _tasks]
    foreign = [task for task in tasks if not _sees(user, task)]
    if len(tasks) < len(wanted.ids) or (foreign and not planted("bulk_with_foreign")):
        raise answers.not_found()
    for task in tasks:
        task.done = wanted.done
    return tasks


@app.get("/export")
def export(user: Caller) -> list[Imported]:
    return [
        Imported(
            id=project.id,
            name=project.name,
            tasks=[task.title for task in _tasks.values() if task.project_id == project.id],
        )
        for project in _projects.values()
        if user.id in project.members or planted("export_everything")
    ]


@app.post("/import", status_code=201)
def import_projects(wanted: ImportFile, user: Caller) -> list[ProjectOut]:
    kept = []
    for one in wanted:
        known = _projects.get(one.id or "")
        if known is None or (user.id not in known.members and not planted("import_over_anyones")):
            known = _added(user, one.name)
        known.name = one.name
        kept.append(known)
        for title in one.tasks:
            task = Task(secrets.token_hex(8), known.id, title)
            _tasks[task.id] = task
    return [_shown(project) for project in kept]


def _added(user: User, name: str) -> Project:
    project = Project(secrets.token_hex(8), user.id, {user.id}, name)
    _projects[project.id] = project
    return project


def _shown(project: Project) -> ProjectOut:
    return ProjectOut(id=project.id, name=project.name)
