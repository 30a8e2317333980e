"""docs/rows.md does what it says of its apps, behind one wall and behind two."""

import re
import secrets
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from gatepost import rows as gatepost_rows
from gatepost.rows.kinds import StatementKind
from gatepost.testing import Somebody, sign_up
from tests.cli.running import environment, gatepost
from tests.docs.running import uvicorn
from tests.docs.snippets import ROOT, write_snippets
from tests.mail.mail_server import Mailbox, mail_server
from tests.mailed_links import confirm, received_links
from tests.services.postgres import Postgres

_PAGE = "docs/rows.md"

# What the page leaves to its readers: handlers for the models of `wiki.py`.
_WIKI_APP = """
from fastapi import FastAPI
from gatepost import Gatepost, Rows
from wiki import Member, Page, Team

app = FastAPI()


@app.post("/teams")
async def add_team(rows: Rows) -> str:
    team = Team(name="writers")
    rows.add(team)
    await rows.flush()
    return team.id


@app.post("/teams/{team_id}/members/{person_id}/{role}")
async def add_member(team_id: str, person_id: str, role: str, rows: Rows) -> None:
    rows.add(Member(team_id=team_id, person_id=person_id, role=role))


@app.post("/teams/{team_id}/pages")
async def add_page(team_id: str, rows: Rows) -> dict[str, str]:
    page = Page(team_id=team_id, text="a page")
    rows.add(page)
    await rows.flush()
    return {"id": page.id, "owner": page.owner_id}


@app.get("/pages/{page_id}")
async def read_page(page_id: str, rows: Rows) -> str:
    return (await rows.get_one(Page, page_id)).text


@app.put("/pages/{page_id}/text")
async def change_page(page_id: str, rows: Rows) -> None:
    (await rows.get_one(Page, page_id)).text += ", changed"


@app.put("/pages/{page_id}/public")
async def open_page(page_id: str, rows: Rows) -> None:
    (await rows.get_one(Page, page_id)).is_public = True


@app.put("/pages/{page_id}/team")
async def take_out(page_id: str, rows: Rows) -> None:
    (await rows.get_one(Page, page_id)).team_id = None


Gatepost().protect(app)
"""


@dataclass(frozen=True)
class TwoRoles:
    """A database as the page makes it: one role owns it, another serves people."""

    owner_url: str
    serving_url: str

    @property
    def owner(self) -> str:
        """The name of the role that owns it."""
        return str(urlsplit(self.owner_url).username)

    @property
    def serving(self) -> str:
        """The name of the role that serves people."""
        return str(urlsplit(self.serving_url).username)


@pytest.fixture
def two_roles(postgres: Postgres) -> Iterator[TwoRoles]:
    owner_url, serving = postgres.create_database(), postgres.create_role()
    yield TwoRoles(owner_url, postgres.url(urlsplit(owner_url).path.lstrip("/"), serving))
    postgres.drop_database(owner_url)
    postgres.execute(f"DROP ROLE {serving}")


def _share(person: Somebody, note: str, address: str, right: str) -> str:
    wanted = {"address": address, "right": right}
    answer = person.http.post(f"{note}/shares", json=wanted).raise_for_status()
    return f"/shares/{answer.json()['id']}"


def _answers(person: Somebody, note: str) -> list[int]:
    """Return what somebody is answered who reads, changes, deletes and shares a note."""
    # A text that is new each time: writing what is there already changes nothing.
    tried = [
        person.http.get(note),
        person.http.put(note, json={"text": secrets.token_hex()}),
        person.http.post(f"{note}/shares", json={"address": "eve@example.com", "right": "read"}),
    ]
    if tried[-1].status_code == 201:  # its owner, who would delete it
        return [answer.status_code for answer in tried]
    answers = [*tried[:2], person.http.delete(note), tried[2]]
    codes = {answer.json()["code"] for answer in answers if answer.status_code == 403}
    assert codes <= {"READ_ONLY"}
    return [answer.status_code for answer in answers]


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    """Whatever the apps of the page send."""
    with mail_server() as receiving:
        yield receiving


def _mailing(mailbox: Mailbox) -> dict[str, str]:
    return {"GATEPOST_MAIL_URL": f"smtp://127.0.0.1:{mailbox.port}?from=notes@example.com"}


def _check_table(url: str, mailbox: Mailbox) -> None:
    """Go through the page's table of who is answered what, row by row."""
    with sign_up(url) as ada, sign_up(url) as bob:
        note = f"/notes/{ada.http.post('/notes', json={'text': 'hers'}).json()['id']}"
        assert _answers(ada, note) == [200, 200, 201]
        strangers = _answers(bob, note)
        assert strangers == [404, 404, 404, 404]
        _share(ada, note, bob.email, "edit")  # while anybody may have signed up with it
        assert _answers(bob, note) == strangers
        confirm(bob, received_links(mailbox))
        assert _answers(bob, note) == strangers
        for right, wanted in (("read", [200, 403, 403, 404]), ("edit", [200, 200, 403, 404])):
            share = _share(ada, note, bob.email, right)
            assert _answers(bob, note) == wanted
            assert bob.http.get("/notes").json() == ada.http.get("/notes").json()
            assert ada.http.delete(share).status_code == 204
            assert _answers(bob, note) == strangers
        gone, never = bob.http.get(note), bob.http.get("/notes/never")
        assert (gone.status_code, gone.content) == (never.status_code, never.content)
        assert gone.json()["code"] == "NOTE_NOT_FOUND"
        assert bob.http.delete(_share(ada, note, bob.email, "read")).status_code == 204
        assert _answers(bob, note) == strangers
        assert ada.http.delete(note).status_code == 204


