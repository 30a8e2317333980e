"""What is for administrators, by whatever way an ordinary user comes: told from closed doors."""

from collections.abc import Iterator
from typing import Annotated

import pytest
from fastapi import Body, FastAPI, Header, HTTPException, Query, Request, Response
from starlette.middleware.base import RequestResponseEndpoint

from gatepost.attacks.catalogue import find
from gatepost.attacks.outcomes import REFUSED, Outcome, Verdict
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.forgotten import forgotten
from gatepost.attacks.trials.functions import functions
from gatepost.attacks.trials.others_rows import others_rows
from gatepost.attacks.trials.verbs import verbs
from tests.attacks.kit.cookie_lab import takes_form
from tests.attacks.kit.lab import LAB, PEOPLE, Me, attacked, lab_app

_USERS = "GET /admin/users"
_BAN = "POST /admin/users/{user_id}/ban"
_ROOT: dict[str, object] = {
    "people": {**PEOPLE, "admin": {"email": "root@lab", "password": "root"}}
}


def _admin_app(hole: str) -> FastAPI:
    app = lab_app()
    LAB.passwords["root@lab"] = "root"

    def only_root(me: str, said: bool = False) -> None:  # noqa: FBT001, FBT002 - a flag of a test
        if me != "root@lab" and not said:
            raise HTTPException(403, "for administrators")

    @app.get("/admin/users")
    def users(
        me: Me,
        role: Annotated[str, Query()] = "",
        x_role: Annotated[str, Header()] = "",
    ) -> list[str]:
        believed = {"query": role, "header": x_role}.get(hole) == "admin"
        if hole != "open":
            only_root(me, believed)
        return sorted(LAB.passwords)

    @app.post("/admin/users/{user_id}/ban")
    def ban(user_id: str, me: Me) -> str:
        if hole != "post":
            only_root(me)
        return f"banned {user_id}"

    @app.middleware("http")
    async def guard(request: Request, call_next: RequestResponseEndpoint) -> Response:
        if hole == "verb" and request.method == "PUT" and "/admin" in request.url.path:
            return Response("done", 200)
        if hole == "spelling" and request.url.path == "/admin/users/":
            return Response("all of them", 200)
        return await call_next(request)

    return app


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", set()),
        ("open", {("125.1", _USERS)}),
        ("post", {("125.1", _BAN)}),
        ("query", {("125.2", _USERS)}),
        ("header", {("125.2", _USERS)}),
        ("spelling", {("125.4", _USERS)}),
        ("verb", {("125.3", _USERS), ("125.3", _BAN)}),
    ],
)
@pytest.mark.parametrize("said", [True, False])
def test_an_ordinary_user_does_nothing_of_an_administrators(
    hole: str,
    found: set[tuple[str, str]],
    said: bool,  # noqa: FBT001 - a case of the table
) -> None:
    """Whether the attack file says so or only the path does, a way in is found."""
    file = {**_ROOT, "admin": {"* /admin/*": "the back office"}} if said else _ROOT
    came = attacked(_admin_app(hole), functions, file=file)
    assert came.findings == found, came.said(Outcome.FINDING)
    assert came.said(Outcome.INCONCLUSIVE) == {}


def test_a_page_that_answers_everything_is_no_way_in() -> None:
    """An app whose page answers every path has no administrator's function at another spelling."""
    app = _admin_app("")

    @app.get("/{rest:path}", include_in_schema=False)
    def page(rest: str) -> str:
        return "the page" if rest else "start"

    came = attacked(app, functions, file={**_ROOT, "public": {"GET /{rest}": "the page"}})
    assert came.findings == set(), came.said(Outcome.FINDING)


@pytest.mark.parametrize("hole", ["", "verb", "override", "form"])
def test_a_verb_that_nobody_declared_changes_nothing(hole: str) -> None:
    """A row that is changed by an undeclared verb, or by one in a header or a form, is found."""
    app, rows = lab_app(), dict[str, tuple[str, str]]()

    @app.post("/notes")
    def add(me: Me) -> dict[str, str]:
        number = str(len(rows) + 1)
        rows[number] = (me, f"note of {me}")
        return {"id": number}

    @app.get("/notes/{note_id}")
    def read(note_id: str, me: Me) -> str:
        if rows.get(note_id, ("", ""))[0] != me:
            raise HTTPException(404, "no note")
        return rows[note_id][1]

    @app.middleware("http")
    async def methods(request: Request, call_next: RequestResponseEndpoint) -> Response:
        number = request.url.path.rsplit("/", 1)[-1]
        asked = {
            "verb": request.method,
            "override": request.headers.get("x-http-method-override", ""),
            "form": (await request.body()).decode().removeprefix("_method="),
        }.get(hole)
        if asked == "DELETE" and number in rows:
            del rows[number]
            return Response("gone", 200)
        return await call_next(request)

    came = attacked(app, verbs)
    assert came.findings == ({("126", "GET /notes/{note_id}")} if hole else set())


