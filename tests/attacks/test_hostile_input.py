"""Hostile input on every endpoint of Tasks: never a 5xx, and nothing half-written."""

import base64
import csv
import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import httpx
import pytest

from gatepost.testing import Somebody, sign_up
from gatepost_tasks.app import create_app
from tests.conftest import settings_for
from tests.ports import free_port
from tests.services.postgres import Postgres
from tests.serving import serving

_JSON = {"Content-Type": "application/json"}
_MARK = "hunter2-" * 3


@dataclass(frozen=True, slots=True)
class Victim:
    """An app on one database, somebody in it, and one task and one list of theirs."""

    who: Somebody
    task: str
    list: str

    def send(self, method: str, target: str, body: bytes | None = None) -> httpx.Response:
        """Send JSON, or what pretends to be."""
        path = target.replace("{task}", self.task).replace("{list}", self.list)
        headers = _JSON if body is not None else {}
        return self.who.http.request(method, path, content=body, headers=headers)


@contextmanager
def _victim(data_dir: Path, database_url: str | None) -> Iterator[Victim]:
    port = free_port()
    app = create_app(settings_for(port, data_dir, database_url))
    with serving(app, port=port) as url, sign_up(url, "ada") as ada:
        task = ada.http.post("/api/tasks", json={"title": "t"}).raise_for_status().json()["id"]
        made = ada.http.post("/api/lists", json={"name": "l"}).raise_for_status().json()["id"]
        yield Victim(ada, task, made)


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victim]:
    """Tasks on SQLite."""
    with _victim(tmp_path_factory.mktemp("sqlite"), None) as victim:
        yield victim


@pytest.fixture(scope="module")
def on_postgres(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Victim]:
    """Tasks on PostgreSQL, which takes less of a text than SQLite does."""
    url = postgres.create_database()
    with _victim(tmp_path_factory.mktemp("postgres"), url) as victim:
        yield victim
    postgres.drop_database(url)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.service)])
def victim(request: pytest.FixtureRequest) -> Victim:
    """Tasks on each database."""
    found: Victim = request.getfixturevalue(f"on_{request.param}")
    return found


# JSON texts for one field: types, sizes, encodings, depth.
VALUES = [
    "null", "true", "-1", "1.5", "1e999", "-0", "NaN", "Infinity", "-Infinity", "9" * 4_000,
    "9" * 5_000, '""', '" "', '"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udfff\\ud800"',
    '"\\ud83d\\ude00"', f'"{_MARK}"', f'"{"a" * 201}"', f'"{"a" * 100_000}"', "[]", "{}",
    f'["{_MARK}"]', f'{{"{_MARK[:8]}":1}}', '["\\ud800"]', "[null]", '"0001-01-01"',
    '"9999-12-31"', '"10000-01-01"', '"2026-02-30"', '"2026-01-01T00:00:00+23:59"', '"-1"', '"0"',
    '"\\u202e"', '"\\ufeff"', '"\\n=1"', '"=1+1"', "[" * 900 + "]" * 900, "[" * 100_000,
    '{"a":' * 500 + "1" + "}" * 500, '"\\x"', "'a'", "0x10", "1E+2", "\ud800", '"\x01"',
]  # fmt: skip
# Each writing operation: its fields (real ones, and some that only an attacker knows), and a body
# to which one of them is added.
WRITES: dict[tuple[str, str], tuple[dict[str, object], tuple[str, ...]]] = {
    ("POST", "/api/tasks"): (
        {"title": "t"},
        ("title", "notes", "due_date", "priority", "done", "list_id", "owner_id", "__class__"),
    ),
    ("PATCH", "/api/tasks/{task}"): (
        {},
        ("title", "notes", "due_date", "priority", "done", "list_id", "owner_id", "updated_at"),
    ),
    ("POST", "/api/tasks/bulk"): (
        {"action": "complete", "ids": ["{task}"]},
        ("action", "ids", "list_id"),
    ),
    ("POST", "/api/tasks/restore"): ({}, ("tasks", "owner_id")),
    ("POST", "/api/lists"): ({}, ("name", "owner_id")),
    ("PATCH", "/api/lists/{list}"): ({}, ("name", "id")),
}
FIELDS = [(*operation, field) for operation, (_, fields) in WRITES.items() for field in fields]

