"""`gatepost attack`: what it prints, writes and exits with, as people and CI servers run it."""

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.attacks.kit.leaky import APP, write_leaky_app
from tests.cli.running import environment, gatepost, heeding_interrupts, on_a_terminal
from tests.docs.running import uvicorn
from tests.docs.snippets import ROOT
from tests.programs import Ended

_GOT_IN, _COULD_NOT, _NOT_ALL = 1, 2, 3
_FEW = "1,105-107"
_PATIENCE_SECONDS = 240


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A directory with a leaky app and its attack file."""
    write_leaky_app(tmp_path)
    return tmp_path


def _attack(directory: Path, *arguments: str, **more: str) -> Ended:
    """Run the command; what the app prints is kept in the directory."""
    return gatepost(directory, "attack", *arguments, TMPDIR=str(directory), **more)


def _few(directory: Path, *arguments: str, **more: str) -> Ended:
    """Run the command with the attacks for which the leaky app has been written."""
    return _attack(directory, *arguments, "--only", _FEW, **more)


def test_a_hole_is_told_and_fails(here: Path) -> None:
    """What got in is told by route, with what to do, and what the app printed is kept apart."""
    ended = _few(here, "main:app")
    assert ended.code == _GOT_IN, ended.err
    assert "  GET /notes/{note_id}   main.py:46\n    105 read another's: Bob's answer" in ended.out
    assert "To mend it: Put the owner into the query" in ended.out
    assert ended.out.endswith("1 got in.\n")
    assert "got in  105 read another's | GET /notes/{note_id}" in ended.err
    assert "printed by the app" not in ended.out + ended.err
    named = ended.err.splitlines()[-1].removeprefix("What the app printed and logged is in ")
    output = Path(named.removesuffix("."))
    assert output.stat().st_mode & 0o077 == 0
    assert "printed by the app" in output.read_text()
    assert "logged by the app" in output.read_text()


def test_a_sound_app_passes(here: Path) -> None:
    """Nothing got in, everything was tried, the exit code is 0, and nothing is left behind."""
    before = sorted(here.iterdir())
    ended = _few(here, "main:app", SOUND="yes")
    assert ended.code == 0, ended.out
    assert "Nothing got in.\n" in ended.out
    left = {each for each in here.iterdir() if each.name != "__pycache__"} - set(before)
    assert [each.suffix for each in left] == [".log"]


def test_a_url_is_attacked_as_the_app_is(here: Path) -> None:
    """Of a running app, its OpenAPI says what there is; here that is a file."""
    show = "import json, main; print(json.dumps(main.app.openapi()))"
    with (here / "openapi.json").open("w") as file:
        subprocess.run([sys.executable, "-c", show], cwd=here, stdout=file, check=True)
    with (here / "attack.toml").open("a") as file:
        file.write('\n[app]\nopenapi = "openapi.json"\n')
    with uvicorn("main:app", here) as url:
        ended = _few(here, url, "--json", "-", "--no-input")
    assert ended.code == _GOT_IN, ended.err
    said = json.loads(ended.out)
    assert said["target"] == url
    (found,) = [each for each in said["findings"] if each["outcome"] == "finding"]
    assert (found["attack"], found["path"]) == ("105", "/notes/{note_id}")
    assert url in found["exchanges"][0]["curl"]
    assert "1 got in." in ended.err


def test_every_report_is_written(here: Path) -> None:
    """Each format goes into its file."""
    names = {"--json": "{", "--html": "<!doctype html>", "--sarif": "{", "--junit": "<?xml"}
    files = [argument for option in names for argument in (option, f"r{option}")]
    assert _few(here, "main:app", *files).code == _GOT_IN
    for option, begins in names.items():
        assert (here / f"r{option}").read_text().startswith(begins)


def test_a_baseline_lets_a_team_start_today(here: Path) -> None:
    """What is known passes, and is still told; what is new fails; what has gone is told too."""
    known = ("main:app", "--baseline", "known.json")
    assert _few(here, *known).code == _COULD_NOT  # there is none yet
    assert _few(here, *known, "--update-baseline").code == _GOT_IN
    again = _few(here, *known)
    assert again.code == 0, again.out
    assert "Known before, of the baseline" in again.out
    assert "Nothing new got in, 1 known before." in again.out

    entries = json.loads((here / "known.json").read_text())
    assert [each["attack"] for each in entries["known"]] == ["105"]
    opened = APP.replace('if notes.get(note_id, ("", ""))[0] != me:', "if note_id not in notes:")
    assert opened != APP
    (here / "main.py").write_text(opened)
    new = _few(here, *known)
    assert new.code == _GOT_IN
    assert "107 delete another's" in new.out.split("Known before")[0]

    (here / "main.py").write_text(APP)
    mended = _few(here, *known, SOUND="yes")
    assert mended.code == 0
    assert "Gone since the baseline" in mended.out
    assert _few(here, *known, "--update-baseline", SOUND="yes").code == 0
    assert json.loads((here / "known.json").read_text())["known"] == []


def test_some_attacks_on_some_routes(here: Path) -> None:
    """Only what was chosen is tried; the other routes are in the report as left out."""
    chosen = ("--only", "1,107-110", "--route", "DELETE /notes/*", "--json", "-")
    ended = _attack(here, "main:app", *chosen)
    assert ended.code == 0, ended.err
    said = json.loads(ended.out)
    states = {f"{each['method']} {each['path']}": each["state"] for each in said["routes"]}
    assert states["DELETE /notes/{note_id}"] == "attacked"
    assert states["GET /notes/{note_id}"] == "left out"
    assert states["POST /hooks/stripe"] == "waived"


def test_what_cannot_be_told_is_no_pass(here: Path) -> None:
    """A route that its owner cannot call either fails with 3, unless that is allowed."""
    unmade = (
        '@app.put("/orders/{order_id}")\n'
        "def change(order_id: int, authorization: str | None = Header(None)):\n"
        "    who(authorization)\n"
        "    raise HTTPException(404)\n"
    )
    (here / "main.py").write_text(f"{APP}\n\n{unmade}")
    ended = _few(here, "main:app", SOUND="yes")
    assert ended.code == _NOT_ALL, ended.out
    assert "Of these routes nothing can be said" in ended.out
    assert "PUT /orders/{order_id}" in ended.out
    allowed = _few(here, "main:app", "--allow-inconclusive", SOUND="yes")
    assert allowed.code == 0


def test_one_is_one(here: Path) -> None:
    """What there is one of is counted as one, by the terminal and by the page."""
    chosen = ("--only", "122", "--route", "GET /notes/*", "--html", "r.html")
    ended = _attack(here, "main:app", *chosen, SOUND="yes")
    assert ended.code == 0, ended.err
    assert "1 remark.\n" in ended.out
    assert ">1 remark<" in (here / "r.html").read_text()


def test_a_line_about_nothing_is_warned_of(here: Path) -> None:
    """A route of the attack file that is not there any more may hide a new one some day."""
    with (here / "attack.toml").open("a") as file:
        file.write('"GET /gone" = "it was here"\n')
    ended = _few(here, "main:app", SOUND="yes")
    assert ended.code == 0
    assert '[waived] "GET /gone" is about no route of the app' in ended.out


def test_the_time_limit_stops_it(here: Path) -> None:
    """What was not tried is NOT RUN, the report is there, and the exit code says so."""
    ended = _few(here, "main:app", "--time-limit", "0", "--json", "-", SOUND="yes")
    assert ended.code == _NOT_ALL, ended.err
    said = json.loads(ended.out)
    assert said["stopped"] == "the time was over"
    assert said["counts"]["not run"] > 0
    assert "not run" in {each["state"] for each in said["routes"]}


_SLOW = """

