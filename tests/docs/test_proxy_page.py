"""What docs/operations/behind-a-proxy.md says, behind a real proxy that speaks TLS."""

import json
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import trustme
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from gatepost.testing.people import open_account
from tests.cli.running import gatepost
from tests.docs.running import uvicorn
from tests.docs.snippets import ROOT
from tests.ports import free_port
from tests.services.proxy import Proxy, proxying

_PAGE = (ROOT / "docs" / "operations" / "behind-a-proxy.md").read_text()
_TRUSTED = {"GATEPOST_TRUSTED_PROXIES": "127.0.0.1"}
_MADE_UP = {"X-Forwarded-For": "203.0.113.9"}
_PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class _Site:
    """Tasks behind a proxy, as its people see it."""

    url: str
    proxy: Proxy
    believes: ssl.SSLContext
    directory: Path
    settings: dict[str, str]

    def client(self) -> httpx.Client:
        """Return a browser, near enough."""
        headers = {"Origin": self.url}
        return httpx.Client(
            base_url=self.url, headers=headers, verify=self.believes, timeout=_PATIENCE_SECONDS
        )

    def addresses(self) -> list[str]:
        """Return where each session came from, the newest first."""
        ended = gatepost(self.directory, "sessions", "list", "--json", **self.settings)
        assert ended.code == 0, ended.err
        return [session["ipAddress"] for session in json.loads(ended.out)]


@contextmanager
def _site(directory: Path, *options: str, **settings: str) -> Iterator[_Site]:
    authority = trustme.CA()
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(shown)
    believes = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(believes)
    port, app_port = free_port(), free_port()
    url = f"https://127.0.0.1:{port}"
    settings = {"GATEPOST_URL": url, **settings}
    with (
        proxying(app_port, port, shown) as proxy,
        uvicorn(
            "gatepost_tasks.app:create_app",
            directory,
            "--factory",
            *options,
            PORT=str(app_port),
            **settings,
        ),
    ):
        yield _Site(url, proxy, believes, directory, settings)


def test_people_work_behind_a_proxy(tmp_path: Path) -> None:
    """Cookies are `Secure`, the page has its headers, its live connections pass, others do not."""
    options = _options()
    with _site(tmp_path, *options, **_TRUSTED) as site, site.client() as browser:
        page = browser.get("/")
        assert page.headers["Strict-Transport-Security"]
        assert page.headers["Content-Security-Policy"]
        account = open_account(browser, "ada")
        assert {(cookie.name, cookie.secure) for cookie in browser.cookies.jar} == {
            ("__Secure-better-auth.session_token", True),
            ("__Secure-better-auth.known_device", True),
        }
        with _live(site, account.token, site.url) as websocket:
            assert json.loads(websocket.recv(_PATIENCE_SECONDS)) == {"type": "ready"}
        with pytest.raises(InvalidStatus):
            _live(site, account.token, "https://elsewhere.example")
        assert site.addresses() == [site.proxy.sees]


# uvicorn's options, Gatepost's settings, and where a caller counts as coming from who says
# 203.0.113.9 and is seen by the proxy as 198.51.100.7.
_READINGS: dict[str, tuple[tuple[str, ...], dict[str, str], str]] = {
    "nothing": (("--no-proxy-headers",), {}, "127.0.0.1"),
    "as the page says": (("--no-proxy-headers",), _TRUSTED, "198.51.100.7"),
    "uvicorn's own": ((), {}, "198.51.100.7"),
    "both": ((), _TRUSTED, "198.51.100.7"),
    "uvicorn's own, of anybody": (("--forwarded-allow-ips", "*"), {}, "203.0.113.9"),
}


@pytest.mark.parametrize("name", _READINGS)
def test_where_a_request_comes_from(tmp_path: Path, name: str) -> None:
    """By the table of the page: whoever trusts everybody believes what a caller makes up."""
    options, settings, counted = _READINGS[name]
    with _site(tmp_path, *options, **settings) as site, site.client() as browser:
        browser.headers.update(_MADE_UP)
        open_account(browser, "ada")
        assert site.addresses() == [counted]


def test_callers_are_counted_each_for_themselves(tmp_path: Path) -> None:
    """One who guesses is slowed down, also as somebody else by name; another caller is not."""
    limits = {"GATEPOST_RATE_LIMITS": "sign-in=3/10s"}
    wrong = {"email": "ada@example.com", "password": "a guess of the tests"}
    with _site(tmp_path, *_options(), **_TRUSTED, **limits) as site, site.client() as browser:

        def guess(number: int) -> int:
            made_up = {"X-Forwarded-For": f"203.0.113.{number}"}
            answer = browser.post("/api/auth/sign-in/email", json=wrong, headers=made_up)
            return answer.status_code

        guessed = [guess(number) for number in range(12)]
        assert 429 in guessed
        site.proxy.sees = "198.51.100.8"
        assert guess(0) == 401


def _live(site: _Site, token: str, origin: str) -> ClientConnection:
    return connect(
        f"{site.url.replace('https', 'wss')}/api/live",
        ssl=site.believes,
        additional_headers={"Authorization": f"Bearer {token}", "Origin": origin},
        open_timeout=_PATIENCE_SECONDS,
        proxy=None,
    )


def _options() -> list[str]:
    """Return uvicorn's options from the page that can be set anywhere."""
    [line] = re.findall(r"^\$ uvicorn main:app (.+)$", _PAGE, re.MULTILINE)
    options = re.sub(r"--(?:host|workers) \S+", "", line).split()
    assert options == ["--no-proxy-headers"]
    return options
