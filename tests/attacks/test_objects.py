"""Objects and functions, 105 to 130, against Tasks: Ada's rows, wanted by Bob."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx
import pytest

from gatepost.attacks import Attack, Expected, complaints
from gatepost.attacks.catalogue import OBJECTS
from gatepost.testing import Somebody
from tests.attacks.conftest import CANARY, answered

_MISSING = "a" * 32
_SECRET_WORDS = ("owner_id", "password", "session")


@dataclass(frozen=True, slots=True)
class Rows:
    """One task in one list."""

    task: str
    list: str

    @classmethod
    def of(cls, owner: Somebody, name: str) -> "Rows":
        """Make them."""
        made = owner.http.post("/api/lists", json={"name": name}).raise_for_status().json()
        body = {"title": f"{name} {CANARY}", "notes": CANARY, "list_id": made["id"]}
        task = owner.http.post("/api/tasks", json=body).raise_for_status().json()
        return cls(task["id"], made["id"])


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request that names somebody's row.

    In `path` and `body`, `{task}` and `{list}` are the rows under attack, `{mine}` and `{my_list}`
    the caller's own.
    """

    method: str
    path: str
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    def send(self, caller: Somebody, rows: Rows, own: Rows) -> httpx.Response:
        """Send it as `caller`."""
        values = {"task": rows.task, "list": rows.list, "mine": own.task, "my_list": own.list}
        path, body = self.path, self.body
        for name, value in values.items():
            path, body = path.replace(f"{{{name}}}", value), body.replace(f"{{{name}}}", value)
        headers = dict(self.headers)
        if body:
            headers["Content-Type"] = "application/json"
        return caller.http.request(self.method, path, content=body, headers=headers)


# Requests that name a row of another, by the attack's id. Each is owed R4.
BY_ID: dict[str, tuple[Wanted, ...]] = {
    "105": (Wanted("GET", "/api/tasks/{task}"),),
    "106": (
        Wanted("PATCH", "/api/tasks/{task}", '{"title":"taken"}'),
        Wanted("PATCH", "/api/tasks/{task}", "{}"),
        Wanted("PATCH", "/api/lists/{list}", '{"name":"taken"}'),
    ),
    "107": (Wanted("DELETE", "/api/tasks/{task}"), Wanted("DELETE", "/api/lists/{list}")),
    "114": (
        Wanted(
            "POST", "/api/tasks/bulk", '{"action":"move","ids":["{task}"],"list_id":"{my_list}"}'
        ),
    ),
    "117": (
        Wanted("POST", "/api/tasks", '{"title":"t","list_id":"{list}"}'),
        Wanted("PATCH", "/api/tasks/{mine}", '{"list_id":"{list}"}'),
        Wanted("PATCH", "/api/tasks/{mine}", '{"title":"half","list_id":"{list}"}'),
        Wanted("POST", "/api/tasks/bulk", '{"action":"move","ids":["{mine}"],"list_id":"{list}"}'),
        Wanted(
            "POST", "/api/tasks/restore",
            '{"tasks":[{"title":"t","list_id":"{list}","created_at":"2026-01-01T00:00:00Z"}]}',
        ),
    ),
    "118": (
        Wanted("POST", "/api/tasks/bulk", '{"action":"complete","ids":["{mine}","{task}"]}'),
        Wanted("POST", "/api/tasks/bulk", '{"action":"delete","ids":["{task}","{mine}"]}'),
        Wanted(
            "POST", "/api/tasks/bulk",
            '{"action":"move","ids":["{mine}","{task}"],"list_id":"{my_list}"}',
        ),
        Wanted("POST", "/api/tasks/bulk", '{"action":"delete","ids":["{task}"]}'),
    ),
    "120": (
        Wanted("GET", "/api/tasks/{task}", headers=(("If-None-Match", "*"),)),
        Wanted("GET", "/api/tasks/{task}", headers=(("If-None-Match", '"guessed"'),)),
        Wanted("PATCH", "/api/tasks/{task}", '{"title":"taken"}', (("If-Match", "*"),)),
        Wanted("DELETE", "/api/tasks/{task}", headers=(("If-Match", "*"),)),
    ),
}  # fmt: skip


