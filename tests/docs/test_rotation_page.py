"""The commands of docs/how-to/rotate-keys-and-secrets.md do what it says, one after the other."""

import json
import re
from pathlib import Path

from tests.cli.running import demo, gatepost
from tests.docs.snippets import ROOT
from tests.ports import free_port
from tests.programs import Ended

_PAGE = ROOT / "docs" / "how-to" / "rotate-keys-and-secrets.md"
_COMMAND = re.compile(r"^\$ gatepost (.+)$", re.MULTILINE)


def _run(home: Path, *arguments: str) -> Ended:
    ended = gatepost(home, *arguments)
    assert ended.code == 0, ended.err
    return ended


def _states(home: Path) -> dict[str, str]:
    listed = json.loads(_run(home, "keys", "list", "--json").out)
    return {key["id"]: key["state"] for key in listed}


def test_every_command_of_the_page_works(tmp_path: Path) -> None:
    """Run in the order of the page, on an app that has started once; the app then starts again."""
    with demo(tmp_path, PORT=str(free_port())):
        pass
    (stolen,) = _states(tmp_path)
    commands = _COMMAND.findall(_PAGE.read_text())
    assert len(commands) >= 6
    for command in commands:
        _run(tmp_path, *command.replace("KEY_ID", stolen).split())
    states = _states(tmp_path)
    assert states[stolen] == "ended"
    assert sorted(states.values()).count("current") == 1
    secrets = (tmp_path / ".gatepost" / "secret").read_text()
    assert re.match(r"2:[^,]+,1:", secrets)
    with demo(tmp_path, PORT=str(free_port())):
        pass


def test_the_list_is_what_the_command_prints(tmp_path: Path) -> None:
    """The head of the table that the page shows is the one that people see."""
    with demo(tmp_path, PORT=str(free_port())):
        pass
    head = _run(tmp_path, "keys", "list").out.splitlines()[0]
    assert head in _PAGE.read_text().splitlines()
