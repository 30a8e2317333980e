"""Entity tags: a reader learns that nothing has changed, and nobody overwrites what they missed."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from gatepost.testing import Somebody
from tests.tasks.test_tasks import add

_AT_ONCE = 12


def _seen(who: Somebody, task: str) -> str:
    tag = who.http.get(f"/api/tasks/{task}").headers["etag"]
    assert tag.startswith('"')
    assert tag.endswith('"')
    return tag


def _task(who: Somebody) -> str:
    return str(add(who, title="milk")["id"])


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("{tag}", 304),
        ("W/{tag}", 304),
        ('"other", {tag}', 304),
        ('"a,b" ,, W/"" ,{tag},', 304),
        ("*", 304),
        ('"other"', 200),
        ("nonsense", 200),
        ('{tag} "joined"', 200),
        ('"unfinished', 200),
        ("", 200),
    ],
)
def test_a_reader_who_has_it_is_told_so(ada: Somebody, header: str, status: int) -> None:
    """`If-None-Match` with the tag of what is there is answered 304, without a body."""
    task = _task(ada)
    tag = _seen(ada, task)
    asked = {"If-None-Match": header.replace("{tag}", tag)}
    answer = ada.http.get(f"/api/tasks/{task}", headers=asked)
    assert (answer.status_code, answer.headers["etag"]) == (status, tag)
    assert bool(answer.content) == (status == 200)


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("{tag}", 200),
        ('"other", {tag}', 200),
        ("*", 200),
        (None, 200),
        ("W/{tag}", 412),
        ('"other"', 412),
        ("nonsense", 412),
        ("", 412),
        ("{tag", 412),
    ],
)
def test_a_change_wants_what_was_seen(ada: Somebody, header: str | None, status: int) -> None:
    """`If-Match` with another tag than that of what is there is refused, and nothing changes."""
    task = _task(ada)
    headers = {} if header is None else {"If-Match": header.replace("{tag}", _seen(ada, task))}
    answer = ada.http.patch(f"/api/tasks/{task}", json={"title": "bread"}, headers=headers)
    assert answer.status_code == status
    now = ada.http.get(f"/api/tasks/{task}")
    if status == 200:
        assert now.json()["title"] == "bread"
        assert now.headers["etag"] == answer.headers["etag"]
    else:
        assert answer.json()["code"] == "PRECONDITION_FAILED"
        assert now.json()["title"] == "milk"


def test_a_tag_is_of_what_is_there_now(ada: Somebody) -> None:
    """A change makes another tag, and the old one neither reads nor deletes any more."""
    task = _task(ada)
    before = _seen(ada, task)
    ada.http.patch(f"/api/tasks/{task}", json={"done": True})
    after = _seen(ada, task)
    assert before != after
    fresh = ada.http.get(f"/api/tasks/{task}", headers={"If-None-Match": before})
    assert fresh.status_code == 200
    deleted = [
        ada.http.delete(f"/api/tasks/{task}", headers={"If-Match": tag}).status_code
        for tag in (before, after)
    ]
    assert deleted == [412, 204]


def test_of_many_who_saw_the_same_one_changes_it(ada: Somebody) -> None:
    """Of twelve changes at one moment by the same tag one is made, and the others are told."""
    task = _task(ada)
    tag = _seen(ada, task)

    def change(number: int) -> httpx.Response:
        return ada.http.patch(
            f"/api/tasks/{task}", json={"title": f"change {number}"}, headers={"If-Match": tag}
        )

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        answers = list(threads.map(change, range(_AT_ONCE)))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * (_AT_ONCE - 1)
    made = next(answer for answer in answers if answer.status_code == 200)
    now = ada.http.get(f"/api/tasks/{task}")
    assert (now.json()["title"], now.headers["etag"]) == (
        made.json()["title"],
        made.headers["etag"],
    )


def test_a_tag_tells_nobody_else_anything(ada: Somebody, bob: Somebody) -> None:
    """Another's tag is no key: the task is not there, whatever tag is named."""
    task = _task(ada)
    tag = _seen(ada, task)
    missing = bob.http.get("/api/tasks/no-such-task")
    for header in ("If-None-Match", "If-Match"):
        for named in (tag, "*"):
            read = bob.http.get(f"/api/tasks/{task}", headers={header: named})
            assert (read.status_code, read.json()) == (404, missing.json())
            changed = bob.http.patch(
                f"/api/tasks/{task}", json={"title": "mine"}, headers={header: named}
            )
            assert (changed.status_code, changed.json()) == (404, missing.json())


def test_two_who_see_the_same_have_tags_of_their_own(ada: Somebody, bob: Somebody) -> None:
    """What a list's guest sees has another tag than what its owner sees."""
    shared = ada.http.post("/api/lists", json={"name": "Ours"}).json()["id"]
    ada.http.post(f"/api/lists/{shared}/shares", json={"address": bob.email, "right": "read"})
    task = str(add(ada, title="milk", list_id=shared)["id"])
    bob.http.post("/api/shares/take-up")
    seen = [who.http.get(f"/api/tasks/{task}") for who in (ada, bob)]
    assert seen[0].json() == seen[1].json()
    assert seen[0].headers["etag"] != seen[1].headers["etag"]
    refused = bob.http.patch(
        f"/api/tasks/{task}", json={"title": "x"}, headers={"If-Match": seen[1].headers["etag"]}
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "READ_ONLY")