def _state(owner: Somebody) -> tuple[str, str]:
    return (
        owner.http.get("/api/tasks/export").raise_for_status().text,
        owner.http.get("/api/lists").raise_for_status().text,
    )


@pytest.mark.parametrize(
    ("attack", "wanted"),
    [(attack, wanted) for attack in OBJECTS for wanted in BY_ID.get(attack.id, ())],
    ids=lambda part: f"{part.method}-{part.path}" if isinstance(part, Wanted) else str(part),
)
def test_another_persons_row_is_no_row(
    attack: Attack, wanted: Wanted, ada: Somebody, bob: Somebody
) -> None:
    """What names another's row is answered like what names no row, and changes nothing."""
    number = f"{wanted.method} {wanted.path} {wanted.body}"[:60]
    target, hers, his = (
        Rows.of(ada, f"{number} 1"),
        Rows.of(ada, f"{number} 2"),
        Rows.of(bob, number),
    )
    before = _state(ada), _state(bob)
    came = answered(wanted.send(bob, target, his))
    missing = answered(wanted.send(bob, Rows(_MISSING, _MISSING), his))
    assert complaints(attack.expected, came, twin=missing, canary=CANARY.encode()) == []
    assert (_state(ada), _state(bob)) == before
    owners = wanted.send(ada, target, hers)
    assert owners.is_success or owners.status_code == 304, "INCONCLUSIVE: nor can the owner"
    for owner, rows in ((ada, target), (ada, hers), (bob, his)):
        owner.http.delete(f"/api/tasks/{rows.task}")
        owner.http.delete(f"/api/lists/{rows.list}")


def _gets_nothing_by_an_unproven_address(ada: Somebody, bob: Somebody) -> None:
    hers = Rows.of(ada, "for whoever reads that mail")
    before = bob.http.get("/api/lists").json()
    wanted = {"address": bob.email, "right": "edit"}
    shared = ada.http.post(f"/api/lists/{hers.list}/shares", json=wanted)
    assert shared.status_code == 201, "INCONCLUSIVE: nothing is shared"
    taken = bob.http.post("/api/shares/take-up")
    assert complaints(Expected.OK, answered(taken), canary=CANARY.encode()) == []
    assert taken.json() == {"count": 0}
    assert bob.http.get("/api/lists").json() == before
    came, missing = (answered(bob.http.get(f"/api/tasks/{row}")) for row in (hers.task, _MISSING))
    assert complaints(Expected.R4, came, twin=missing, canary=CANARY.encode()) == []


def _lists_nothing_of_hers(ada: Somebody, bob: Somebody) -> None:
    Rows.of(ada, "list of ada")
    queries = [
        {}, {"limit": "100"}, {"status": "open"}, {"status": "done"}, {"q": CANARY[:6]},
        *({"sort": sign + key} for sign in ("", "-") for key in ("title", "due_date", "priority",
          "created_at", "updated_at")),
    ]  # fmt: skip
    for query in queries:
        shown = bob.http.get("/api/tasks", params=query)
        assert complaints(Expected.OK, answered(shown), canary=ada.user_id.encode()) == []
        assert "of ada" not in shown.text
    assert "of ada" in ada.http.get("/api/tasks").text


def _counts_nothing_of_hers(ada: Somebody, bob: Somebody) -> None:
    his = Rows.of(bob, "counted")
    Rows.of(ada, "counted")
    counts = {item["id"]: item["open_count"] for item in bob.http.get("/api/lists").json()["items"]}
    assert counts[his.list] == 1
    assert len(bob.http.get("/api/lists").json()["items"]) == len(counts)


