"""`gatepost sessions`, and closing and deleting accounts: it ends in running workers."""

import json
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from typer.testing import CliRunner

from gatepost.cli.sessions import sessions
from gatepost.events.written import hashed_session_id
from gatepost.testing import Somebody, sign_up
from tests.cli.running import demo, environment, gatepost
from tests.ports import free_port
from tests.programs import Ended
from tests.services.postgres import Postgres
from tests.services.valkey import Valkey

_SECONDS = 1.0
_PATIENCE = 30


@dataclass(frozen=True)
class _Home:
    """A directory in which the app runs, its address, and what the commands are told of it."""

    directory: Path
    url: str
    settings: dict[str, str]

    def run(self, *arguments: str) -> Ended:
        """Run `gatepost` there."""
        return gatepost(self.directory, *arguments, **self.settings)

    def of(self, *arguments: str) -> object:
        """Run it with --json, and return what it says."""
        ended = self.run(*arguments, "--json")
        assert ended.code == 0, ended.err
        said: object = json.loads(ended.out)
        return said

    def ids(self, person: Somebody) -> list[str]:
        """Return the ids of somebody's sessions, the newest first."""
        listed = self.of("sessions", "list", person.email)
        assert isinstance(listed, list)
        return [each["id"] for each in listed]


@contextmanager
def _running(directory: Path, **settings: str) -> Iterator[_Home]:
    port = free_port()
    with demo(directory, PORT=str(port), **settings):
        yield _Home(directory, f"http://127.0.0.1:{port}", settings)


