"""docs/how-to/move-from-better-auth.md, step by step, with the real Better Auth."""

import asyncio
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.running import environment, gatepost
from tests.docs.running import uvicorn
from tests.docs.snippets import ROOT, write_snippets
from tests.ports import free_port, held_port
from tests.services.better_auth import EXAMPLE, Browser
from tests.services.node import ensure_installed, run_node
from tests.services.node_server import node_server
from tests.store.feed.databases import execute

_PAGE = "docs/how-to/move-from-better-auth.md"
_COMMAND = re.compile(r"^\$ gatepost (.+)$", re.MULTILINE)
_SERVER = """
import { createServer } from "node:http";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { auth } from "./auth.ts";

const { runMigrations } = await getMigrations(auth.options);
await runMigrations();
createServer(toNodeHandler(auth)).listen(Number(process.env.PORT), "127.0.0.1");
process.on("SIGINT", () => process.exit(0));
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A directory with the page's files, and a server for its `auth.ts`."""
    write_snippets(_PAGE, tmp_path)
    (tmp_path / "node_modules").symlink_to(ensure_installed(EXAMPLE))
    (tmp_path / "server.ts").write_text(_SERVER)
    return tmp_path


@pytest.fixture
def told(postgres_url: str) -> dict[str, str]:
    """What both are told: a public origin, behind which a proxy would be, and the rest."""
    origin = f"http://127.0.0.1:{free_port()}"
    secret = "of-this-test-and-of-nothing-else-0123"
    both = {"BETTER_AUTH_URL": origin, "BETTER_AUTH_SECRET": secret, "DATABASE_URL": postgres_url}
    return {**both, "GATEPOST_URL": origin, "NODE_ENV": "development", "BETTER_AUTH_SECRETS": ""}


@pytest.fixture
def node(home: Path, told: dict[str, str]) -> Iterator[str]:
    """The page's Better Auth, on a database that it makes; yields where it listens."""
    with held_port() as port:
        url = f"http://127.0.0.1:{port}"
        settings = {**told, "PORT": str(port)}
        with node_server("Better Auth", home / "server.ts", settings, f"{url}/api/auth/ok"):
            yield url


def _commands(home: Path, told: dict[str, str]) -> dict[str, str]:
    """Run each `gatepost` command of the page, in its order; return what they said."""
    said = {}
    for command in _COMMAND.findall((ROOT / _PAGE).read_text()):
        ended = gatepost(home, *command.split(), **told)
        assert ended.code == 0, ended.err
        said[command] = ended.out
    return said


def test_every_step_of_the_move_works(home: Path, told: dict[str, str], node: str) -> None:
    """There, checked as the page checks it, and back, with the same person signed in all along."""
    ada = Browser(node)
    ada.http.headers["Origin"] = told["BETTER_AUTH_URL"]
    with ada.http:
        ada.sign_up("ada")
        ada.token()
        said = _commands(home, told)
        assert ada.account["email"] in said["users list"]
        assert said["keys list"].count("current") == 1
        assert run_node(home / "look.ts", env=told) == "nothing to do\n"
        with uvicorn("main:app", home, **told) as app:
            cookie = "; ".join(f"{name}={value}" for name, value in ada.http.cookies.items())
            checked = subprocess.run(
                [sys.executable, "check.py", node, app],
                cwd=home,
                env=environment({"COOKIE": cookie}),
                capture_output=True,
                text=True,
                check=True,
            )
        assert checked.stdout == f"{ada.user_id} {ada.session_id()} 200\n" * 2
        taken_out = (home / "take_out.sql").read_text().strip().split(";")[:-1]
        asyncio.run(execute(told["DATABASE_URL"], *taken_out))
        assert run_node(home / "look.ts", env=told) == "nothing to do\n"
        ada.sign_out()
        ada.sign_in()
        assert ada.token()


def test_nothing_of_gateposts_is_left_in_a_file(home: Path) -> None:
    """What the page runs on SQLite removes everything by our name."""
    ended = gatepost(home, "migrate", "main:app", DATABASE_URL="sqlite:///left.db")
    assert ended.code == 0, ended.err
    with closing(sqlite3.connect(home / "left.db")) as connection:
        named = "SELECT count(*) FROM sqlite_master WHERE name LIKE 'gatepost%'"
        assert connection.execute(named).fetchone()[0] >= 11
        connection.executescript((home / "take_out_sqlite.sql").read_text())
        assert connection.execute(named).fetchone() == (0,)
        connection.execute("DELETE FROM session")
