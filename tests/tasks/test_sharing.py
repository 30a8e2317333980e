"""A list is shared by address, to read or to edit, and taken back."""

import secrets

import httpx
import pytest

from gatepost.testing import Somebody, sign_up
from tests.mailed_links import Links, ServedTasks, confirm, follow
from tests.tasks.test_lists import add_list
from tests.tasks.test_tasks import add


def share(person: Somebody, list_id: str, address: str, right: str = "read") -> httpx.Response:
    wanted = {"address": address, "right": right}
    return person.http.post(f"/api/lists/{list_id}/shares", json=wanted)


def _lists(person: Somebody) -> dict[str, str]:
    items = person.http.get("/api/lists").json()["items"]
    return {item["name"]: item["access"] for item in items}


def _titles(person: Somebody, list_id: str) -> list[str]:
    items = person.http.get("/api/tasks", params={"list_id": list_id}).json()["items"]
    return sorted(item["title"] for item in items)


def test_a_reader_reads_and_no_more(ada: Somebody, bob: Somebody) -> None:
    """Whoever may read sees the list and its tasks, and is told 403 at anything else."""
    house = add_list(ada, "House").json()["id"]
    task = add(ada, title="paint the door", list_id=house)
    shared = share(ada, house, bob.email.upper())
    assert (shared.status_code, shared.json()["address"]) == (201, bob.email)
    assert _lists(bob)["House"] == "read"
    assert _titles(bob, house) == ["paint the door"]
    refused = [
        bob.http.patch(f"/api/tasks/{task['id']}", json={"title": "mine"}),
        bob.http.delete(f"/api/tasks/{task['id']}"),
        bob.http.post("/api/tasks", json={"title": "mine", "list_id": house}),
        bob.http.post("/api/tasks/bulk", json={"action": "complete", "ids": [task["id"]]}),
        bob.http.patch(f"/api/lists/{house}", json={"name": "Bob's"}),
        bob.http.delete(f"/api/lists/{house}"),
        share(bob, house, "carol@example.com"),
    ]
    assert {answer.status_code for answer in refused} == {403}
    assert ada.http.get(f"/api/tasks/{task['id']}").json() == task
    assert _lists(ada)["House"] == "owner"


def test_an_editor_works_on_tasks(ada: Somebody, bob: Somebody) -> None:
    """Whoever may edit adds, changes and deletes tasks, which stay the owner's."""
    house = add_list(ada, "Garden").json()["id"]
    share(ada, house, bob.email, "edit")
    task = add(bob, title="plant", list_id=house)
    changed = bob.http.patch(f"/api/tasks/{task['id']}", json={"title": "plant roses"})
    assert changed.status_code == 200
    assert _titles(ada, house) == ["plant roses"]
    exported = {item["title"] for item in bob.http.get("/api/tasks/export").json()}
    assert "plant roses" not in exported
    assert bob.http.delete(f"/api/lists/{house}").status_code == 403
    assert _titles(ada, house) == ["plant roses"]
    assert bob.http.patch(f"/api/tasks/{task['id']}", json={"list_id": None}).status_code == 403
    assert bob.http.delete(f"/api/tasks/{task['id']}").status_code == 204
    assert _titles(ada, house) == []


def test_the_document_says_what_a_guest_is_refused(ada: Somebody) -> None:
    """OpenAPI has the 403 of what a guest may want too much by, and of the admin's alone."""
    paths = ada.http.get("/openapi.json").json()["paths"]
    refusing = {
        (method, path)
        for path, operations in paths.items()
        for method, operation in operations.items()
        if "403" in operation["responses"]
    }
    task, own, share = "/api/tasks/{task_id}", "/api/lists/{list_id}", "/api/lists/{list_id}/shares"
    restore = "/api/tasks/restore"
    assert refusing == {
        *(("post", path) for path in ("/api/tasks", "/api/tasks/bulk", restore, share)),
        *((method, path) for method in ("patch", "delete") for path in (task, own)),
        ("patch", f"{share}/{{share_id}}"),
        *(("get", f"/api/admin/activity{part}") for part in ("", "/counts")),
    }


def test_what_is_taken_back_is_gone(ada: Somebody, bob: Somebody) -> None:
    """From the next request on the list and its tasks are as if they had never been."""
    house = add_list(ada, "Boat").json()["id"]
    task = add(ada, title="sail", list_id=house)
    mine = share(ada, house, bob.email, "edit").json()["id"]
    lowered = ada.http.patch(f"/api/lists/{house}/shares/{mine}", json={"right": "read"})
    assert lowered.json()["right"] == "read"
    assert bob.http.patch(f"/api/tasks/{task['id']}", json={"title": "x"}).status_code == 403
    assert ada.http.delete(f"/api/lists/{house}/shares/{mine}").status_code == 204
    gone = bob.http.get(f"/api/tasks/{task['id']}")
    never = bob.http.get(f"/api/tasks/{'z' * 32}")
    assert (gone.status_code, gone.content) == (never.status_code, never.content)
    assert "Boat" not in _lists(bob)
    assert bob.http.get(f"/api/lists/{house}/shares").status_code == 404


