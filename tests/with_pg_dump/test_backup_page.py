"""The commands for PostgreSQL of docs/operations/backup-and-restore.md, followed to the letter."""

import re
import shlex
import subprocess
from pathlib import Path

import httpx

from gatepost.testing import sign_up
from tests.cli.running import gatepost
from tests.docs.running import uvicorn
from tests.docs.snippets import ROOT
from tests.doctor.deployments import TASKS
from tests.ports import free_port
from tests.with_pg_dump.server import binaries, running_server

_PAGE = (ROOT / "docs" / "operations" / "backup-and-restore.md").read_text()
_ROLES = ("CREATE ROLE tasks_owner LOGIN", "CREATE ROLE tasks_app LOGIN")
_APP = "gatepost_tasks.app:create_app"


def _section(name: str) -> str:
    [text] = re.findall(rf"^## {name}\n(.*?)(?=^## )", _PAGE, re.MULTILINE | re.DOTALL)
    return str(text)


def test_a_dump_is_restored_with_its_policies(tmp_path: Path) -> None:
    """The owner may not dump what it does not see; the page's role may, and the owner restores.

    Row-level security holds in the restored database, and what was ended since is ended again.
    """
    section = _section("PostgreSQL")
    [sql] = re.findall(r"```sql\n(.*?)```", section, re.DOTALL)
    dump, create, restore, migrate = re.findall(r"^\$ (.+)$", section, re.MULTILINE)
    assert migrate == "gatepost migrate main:app"
    with running_server() as server:

        def run(command: str) -> int:
            program, *arguments = shlex.split(command.replace("db.internal", server))
            named = [str(binaries() / program), *arguments]
            return subprocess.run(named, cwd=tmp_path, check=False).returncode

        def psql(statement: str) -> None:
            assert (
                run(f"psql postgresql://postgres@db.internal/postgres -c {shlex.quote(statement)}")
                == 0
            )

        for statement in (*_ROLES, "CREATE DATABASE tasks OWNER tasks_owner", *_statements(sql)):
            psql(statement)
        port = str(free_port())

        def settings(database: str) -> dict[str, str]:
            return {
                "GATEPOST_URL": f"http://127.0.0.1:{port}",
                "GATEPOST_SECRET": "hB7xQ3vM9nW2kT5zR8cJ6dL4-of-a-dumped-app",
                "DATABASE_URL": f"postgresql://tasks_app@{server}/{database}",
                "GATEPOST_ADMIN_DATABASE_URL": f"postgresql://tasks_owner@{server}/{database}",
            }

        with (
            uvicorn(_APP, tmp_path, "--factory", PORT=port, **settings("tasks")) as url,
            sign_up(url) as ada,
        ):
            ada.http.post("/api/tasks", json={"title": "from yesterday"}).raise_for_status()
            assert run(dump.replace("tasks_backup@", "tasks_owner@")) != 0
            assert run(dump) == 0
            cookies = dict(ada.browser.cookies)
            ended = gatepost(tmp_path, "sessions", "revoke", "--everybody", **settings("tasks"))
            assert ended.code == 0, ended.err

        assert run(create) == 0
        assert run(restore) == 0
        restored = settings("tasks_restored")
        assert gatepost(tmp_path, "migrate", *TASKS, **restored).code == 0
        with uvicorn(_APP, tmp_path, "--factory", PORT=port, **restored) as url:
            assert _session(url, cookies) is not None
            examined = gatepost(tmp_path, "doctor", *TASKS, **restored)
            assert re.search(r"^ok +row-level security ", examined.out, re.MULTILINE)
            assert re.search(r"^ok +keys ", examined.out, re.MULTILINE)
            ended = gatepost(tmp_path, "sessions", "revoke", "--everybody", **restored)
            assert ended.out == "Sessions of everybody that ended: 1.\n"
            assert _session(url, cookies) is None


def _statements(sql: str) -> list[str]:
    return [
        each.strip().replace("'…'", "'of the tests'") for each in sql.split(";") if each.strip()
    ]


def _session(url: str, cookies: dict[str, str]) -> object:
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    answer = httpx.get(f"{url}/api/auth/get-session", headers={"Cookie": cookie}, timeout=60)
    return answer.raise_for_status().json()
