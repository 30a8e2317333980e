"""Running pytest as somebody who tests an app of theirs would, in an empty directory."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.docs.snippets import write_snippets

PAGE = "docs/how-to/test-your-app.md"
_SECONDS = 120


def write_app(directory: Path) -> None:
    """Write the app of the documentation, its conftest.py and its tests."""
    write_snippets(PAGE, directory)


def run_pytest(directory: Path, *arguments: str, **environment: str) -> "Outcome":
    """Run pytest there, with warnings as errors; the environment names no Gatepost setting."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GATEPOST_", "BETTER_AUTH_", "PYTEST_", "COV_CORE_"))
        and name != "DATABASE_URL"
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-W", "error", "-p", "no:cacheprovider", *arguments],
        cwd=directory,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    return Outcome(done)


class Outcome:
    """What a run of pytest came to.

    Attributes:
        text: everything that it printed.
        counts: `{"passed": 2, "error": 1}`, of its last line.
    """

    def __init__(self, done: "subprocess.CompletedProcess[str]") -> None:
        self.text = done.stdout + done.stderr
        last = done.stdout.strip().splitlines()[-1]
        found = re.findall(r"(\d+) (passed|failed|error|warning)s?", last)
        self.counts = {what: int(number) for number, what in found}
