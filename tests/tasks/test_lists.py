"""Lists, and what happens to tasks in them."""

import httpx

from gatepost.testing import Somebody
from tests.tasks.test_tasks import add


def add_list(person: Somebody, name: str) -> httpx.Response:
    return person.http.post("/api/lists", json={"name": name})


def test_lists_are_named_renamed_counted_and_deleted(ada: Somebody) -> None:
    """A list shows its open tasks; deleting it leaves its tasks without a list."""
    home = add_list(ada, "home").json()
    work = add_list(ada, "Work").json()
    assert home["open_count"] == 0
    task = add(ada, list_id=home["id"])
    add(ada, list_id=home["id"], done=True)
    listed = ada.http.get("/api/lists").json()["items"]
    assert [(item["name"], item["open_count"]) for item in listed] == [("home", 1), ("Work", 0)]
    renamed = ada.http.patch(f"/api/lists/{home['id']}", json={"name": "Garden"})
    assert (renamed.json()["name"], renamed.json()["open_count"]) == ("Garden", 1)
    assert ada.http.delete(f"/api/lists/{home['id']}").status_code == 204
    assert ada.http.get(f"/api/tasks/{task['id']}").json()["list_id"] is None
    assert [item["id"] for item in ada.http.get("/api/lists").json()["items"]] == [work["id"]]


def test_a_name_is_taken_by_its_owner_only(ada: Somebody, bob: Somebody) -> None:
    """A second list of the same name is a conflict for Ada, and none for Bob."""
    assert add_list(ada, "Shopping").status_code == 201
    taken = add_list(ada, "Shopping")
    assert (taken.status_code, taken.json()["code"]) == (409, "LIST_NAME_TAKEN")
    other = add_list(ada, "Other").json()["id"]
    renamed = ada.http.patch(f"/api/lists/{other}", json={"name": "Shopping"})
    assert (renamed.status_code, renamed.json()["code"]) == (409, "LIST_NAME_TAKEN")
    assert add_list(bob, "Shopping").status_code == 201


def test_anothers_list_is_no_list(ada: Somebody, bob: Somebody) -> None:
    """Wherever Bob names Ada's list, he gets the answer for one that never existed."""
    foreign = add_list(ada, "Private").json()["id"]
    missing = "z" * 32
    task = add(bob)

    def answers(list_id: str) -> list[tuple[int, bytes]]:
        replies = [
            bob.http.patch(f"/api/lists/{list_id}", json={"name": "stolen"}),
            bob.http.delete(f"/api/lists/{list_id}"),
            bob.http.post("/api/tasks", json={"title": "t", "list_id": list_id}),
            bob.http.patch(f"/api/tasks/{task['id']}", json={"list_id": list_id}),
            bob.http.post(
                "/api/tasks/bulk",
                json={"action": "move", "ids": [task["id"]], "list_id": list_id},
            ),
        ]
        return [(reply.status_code, reply.content) for reply in replies]

    assert answers(foreign) == answers(missing)
    assert {status for status, _ in answers(foreign)} == {404}
    assert bob.http.get(f"/api/tasks/{task['id']}").json() == task
    assert bob.http.get("/api/tasks", params={"list_id": foreign}).json()["items"] == []
    assert ada.http.get("/api/lists").json()["items"][0]["name"] == "Private"
