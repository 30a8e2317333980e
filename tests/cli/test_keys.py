"""`gatepost keys`: what it shows, what it changes, and what it says when it cannot."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import demo, gatepost
from tests.ports import free_port
from tests.programs import Ended

_OTHER = "a-secret-that-is-long-enough-to-be-another"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory in which the app has run once."""
    directory = tmp_path_factory.mktemp("home")
    with demo(directory, PORT=str(free_port())):
        pass
    return directory


def _listed(home: Path) -> list[dict[str, Any]]:
    ended = gatepost(home, "keys", "list", "--json")
    assert ended.code == 0, ended.err
    listed: list[dict[str, Any]] = json.loads(ended.out)
    return listed


def _private_keys(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / ".gatepost" / "gatepost.db")) as database:
        return [json.loads(row[0]) for row in database.execute("SELECT privateKey FROM jwks")]


def test_the_life_of_keys_from_the_command_line(home: Path) -> None:
    """Rotated, rotated at once and retired; the table shows each state, and no private key."""
    said: list[Ended] = []

    def run(*arguments: str) -> str:
        ended = gatepost(home, "keys", *arguments)
        assert ended.code == 0, ended.err
        said.append(ended)
        return ended.out

    (first,) = _listed(home)
    assert (first["state"], first["expiresAt"]) == ("current", None)
    run("rotate")
    _, following = _listed(home)
    assert following["state"] == "next"
    made = json.loads(run("rotate", "--now", "--json"))
    assert made["state"] == "current"
    out = run("retire", made["id"])
    assert made["id"] in out
    reported = [json.loads(line) for line in said[-1].err.splitlines()]
    assert [(event["event"], event["reason"], event["kid"]) for event in reported] == [
        ("authz_admin", "keys_retire", made["id"]),
        ("authn_token_revoked", "keys_retire", made["id"]),
    ]
    states = {key["id"]: key["state"] for key in _listed(home)}
    replaced = next(key for key in states if key not in {first["id"], made["id"], following["id"]})
    assert replaced in out
    assert states == {
        first["id"]: "retired",
        made["id"]: "ended",
        following["id"]: "next",
        replaced: "current",
    }
    table = run("list")
    for key_id, state in states.items():
        (line,) = [line for line in table.splitlines() if key_id in line]
        assert state in line
    assert "\x1b" not in table
    private = _private_keys(home)
    secret = (home / ".gatepost" / "secret").read_text()
    for ended in said:
        assert not any(key in ended.out + ended.err for key in [*private, secret])


@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        (("retire", "nobody"), {}, ["nobody", "keys list"]),
        (("rotate",), {"GATEPOST_SECRET": _OTHER}, ["another secret", "GATEPOST_SECRETS"]),
        (("list",), {"GATEPOST_DATA_DIR": "elsewhere"}, ["elsewhere/gatepost.db", "directory"]),
        (("list",), {"GATEPOST_URL": "https://tasks.example"}, ["GATEPOST_SECRET", "not set"]),
        (("list",), {"DATABASE_URL": "sqlite:////dev/null"}, ["/dev/null"]),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(
    home: Path, arguments: tuple[str, ...], environment: dict[str, str], words: list[str]
) -> None:
    """Exit code 1, one line, no traceback, no secret, and nothing is made on the way."""
    before = sorted(home.rglob("*"))
    ended = gatepost(home, "keys", *arguments, **environment)
    assert ended.code == 1
    assert len(ended.err.splitlines()) == 1, ended.err
    assert ended.out == ""
    for word in words:
        assert word in ended.err
    assert _OTHER not in ended.err
    assert [path for path in before if path.suffix != ".db-shm"] == [
        path for path in sorted(home.rglob("*")) if path.suffix != ".db-shm"
    ]


def test_a_wrong_use_is_exit_code_2(tmp_path: Path) -> None:
    """As everywhere: 2 says that the command was not understood."""
    assert gatepost(tmp_path, "keys", "retire").code == 2
    assert gatepost(tmp_path, "keys", "rotate", "--lead", "-1").code == 2


@pytest.mark.parametrize(
    "command", [("keys",), ("keys", "rotate"), ("keys", "retire"), ("secret",)]
)
def test_help_has_examples(tmp_path: Path, command: tuple[str, ...]) -> None:
    """Whoever asks is shown how."""
    ended = gatepost(tmp_path, *command, "--help")
    assert ended.code == 0
    assert f"gatepost {' '.join(command)}" in ended.out
