"""The page of the doctor shows what it says, of a demo and of a deployment that is poor."""

import asyncio
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from gatepost.doctor import Finding, Patient, examine
from tests.cli.running import demo, gatepost
from tests.docs.snippets import ROOT
from tests.doctor.deployments import POOR, TASKS, migrated, with_first_key, with_old_keys
from tests.ports import free_port
from tests.services.postgres import Postgres

_PAGE = (ROOT / "docs" / "operations" / "doctor.md").read_text()
# What differs from machine to machine, and from run to run.
_MOVING = {
    r"127\.0\.0\.1:\d{2,5}/test_\d+": "db.internal:5432/tasks",
    r"http://127\.0\.0\.1:\d{2,5}\b": "http://127.0.0.1:8000",
    r"of \d+ bits": "of 231 bits",
    r"read in \d+ ms": "read in 3 ms",
    r"Gatepost [\d.]+; \d+ libraries": "Gatepost 0.1.0; 22 libraries",
    r"\d+, each with a policy; \d+ public": "45, each with a policy; 24 public",
    r"owns \d+ tables": "owns 15 tables",
    r"and \d+ more": "and 8 more",
    r"Connection refused|Connect call failed \([^)]*\)": "Connection refused",
    r"connecting to 127\.0\.0\.1:1\..*?\. Until": "connecting to 127.0.0.1:1. Until",
}


def _shown(title: str) -> str:
    found = re.search(rf'^```console title="{title}"\n(.*?)^```$', _PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return _still(found[1].partition("\n")[2])


def _still(text: str) -> str:
    for moving, still in _MOVING.items():
        text = re.sub(moving, still, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def test_the_page_shows_a_demo(tmp_path: Path) -> None:
    """As the command prints it."""
    port = str(free_port())
    with demo(tmp_path, PORT=port):
        pass
    ended = gatepost(tmp_path, "doctor", *TASKS, GATEPOST_URL=f"http://127.0.0.1:{port}")
    assert ended.code == 0
    assert _still(ended.out) == _shown("the demo")


def test_the_page_shows_a_poor_deployment(postgres: Postgres, tmp_path: Path) -> None:
    """As the command prints it, on PostgreSQL."""
    owner_url = postgres.create_database()
    poor = {**POOR, "DATABASE_URL": postgres.url(urlsplit(owner_url).path.lstrip("/"))}
    migrated(tmp_path, GATEPOST_ROW_SECURITY="off", **poor)
    with_first_key(tmp_path, GATEPOST_ROW_SECURITY="off", **poor)
    with_old_keys(poor["DATABASE_URL"])
    ended = gatepost(tmp_path, "doctor", *TASKS, **poor)
    postgres.drop_database(owner_url)
    assert ended.code == 1
    assert _still(ended.out) == _shown("a poor one")


@pytest.mark.parametrize("status", ["ok", "warn", "fail", "unknown"])
def test_the_page_says_what_each_status_means(status: str) -> None:
    """In a table."""
    assert f"| `{status}` |" in _PAGE


def test_every_check_is_on_the_page(tmp_path: Path) -> None:
    """By its name, in the table of what is looked at."""
    patient = Patient.of({"GATEPOST_DATA_DIR": str(tmp_path)})
    found: list[Finding] = asyncio.run(examine(patient))
    names = {each.check for each in found}
    names |= set(re.findall(r"^(?:ok|warn|fail|unknown) +(\S+(?: \S+)?)  ", _PAGE, re.MULTILINE))
    for name in names:
        assert f"| {name} |" in _PAGE