import asyncio
import os


@app.middleware("http")
async def slowly(request, call_next):
    if request.url.path.startswith("/notes/"):
        open("begun", "w").close()
        while not os.path.exists("stopped"):
            await asyncio.sleep(0.02)
    return await call_next(request)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_can_be_stopped(here: Path, number: signal.Signals) -> None:
    """After Ctrl-C, or what a CI server sends, the report is written all the same."""
    (here / "main.py").write_text(APP + _SLOW)
    with heeding_interrupts():
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gatepost",
                "attack",
                "main:app",
                "--json",
                "r.json",
                "--only",
                _FEW,
            ],
            cwd=here,
            env=environment({"SOUND": "yes", "TMPDIR": str(here)}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    until = time.monotonic() + _PATIENCE_SECONDS
    while not (here / "begun").exists():
        assert time.monotonic() < until
        time.sleep(0.02)
    process.send_signal(number)
    (here / "stopped").touch()
    out, _ = process.communicate(timeout=_PATIENCE_SECONDS)
    assert process.returncode == _NOT_ALL
    assert "Not everything was tried: somebody stopped the attack." in out
    assert json.loads((here / "r.json").read_text())["counts"]["not run"] > 0
    assert [each for each in here.glob("gatepost-*") if each.is_dir()] == []
    assert not re.search("\x1b", out)


def test_a_terminal_gets_a_live_view(here: Path) -> None:
    """On a terminal progress is drawn, and what got in is told as it comes."""
    ended = on_a_terminal(
        here, "attack", "main:app", "--only", _FEW, COLUMNS="120", TMPDIR=str(here)
    )
    assert ended.code == _GOT_IN
    assert "━" in ended.out
    assert re.search(r"\b([1-9]\d*)/\1\b", ended.out)
    assert "got in" in ended.out
    assert "printed by the app" not in ended.out


def test_somebody_is_asked_whose_host_it_is(here: Path) -> None:
    """On a terminal the name has to be written once more; whatever else is no consent."""
    asked = ("Its name once more", "yes")
    ended = on_a_terminal(here, "attack", "http://192.0.2.1", answer=asked, COLUMNS="200")
    assert ended.code == _COULD_NOT
    assert "192.0.2.1 is not this machine. Attack only what is yours." in ended.out
    assert "--i-own-this-host names yes, and the URL 192.0.2.1" in ended.out


def test_the_attack_file_may_name_the_app(here: Path) -> None:
    """Then the command needs nothing else, nor for a function that makes the app."""
    (here / "main.py").write_text(f"{APP}\n\ndef create_app():\n    return app\n")
    with (here / "attack.toml").open("a") as file:
        file.write('\n[app]\ntarget = "main:create_app"\nfactory = true\n')
    assert _few(here, SOUND="yes").code == 0
    assert _few(here, "main:app", SOUND="yes").code == 0
    assert _few(here, "--factory", "main:create_app", SOUND="yes").code == 0


def test_the_catalogue_is_listed(tmp_path: Path) -> None:
    """As a table, as JSON for programs, and as the page of the documentation."""
    table = _attack(tmp_path, "--list")
    assert table.code == 0
    assert table.out.splitlines()[0].split()[:2] == ["ATTACK", "NAME"]
    listed = json.loads(_attack(tmp_path, "--list", "--json", "-").out)
    assert {"attack", "name", "owed", "cwe", "asvs", "api_top10", "source"} <= set(listed[0])
    assert {each["attack"] for each in listed} >= {"105", "106", "107", "135"}
    assert _attack(tmp_path, "--list", "--json", "list.json").out == ""
    assert json.loads((tmp_path / "list.json").read_text("utf-8")) == listed
    page = _attack(tmp_path, "--list", "--markdown").out
    assert page.startswith("# The attacks\n")
    assert _attack(tmp_path, "--list", "--markdown", "--json", "-").code == _COULD_NOT


def test_tasks_comes_out_clean(tmp_path: Path) -> None:
    """Into the reference application, with the attack file that is beside it, nothing gets in."""
    file = ROOT / "examples" / "tasks" / "attack.toml"
    ended = subprocess.run(
        [sys.executable, "-m", "gatepost", "attack", "--file", file, "--json", "r.json"],
        cwd=tmp_path,
        env=environment({"TMPDIR": str(tmp_path)}),
        capture_output=True,
        text=True,
        check=False,
    )
    said = json.loads((tmp_path / "r.json").read_text())
    assert [each for each in said["findings"] if each["outcome"] == "finding"] == []
    assert said["warnings"] == []
    assert ended.returncode == 0, ended.stdout


def test_sabotage_is_told_of_and_fails_for_what_is_not_there(tmp_path: Path) -> None:
    """A mutant that is meant is tried and killed; a name that none has is an error."""
    killed = _attack(tmp_path, "--sabotage", "--mutant", "signature-not-checked", "--json", "-")
    assert killed.code == 0, killed.out + killed.err
    assert "1/1" in killed.err
    assert "1 mutant: 1 killed" in killed.err
    assert json.loads(killed.out)["fates"]["killed"] == 1
    assert _attack(tmp_path, "--sabotage", "--mutant", "no-such").code == _COULD_NOT
