"""What the tests of commands stand on: a command of a prepared process is that of a fresh one."""

from pathlib import Path

import pytest

from tests.cli.running import gatepost, started


@pytest.mark.parametrize(
    "command", ["attack", "demo", "keys", "migrate", "routes", "rows", "secret", "users"]
)
def test_each_command_starts_as_people_start_it(command: str, tmp_path: Path) -> None:
    """`python -m gatepost` says the same, whether it is started anew or has been prepared."""
    anew = started(tmp_path, command, "--help")
    assert anew.code == 0
    assert anew.out.lstrip().startswith(f"Usage: python -m gatepost {command}")
    assert anew == gatepost(tmp_path, command, "--help")


def test_an_error_ends_a_command_alone(tmp_path: Path) -> None:
    """What fails has its own exit code and standard error, and the next command is not affected."""
    wrong = started(tmp_path, "routes", "missing:app")
    assert wrong.code == 1
    assert gatepost(tmp_path, "routes", "missing:app") == wrong
    assert gatepost(tmp_path, "--help").code == 0