def test_a_note_is_shared_as_the_page_says(tmp_path: Path, mailbox: Mailbox) -> None:
    """Stranger 404, reader 200 and 403, editor 200, and what is taken back is 404 again."""
    write_snippets(_PAGE, tmp_path)
    with uvicorn("shared_notes:app", tmp_path, **_mailing(mailbox)) as url:
        _check_table(url, mailbox)


def test_an_address_of_nobody_is_answered_alike(tmp_path: Path, mailbox: Mailbox) -> None:
    """Sharing tells nobody who has an account, nor whether they have confirmed its address."""
    write_snippets(_PAGE, tmp_path)
    with (
        uvicorn("shared_notes:app", tmp_path, **_mailing(mailbox)) as url,
        sign_up(url) as ada,
        sign_up(url) as bob,
        sign_up(url) as eve,
    ):
        confirm(bob, received_links(mailbox))
        note = ada.http.post("/notes", json={"text": "hers"}).json()["id"]
        for address in (bob.email, eve.email, "nobody@example.com"):
            wanted = {"address": address, "right": "read"}
            answer = ada.http.post(f"/notes/{note}/shares", json=wanted)
            assert (answer.status_code, answer.json().keys()) == (201, {"id"})


def test_the_second_wall_is_put_up_as_the_page_says(
    tmp_path: Path, two_roles: TwoRoles, mailbox: Mailbox
) -> None:
    """`gatepost migrate` as the owner, then the same answers from a role that owns nothing."""
    write_snippets(_PAGE, tmp_path)
    serving = {"DATABASE_URL": two_roles.serving_url}
    admin = {"GATEPOST_ADMIN_DATABASE_URL": two_roles.owner_url}
    migrated = gatepost(tmp_path, "migrate", "shared_notes:app", **serving, **admin)
    assert migrated.code == 0, migrated.err
    assert migrated.out in (ROOT / _PAGE).read_text()
    serving |= {"GATEPOST_ROW_SECURITY": "required", **_mailing(mailbox)}
    with uvicorn("shared_notes:app", tmp_path, **serving) as url:
        _check_table(url, mailbox)


def test_the_start_says_what_the_page_shows(tmp_path: Path, two_roles: TwoRoles) -> None:
    """A role that owns the tables, without policies, is told so, table by table."""
    write_snippets(_PAGE, tmp_path)
    owner = {"DATABASE_URL": two_roles.owner_url}
    assert gatepost(tmp_path, "migrate", "shared_notes:app", **owner).code == 0
    required = {**owner, "GATEPOST_ROW_SECURITY": "required"}
    refused = gatepost(tmp_path, "migrate", "shared_notes:app", **required)
    (shown,) = re.findall(
        r"^```text\n(.+?)^```$", (ROOT / _PAGE).read_text(), re.MULTILINE | re.DOTALL
    )
    assert refused.code == 1
    assert shown.replace("notes_owner", two_roles.owner) in refused.err


def test_the_printed_sql_is_enough(tmp_path: Path, two_roles: TwoRoles, postgres: Postgres) -> None:
    """What `gatepost rows sql` prints, run by the owner, is what the start asks for."""
    write_snippets(_PAGE, tmp_path)
    made = gatepost(tmp_path, "migrate", "shared_notes:app", DATABASE_URL=two_roles.owner_url)
    assert made.code == 0, made.err
    roles = ("--serving", two_roles.serving, "--admin", two_roles.owner)
    printed = gatepost(tmp_path, "rows", "sql", "shared_notes:app", *roles)
    database = urlsplit(two_roles.owner_url).path.lstrip("/")
    postgres.execute(f"SET ROLE {two_roles.owner}; {printed.out}", database=database)
    checked = gatepost(
        tmp_path,
        "migrate",
        "shared_notes:app",
        DATABASE_URL=two_roles.serving_url,
        GATEPOST_ROW_SECURITY="required",
    )
    assert checked.code == 0, checked.err