def _filters_nothing_of_hers(ada: Somebody, bob: Somebody) -> None:
    hers = Rows.of(ada, "filtered")
    for query in ({"list_id": hers.list}, {"q": hers.task}, {"q": f"filtered {CANARY}"}):
        came = bob.http.get("/api/tasks", params=query)
        missing = bob.http.get("/api/tasks", params=dict.fromkeys(query, "nothing-of-that-name"))
        assert answered(came).lasting == answered(missing).lasting
        assert came.json() == {"items": [], "next_cursor": None}
    assert ada.http.get("/api/tasks", params={"list_id": hers.list}).json()["items"]


def _takes_no_cursor_of_hers(ada: Somebody, bob: Somebody) -> None:
    for number in range(3):
        Rows.of(ada, f"page {number}")
        Rows.of(bob, f"page {number}")
    cursor = ada.http.get("/api/tasks", params={"limit": 1}).json()["next_cursor"]
    assert ada.http.get("/api/tasks", params={"limit": 1, "cursor": cursor}).is_success
    came = answered(bob.http.get("/api/tasks", params={"limit": 1, "cursor": cursor}))
    nonsense = answered(bob.http.get("/api/tasks", params={"limit": 1, "cursor": "nonsense"}))
    assert complaints(Expected.REFUSED, came, canary=CANARY.encode()) == []
    assert came.lasting == nonsense.lasting


def _finds_nothing_of_hers(ada: Somebody, bob: Somebody) -> None:
    hers = Rows.of(ada, "exported secret")
    for target in ("/api/tasks?q=exported", "/api/tasks?q=%25", "/api/tasks?q=_",
                   "/api/tasks/export", "/api/tasks/export?format=csv"):  # fmt: skip
        shown = bob.http.get(target)
        assert shown.is_success
        assert "exported secret" not in shown.text
        assert hers.task not in shown.text
    assert hers.task in ada.http.get("/api/tasks/export?format=csv").text


def _creates_in_no_other_name(ada: Somebody, bob: Somebody) -> None:
    before = _state(ada)
    for field in ("owner_id", "ownerId", "user_id", "userId", "owner", "__owner__"):
        for target, body in (("/api/tasks", {"title": "t"}), ("/api/lists", {"name": field})):
            came = bob.http.post(target, json={**body, field: ada.user_id})
            assert complaints(Expected.REFUSED, answered(came)) == [], field
    assert bob.http.post(
        "/api/tasks", params={"owner_id": ada.user_id}, json={"title": "t"}
    ).is_success
    assert _state(ada) == before


def _gives_no_row_away(ada: Somebody, bob: Somebody) -> None:
    his, before = Rows.of(bob, "given"), _state(ada)
    for target, body in ((f"/api/tasks/{his.task}", {}), (f"/api/lists/{his.list}", {"name": "n"})):
        came = bob.http.patch(target, json={**body, "owner_id": ada.user_id})
        assert complaints(Expected.REFUSED, answered(came)) == []
    assert _state(ada) == before
    assert bob.http.get(f"/api/tasks/{his.task}").is_success


def _knows_no_name_of_hers(ada: Somebody, bob: Somebody) -> None:
    assert ada.http.post("/api/lists", json={"name": "Taken"}).status_code == 201
    assert ada.http.post("/api/lists", json={"name": "Taken"}).status_code == 409
    assert bob.http.post("/api/lists", json={"name": "Taken"}).status_code == 201


def _replays_no_answer_of_hers(ada: Somebody, bob: Somebody) -> None:
    body = {"title": CANARY, "notes": "the same request, to the byte"}
    for wanted in (body, {"title": "another"}):  # a 422 would say that somebody has used the key
        key = {"Idempotency-Key": f'"of-ada-{len(wanted)}"'}
        hers = ada.http.post("/api/tasks", json=body, headers=key).raise_for_status()
        before = _state(ada)
        his = bob.http.post("/api/tasks", json=wanted, headers=key)
        assert complaints(Expected.OK, answered(his), canary=hers.json()["id"].encode()) == []
        assert "Idempotent-Replayed" not in his.headers
        assert _state(ada) == before
        again = ada.http.post("/api/tasks", json=body, headers=key)
        assert again.content == hers.content, "INCONCLUSIVE: the owner gets no replay either"


