"""Running pytest as somebody who tests an app of theirs would, in an empty directory."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.docs.snippets import write_snippets
from tests.programs import Ended, Program

PAGE = "docs/how-to/test-your-app.md"
_SECONDS = 120
# What an app of the documentation imports; pytest itself imports no more than it always does.
_IMPORTED = ("pytest", "httpx", "sqlalchemy.ext.asyncio", "uvicorn", "gatepost", "gatepost.rows")
# It has imported what pytest would like to rewrite for its messages, and would warn of that.
_PREPARED = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
_PYTEST = Program("pytest", _IMPORTED, _SECONDS)


def write_app(directory: Path) -> None:
    """Write the app of the documentation, its conftest.py and its tests."""
    write_snippets(PAGE, directory)


def run_pytest(directory: Path, *arguments: str, **environment: str) -> "Outcome":
    """Run pytest there, with warnings as errors; the environment names no Gatepost setting.

    It is a process that a prepared one becomes, and says what one that is started anew says:
    `test_faults.py` holds that.
    """
    given = ("-W", "error", *_PREPARED, "-p", "no:cacheprovider", *arguments)
    return Outcome(_PYTEST.run(directory, given, _environment(environment)))


def start_pytest(directory: Path, *arguments: str, **environment: str) -> "Outcome":
    """Start pytest there anew: nothing has been imported but what it imports itself."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-W", "error", "-p", "no:cacheprovider", *arguments],
        cwd=directory,
        env=_environment(environment),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    return Outcome(Ended(done.returncode, done.stdout, done.stderr))


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GATEPOST_", "BETTER_AUTH_", "PYTEST_", "COV_CORE_"))
        and name != "DATABASE_URL"
    }
    return {**inherited, **more}


class Outcome:
    """What a run of pytest came to.

    Attributes:
        text: everything that it printed.
        counts: `{"passed": 2, "error": 1}`, of its last line.
    """

    def __init__(self, ended: Ended) -> None:
        self.text = ended.out + ended.err
        last = ended.out.strip().splitlines()[-1]
        found = re.findall(r"(\d+) (passed|failed|error|warning)s?", last)
        self.counts = {what: int(number) for number, what in found}