BODIES = [
    b"", b"null", b"[]", b"1", b'"x"', b"{", b"{}{}", b"\xff", b"\xef\xbb\xbf{}",
    '{"title":"x"}'.encode("utf-16"), b'{"title":"a","title":"b"}', b'{"\\ud800":1}', b'{"":1}',
    b'{"\\u0000":1}', b"{" + b",".join(b'"k%d":1' % n for n in range(9_000)) + b"}", b"title=x",
    b'{"title":"\xff"}', b'{"title":"\xed\xa0\x80"}', b"\x00", b"[" * 100_000,
]  # fmt: skip
TYPES = [
    b"application/json", b"text/plain", b"application/x-www-form-urlencoded", b"/", b"",
    b"multipart/form-data",
    b"multipart/form-data; boundary=x", b"application/json; charset=utf-16", b"application/json;;;",
    b"\xff", b"application/merge-patch+json", b"application/json; charset=nonsense",
]  # fmt: skip


@pytest.mark.parametrize(("method", "target", "field"), FIELDS)
def test_no_value_of_a_field_is_a_server_error(
    method: str, target: str, field: str, victim: Victim
) -> None:
    """Whatever a field holds, the answer is a 4xx or a success, and does not echo it."""
    base, _ = WRITES[method, target]
    for value in VALUES:
        members = {name: json.dumps(base[name]) for name in base} | {field: value}
        text = "{" + ",".join(f'"{name}":{shown}' for name, shown in members.items()) + "}"
        body = text.replace("{task}", victim.task).encode("utf-8", "surrogatepass")
        came = victim.send(method, target, body)
        assert came.status_code < 500, (field, value[:60], came.text)
        if came.status_code >= 400:
            assert _MARK not in came.text, (field, value[:60])
            assert len(came.text) < 2_000, (field, value[:60])


@pytest.mark.parametrize(("method", "target"), WRITES)
def test_no_body_of_any_type_is_a_server_error(method: str, target: str, victim: Victim) -> None:
    """Whatever a body is and says it is, the answer is a 4xx or a success."""
    path = target.replace("{task}", victim.task).replace("{list}", victim.list)
    for body, media_type in product(BODIES, TYPES):
        headers = {b"Content-Type": media_type} if media_type else {}
        came = victim.who.http.request(method, path, content=body, headers=headers)
        assert came.status_code < 500, (body[:40], media_type, came.text)


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/api/tasks/{}"),
        ("PATCH", "/api/tasks/{}"),
        ("DELETE", "/api/tasks/{}"),
        ("PATCH", "/api/lists/{}"),
        ("DELETE", "/api/lists/{}"),
    ],
)
@pytest.mark.parametrize(
    "row_id",
    ["%00", "a%00b", "%ff", "%ed%a0%80", "%0a", "%F0%9F%98%80", "'%20OR%20'1'='1", "a" * 60_000],
    ids=lambda row_id: row_id[:12],
)
def test_an_id_that_cannot_be_is_one_that_is_not(
    method: str, target: str, row_id: str, victim: Victim
) -> None:
    """An id of hostile characters is answered like any id that does not exist, or as 422."""
    body = b'{"title":"x"}' if "tasks" in target else b'{"name":"x"}'
    url = httpx.URL(str(victim.who.http.base_url).rstrip("/") + target.format(row_id))
    came = victim.send(method, str(url), body if method == "PATCH" else None)
    assert came.status_code in (404, 422), came.text