def test_a_wiki_has_members_and_a_public(tmp_path: Path) -> None:
    """Members read, editors write what stays the team's, and only the owner opens a page."""
    write_snippets(_PAGE, tmp_path)
    (tmp_path / "wiki_app.py").write_text(_WIKI_APP)
    with (
        uvicorn("wiki_app:app", tmp_path) as url,
        sign_up(url) as ada,
        sign_up(url) as bob,
        sign_up(url) as eve,
    ):
        team = f"/teams/{ada.http.post('/teams').json()}"
        page = f"/pages/{ada.http.post(f'{team}/pages').json()['id']}"

        def of_bob() -> list[int]:
            tried = (f"{page}/text", f"{page}/public", f"{page}/team")
            return [
                bob.http.get(page).status_code,
                *(bob.http.put(path).status_code for path in tried),
                bob.http.post(f"{team}/pages").status_code,
            ]

        assert of_bob() == [404, 404, 404, 404, 404]
        assert bob.http.post(f"{team}/members/{bob.user_id}/admin").status_code == 404
        ada.http.post(f"{team}/members/{bob.user_id}/reader").raise_for_status()
        assert of_bob() == [200, 403, 403, 403, 403]
        assert bob.http.post(f"{team}/members/{bob.user_id}/admin").status_code == 404
        ada.http.post(f"{team}/members/{bob.user_id}/editor").raise_for_status()
        assert of_bob() == [200, 200, 403, 403, 200]
        assert bob.http.post(f"{team}/pages").json()["owner"] == ada.user_id
        assert eve.http.get(page).status_code == 404
        assert ada.http.put(f"{page}/public").status_code == 200
        assert eve.http.get(page).status_code == 200
        assert eve.http.put(f"{page}/text").status_code == 403


def test_an_order_is_placed_once_as_the_page_says(tmp_path: Path) -> None:
    """Each row of the page's table that one client can bring about comes out as it says."""
    write_snippets(_PAGE, tmp_path)
    with uvicorn("orders:app", tmp_path) as url, sign_up(url) as ada, sign_up(url) as bob:

        def order(person: Somebody, item: str, *keys: str) -> tuple[int, str | None, object]:
            headers = [("Idempotency-Key", key) for key in keys]
            answer = person.http.post("/orders", json={"item": item}, headers=headers)
            told = answer.json().get("code") or answer.json().get("id")
            return answer.status_code, answer.headers.get("Idempotent-Replayed"), told

        status, replayed, first = order(ada, "tea", '"8e03978e"')
        assert (status, replayed) == (201, None)
        assert order(ada, "tea", '"8e03978e"') == (201, "true", first)
        assert order(ada, "tea", "8e03978e") == (201, "true", first)
        assert order(ada, "ale", '"8e03978e"') == (422, None, "IDEMPOTENCY_KEY_REUSED")
        assert order(ada, "tea", '"a"', '"b"') == (400, None, "INVALID_IDEMPOTENCY_KEY")
        assert order(ada, "tea")[:2] == (201, None)
        assert order(bob, "tea", '"8e03978e"')[:2] == (201, None)
        for person, orders in ((ada, 2), (bob, 1)):
            placed = "SELECT count(*) FROM orders WHERE owner_id = ?"
            assert _rows(tmp_path, placed, person.user_id) == [(orders,)]


def test_the_nightly_work_is_nobodys(tmp_path: Path, mailbox: Mailbox) -> None:
    """It reaches everybody's rows, beside the app that serves, and the log has its reason."""
    write_snippets(_PAGE, tmp_path)
    with (
        uvicorn("shared_notes:app", tmp_path, **_mailing(mailbox)) as url,
        sign_up(url) as ada,
        sign_up(url) as bob,
    ):
        confirm(bob, received_links(mailbox))
        for person in (ada, bob):
            note = f"/notes/{person.http.post('/notes', json={'text': 'x'}).json()['id']}"
            _share(person, note, "nobody@example.com", "read")
        _share(ada, f"/notes/{_only_note(tmp_path, ada)}", bob.email, "read")
        ended = subprocess.run(
            [sys.executable, "nightly.py"],
            cwd=tmp_path,
            env=environment({"GATEPOST_URL": url}),
            capture_output=True,
            text=True,
            check=True,
        )
    assert '"reason": "drop_untaken_shares"' in ended.stderr
    assert '"event": "sys_rows_outside"' in ended.stderr
    assert _rows(tmp_path, "SELECT address FROM share") == [(bob.email,)]


def _only_note(directory: Path, person: Somebody) -> object:
    ((note,),) = _rows(directory, "SELECT id FROM note WHERE owner_id = ?", person.user_id)
    return note


def _rows(directory: Path, sql: str, *values: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(directory / ".gatepost" / "gatepost.db")
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()


def test_every_name_of_rows_is_documented_once() -> None:
    """The first column of the table is `gatepost.rows.__all__`, with no name twice."""
    page = (ROOT / "docs" / "reference" / "python.md").read_text()
    table = page[page.index("## `gatepost.rows`\n") : page.index("## `gatepost.events`")]
    firsts = [line.split(" | ")[0] for line in table.splitlines() if line.startswith("| `")]
    names = [name for first in firsts for name in re.findall(r"`(\w+)[^`]*`", first)]
    assert sorted(names) == sorted(gatepost_rows.__all__)


def test_every_kind_of_refusal_is_explained() -> None:
    """Whoever finds a kind in an error finds it in the page's table."""
    page = (ROOT / _PAGE).read_text()
    refused = page[page.index("## What it refuses") : page.index("## Each rule")]
    assert [kind for kind in StatementKind if kind not in refused] == []
