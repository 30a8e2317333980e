"""`gatepost users`: who is there, what they may do, and that it ends in running workers."""

import json
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from gatepost.cli.users import users
from gatepost.testing import Somebody, sign_up
from tests.cli.running import demo, gatepost
from tests.ports import free_port
from tests.programs import Ended
from tests.services.valkey import Valkey

_SIGN_IN = "/api/auth/sign-in/email"
_SECONDS = 1.0
_CLOSING = ("disable", "enable", "delete")
_REASON = "sells \x1b[31mspam"


class _Home:
    """A directory in which the app runs, and its address."""

    def __init__(self, directory: Path, url: str, **settings: str) -> None:
        self.url = url
        self._directory = directory
        self._settings = settings

    def users(self, *arguments: str) -> Ended:
        """Run `gatepost users` there."""
        return gatepost(self._directory, "users", *arguments, **self._settings)

    def of(self, *arguments: str) -> object:
        """Run it with --json, and return what it says."""
        ended = self.users(*arguments, "--json")
        assert ended.code == 0, ended.err
        said: object = json.loads(ended.out)
        return said

    def row(self, email: str) -> tuple[object, ...]:
        """Return what the columns of the admin plugin have."""
        query = "SELECT role, banned, banReason, banExpires FROM user WHERE email = ?"
        with closing(sqlite3.connect(self._directory / ".gatepost" / "gatepost.db")) as database:
            found: tuple[object, ...] = database.execute(query, (email,)).fetchone()
            return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Home]:
    directory, port = tmp_path_factory.mktemp("home"), free_port()
    with demo(directory, PORT=str(port)):
        yield _Home(directory, f"http://127.0.0.1:{port}")


@pytest.fixture
def ada(home: _Home) -> Iterator[Somebody]:
    with sign_up(home.url, "ada") as ada:
        yield ada


def _is_in(person: Somebody) -> bool:
    return person.http.get("/api/me").status_code == 200


def _ends(person: Somebody) -> bool:
    """Whether an access token is refused within a second."""
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        if not _is_in(person):
            return True
        time.sleep(0.02)
    return False


def _sign_in(person: Somebody) -> httpx.Response:
    person.browser.cookies.clear()
    account = {"email": person.email, "password": person.password}
    return person.browser.post(_SIGN_IN, json=account)


def _reported(ended: Ended) -> list[tuple[str, str, str | None]]:
    events = [json.loads(line) for line in ended.err.splitlines()]
    return [(event["event"], event["reason"], event.get("user_id")) for event in events]


def test_a_ban_ends_everything_in_a_running_worker(home: _Home, ada: Somebody) -> None:
    """Session and token within a second, and no sign-in after, until it is lifted."""
    with sign_up(home.url, "bob") as bob:
        assert _is_in(ada)
        ended = home.users("ban", ada.email.upper(), "--reason", _REASON)
        assert _ends(ada)
        assert ended.out == f"{ada.email} is banned. Sessions ended: 1.\n"
        assert _reported(ended) == [
            ("authz_admin", "users_ban", ada.user_id),
            ("authn_token_revoked", "users_ban", ada.user_id),
        ]
        assert ada.browser.get("/api/auth/get-session").json() is None
        refused = _sign_in(ada)
        assert (refused.status_code, refused.json()["code"]) == (403, "BANNED_USER")
        assert home.row(ada.email) == (None, 1, _REASON, None)
        assert _is_in(bob)
    wrong = {"email": ada.email, "password": "not the right one"}
    assert ada.browser.post(_SIGN_IN, json=wrong).json()["code"] == "INVALID_EMAIL_OR_PASSWORD"
    assert home.users("unban", ada.user_id).out == f"{ada.email} may sign in.\n"
    assert home.row(ada.email) == (None, 0, None, None)
    assert _sign_in(ada).status_code == 200


def test_a_ban_may_have_an_end(home: _Home, ada: Somebody) -> None:
    """It is kept as Better Auth writes it, and shown until then."""
    told = home.of("ban", ada.email, "--for", "7d")
    until = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
    assert isinstance(told, dict)
    assert (told["sessionsEnded"], told["banExpires"][:10]) == (1, until)
    _, banned, reason, expires = home.row(ada.email)
    assert (banned, reason) == (1, "No reason")
    assert re.fullmatch(rf"{until}T\d\d:\d\d:\d\d\.\d{{3}}Z", str(expires))
    assert f"banned until {until}T" in home.users("list", ada.email).out


def test_signing_out_ends_every_session(home: _Home, ada: Somebody) -> None:
    """In a running worker, within a second; the person may sign in again at once."""
    assert _is_in(ada)
    assert home.of("sign-out", ada.email) == {
        "id": ada.user_id,
        "email": ada.email,
        "sessionsEnded": 1,
    }
    assert _ends(ada)
    assert _sign_in(ada).status_code == 200
    token = ada.browser.get("/api/auth/token").json()["token"]
    again = httpx.get(f"{home.url}/api/me", headers={"Authorization": f"Bearer {token}"})
    assert again.status_code == 200


