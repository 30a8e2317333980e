"""Adding, reading, changing, deleting and finding tasks."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from gatepost.testing import Somebody


def add(person: Somebody, **fields: object) -> dict[str, object]:
    """Add a task as `person`, and return it."""
    answer = person.http.post("/api/tasks", json={"title": "a task", **fields})
    assert answer.status_code == 201, answer.text
    added: dict[str, object] = answer.json()
    return added


def titles(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item["title"] for item in answer.json()["items"]]


def test_a_new_task_has_what_was_sent_and_sensible_defaults(ada: Somebody) -> None:
    """A task answers with its fields, defaults for the rest, and the time of its making."""
    task = add(ada, title="  water the plants  ", due_date="2026-12-01", priority="high")
    made = datetime.fromisoformat(str(task.pop("created_at")))
    assert abs(datetime.now(UTC) - made) < timedelta(minutes=1)
    assert datetime.fromisoformat(str(task.pop("updated_at"))) >= made
    assert len(str(task.pop("id"))) == 32
    assert task == {
        "title": "water the plants",
        "notes": "",
        "due_date": "2026-12-01",
        "priority": "high",
        "done": False,
        "list_id": None,
    }


@pytest.mark.parametrize(
    "change",
    [
        {"title": "another title"},
        {"notes": "two\nlines"},
        {"due_date": "2027-01-31"},
        {"due_date": None},
        {"priority": "low"},
        {"done": True},
        {"title": "Ünïcödé ✓ 日本", "done": True, "notes": "🌱"},
        {},
    ],
)
def test_a_change_changes_what_was_sent_and_nothing_else(
    ada: Somebody, change: dict[str, object]
) -> None:
    """PATCH changes the fields it carries; the answer and a later GET agree."""
    before = add(ada, title="before", due_date="2026-12-24", priority="medium")
    answer = ada.http.patch(f"/api/tasks/{before['id']}", json=change)
    assert answer.status_code == 200, answer.text
    after = answer.json()
    assert after == ada.http.get(f"/api/tasks/{before['id']}").json()
    updated_at = after.pop("updated_at")
    assert updated_at >= str(before.pop("updated_at"))
    assert after == before | change


def test_a_deleted_task_is_gone(ada: Somebody) -> None:
    """DELETE answers 204, and the id answers like one that never existed."""
    task = add(ada)
    assert ada.http.delete(f"/api/tasks/{task['id']}").status_code == 204
    gone = ada.http.get(f"/api/tasks/{task['id']}")
    never = ada.http.get(f"/api/tasks/{'x' * 32}")
    assert (gone.status_code, gone.content) == (never.status_code, never.content)
    assert gone.status_code == 404


def test_the_list_filters_and_searches(ada: Somebody) -> None:
    """Status, list and search each narrow the list, alone and together."""
    home = ada.http.post("/api/lists", json={"name": "Home"}).json()["id"]
    add(ada, title="buy milk", list_id=home)
    add(ada, title="buy bread", done=True, list_id=home)
    add(ada, title="call mum", notes="about the MILK")
    add(ada, title="100% sure_thing")
    cases = {
        "status=open": ["100% sure_thing", "buy milk", "call mum"],
        "status=done": ["buy bread"],
        f"list_id={home}": ["buy bread", "buy milk"],
        f"list_id={home}&status=open": ["buy milk"],
        "q=milk": ["buy milk", "call mum"],
        "q=BUY&status=done": ["buy bread"],
        "q=%25": ["100% sure_thing"],
        "q=_": ["100% sure_thing"],
        "q=nothing-like-it": [],
        "list_id=no-such-list": [],
    }
    for query, expected in cases.items():
        assert sorted(titles(ada.http.get(f"/api/tasks?{query}"))) == expected, query


def test_every_order_pages_through_everything_once(ada: Somebody) -> None:
    """Whatever the order, pages of two hold every task once, as one big page does."""
    for number in range(7):
        due = f"2026-12-{1 + number % 3:02}" if number % 2 else None
        priority = ("none", "low", "medium", "high")[number % 4]
        add(ada, title=f"Task {'aBcDeFg'[number]}", due_date=due, priority=priority)
    for key in ("created_at", "updated_at", "due_date", "priority", "title"):
        for sort in (key, f"-{key}"):
            whole = titles(ada.http.get("/api/tasks", params={"sort": sort, "limit": 100}))
            assert len(whole) == 7
            paged: list[str] = []
            params = {"sort": sort, "limit": "2"}
            while True:
                answer = ada.http.get("/api/tasks", params=params)
                paged += titles(answer)
                cursor = answer.json()["next_cursor"]
                if cursor is None:
                    break
                params["cursor"] = cursor
            assert paged == whole, sort


def test_the_longest_titles_are_paged_as_well(ada: Somebody) -> None:
    """A cursor behind a title of 200 signs beyond ASCII is one that the next request may carry."""
    for end in "🌱🌲":
        add(ada, title="🌳" * 199 + end)
    query = {"sort": "title", "limit": "1"}
    cursor = ada.http.get("/api/tasks", params=query).json()["next_cursor"]
    assert titles(ada.http.get("/api/tasks", params={**query, "cursor": cursor})) == [
        "🌳" * 199 + "🌲"
    ]


def test_orders_are_as_people_mean_them(ada: Somebody) -> None:
    """Priorities go by rank, titles without regard to case, and undated tasks come last."""
    add(ada, title="b", priority="low", due_date="2026-12-02")
    add(ada, title="A", priority="high", due_date=None)
    add(ada, title="c", priority="none", due_date="2026-12-01")
    cases = {
        "priority": ["c", "b", "A"],
        "-priority": ["A", "b", "c"],
        "title": ["A", "b", "c"],
        "due_date": ["c", "b", "A"],
        "-due_date": ["b", "c", "A"],
        "created_at": ["b", "A", "c"],
        "-created_at": ["c", "A", "b"],
    }
    for sort, expected in cases.items():
        assert titles(ada.http.get("/api/tasks", params={"sort": sort})) == expected, sort


@pytest.mark.parametrize(
    "cursor", ["", "x", "e30=", "W10=", "WyIiLCIiLCIiLCIiXQ==", "ÿ", "a" * 2000]
)
def test_a_cursor_that_is_none_is_refused(ada: Somebody, cursor: str) -> None:
    """Garbage where a cursor belongs is a 400 with its code."""
    answer = ada.http.get("/api/tasks", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_CURSOR")


def test_a_cursor_belongs_to_its_owner_and_its_order(ada: Somebody, bob: Somebody) -> None:
    """Ada's cursor is refused for Bob, and in another order."""
    for number in range(3):
        add(ada, title=f"secret {number}")
        add(bob, title=f"other {number}")
    cursor = ada.http.get("/api/tasks", params={"limit": 1}).json()["next_cursor"]
    mine = ada.http.get("/api/tasks", params={"limit": 1, "cursor": cursor})
    assert titles(mine) == ["secret 1"]
    for person, sort in ((bob, "-created_at"), (ada, "created_at")):
        answer = person.http.get("/api/tasks", params={"cursor": cursor, "sort": sort})
        assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_CURSOR")


