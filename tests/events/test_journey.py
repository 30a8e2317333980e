"""A whole journey through Tasks as people run it; nothing secret is in anything that it wrote."""

import json
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote

import httpx

from tests.cli.running import environment, gatepost
from tests.ports import free_port

_PATIENCE_SECONDS = 60
_PASSWORD, _NEW, _WRONG = "the first password 1", "the second password 2", "a wrong password 3"
_AS_NAME = "my password typed as my name 4"


@dataclass(frozen=True, slots=True)
class _Home:
    """A running demo, what it writes, and the secrets that were used in it."""

    url: str
    mails: str
    directory: Path
    browser: httpx.Client
    secrets: dict[str, str] = field(default_factory=dict)

    def written(self) -> str:
        """Return what the demo has written on standard error so far."""
        return (self.directory / "stderr").read_text()

    def keep(self, name: str, secret: str) -> str:
        """Remember a secret that must be written nowhere."""
        assert len(secret) >= 16, name
        self.secrets[name] = secret
        return secret

    def post(self, path: str, **body: object) -> httpx.Response:
        """Ask the provider, and remember the cookies and the token that come with its answer."""
        answer = self.browser.post(f"{self.url}/api/auth{path}", json=body)
        for name, value in self.browser.cookies.items():
            if len(value) >= 16:
                self.keep(f"{name} after {path}", unquote(value))
                self.keep(f"token of {name} after {path}", unquote(value).partition(".")[0])
        return answer


@contextmanager
def _running(directory: Path) -> Iterator[_Home]:
    port, outbox = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {"PORT": str(port), "OUTBOX_PORT": str(outbox), "PYTHONUNBUFFERED": "1"}
    with (directory / "stdout").open("wb") as out, (directory / "stderr").open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "gatepost", "demo"],
            cwd=directory,
            env=environment(settings),
            stdout=out,
            stderr=err,
        )
    try:
        headers = {"origin": url}
        with httpx.Client(timeout=_PATIENCE_SECONDS, headers=headers) as browser:
            _until(lambda: process.poll() is not None or _answers(browser, url))
            yield _Home(url, f"http://127.0.0.1:{outbox}/mails", directory, browser)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(_PATIENCE_SECONDS)


def _until(is_so: Callable[[], bool]) -> None:
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def _answers(browser: httpx.Client, url: str) -> bool:
    with suppress(httpx.TransportError):
        return browser.get(f"{url}/api/auth/ok").status_code == 200
    return False


def _token(home: _Home, name: str) -> dict[str, str]:
    token = home.browser.get(f"{home.url}/api/auth/token").raise_for_status().json()["token"]
    return {"Authorization": f"Bearer {home.keep(name, token)}"}


def _key_ids(home: _Home) -> list[str]:
    return [key["kid"] for key in home.browser.get(f"{home.url}/api/auth/jwks").json()["keys"]]


def _reset_password(home: _Home) -> None:
    home.post("/request-password-reset", email="ada@example.com", redirectTo="/new-password")
    link: list[str] = []

    def mailed() -> bool:
        text = json.dumps(home.browser.get(home.mails).json())
        link[:] = re.findall(r"/reset-password/([\w-]+)", text)
        return bool(link)

    _until(mailed)
    token = home.keep("link", link[0])
    home.browser.get(f"{home.url}/api/auth/reset-password/{token}?callbackURL=%2Fnew-password")
    for _ in range(2):  # a link is used once, and then refused
        home.post("/reset-password", newPassword=_NEW, token=token)


def _break(home: _Home, headers: dict[str, str]) -> None:
    """Have a statement of a signed-in request, and one of the provider, fail in the database."""
    with closing(sqlite3.connect(home.directory / ".gatepost" / "gatepost.db", timeout=30)) as db:
        db.execute("ALTER TABLE task RENAME TO task_away")
        db.execute("ALTER TABLE account RENAME TO account_away")
        db.commit()
    home.browser.get(f"{home.url}/api/tasks?token={_AS_NAME}", headers=headers)
    answer = home.browser.post(f"{home.url}/api/tasks", json={"title": _AS_NAME}, headers=headers)
    assert answer.status_code == 500
    assert home.post("/sign-in/email", email="ada@example.com", password=_NEW).status_code == 500


def test_a_journey_leaves_no_secret_behind(tmp_path: Path) -> None:
    """Sign-up, failures, a reset, a rotation, a retired key, an error: no secret is written."""
    with _running(tmp_path) as home:
        for name in (_PASSWORD, _NEW, _WRONG, _AS_NAME):
            home.keep(name, name)
        home.post("/sign-up/email", name="Ada", email="ada@example.com", password=_PASSWORD)
        headers = _token(home, "the first token")
        home.browser.post(f"{home.url}/api/tasks", json={"title": _AS_NAME}, headers=headers)
        home.post("/sign-in/email", email="ada@example.com", password=_WRONG)
        home.post("/sign-in/email", email=_AS_NAME, password=_PASSWORD)
        home.post("/sign-in/email", email=f"{quote(_AS_NAME)}@example.com", password=_PASSWORD)
        _reset_password(home)
        home.post("/sign-in/email", email="ada@example.com", password=_WRONG)
        home.post("/sign-in/email", email="ada@example.com", password=_NEW)
        retired = _key_ids(home)[0]
        commands = [
            gatepost(tmp_path, "keys", "rotate", "--now"),
            gatepost(tmp_path, "keys", "retire", retired),
            gatepost(tmp_path, "users", "show", "ada@example.com"),
        ]
        assert [ended.code for ended in commands] == [0, 0, 0]
        _until(lambda: retired not in _key_ids(home))  # the worker hears of it a moment later
        forged = {"Authorization": headers["Authorization"] + "AAAA"}
        for shown in (headers, forged, {"Cookie": f"x={_AS_NAME}"}):
            home.browser.get(f"{home.url}/api/tasks", headers=shown)
        _until(lambda: "authn_token_refused" in home.written())
        _break(home, _token(home, "the second token"))
        home.post("/sign-out")
        home.browser.post(f"{home.url}/api/auth/sign-in/email", content=_AS_NAME.encode())
    secret = (tmp_path / ".gatepost" / "secret").read_text().strip()
    home.keep("the secret", secret)
    written = home.written() + (tmp_path / "stdout").read_text()
    written += "".join(ended.out + ended.err for ended in commands)
    assert not [name for name, value in home.secrets.items() if value in written]
    assert len(home.secrets) >= 12

    events = [json.loads(line) for line in home.written().splitlines() if line.startswith("{")]
    told = {event["event"] for event in events}
    assert told >= {
        "user_created",
        "authn_login_fail",
        "authn_link_sent",
        "authn_link_refused",
        "authn_password_change",
        "authn_login_successafterfail",
        "authn_token_created",
        "authn_token_refused",
        "session_logout",
    }
    assert {event["app"] for event in events} == {home.url}
    assert "Traceback" in home.written()  # the errors were told, with their places
