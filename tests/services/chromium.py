"""A real Chromium out of npm's @sparticuz/chromium, driven by Playwright."""

import asyncio
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from playwright.sync_api import Browser, Error, expect, sync_playwright

from tests.services.errors import ServiceError
from tests.services.node import DIRECTORY, NODE, NODE_MODULES, ensure_installed, locked, run_node

_SERVICE = "Chromium"
_START_MILLISECONDS = 60_000
# What a page owes it owes on a busy machine as well, and only a failing test waits so long.
_PATIENCE_MILLISECONDS = 30_000

# Names end here: *.test is this machine (for hostile pages), everything else does not exist, so
# that a page which needs another host fails its test.
_HOSTS = (
    "MAP *.test 127.0.0.1",
    "MAP * ~NOTFOUND",
    *(f"EXCLUDE {host}" for host in ("localhost", "*.localhost", "127.0.0.1", "[::1]")),
)
FLAGS = (
    # Containers and several distributions allow no user namespaces, and root never gets a sandbox;
    # the browser sees only pages of the tests.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules={', '.join(_HOSTS)}",
)
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>
"""


@dataclass(frozen=True, slots=True)
class Chromium:
    """A browser on disk and the environment in which it starts."""

    executable: Path
    env: dict[str, str] = field(default_factory=dict)


def find_chromium() -> Chromium:
    """Return the browser that TESTS_CHROMIUM names, else npm's, unpacked once."""
    own = os.environ.get("TESTS_CHROMIUM")
    if own:
        if not os.access(own, os.X_OK):
            raise ServiceError(_SERVICE, f"TESTS_CHROMIUM is no program: {own}")
        return Chromium(Path(own))
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        why = "npm's is for Linux on x86_64; let TESTS_CHROMIUM name the one you have"
        raise ServiceError(_SERVICE, why)
    ensure_installed()
    home = NODE_MODULES / ".gatepost-chromium"
    with locked(DIRECTORY):
        if not home.is_dir():
            _unpack(home)
    env = {
        "LD_LIBRARY_PATH": str(home / "al2023" / "lib"),
        "FONTCONFIG_FILE": str(home / "fonts.conf"),
    }
    return Chromium(home / "chromium", env)


@contextmanager
def chromium(*, without: Sequence[str] = ()) -> Iterator[Browser]:
    """Start a browser with nothing of the user's: no profile, no proxy, no fonts, no home.

    Args:
        without: flags of Playwright's that it is to start without.
    """
    found = find_chromium()
    with (
        tempfile.TemporaryDirectory(prefix="gatepost-chromium-") as home,
        # Playwright's own Node wants libatomic, which a slim Debian has not.
        patch.dict(os.environ, {"PLAYWRIGHT_NODEJS_PATH": str(NODE)}),
        sync_playwright() as playwright,
    ):
        expect.set_options(timeout=_PATIENCE_MILLISECONDS)
        try:
            browser = playwright.chromium.launch(
                executable_path=found.executable,
                headless=True,
                args=list(FLAGS),
                ignore_default_args=list(without),
                env={"HOME": home, "PATH": os.defpath, "TMPDIR": home, **found.env},
                timeout=_START_MILLISECONDS,
            )
        except Error as error:
            why = f"{found.executable} does not start"
            raise ServiceError(_SERVICE, why, error.message) from error
        try:
            yield browser
        finally:
            browser.close()


class Paused:
    """Takes Playwright's event loop out of the way while no browser is in use.

    Its synchronous interface leaves its loop running in this thread, where every later
    `asyncio.run` of another test would then refuse to start.
    """

    def __init__(self) -> None:
        """Take away the loop that runs in this thread."""
        self._loop = asyncio.get_running_loop()
        self.pause()

    def pause(self) -> None:
        """Let other event loops run in this thread."""
        asyncio._set_running_loop(None)  # noqa: SLF001 - as Playwright itself does

    def resume(self) -> None:
        """Let Playwright be called again."""
        asyncio._set_running_loop(self._loop)  # noqa: SLF001 - as Playwright itself does


def _unpack(home: Path) -> None:
    unfinished = home.with_name(".gatepost-chromium-unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    run_node(DIRECTORY / "unpack_chromium.mjs", env={"TMPDIR": str(unfinished)})
    (unfinished / "fonts.conf").write_text(_FONTS.format(fonts=home / "fonts" / "fonts"))
    unfinished.rename(home)