def test_bulk_actions_change_every_task_or_none(ada: Somebody, bob: Somebody) -> None:
    """Each action works on many; one id of somebody else's refuses the whole."""
    home = ada.http.post("/api/lists", json={"name": "Home"}).json()["id"]
    mine = [str(add(ada, title=f"mine {number}")["id"]) for number in range(3)]
    foreign = str(add(bob, title="bob's")["id"])

    def bulk(action: str, ids: list[str], **more: object) -> httpx.Response:
        body = {"action": action, "ids": ids, **more}
        return ada.http.post("/api/tasks/bulk", json=body)

    for bad_id in (foreign, "x" * 32):
        for action, more in (
            ("complete", {}),
            ("reopen", {}),
            ("move", {"list_id": home}),
            ("delete", {}),
        ):
            refused = bulk(action, [*mine, bad_id], **more)
            assert refused.status_code == 404
            assert refused.json() == {"message": "No such task", "code": "TASK_NOT_FOUND"}
    untouched = ada.http.get("/api/tasks", params={"status": "open"})
    assert len(titles(untouched)) == 3
    assert [item["list_id"] for item in untouched.json()["items"]] == [None] * 3

    assert bulk("complete", mine).json() == {"count": 3}
    assert bulk("reopen", mine[2:]).json() == {"count": 1}
    assert bulk("move", mine[1:], list_id=home).json() == {"count": 2}
    assert titles(ada.http.get("/api/tasks", params={"status": "done"})) == ["mine 1", "mine 0"]
    assert titles(ada.http.get("/api/tasks", params={"list_id": home})) == ["mine 2", "mine 1"]
    assert bulk("move", mine[1:], list_id=None).json() == {"count": 2}
    assert bulk("delete", [*mine, mine[0]]).json() == {"count": 3}
    assert titles(ada.http.get("/api/tasks")) == []
    assert titles(bob.http.get("/api/tasks")) == ["bob's"]


def test_one_persons_tasks_do_not_exist_for_another(ada: Somebody, bob: Somebody) -> None:
    """Ada's task answers Bob as an id that never existed, whatever he does, and stays as it is."""
    task = add(ada, title="Ada's secret", notes="nobody else's")
    for method, body in (("GET", None), ("PATCH", {"title": "stolen"}), ("DELETE", None)):
        foreign = bob.http.request(method, f"/api/tasks/{task['id']}", json=body)
        missing = bob.http.request(method, f"/api/tasks/{'y' * 32}", json=body)
        assert foreign.status_code == 404
        assert foreign.content == missing.content
        assert dict(foreign.headers) | {"date": ""} == dict(missing.headers) | {"date": ""}
    for query in ("", "?q=secret", "?sort=title", "?status=open"):
        assert titles(bob.http.get(f"/api/tasks{query}")) == []
    assert ada.http.get(f"/api/tasks/{task['id']}").json() == task


def test_who_is_signed_in(ada: Somebody) -> None:
    """/api/me tells the caller's own id, name, address and roles."""
    assert ada.http.get("/api/me").json() == {
        "id": ada.user_id,
        "name": "ada",
        "email": ada.email,
        "roles": [],
    }
