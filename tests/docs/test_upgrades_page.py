"""What docs/operations/upgrades.md says of migrations, done to a database."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from gatepost.testing import sign_up
from tests.cli.running import gatepost
from tests.docs.running import uvicorn
from tests.docs.snippets import ROOT
from tests.doctor.deployments import TASKS
from tests.ports import free_port

_PAGE = (ROOT / "docs" / "operations" / "upgrades.md").read_text()
_COMMAND = re.compile(r"^ *\$ gatepost (\w+) main:app$", re.MULTILINE)


def test_the_steps_can_be_taken_while_people_work(tmp_path: Path) -> None:
    """Each command of the page, twice, on the database of a worker that runs."""
    commands = _COMMAND.findall(_PAGE)
    assert commands == ["migrate", "doctor"]
    port = str(free_port())
    settings = {"GATEPOST_URL": f"http://127.0.0.1:{port}"}
    with (
        uvicorn("gatepost_tasks.app:create_app", tmp_path, "--factory", PORT=port) as url,
        sign_up(url) as ada,
    ):
        for command in commands * 2:
            ended = gatepost(tmp_path, command, *TASKS, **settings)
            assert ended.code == 0, ended.err
        assert ada.http.get("/api/me").status_code == 200


def test_an_older_version_does_not_start_on_a_newer_shape(tmp_path: Path) -> None:
    """As the page says it, and the doctor's exit code stops a deploy."""
    settings = {"GATEPOST_URL": f"http://127.0.0.1:{free_port()}"}
    assert gatepost(tmp_path, "migrate", *TASKS, **settings).code == 0
    [said] = re.findall(r"^The database was .*Can't locate revision .*$", _PAGE, re.MULTILINE)
    [newer] = re.findall(r"'(\d+)'", said)
    with closing(sqlite3.connect(tmp_path / ".gatepost" / "gatepost.db")) as database:
        database.execute("UPDATE gatepost_alembic_version SET version_num = ?", (newer,))
        database.commit()
    migrated = gatepost(tmp_path, "migrate", *TASKS, **settings)
    assert migrated.code == 1
    assert said in " ".join(migrated.err.split())
    assert "Traceback" not in migrated.err
    examined = gatepost(tmp_path, "doctor", *TASKS, **settings)
    assert examined.code == 1
    assert re.search(r"^fail +migrations ", examined.out, re.MULTILINE)
