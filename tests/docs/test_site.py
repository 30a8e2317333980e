"""The documentation builds, with no link that leads nowhere."""

import os
import subprocess
import sys
from pathlib import Path

from tests.docs.snippets import ROOT


def test_the_site_builds_strictly(tmp_path: Path) -> None:
    """MkDocs finds every page, link and picture; a warning is an error."""
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    assert (tmp_path / "site" / "security.html").is_file()
    assert (tmp_path / "site" / "images" / "tasks.png").is_file()
