"""What must never be committed."""

import re
import subprocess

import pytest

from tests.docs.snippets import ROOT

# Put together here, so that this file does not hold what it looks for.
_REGISTRY_HOSTS = re.compile(
    "|".join(("py" + r"pi\.org", "python" + "hosted", r"registry\.npm" + "js", r"deb\.deb" + "ian"))
)
_MACHINE_PATHS = re.compile(r"(?<![\w.*])/(?:ro" + "ot|ho" + r"me)/[a-z]")


def _tracked_texts() -> list[tuple[str, str]]:
    listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True)
    texts = []
    for name in filter(None, listed.split("\0")):
        try:
            texts.append((name, (ROOT / name).read_text(encoding="utf-8")))
        except (UnicodeDecodeError, FileNotFoundError):
            continue
    return texts


@pytest.mark.parametrize("forbidden", [_REGISTRY_HOSTS, _MACHINE_PATHS])
def test_no_file_names_a_registry_or_a_machine(forbidden: re.Pattern[str]) -> None:
    """No committed file names the host of a package registry or a path of somebody's machine."""
    found = [
        f"{name}: {match.group()}"
        for name, text in _tracked_texts()
        if (match := forbidden.search(text))
    ]
    assert found == []


def test_every_lock_has_hashes() -> None:
    """Each pinned Python package has its hashes; npm's locks have integrity, and no address."""
    names = ("run", "dev", "fuzz", "peers", "third-party", "attack-tools", "sbom")
    for name in (f"{one}.txt" for one in names):
        blocks = (ROOT / "requirements" / name).read_text().split("\n")
        pins = [line for line in blocks if "==" in line and not line.startswith("    ")]
        assert pins
        assert all(line.rstrip().endswith("\\") for line in pins)
    for folder in ("web", "tests/node", "examples/better-auth"):
        lock = (ROOT / folder / "package-lock.json").read_text()
        assert '"integrity": "sha512-' in lock
        assert '"resolved": "http' not in lock