def test_workers_hear_of_it_through_valkey(valkey: Valkey, tmp_path: Path) -> None:
    """Where the feed is no table, a ban ends a token as soon; without the feed nothing is done."""
    port = free_port()
    with demo(tmp_path, PORT=str(port), GATEPOST_FEED_URL=valkey.url):
        url = f"http://127.0.0.1:{port}"
        home = _Home(tmp_path, url, GATEPOST_FEED_URL=valkey.url)
        away = _Home(tmp_path, url, GATEPOST_FEED_URL=f"valkey://127.0.0.1:{free_port()}")
        with sign_up(url, "ada") as ada:
            _wait_until_in(ada)
            failed = away.users("ban", ada.email)
            assert (failed.code, "run this again" in failed.err) == (1, True)
            assert _is_in(ada)
            assert home.users("ban", ada.email).code == 0
            assert _ends(ada)
            assert _sign_in(ada).status_code == 403


def _wait_until_in(person: Somebody) -> None:
    """Take tokens until one is good: on a new Valkey the first seconds' are refused."""
    deadline = time.monotonic() + 30
    while not _is_in(person) and time.monotonic() < deadline:
        time.sleep(0.2)
        token = person.browser.get("/api/auth/token").json()["token"]
        person.http.headers["authorization"] = f"Bearer {token}"


def test_roles_are_given_and_taken_away(home: _Home, ada: Somebody) -> None:
    """What is named is what they have, as Better Auth's admin plugin writes it; nothing is none."""
    given = home.users("set-role", ada.email.upper(), "editor", "admin", "--json")
    assert json.loads(given.out)["roles"] == ["admin", "editor"]
    assert _reported(given) == [
        ("authz_admin", "users_set_role", ada.user_id),
        ("authz_change", "users_set_role", ada.user_id),
    ]
    assert home.row(ada.email)[0] == "admin,editor"
    assert home.users("set-role", ada.email).out == f"Roles of {ada.email}: none.\n"
    assert home.row(ada.email)[0] is None


def test_people_are_shown_without_their_secrets(home: _Home, ada: Somebody) -> None:
    """The list and one account, for people and for programs; no token, no hash, no escapes."""
    session_token = str(ada.browser.cookies["better-auth.session_token"]).partition(".")[0]
    listed, shown = home.users("list", ada.email[:12]), home.users("show", ada.user_id)
    assert _reported(listed) == [("authz_admin", "users_list", None)]
    assert _reported(shown) == [("authz_admin", "users_show", ada.user_id)]
    assert ada.email in listed.out
    for words in (ada.email, "not verified", "may sign in", "127.0.0.1", "python-httpx"):
        assert words in shown.out
    as_json = home.of("show", ada.email)
    assert isinstance(as_json, dict)
    assert (as_json["roles"], as_json["banned"]) == ([], False)
    assert [session["ipAddress"] for session in as_json["sessions"]] == ["127.0.0.1"]
    everything = listed.out + shown.out + json.dumps(as_json)
    assert not {session_token, "password", "token"} & set(re.split(r"\W+", everything))


def test_what_people_write_does_not_steer_the_terminal(home: _Home, ada: Somebody) -> None:
    """Markup, escapes and invisible letters in a name or a reason are shown as what they are."""
    home.users("ban", ada.email, "--reason", "[red]\x1b[2J\u202etxt.exe")
    said = home.users("show", ada.email).out
    assert "banned: [red]\ufffd[2J\ufffdtxt.exe" in said
    assert "\x1b" not in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("set-role", "ada@example.com", "a,b"), "no name of a role"),
        (("set-role", "ada@example.com", "a b"), "no name of a role"),
        (("ban", "ada@example.com", "--for", "forever"), "write 30m, 12h or 7d"),
        (("ban", "ada@example.com", "--for", "0d"), "write 30m, 12h or 7d"),
        (("list", "--limit", "0"), "--limit"),
    ],
)
def test_a_value_that_is_none_is_said(
    arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is opened."""
    monkeypatch.setenv("TERMINAL_WIDTH", "200")
    ended = CliRunner().invoke(users, arguments)
    assert (ended.exit_code, said in ended.output) == (2, True)
    assert "authz_admin" not in ended.output


def test_nobody_is_said(home: _Home) -> None:
    """An address that nobody has changes nothing and reports nothing."""
    ended = home.users("ban", "nobody@example.com")
    assert (ended.code, ended.out) == (1, "")
    assert "Nobody has signed up with nobody@example.com. `gatepost users list`" in ended.err
    assert "authz_admin" not in ended.err


@pytest.mark.parametrize(
    "command", ["list", "show", "set-role", "ban", "unban", "sign-out", *_CLOSING]
)
def test_help_has_examples(command: str) -> None:
    """Whoever asks is shown how."""
    ended = CliRunner().invoke(users, [command, "--help"])
    assert ended.exit_code == 0
    assert f"gatepost users {command}" in ended.output


def test_where_no_app_has_run_nothing_is_made(tmp_path: Path) -> None:
    """A directory without a database stays without one."""
    ended = gatepost(tmp_path, "users", "ban", "ada@example.com")
    assert ended.code == 1
    assert "There is no database" in ended.err
    assert not list(tmp_path.iterdir())
