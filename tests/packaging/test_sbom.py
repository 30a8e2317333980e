"""`make sbom` lists what is locked: every package, with its version and the hashes of its files."""

import base64
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.docs.snippets import ROOT
from tests.services.node import locked

_LOCK = ROOT / "requirements" / "run.txt"
_PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ]+) ", re.MULTILINE)
_SECONDS = 900  # the first time, its environment is made


def _made(directory: Path) -> Path:
    """Run `make sbom`, and return the list of Python's packages; the other is of the page's."""
    ours = ("MAKE", "SSL_CERT_FILE")  # what this run was made with, and whom its clients believe
    quiet = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    quiet["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), quiet["PATH"]))  # its npm
    command = ["make", "--no-print-directory", f"PYTHON={sys.executable}", f"DIST={directory}"]
    with locked(Path(__file__).parent):
        done = subprocess.run(
            [*command, "sbom"],
            cwd=ROOT,
            env=quiet,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    assert done.returncode == 0, done.stdout
    [written] = set(directory.iterdir()) - set(directory.glob("gatepost-page-*"))
    return written


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The list, made once."""
    return _made(tmp_path_factory.mktemp("dist"))


def _locked() -> dict[tuple[str, str], set[str]]:
    """Return the hashes of each package and version of the lock."""
    text = _LOCK.read_text()
    pins = list(_PIN.finditer(text))
    ends = [pin.start() for pin in pins[1:]] + [len(text)]
    return {
        (pin["name"], pin["version"]): set(
            re.findall(r"--hash=sha256:([0-9a-f]{64})", text[pin.start() : end])
        )
        for pin, end in zip(pins, ends, strict=True)
    }


def _hashes(component: dict[str, Any]) -> set[str]:
    references = component["externalReferences"]
    return {each["content"] for found in references for each in found.get("hashes", ())}


def test_every_locked_package_is_listed(written: Path) -> None:
    """With its version and with each hash that the lock has, and nothing else is."""
    listed = json.loads(written.read_text())
    assert (listed["bomFormat"], listed["specVersion"]) == ("CycloneDX", "1.6")
    components = listed["components"]
    found = {(each["name"], each["version"]): _hashes(each) for each in components}
    assert len(found) == len(components)
    assert found == _locked()
    assert len(found) > 40
    assert all(found.values())
    assert all(each["purl"].startswith("pkg:pypi/") for each in components)


def test_it_says_of_what_it_is_the_list(written: Path) -> None:
    """In its name, and in itself."""
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version is not None
    assert written.name == f"gatepost-{version[1]}.cdx.json"
    described = json.loads(written.read_text())["metadata"]["component"]
    assert (described["name"], described["version"]) == ("gatepost", version[1])


def test_the_same_lock_gives_the_same_list(written: Path, tmp_path: Path) -> None:
    """Byte for byte, so that whoever has the source can make it and compare."""
    assert _made(tmp_path).read_bytes() == written.read_bytes()


def test_what_the_page_is_built_of_is_listed(written: Path) -> None:
    """Every package of npm's lock that is neither optional nor for development alone, hashed."""
    version = written.name.removeprefix("gatepost-")
    listed = json.loads((written.parent / f"gatepost-page-{version}").read_text())
    assert listed["bomFormat"] == "CycloneDX"
    found = {
        (each["name"], each["version"]): [found["content"] for found in each["hashes"]]
        for each in listed["components"]
        if "hashes" in each
    }
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text())["packages"]
    wanted = {
        (path.rpartition("node_modules/")[2], package["version"]): package["integrity"]
        for path, package in packages.items()
        if "integrity" in package and not {"dev", "devOptional", "optional"} & package.keys()
    }
    assert len(wanted) > 10
    assert found.keys() == wanted.keys()
    for each, integrity in wanted.items():
        assert found[each] == [base64.b64decode(integrity.partition("-")[2]).hex()]