@pytest.fixture(scope="module", params=["sqlite", "postgresql", "valkey"])
def home(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[_Home]:
    directory = tmp_path_factory.mktemp("home")
    if request.param == "sqlite":
        with _running(directory) as home:
            yield home
    elif request.param == "valkey":
        valkey: Valkey = request.getfixturevalue("valkey")
        with _running(directory, GATEPOST_FEED_URL=valkey.url) as home:
            yield home
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        owner_url, serving = postgres.create_database(), postgres.create_role()
        serving_url = postgres.url(urlsplit(owner_url).path.lstrip("/"), serving)
        admin = {"GATEPOST_ADMIN_DATABASE_URL": owner_url}
        with _running(directory, DATABASE_URL=serving_url, **admin) as home:
            yield home
        postgres.drop_database(owner_url)


@pytest.fixture
def ada(home: _Home) -> Iterator[Somebody]:
    with sign_up(home.url, "ada") as ada:
        _wait_until_in(ada)
        yield ada


def _wait_until_in(person: Somebody) -> None:
    """Take tokens until one is good.

    On a new Valkey, and after a ban has ended everything, those of the first seconds are refused.
    """
    deadline = time.monotonic() + _PATIENCE
    while not _is_in(person.http) and time.monotonic() < deadline:
        time.sleep(0.2)
        person.http.headers.update(_bearer(person.browser))


def _is_in(client: httpx.Client) -> bool:
    return client.get("/api/me").status_code == 200


def _bearer(browser: httpx.Client) -> dict[str, str]:
    token = browser.get("/api/auth/token").raise_for_status().json()["token"]
    return {"Authorization": f"Bearer {token}"}


@contextmanager
def _elsewhere(home: _Home, person: Somebody) -> Iterator[httpx.Client]:
    """Sign somebody in at another browser; yields a client with a token of that session."""
    account = {"email": person.email, "password": person.password}
    with (
        httpx.Client(base_url=home.url, headers={"Origin": home.url}, timeout=_PATIENCE) as browser,
        httpx.Client(base_url=home.url, timeout=_PATIENCE) as client,
    ):
        browser.post("/api/auth/sign-in/email", json=account).raise_for_status()
        client.headers.update(_bearer(browser))
        assert _is_in(client)
        yield client


def _ends(client: httpx.Client) -> bool:
    """Whether an access token is refused within a second."""
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        if not _is_in(client):
            return True
        time.sleep(0.02)
    return False


def _reported(ended: Ended) -> list[tuple[str, str, str | None, str | None]]:
    events = [json.loads(line) for line in ended.err.splitlines()]
    return [
        (event["event"], event["reason"], event.get("user_id"), event.get("session_id"))
        for event in events
    ]


def test_one_session_is_revoked(home: _Home, ada: Somebody) -> None:
    """In a running worker within a second; the others go on."""
    [first] = home.ids(ada)
    with _elsewhere(home, ada) as other:
        ended = home.run("sessions", "revoke", first)
        assert _ends(ada.http)
        assert ended.out == f"Sessions of {ada.user_id} that ended: 1.\n"
        shown = hashed_session_id(first)
        assert _reported(ended) == [
            ("authz_admin", "sessions_revoke", ada.user_id, shown),
            ("authn_token_revoked", "sessions_revoke", ada.user_id, shown),
        ]
        assert ada.browser.get("/api/auth/get-session").json() is None
        assert _is_in(other)
        assert first not in home.ids(ada)


def test_the_others_are_revoked(home: _Home, ada: Somebody) -> None:
    """The one that is named goes on."""
    [first] = home.ids(ada)
    with _elsewhere(home, ada) as one, _elsewhere(home, ada) as two:
        ended = home.run("sessions", "revoke", first, "--others", "--json")
        assert _ends(one)
        assert _ends(two)
        assert json.loads(ended.out) == {"userId": ada.user_id, "sessionsEnded": 2}
        assert _reported(ended) == [
            ("authz_admin", "sessions_revoke_others", ada.user_id, hashed_session_id(first)),
            ("authn_token_revoked", "sessions_revoke_others", ada.user_id, None),
        ]
        assert _is_in(ada.http)
        assert home.ids(ada) == [first]


def test_all_of_somebody_are_revoked(home: _Home, ada: Somebody) -> None:
    """And of nobody else; they may sign in again."""
    with sign_up(home.url, "bob") as bob, _elsewhere(home, ada) as other:
        ended = home.run("sessions", "revoke", "--all-of", ada.email.upper())
        assert _ends(ada.http)
        assert _ends(other)
        assert _reported(ended) == [
            ("authz_admin", "sessions_revoke_all", ada.user_id, None),
            ("authn_token_revoked", "sessions_revoke_all", ada.user_id, None),
        ]
        assert home.ids(ada) == []
        assert _is_in(bob.http)
    with _elsewhere(home, ada):
        assert len(home.ids(ada)) == 1


def test_everybodys_are_revoked(home: _Home, ada: Somebody) -> None:
    """Of whoever there is, with the tokens of sessions that no row names any more."""
    with sign_up(home.url, "bob") as bob, _elsewhere(home, ada) as other:
        ended = home.run("sessions", "revoke", "--everybody")
        assert re.fullmatch(r"Sessions of everybody that ended: \d+\.\n", ended.out)
        assert _reported(ended) == [
            ("authz_admin", "sessions_revoke_everybody", None, None),
            ("authn_token_revoked", "sessions_revoke_everybody", None, None),
        ]
        assert all(_ends(client) for client in (ada.http, bob.http, other))
        assert home.of("sessions", "list") == []
        assert home.of("sessions", "revoke", "--everybody") == {"sessionsEnded": 0}
    account = {"email": ada.email, "password": ada.password}
    ada.browser.post("/api/auth/sign-in/email", json=account).raise_for_status()
    _wait_until_in(ada)
    assert _is_in(ada.http)


def test_sessions_are_shown_without_tokens(home: _Home, ada: Somebody) -> None:
    """Whose, since when, from where; for people and for programs."""
    token = str(ada.browser.cookies["better-auth.session_token"]).partition(".")[0]
    [session_id] = home.ids(ada)
    listed, theirs = home.run("sessions", "list"), home.run("sessions", "list", ada.user_id)
    shown = home.run("sessions", "show", session_id)
    assert _reported(listed) == [("authz_admin", "sessions_list", None, None)]
    assert _reported(shown) == [
        ("authz_admin", "sessions_show", ada.user_id, hashed_session_id(session_id))
    ]
    for part in (session_id, ada.user_id, "127.0.0.1", "python-httpx"):
        assert part in listed.out
        assert part in theirs.out
        assert part in shown.out
    assert ada.email in shown.out
    as_json = home.of("sessions", "show", session_id)
    assert isinstance(as_json, dict)
    assert (as_json["email"], as_json["userId"]) == (ada.email, ada.user_id)
    everything = listed.out + theirs.out + shown.out + json.dumps(as_json)
    assert token not in everything
    assert len(str(home.run("sessions", "list", "--limit", "1").out).splitlines()) == 2


def test_what_is_no_session_is_said(home: _Home, ada: Somebody) -> None:
    """A token is no id, and nothing is reported."""
    token = str(ada.browser.cookies["better-auth.session_token"]).partition(".")[0]
    for arguments in (("show", token), ("revoke", token), ("revoke", token, "--others")):
        ended = home.run("sessions", *arguments)
        assert (ended.code, ended.out) == (1, "")
        assert "There is no session with that id" in ended.err
        assert token not in ended.err
    assert _is_in(ada.http)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--others",),
        ("--everybody", "--others"),
        ("an-id", "--everybody"),
        ("an-id", "--all-of", "ada@example.com"),
        ("--others", "--all-of", "ada"),
    ],
)
def test_what_is_to_end_has_to_be_said(arguments: tuple[str, ...]) -> None:
    """Nothing ends by a command that could mean two things."""
    assert CliRunner().invoke(sessions, ["revoke", *arguments]).exit_code == 2


@pytest.mark.parametrize("command", ["list", "show", "revoke"])
def test_help_has_examples(command: str) -> None:
    """Whoever asks is shown how."""
    ended = CliRunner().invoke(sessions, [command, "--help"])
    assert (ended.exit_code, f"gatepost sessions {command}" in ended.output) == (0, True)