def test_who_was_let_in_sees_themselves_and_may_leave(ada: Somebody, bob: Somebody) -> None:
    """A guest sees none of the other guests, changes nothing of their own right, and leaves."""
    house = add_list(ada, "Choir").json()["id"]
    share(ada, house, "carol@example.com")
    mine = share(ada, house, bob.email).json()["id"]
    assert len(ada.http.get(f"/api/lists/{house}/shares").json()["items"]) == 2
    seen = bob.http.get(f"/api/lists/{house}/shares").json()["items"]
    assert [item["id"] for item in seen] == [mine]
    raised = bob.http.patch(f"/api/lists/{house}/shares/{mine}", json={"right": "edit"})
    assert raised.status_code == 403
    assert bob.http.delete(f"/api/lists/{house}/shares/{mine}").status_code == 204
    assert "Choir" not in _lists(bob)


def test_an_address_says_nothing_of_who_has_an_account(ada: Somebody, bob: Somebody) -> None:
    """An address of nobody is answered as that of somebody is."""
    house = add_list(ada, "Secrets").json()["id"]
    answers = [share(ada, house, address) for address in (bob.email, "nobody@example.com")]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json().keys() == answers[1].json().keys()
    assert {answer.json()["right"] for answer in answers} == {"read"}


@pytest.mark.parametrize("address", ["", "bob", "a@b@c", "a b@example.com", "x" * 250 + "@e.org"])
def test_what_is_no_address_is_refused(ada: Somebody, address: str) -> None:
    """A list is shared with an address and with nothing else."""
    house = add_list(ada, f"House of {address[:5]}").json()["id"]
    assert share(ada, house, address).status_code == 422


def test_a_list_is_shared_once_with_each_and_not_with_oneself(ada: Somebody, bob: Somebody) -> None:
    """A second time is a conflict, and one's own address a mistake."""
    house = add_list(ada, "Twice").json()["id"]
    assert share(ada, house, ada.email).json()["code"] == "OWN_ADDRESS"
    assert share(ada, house, bob.email).status_code == 201
    again = share(ada, house, bob.email.title())
    assert (again.status_code, again.json()["code"]) == (409, "SHARED_ALREADY")


def _take_up(person: Somebody) -> int:
    count: int = person.http.post("/api/shares/take-up").raise_for_status().json()["count"]
    return count


def test_what_waits_is_for_whoever_confirms_the_address(
    ada: Somebody, bob: Somebody, served_tasks: ServedTasks
) -> None:
    """Signing up with an address gives nothing of what was shared with it; confirming it does."""
    with sign_up(served_tasks.url, "later") as later:
        share(ada, add_list(ada, "Later").json()["id"], later.email)
        assert [_take_up(person) for person in (bob, later)] == [0, 0]
        assert "Later" not in _lists(bob)
        assert _lists(later) == {}
        confirm(later, served_tasks.links)
        assert [_take_up(person) for person in (bob, later)] == [0, 1]
        assert "Later" not in _lists(bob)
        assert _lists(later) == {"Later": "read"}
        assert _take_up(later) == 0


def _change_address(person: Somebody, links: Links, address: str) -> None:
    back = f"/{secrets.token_hex()}"
    wanted = {"newEmail": address, "callbackURL": back}
    person.browser.post("/api/auth/change-email", json=wanted).raise_for_status()
    for to in (person.email, address):
        follow(person.browser, links, to, back)


def test_who_was_let_in_stays_whatever_becomes_of_the_address(
    ada: Somebody, bob: Somebody, served_tasks: ServedTasks
) -> None:
    """What Bob was let into stays his; what comes later is that of his old address's holder."""
    links = served_tasks.links
    share(ada, add_list(ada, "Old").json()["id"], bob.email)
    _change_address(bob, links, f"new.{bob.email}")
    share(ada, add_list(ada, "New").json()["id"], bob.email)
    assert _take_up(bob) == 0
    assert _lists(bob) == {"Old": "read"}
    with sign_up(served_tasks.url, "eve") as eve:
        confirm(eve, links)
        _change_address(eve, links, bob.email)
        assert _take_up(eve) == 1
        assert _lists(eve) == {"New": "read"}
