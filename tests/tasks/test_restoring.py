"""Undoing a deletion: tasks come back as they were."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import httpx

from gatepost.testing import Somebody
from tests.tasks.test_lists import add_list
from tests.tasks.test_sharing import share
from tests.tasks.test_tasks import add, titles

_MADE = "2026-01-02T03:04:05.678901Z"
_WAS = ("title", "notes", "due_date", "priority", "done", "list_id", "created_at")


def restore(
    person: Somebody, *tasks: Mapping[str, object], headers: dict[str, str] | None = None
) -> httpx.Response:
    return person.http.post("/api/tasks/restore", json={"tasks": tasks}, headers=headers)


def _soon(**ahead: int) -> str:
    return (datetime.now(UTC) + timedelta(**ahead)).isoformat()


def test_what_was_deleted_comes_back_as_it_was_and_where_it_was(ada: Somebody) -> None:
    """Restored tasks have all that they had but their ids, and their old places."""
    home = add_list(ada, "Home").json()["id"]
    add(ada, title="first")
    second = add(ada, title="second", notes="two\nlines", due_date="2026-12-01", list_id=home)
    third = add(ada, title="third", priority="high", done=True)
    add(ada, title="fourth")
    ids = [second["id"], third["id"]]
    ada.http.post("/api/tasks/bulk", json={"action": "delete", "ids": ids}).raise_for_status()
    answer = restore(ada, *({name: task[name] for name in _WAS} for task in (second, third)))
    assert answer.status_code == 201, answer.text
    for before, new_id in zip((second, third), answer.json()["ids"], strict=True):
        after = ada.http.get(f"/api/tasks/{new_id}").json()
        assert {name: after[name] for name in _WAS} == {name: before[name] for name in _WAS}
        assert new_id != before["id"]
    assert titles(ada.http.get("/api/tasks")) == ["fourth", "third", "second", "first"]


def test_what_no_task_ever_was_is_refused(ada: Somebody) -> None:
    """A time that cannot be, a bad title, or a field that is the server's refuses the whole."""
    cases: list[dict[str, object]] = [
        {},
        {"created_at": None},
        {"created_at": 0},
        {"created_at": "0"},
        {"created_at": "2026-01-02"},
        {"created_at": "2026-01-02T03:04:05"},
        {"created_at": "0001-01-01T00:00:00+14:00"},
        {"created_at": "9999-12-31T23:59:59-14:00"},
        {"created_at": "1969-12-31T23:59:59Z"},
        {"created_at": _soon(hours=1)},
        {"created_at": _MADE, "title": " "},
        {"created_at": _MADE, "id": "x" * 32},
        {"created_at": _MADE, "owner_id": "x" * 32},
        {"created_at": _MADE, "updated_at": _MADE},
    ]
    for fields in cases:
        good = {"title": "good", "created_at": _MADE}
        assert restore(ada, good, {"title": "bad", **fields}).status_code == 422, fields
    assert titles(ada.http.get("/api/tasks")) == []


def test_as_many_come_back_as_a_bulk_action_deletes(ada: Somebody) -> None:
    """A hundred at once are restored, one more or none is refused."""
    task = {"title": "many", "created_at": _MADE}
    assert restore(ada, *[task] * 101).status_code == 422
    assert restore(ada).status_code == 422
    assert len(set(restore(ada, *[task] * 100).json()["ids"])) == 100


def test_tasks_are_restored_by_whoever_may_add_them(
    ada: Somebody, bob: Somebody, tasks_url: str
) -> None:
    """In Ada's list: nobody 401, a stranger 404, a reader 403, an editor and the owner 201."""
    house = add_list(ada, "Restored").json()["id"]
    task = {"title": "paint", "list_id": house, "created_at": _MADE}
    loose = {"title": "loose", "created_at": _MADE}
    nobody = httpx.post(f"{tasks_url}/api/tasks/restore", json={"tasks": [task]})
    assert nobody.status_code == 401
    stranger, missing = restore(bob, loose, task), restore(bob, loose, {**task, "list_id": "z"})
    assert (stranger.status_code, stranger.content) == (404, missing.content)
    guest = share(ada, house, bob.email).json()["id"]
    reader = restore(bob, loose, task)
    assert (reader.status_code, reader.json()["code"]) == (403, "READ_ONLY")
    assert titles(bob.http.get("/api/tasks")) == []
    ada.http.patch(f"/api/lists/{house}/shares/{guest}", json={"right": "edit"}).raise_for_status()
    assert [restore(somebody, task).status_code for somebody in (bob, ada)] == [201, 201]
    # A task of the list is its owner's, whoever restores it.
    exported = {item["title"] for item in bob.http.get("/api/tasks/export").json()}
    assert exported == set()
    assert titles(ada.http.get("/api/tasks")) == ["paint", "paint"]


def test_tasks_are_restored_once(ada: Somebody) -> None:
    """A retry with the same key restores nothing more, and gets the same answer."""
    task = {"title": "once", "created_at": _MADE, "notes": "n" * 10_000}
    key = {"Idempotency-Key": '"3f2a"'}
    first, again = (restore(ada, *[task] * 50, headers=key) for _ in range(2))
    assert (first.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(titles(ada.http.get("/api/tasks", params={"limit": 100}))) == 50