def _cursor(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


_SORTS = ["created_at", "-created_at", "updated_at", "due_date", "-due_date", "priority", "title"]
# What a cursor may carry as the value that it starts after, and as the id.
_AFTER = [
    ("0001-01-01T00:00:00+23:59", "x"), ("9999-12-31T23:59:59-23:59", "x"), ("0001-01-01", "x"),
    ("9999-12-31", "x"), ("2026-01-01T00:00:00Z", "x"), ("2026-01-01T00:00:00Z", "\ud800"),
    ("2026-01-01", "\udfff"), ("none", "\udfff"), ("\ud800", "x"), ("a", "\ud800"),
    ("\x00", "x"), ("a" * 900, "x"), ("", ""), (None, "x"), (1, "x"), ("a", {"a": 1}),
]  # fmt: skip


@pytest.mark.parametrize("after", _AFTER, ids=lambda after: repr(after)[:40])
def test_a_crafted_cursor_is_a_cursor_or_a_bad_request(
    after: tuple[object, object], victim: Victim
) -> None:
    """A cursor that somebody has written by hand for themselves is read or refused with 400."""
    mark = hashlib.sha256(victim.who.user_id.encode()).hexdigest()[:16]
    came = {}
    for sort in _SORTS:
        query = {"sort": sort, "cursor": _cursor(mark, sort, *after)}
        came[sort] = victim.who.http.get("/api/tasks", params=query).status_code
    assert set(came.values()) <= {200, 400}, came


_GARBAGE = [
    "x", "é", "====", "bnVsbA==", "W10=", "a" * 2_000,
    base64.urlsafe_b64encode(b"[" * 1_400).decode(),
    base64.urlsafe_b64encode(b"9" * 1_400).decode(),
    base64.urlsafe_b64encode(b'{"a":1,"b":2,"c":3,"d":4}').decode(),
    base64.urlsafe_b64encode(b"\xff\xfe\x00").decode(),
]  # fmt: skip
QUERIES = [
    *({"cursor": cursor} for cursor in _GARBAGE),
    *({"limit": n} for n in ("0", "-1", "101", "1e3", "9" * 5_000, "１", "1.0", "", " 1", "NaN")),
    *({"q": q} for q in ("%", "_", "\\", "\x00", "a" * 201, "😀" * 100, "'", "\ufffd")),
    *({"status": s} for s in ("", "x", "ALL", "\x00")),
    *({"sort": s} for s in ("id", "owner_id", "title;", "-", "--title", "title desc", "\x00")),
    *({"list_id": i} for i in ("", "\x00", "x" * 65, "x", "😀")),
    {"unknown": "1"}, {"owner_id": "x"},
]  # fmt: skip
RAW_QUERIES = [
    "limit=1&limit=2", "q=%ff", "q=%ed%a0%80", "sort=%00", "cursor=%ff", "list_id=%ff", "%ff=1",
    "&&&=", "q[]=1", "format=xml", "format=%00", "q=a;sort=b", "limit=%31", "=",
]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: repr(query)[:40])
def test_no_query_is_a_server_error(query: dict[str, str], victim: Victim) -> None:
    """Whatever a query says, the list answers with a page or a 4xx."""
    assert victim.who.http.get("/api/tasks", params=query).status_code in (200, 400, 422)


@pytest.mark.parametrize("query", RAW_QUERIES)
def test_no_spelling_of_a_query_is_a_server_error(query: str, victim: Victim) -> None:
    """Whatever bytes a query has, list and export answer with data or a 4xx."""
    for target in ("/api/tasks", "/api/tasks/export"):
        assert victim.send("GET", f"{target}?{query}").status_code in (200, 400, 422)


def test_a_refused_write_leaves_nothing_half_written(victim: Victim) -> None:
    """A request of which one part is bad changes nothing of what the other parts name."""
    before = victim.send("GET", "/api/tasks/{task}").json()
    for body in (
        b'{"title":"half","priority":"nonsense"}',
        b'{"title":"half","list_id":"nothing"}',
        b'{"title":"half","unknown":1}',
        b'{"title":"half","done":null}',
        b'{"title":"half"',
    ):
        assert 400 <= victim.send("PATCH", "/api/tasks/{task}", body).status_code < 500
        assert victim.send("GET", "/api/tasks/{task}").json() == before


def test_a_number_is_no_date(victim: Victim) -> None:
    """A due date is written as a date: a number in quotes is not one."""
    for value in ("0", "1", "1767225600", "1e3"):
        body = json.dumps({"title": "t", "due_date": value}).encode()
        assert victim.send("POST", "/api/tasks", body).status_code == 422, value


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_refused(
    chunked: bool,  # noqa: FBT001 - a case of the table
    victim: Victim,
) -> None:
    """More than a mebibyte is 413, whether it is announced or not."""
    body = b'{"title":"' + b"a" * (1024 * 1024 + 1) + b'"}'
    content = iter([body[:1000], body[1000:]]) if chunked else body
    came = victim.who.http.post("/api/tasks", content=content, headers=_JSON)
    assert came.status_code == 413


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", '="x",', "=\n"])
def test_no_cell_of_an_export_is_a_formula(start: str, victim: Victim) -> None:
    """A cell that a spreadsheet would calculate comes with an apostrophe before it (CWE-1236)."""
    notes = f'{start}HYPERLINK("https://evil.example")'
    body = json.dumps({"title": "formula", "notes": notes}).encode()
    made = victim.send("POST", "/api/tasks", body).raise_for_status().json()["id"]
    text = victim.send("GET", "/api/tasks/export?format=csv").text
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
    assert rows[made]["notes"] == f"'{notes}"
