"""`pytest --gatepost-app`, run as somebody who tests an app of theirs would."""

from pathlib import Path

import pytest

from tests.testing.running import run_pytest

_APP = """
from fastapi import FastAPI, Header, HTTPException

app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
rows: dict[str, str] = {}


def who(authorization: str | None) -> str:
    name = {"Bearer a-token": "alice", "Bearer b-token": "bob"}.get(authorization or "")
    if name is None:
        raise HTTPException(401, headers={"WWW-Authenticate": 'Bearer realm="notes"'})
    return name


@app.post("/notes", status_code=201)
async def create(sent: dict[str, str], authorization: str | None = Header(None)):
    me = who(authorization)
    if "text" not in sent:
        raise HTTPException(422)
    rows[sent["text"]] = me
    return {"id": sent["text"]}


@app.get("/notes/{note_id}")
async def read(note_id: str, authorization: str | None = Header(None)):
    me = who(authorization)
    if rows.get(note_id) is None or (SOUND and rows[note_id] != me):
        raise HTTPException(404)
    return {"text": note_id}
"""
_FILE = """
[people]
kind = "headers"
alice = { Authorization = "Bearer a-token" }
bob = { Authorization = "Bearer b-token" }
"""
_CONFTEST = """
def pytest_gatepost_body(operation, canary):
    return {"text": canary} if operation == "POST /notes" else None
"""


def _write(directory: Path, *, sound: bool, body: bool = True) -> None:
    (directory / "main.py").write_text(f"SOUND = {sound}\n{_APP}")
    (directory / "attack.toml").write_text(_FILE)
    if body:
        (directory / "conftest.py").write_text(_CONFTEST)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_hole_is_a_failed_test(tmp_path: Path, workers: str) -> None:
    """What got in fails the test of its attack and route, in one process and in several."""
    _write(tmp_path, sound=False)
    came = run_pytest(tmp_path, "--gatepost-app", "main:app", "-rf", "-n", workers)
    assert came.counts.get("failed", 0) >= 1, came.text
    assert "105 read another's | GET /notes/{note_id}" in came.text
    assert "as bob: 200" in came.text
    assert "a-token" not in came.text


def test_a_sound_app_passes(tmp_path: Path) -> None:
    """On its clean twin nothing fails, and every attack on every route is a test of its own."""
    _write(tmp_path, sound=True)
    came = run_pytest(tmp_path, "--gatepost-app", "main:app", "-v", "-n", "0")
    assert "failed" not in came.counts, came.text
    assert "105 read another's | GET /notes/{note_id} PASSED" in came.text


def test_what_cannot_be_told_is_no_pass(tmp_path: Path) -> None:
    """Where no body can be inferred and none is given, the trial is shown as inconclusive."""
    _write(tmp_path, sound=False, body=False)
    came = run_pytest(tmp_path, "--gatepost-app", "main:app", "-rs", "-n", "0", "-k", "105")
    assert "INCONCLUSIVE" in came.text
    assert "passed" not in came.counts, came.text


def test_an_app_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    """Nothing is tried, and the reason is said without a traceback."""
    came = run_pytest(tmp_path, "--gatepost-app", "main:app", "-n", "0")
    assert "There is no module main, as seen from" in came.text
    assert "Traceback" not in came.text


def test_a_fault_of_the_developers_own_is_shown_whole(tmp_path: Path) -> None:
    """An error in a hook is none of the attack's, and comes with its traceback."""
    _write(tmp_path, sound=True)
    (tmp_path / "conftest.py").write_text(
        "def pytest_gatepost_body(operation, canary):\n    raise KeyError('no such fixture')\n"
    )
    came = run_pytest(tmp_path, "--gatepost-app", "main:app", "-n", "0", "-k", "105")
    assert came.counts.get("failed", 0) >= 1, came.text
    assert "KeyError: 'no such fixture'" in came.text
    assert "conftest.py:2" in came.text
