"""`gatepost users`: roles are given and taken away, and mistakes are said."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gatepost.testing import sign_up
from tests.cli.running import demo, gatepost
from tests.ports import free_port


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A directory in which the app has run once, and the address of somebody there."""
    directory, port = tmp_path_factory.mktemp("home"), free_port()
    with demo(directory, PORT=str(port)), sign_up(f"http://127.0.0.1:{port}", "ada") as ada:
        return directory, ada.email


def _role(home: Path, email: str) -> object:
    with closing(sqlite3.connect(home / ".gatepost" / "gatepost.db")) as database:
        return database.execute("SELECT role FROM user WHERE email = ?", (email,)).fetchone()[0]


def test_roles_are_given_and_taken_away(home: tuple[Path, str]) -> None:
    """What is named is what they have, as Better Auth's admin plugin writes it; nothing is none."""
    directory, email = home
    given = gatepost(directory, "users", "role", email.upper(), "editor", "admin", "--json")
    assert json.loads(given.out)["roles"] == ["admin", "editor"]
    assert _role(directory, email) == "admin,editor"
    assert gatepost(directory, "users", "role", email).out == f"Roles of {email}: none.\n"
    assert _role(directory, email) is None


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nobody@example.com", "admin"), 1, "Nobody has signed up with nobody@example.com."),
        (("ada@example.com", "a,b"), 2, "no name of a role"),
        (("ada@example.com", "a b"), 2, "no name of a role"),
    ],
)
def test_a_mistake_is_said(
    arguments: tuple[str, ...], code: int, said: str, home: tuple[Path, str]
) -> None:
    """An address that nobody has, and a name that no role has, change nothing."""
    ended = gatepost(home[0], "users", "role", *arguments)
    assert (ended.code, said in ended.err) == (code, True)


def test_where_no_app_has_run_nothing_is_made(tmp_path: Path) -> None:
    """A directory without a database stays without one."""
    ended = gatepost(tmp_path, "users", "role", "ada@example.com", "admin")
    assert ended.code == 1
    assert "There is no database" in ended.err
    assert not list(tmp_path.iterdir())