def test_a_disabled_account_is_closed_until_it_is_enabled(home: _Home, ada: Somebody) -> None:
    """No session, token or sign-in; and nothing is lost."""
    ended = home.run("users", "disable", ada.email)
    assert _ends(ada.http)
    assert ended.out == f"{ada.email} is disabled. Sessions ended: 1.\n"
    assert _reported(ended) == [
        ("authz_admin", "users_disable", ada.user_id, None),
        ("authn_token_revoked", "users_disable", ada.user_id, None),
    ]
    assert "banned: Disabled by an operator" in home.run("users", "show", ada.email).out
    account = {"email": ada.email, "password": ada.password}
    refused = ada.browser.post("/api/auth/sign-in/email", json=account)
    assert (refused.status_code, refused.json()["code"]) == (403, "BANNED_USER")
    enabled = home.run("users", "enable", ada.user_id)
    assert _reported(enabled) == [("authz_admin", "users_enable", ada.user_id, None)]
    ada.browser.post("/api/auth/sign-in/email", json=account).raise_for_status()
    _wait_until_in(ada)
    assert _is_in(ada.http)


def test_a_deleted_account_is_gone(home: _Home, ada: Somebody) -> None:
    """With its sessions, its tokens and its activity; the app's own rows stay, which is said."""
    assert ada.http.post("/api/tasks", json={"title": "left behind"}).status_code == 201
    assert ada.http.get("/api/activity").json()["items"]
    ended = home.run("users", "delete", ada.email, "--yes")
    assert _ends(ada.http)
    assert ended.code == 0, ended.err
    assert "is deleted. Sessions ended: 1." in ended.out
    assert f"own rows of {ada.user_id} stay" in ended.out
    assert _reported(ended) == [
        ("authz_admin", "users_delete", ada.user_id, None),
        ("user_deleted", "users_delete", ada.user_id, None),
        ("authn_token_revoked", "users_delete", ada.user_id, None),
    ]
    assert home.run("users", "show", ada.user_id).code == 1
    account = {"email": ada.email, "password": ada.password}
    refused = ada.browser.post("/api/auth/sign-in/email", json=account)
    assert refused.json()["code"] == "INVALID_EMAIL_OR_PASSWORD"


def test_nothing_of_a_deleted_account_is_kept_but_the_apps_rows(tmp_path: Path) -> None:
    """Every table that names them, looked at in the database."""
    with _running(tmp_path) as home, sign_up(home.url, "ada") as ada:
        ada.http.post("/api/tasks", json={"title": "left behind"}).raise_for_status()
        ada.browser.post("/api/auth/request-password-reset", json={"email": ada.email})
        said = home.of("users", "delete", ada.user_id, "--yes")
    assert said == {"id": ada.user_id, "email": ada.email, "deleted": True, "sessionsEnded": 1}
    with closing(sqlite3.connect(tmp_path / ".gatepost" / "gatepost.db")) as database:
        names = [
            row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        left = {
            name
            for name in names
            for row in database.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - its own names
            if ada.user_id in row or ada.email in row
        }
    # What is in the feed lets workers refuse the tokens of the sessions that ended.
    assert left <= {"task", "task_list", "gatepost_revocation"}
    assert "task" in left


def test_deletion_asks(tmp_path: Path) -> None:
    """Who it is, on standard error; anything but yes, the end of the input too, deletes nobody."""
    with _running(tmp_path) as home:
        for answer, is_gone in (("n\n", False), ("", False), ("y\n", True)):
            with sign_up(home.url, "ada") as ada:
                ended = subprocess.run(
                    [sys.executable, "-m", "gatepost", "users", "delete", ada.email],
                    cwd=tmp_path,
                    env=environment({}),
                    input=answer,
                    capture_output=True,
                    text=True,
                    timeout=60,
                    check=False,
                )
                assert f"Delete {ada.email} ({ada.user_id}), who signed up" in ended.stderr
                assert (ended.returncode == 0) is is_gone
                assert ("users_delete" in ended.stderr) is is_gone
                assert _is_in(ada.http) is not is_gone


def test_an_account_that_the_app_refers_to_stays(tmp_path: Path) -> None:
    """A foreign key of the app's own is its word, and the message says what to do."""
    with _running(tmp_path) as home, sign_up(home.url, "ada") as ada:
        with closing(sqlite3.connect(tmp_path / ".gatepost" / "gatepost.db")) as database:
            database.execute('CREATE TABLE bill (payer TEXT REFERENCES "user"(id))')
            database.execute("INSERT INTO bill VALUES (?)", (ada.user_id,))
            database.commit()
        ended = home.run("users", "delete", ada.email, "--yes")
        assert (ended.code, "by a foreign key" in ended.err) == (1, True)
        assert home.run("users", "show", ada.email).code == 0