def test_a_row_that_everybody_reads_is_told_by_the_attack_that_reads_it() -> None:
    """A hole that needs no other verb is not told a second time as one that does."""
    app, rows = lab_app(), list[str]()

    @app.post("/notes")
    def add(sent: dict[str, str], _me: Me) -> dict[str, int]:
        rows.append(str(sent))
        return {"id": len(rows)}

    @app.get("/notes/{note_id}")
    def read(note_id: int, _me: Me) -> str:
        if not 0 < note_id <= len(rows):
            raise HTTPException(404)
        return rows[note_id - 1]

    came = attacked(app, others_rows, verbs)
    assert {number for number, _ in came.findings} == {"105"}, came.said(Outcome.FINDING)


@pytest.mark.parametrize("left", ["", "/.env", "/metrics", "/debug/config"])
def test_what_was_left_behind_is_found(left: str) -> None:
    """A file of the deployment, metrics or settings that anybody may read are found."""
    app = lab_app()
    shown = {
        "/.env": "SECRET_KEY=abc\nDEBUG=1\n",
        "/metrics": "# HELP x y\n# TYPE x counter\nx 1\n",
        "/debug/config": '{"jwt_secret": "abc"}',
    }
    if left:
        app.add_api_route(left, lambda: Response(shown[left]), include_in_schema=False)

    @app.get("/dashboard", include_in_schema=False)
    def dashboard(me: Me) -> dict[str, object]:
        return {"settings": {"theme": "dark"}, "for": me}

    came = attacked(app, forgotten)
    assert (("161.1", "None") in came.findings) == bool(left)
    assert ("161.2", "GET /dashboard") in came.verdicts
    assert ("161.2", "GET /dashboard") not in came.findings


def _alices_note(surface: Surface) -> Iterator[Trial]:
    """Let Alice have a note before anything is tried."""
    add = next(each for each in surface if str(each) == "POST /notes")

    def run(stage: Stage) -> Verdict:
        stage.control(add)
        return REFUSED

    yield Trial(find("105"), add, run)


@pytest.mark.parametrize(
    ("shows", "says"), [("text", "what is Alice's"), ("people", "of Alice"), ("", None)]
)
def test_a_hidden_operation_tells_nothing_of_others(shows: str, says: str | None) -> None:
    """A dump that is in no documentation is found; metrics that are meant to be public are not."""
    app, notes = lab_app(), list[tuple[str, str]]()

    @app.post("/notes")
    def add(text: Annotated[str, Body(embed=True)], me: Me) -> dict[str, int]:
        notes.append((me, text))
        return {"id": len(notes)}

    @app.get("/dump", include_in_schema=False)
    def dump(me: Me) -> list[str]:
        people = list(LAB.passwords) if shows == "people" else []
        return [*people, *(text for who, text in notes if shows == "text" or who == me)]

    @app.get("/metrics")
    def metrics() -> Response:
        return Response("# HELP x y\n# TYPE x counter\nx 1\n", media_type="text/plain")

    came = attacked(app, _alices_note, forgotten, file={"public": {"GET /metrics": "for all"}})
    found = {("161.2", "GET /dump")} if says is not None else set()
    assert came.findings == found, came.said(*Outcome)
    assert all((says or "") in told for told in came.said(Outcome.FINDING).values())


@pytest.mark.parametrize("tells", [True, False])
def test_a_refusal_tells_nothing(tells: bool) -> None:  # noqa: FBT001 - a case
    """A refusal with what is Alice's is found; where nobody may, that of a body shows nothing."""
    app, notes = lab_app(), list[str]()

    @app.post("/notes")
    def add(text: Annotated[str, Body(embed=True)], me: Me) -> dict[str, int]:
        notes.append(f"{me}: {text}")
        return {"id": len(notes)}

    @app.get("/admin/notes")
    def read(me: Me) -> str:
        raise HTTPException(403, f"not for {me}: {notes if tells else ''}")

    @app.post("/admin/import", openapi_extra=takes_form("text"))
    def take(me: Me) -> str:
        raise HTTPException(422, f"no such import, {me}")

    came = attacked(app, _alices_note, functions)
    found = {("125.1", "GET /admin/notes")} if tells else set()
    assert came.findings == found, came.said(Outcome.FINDING)
    assert came.of(Outcome.INCONCLUSIVE) == {("125.1", "POST /admin/import")}
    assert ("125.2", "POST /admin/import") in came.of(Outcome.REFUSED)
