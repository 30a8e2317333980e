"""The npm package: what `make client` packs, and nothing besides."""

import json
import re
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.docs.snippets import ROOT
from tests.services.node import NODE, NPM_CLI, environment

_WEB = ROOT / "web"
_PACKAGE = _WEB / "packages" / "client"
_BESIDES = {"LICENSE", "README.md", "package.json"}

# What a build could take from the machine that it runs on.
_SECRETS = {
    "GATEPOST_SECRET": "planted-secret-of-the-server-4711",
    "DATABASE_URL": "postgresql://planted:password-4711@db.internal/tasks",
    "GATEPOST_MAIL_URL": "smtp://planted:mail-4711@mail.internal:587",
}
_LOOKS_SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}\."  # a JWT
    r"|\b(?:SECRET|PASSWORD|TOKEN)S?\s*=\s*['\"]?\w{8,}"
    r"|\w+://[^\s/:@]+:[^\s/@]+@"  # a URL with a password
    r"|\b(?:[0-9a-f]{40,}|[A-Za-z0-9+/]{60,})\b"
    r"|/(?:ro" + "ot|ho" + "me|work|tmp)/"
)


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The files of the archive, packed on a machine that has secrets in its environment."""
    directory = tmp_path_factory.mktemp("client")
    subprocess.run(
        [
            *(str(NODE), str(NPM_CLI), "pack", "--ignore-scripts=false"),
            *("--workspace", "packages/client", "--pack-destination", str(directory)),
        ],
        cwd=_WEB,
        env=environment(_SECRETS),
        check=True,
        capture_output=True,
    )
    [archive] = directory.iterdir()
    texts = {}
    with tarfile.open(archive) as files:
        for member in files:
            content = files.extractfile(member)
            assert content is not None, f"{member.name} is no file"
            texts[member.name.removeprefix("package/")] = content.read().decode()
    return texts


def test_the_archive_is_the_built_modules_and_nothing_else(packed: dict[str, str]) -> None:
    """Each source has its module and its types, each style sheet itself; no test and no setting."""
    expected = set(_BESIDES)
    for source in (_PACKAGE / "src").rglob("*.*"):
        built = Path("dist") / source.relative_to(_PACKAGE / "src")
        suffixes = (".css",) if source.suffix == ".css" else (".js", ".d.ts")
        expected |= {built.with_suffix(suffix).as_posix() for suffix in suffixes}
    assert set(packed) == expected


def test_the_archive_holds_no_secret(packed: dict[str, str]) -> None:
    """None of the machine that packed it, none of its paths, nothing that looks like a secret."""
    for name, text in packed.items():
        assert not [value for value in _SECRETS.values() if value in text], name
        assert (found := _LOOKS_SECRET.search(text)) is None, f"{name}: {found}"


def test_the_package_says_what_is_so(packed: dict[str, str]) -> None:
    """Licence, versions and peers are those of the repository and of what the tests run with."""
    package = json.loads(packed["package.json"])
    lock = json.loads((_WEB / "package-lock.json").read_text())["packages"]
    assert package["license"] == "MIT"
    assert packed["LICENSE"] == (ROOT / "LICENSE").read_text()
    assert "dependencies" not in package
    for name, wanted in package["peerDependencies"].items():
        installed = lock[f"node_modules/{name}"]["version"]
        assert wanted in {f"^{installed}", f"^{installed.split('.')[0]}.0.0"}, name
        shown = installed if name == "better-auth" else installed.rpartition(".")[0]
        assert shown in packed["README.md"], f"the README was tried with another {name}"