def _is_kept_by_no_cache(ada: Somebody, _: Somebody) -> None:
    rows = Rows.of(ada, "cached")
    for target in ("/api/tasks", f"/api/tasks/{rows.task}", "/api/lists", "/api/me",
                   "/api/tasks/export", "/api/tasks/nothing", "/nothing"):  # fmt: skip
        assert ada.http.get(target).headers["Cache-Control"] == "no-store", target


def _answers_no_undeclared_verb(ada: Somebody, _: Somebody) -> None:
    rows = Rows.of(ada, "verbs")
    for verb in ("PUT", "TRACE", "PROPFIND", "QUERY", "OPTIONS"):
        for target in ("/api/tasks", f"/api/tasks/{rows.task}", f"/api/lists/{rows.list}"):
            assert ada.http.request(verb, target).status_code == 405, (verb, target)


def _sets_no_read_only_field(ada: Somebody, _: Somebody) -> None:
    rows = Rows.of(ada, "read-only")
    before = ada.http.get(f"/api/tasks/{rows.task}").json()
    for field in ("id", "created_at", "updated_at", "open_count"):
        came = ada.http.patch(f"/api/tasks/{rows.task}", json={field: "2020-01-01T00:00:00Z"})
        assert complaints(Expected.REFUSED, answered(came)) == [], field
        came = ada.http.post("/api/tasks", json={"title": "t", field: before["id"]})
        assert complaints(Expected.REFUSED, answered(came)) == [], field
    assert ada.http.get(f"/api/tasks/{rows.task}").json() == before


def _tells_nothing_that_is_kept(ada: Somebody, _: Somebody) -> None:
    rows = Rows.of(ada, "told")
    for target in ("/api/tasks", f"/api/tasks/{rows.task}", "/api/lists", "/api/me",
                   "/api/tasks/export"):  # fmt: skip
        text = ada.http.get(target).raise_for_status().text
        assert not any(f'"{word}' in text for word in _SECRET_WORDS), target


def _crosses_no_wires(ada: Somebody, bob: Somebody) -> None:
    def ask(who: Somebody) -> str:
        return str(who.http.get("/api/me").raise_for_status().json()["id"])

    with ThreadPoolExecutor(16) as pool:
        for who, answer in [(who, pool.submit(ask, who)) for who in (ada, bob) * 100]:
            assert answer.result() == who.user_id


FUNCTIONS: dict[str, Callable[[Somebody, Somebody], None]] = {
    "105.1": _gets_nothing_by_an_unproven_address,
    "108": _lists_nothing_of_hers,
    "109": _counts_nothing_of_hers,
    "110": _filters_nothing_of_hers,
    "111": _takes_no_cursor_of_hers,
    "112": _finds_nothing_of_hers,
    "115": _creates_in_no_other_name,
    "116": _gives_no_row_away,
    "119": _knows_no_name_of_hers,
    "121": _replays_no_answer_of_hers,
    "122": _is_kept_by_no_cache,
    "126": _answers_no_undeclared_verb,
    "127": _sets_no_read_only_field,
    "128": _tells_nothing_that_is_kept,
    "130": _crosses_no_wires,
}


# Tasks asks for no role: test_authorization.py runs 125.
@pytest.mark.parametrize(
    "attack", [a for a in OBJECTS if a.id not in BY_ID and a.number != 125], ids=str
)
def test_nobody_learns_or_changes_what_is_anothers(
    attack: Attack, ada: Somebody, bob: Somebody
) -> None:
    """No list, count, filter, cursor, export, field or verb reaches into another's rows."""
    FUNCTIONS[attack.id](ada, bob)


def test_what_is_hers_is_json_that_only_she_gets(ada: Somebody, bob: Somebody) -> None:
    """The exports of two people have no row in common."""
    Rows.of(ada, "apart")
    Rows.of(bob, "apart")
    hers, his = ({row["id"] for row in json.loads(_state(who)[0])} for who in (ada, bob))
    assert hers
    assert his
    assert not hers & his
