"""A sign-in from a device that is new to an account: its person gets a mail, and nobody else."""

import asyncio
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import update

from gatepost import BuiltIn, ConfigurationError, Gatepost, Settings
from gatepost.errors import Forbidden
from gatepost.events import SecurityEvent
from gatepost.hooks import AuthOutcome
from gatepost.mail.browsers import BROWSERS, SYSTEMS, device_of
from gatepost.settings import async_database_url
from gatepost.store import tables
from gatepost.store.engine import open_engine
from tests.conftest import TEST_SECRET
from tests.docs.snippets import ROOT
from tests.mail.mail_server import mail_server
from tests.ports import free_port
from tests.services.valkey import running_valkey
from tests.serving import serving

_ADA = {"name": "Ada", "email": "ada@example.com", "password": "long enough"}
_BOB = _ADA | {"email": "bob@example.com"}
_COOKIE = "better-auth.known_device"
_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"  # noqa: E501 - a User-Agent
_PATIENCE_SECONDS = 30


class _Events:
    never_blocks = True

    def __init__(self) -> None:
        self.kept: list[tuple[str, str | None]] = []

    def emit(self, event: SecurityEvent) -> None:
        self.kept.append((event.name.value, event.reason and event.reason.value))


@dataclass(frozen=True, slots=True)
class _App:
    gatepost: Gatepost
    url: str
    events: _Events
    database: str

    @contextmanager
    def device(self, user_agent: str = "x", cookie: str = "") -> Iterator[httpx.Client]:
        """A browser that nobody has signed in with."""
        headers = {"origin": self.url, "user-agent": user_agent}
        headers |= {"cookie": f"{_COOKIE}={cookie}"} if cookie else {}
        with httpx.Client(base_url=f"{self.url}/api/auth", headers=headers, timeout=60) as client:
            yield client

    def sign_in(
        self, person: Mapping[str, str] = _ADA, cookie: str = "", user_agent: str = "x"
    ) -> str:
        """Sign in with a device of its own; returns its cookie, "" where it gets none."""
        with self.device(user_agent, cookie) as client:
            answer = client.post("/sign-in/email", json=person).raise_for_status()
            return answer.cookies.get(_COOKIE) or ""

    def mails(self) -> list[str]:
        """The texts so far; a mail is written after the answer, and before the next one."""
        with self.device() as client:
            client.get("/ok")
        outbox = self.gatepost.outbox
        assert outbox is not None
        return [each.mail.text for each in outbox.posted]

    def sent(self) -> list[str]:
        """What was said of mails that were sent."""
        return [str(why) for name, why in self.events.kept if name == "authn_link_sent"]


@contextmanager
def _serving(
    directory: Path, more: Mapping[str, str] | None = None, issuer: BuiltIn | None = None
) -> Iterator[_App]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        "GATEPOST_URL": url,
        "GATEPOST_SECRET": TEST_SECRET,
        "GATEPOST_DATA_DIR": str(directory),
        "GATEPOST_RATE_LIMITS": "sign-in=1000/10s",
        **(more or {}),
    }
    events = _Events()
    settings = Settings.from_environment(environment)
    gatepost = Gatepost(settings, issuer=issuer or BuiltIn(), events=events)
    app = FastAPI()
    gatepost.protect(app)
    asyncio.run(gatepost.migrate())
    with serving(app, port=port):
        yield _App(gatepost, url, events, settings.database_url.reveal())


def _sign_up(app: _App, person: Mapping[str, str] = _ADA, cookie: str = "") -> str:
    with app.device(cookie=cookie) as client:
        answer = client.post("/sign-up/email", json=person).raise_for_status()
        return answer.cookies.get(_COOKIE) or ""


def test_a_new_device_is_mailed_once(tmp_path: Path) -> None:
    """When, with what and from where, and where sessions end; that of the sign-up never is."""
    with _serving(tmp_path, issuer=BuiltIn(account_path="/account")) as app:
        at_home = _sign_up(app)
        assert app.sign_in(cookie=at_home) == at_home
        assert app.mails() == []
        abroad = app.sign_in(user_agent=_WINDOWS)
        [text] = app.mails()
        assert "with Chrome on Windows, from 127.0.0.1." in text
        assert f"\n{app.url}/account\n" in text
        [written] = re.findall(r"on (\d{4}-\d\d-\d\d \d\d:\d\d) UTC", text)
        at = datetime.strptime(written, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
        assert abs((datetime.now(UTC) - at).total_seconds()) < 120
        told = [why for name, why in app.events.kept if name == "authn_login_success"]
        assert told == [None, "new_device"]
        assert app.sent() == ["new_device"]
        assert app.sign_in(cookie=abroad) == abroad
        assert len(app.mails()) == 1


def test_a_device_is_known_by_a_cookie_that_no_script_reads(tmp_path: Path) -> None:
    """As long as a browser keeps one; it tells nothing of who it is, and outlives a sign-out."""
    with _serving(tmp_path) as app, app.device() as client:
        answer = client.post("/sign-up/email", json=_ADA)
        [header] = [
            each for each in answer.headers.get_list("set-cookie") if each.startswith(_COOKIE)
        ]
        value, _, attributes = header.removeprefix(f"{_COOKIE}=").partition("; ")
        assert re.fullmatch(r"[\w-]{43}", value)
        assert attributes == "Max-Age=34560000; Path=/; HttpOnly; SameSite=Lax"
        assert answer.json()["user"]["id"] not in value
        client.post("/sign-out").raise_for_status()
        assert client.cookies[_COOKIE] == value


def test_a_stranger_gets_no_mark(tmp_path: Path) -> None:
    """Whoever only looks, or has the wrong password, is followed by no cookie."""
    with _serving(tmp_path) as app:
        _sign_up(app)
        with app.device() as client:
            client.get("/get-session")
            wrong = client.post("/sign-in/email", json=_ADA | {"password": "wrong enough"})
            assert wrong.status_code == 401
            assert list(client.cookies) == []
        assert app.mails() == []


def test_a_mark_is_of_one_account_and_of_our_making(tmp_path: Path) -> None:
    """Another person's mark, a made-up one and a broken one leave a device new; two are of two."""
    with _serving(tmp_path) as app:
        of_ada, of_bob = _sign_up(app), _sign_up(app, _BOB)
        made_up = "A" * 43
        for number, cookie in enumerate((of_bob, made_up, "..", f"{of_ada}x", "%C3%A9"), start=1):
            app.sign_in(cookie=cookie)
            assert len(app.mails()) == number, cookie
        both = app.sign_in(cookie=of_bob)
        assert both == f"{of_ada}.{of_bob}"
        app.sign_in(_BOB, cookie=both)
        app.sign_in(cookie=f"{made_up}; {_COOKIE}={both}")
        assert len(app.mails()) == 6


def test_a_device_knows_the_last_eight_accounts(tmp_path: Path) -> None:
    """A shared one gets no cookie that grows for good."""
    with _serving(tmp_path, {"GATEPOST_RATE_LIMITS": "sign-in=1000/10s"}) as app:
        cookie = ""
        for number in range(10):
            cookie = _sign_up(app, _ADA | {"email": f"a{number}@example.com"}, cookie)
        assert len(cookie.split(".")) == 8
        app.sign_in(_ADA | {"email": "a9@example.com"}, cookie)
        assert app.mails() == []
        app.sign_in(_ADA | {"email": "a0@example.com"}, cookie)
        assert len(app.mails()) == 1


@pytest.mark.parametrize("revokes", [True, False])
def test_a_new_password_makes_every_other_device_new(tmp_path: Path, revokes: bool) -> None:  # noqa: FBT001 - a parameter
    """Whoever knew the old one is a stranger again; the device at which it was changed is not."""
    new = _ADA | {"password": "another one"}
    change = {"currentPassword": _ADA["password"], "newPassword": new["password"]}
    with _serving(tmp_path) as app:
        _sign_up(app)
        elsewhere = app.sign_in()
        with app.device() as client:
            client.post("/sign-in/email", json=_ADA).raise_for_status()
            body = change | {"revokeOtherSessions": revokes}
            client.post("/change-password", json=body).raise_for_status()
            here = client.cookies.get(_COOKIE) or ""
        before = len(app.mails())
        app.sign_in(new, here)
        assert len(app.mails()) == before
        app.sign_in(new, elsewhere)
        assert len(app.mails()) == before + 1


def test_a_new_secret_and_a_new_hash_make_no_device_new(tmp_path: Path) -> None:
    """The device that is at hand is known after either, and gets the new mark."""
    pytest.importorskip("argon2")
    with _serving(tmp_path) as app:
        cookie = _sign_up(app)
    fresh = {
        "GATEPOST_SECRETS": f"1:{TEST_SECRET}-anew",
        "GATEPOST_PASSWORD_HASH": "argon2id",
    }
    with _serving(tmp_path, fresh) as app:
        anew = app.sign_in(cookie=cookie)
        assert anew.partition(".")[0] != cookie
        assert app.sign_in(cookie=anew.partition(".")[0])
        assert app.mails() == []


def test_a_mailbox_is_not_flooded(tmp_path: Path) -> None:
    """After so many in a day no more is mailed; the sign-in goes on, and the log says so."""
    limits = {"GATEPOST_RATE_LIMITS": "sign-in=1000/10s,notices=2/24h"}
    with _serving(tmp_path, limits) as app:
        _sign_up(app)
        _sign_up(app, _BOB)
        for _ in range(4):
            assert app.sign_in()
        assert len(app.mails()) == 2
        kept = app.events.kept
        assert kept.count(("authn_login_success", "new_device")) == 4
        assert kept.count(("excess_rate_limit_exceeded", "notices_to_one_person")) == 2
        app.sign_in(_BOB)
        assert len(app.mails()) == 3


def test_a_notice_does_not_fail_a_sign_in(tmp_path: Path) -> None:
    """Where what counts goes away after the password was right, the mail is sent uncounted."""
    with running_valkey() as valkey:

        async def take_away(outcome: AuthOutcome) -> None:
            if outcome.new_session is not None and outcome.request.path == "/sign-in/email":
                await asyncio.to_thread(valkey.stop)

        counted = {
            "GATEPOST_RATE_LIMITS_URL": valkey.url,
            "GATEPOST_RATE_LIMITS_AWAY": "refuse",
            "GATEPOST_RATE_LIMITS": "sign-in=1000/10s,notices=1/24h",
        }
        with _serving(tmp_path, counted, BuiltIn(after=take_away)) as app:
            _sign_up(app)
            assert app.sign_in()
            assert len(app.mails()) == 1
            assert ("sys_limits_away", None) in app.events.kept
            with app.device() as client:
                assert client.post("/sign-in/email", json=_ADA).status_code == 503


_HOSTILE = (
    "<img src=x onerror=alert(1)> Chrome/1 Windows",
    "Chrome/1 $url ${site} $$ Linux",
    "Firefox/1 Mac OS X =?utf-8?q?=0D=0ABcc=3A_all=40example.com?=",
    "http://evil.example/ Edg/1",
    "\u202egnirts".encode().decode("latin-1") + " iPhone Version/1 Safari/1",
    "Version/1 " * 4000 + ".",
)


def test_nothing_of_a_user_agent_comes_into_the_mail(tmp_path: Path) -> None:
    """By a real mail server: one recipient, our headers and words, whatever the browser says."""
    with mail_server() as mailbox:
        server = f"smtp://127.0.0.1:{mailbox.port}?from=tasks@example.com"
        with _serving(tmp_path, {"GATEPOST_MAIL_URL": server}) as app:
            _sign_up(app)
            for user_agent in _HOSTILE:
                began = time.monotonic()
                with app.device() as client:
                    headers = [(b"user-agent", user_agent.encode("latin-1"))]
                    client.headers.pop("user-agent")
                    client.post("/sign-in/email", json=_ADA, headers=headers).raise_for_status()
                assert time.monotonic() - began < 20
            end = time.monotonic() + _PATIENCE_SECONDS
            while len(mailbox.received) < len(_HOSTILE) and time.monotonic() < end:
                time.sleep(0.02)
    assert mailbox.recipients == len(_HOSTILE) * [["ada@example.com"]]
    devices = {
        device
        for text, page in mailbox.texts()
        for device in re.findall(r", with ([\w ]+), from 127\.0\.0\.1", text)
        if device in page
    }
    assert devices == {
        *("Chrome on Windows", "Chrome on Linux", "Firefox on macOS"),
        *("Edge", "Safari on iPhone", "an unknown device"),
    }
    for message in mailbox.received:
        assert message["Bcc"] is None
        for word in ("onerror", "evil", "all@", "$", "gnirts", "Version/1"):
            assert word not in message.as_string()


@pytest.mark.parametrize(
    ("more", "issuer"),
    [
        ({"GATEPOST_ENV": "production"}, BuiltIn()),
        ({"GATEPOST_NEW_DEVICE_MAIL": "false"}, BuiltIn()),
        ({"GATEPOST_NEW_DEVICE_MAIL": "true"}, BuiltIn(new_device_mail=False)),
    ],
)
def test_without_mail_there_is_no_cookie_either(
    tmp_path: Path, more: Mapping[str, str], issuer: BuiltIn
) -> None:
    """Nothing is kept of a device where nobody would be told of it."""
    with _serving(tmp_path, more, issuer) as app:
        assert _sign_up(app) == ""
        assert app.sign_in() == ""
        assert ("authn_login_success", None) in app.events.kept
        assert app.sent() == []


def test_a_mail_server_that_is_away_holds_up_no_sign_in(tmp_path: Path) -> None:
    """The sign-in is answered as ever; that the mail was lost is an event."""
    server = f"smtp://127.0.0.1:{free_port()}?from=tasks@example.com"
    with _serving(tmp_path, {"GATEPOST_MAIL_URL": server}) as app:
        _sign_up(app)
        assert app.sign_in()
    assert ("sys_mail_lost", "mail_stopped") in app.events.kept


def test_the_first_sign_in_after_verification_is_no_news(tmp_path: Path) -> None:
    """Where the sign-up opens no session, the sign-in that follows it is mailed to nobody."""
    with _serving(tmp_path, issuer=BuiltIn(require_email_verification=True)) as app:
        assert _sign_up(app) == ""
        [link] = re.findall(r"http\S+verify-email\S+", app.mails()[0])
        with app.device() as client:
            client.get(link)
        app.sign_in()
        assert app.sent() == ["verify_email"]
        app.sign_in()
        assert app.sent() == ["verify_email", "new_device"]


def test_an_old_account_is_told_even_of_its_only_session(tmp_path: Path) -> None:
    """Somebody who has signed out everywhere learns of a sign-in that is not theirs."""
    with _serving(tmp_path) as app:
        with app.device() as client:
            client.post("/sign-up/email", json=_ADA).raise_for_status()
            client.post("/sign-out").raise_for_status()
        _make_older(app)
        app.sign_in()
        assert app.sent() == ["new_device"]


def _make_older(app: _App) -> None:
    async def run() -> None:
        engine = open_engine(async_database_url(app.database))
        async with engine.begin() as connection:
            long_ago = datetime(2020, 1, 1, tzinfo=UTC)
            await connection.execute(update(tables.user).values(createdAt=long_ago))
        await engine.dispose()

    asyncio.run(run())


def test_a_sign_in_that_the_app_refuses_is_told_to_nobody(tmp_path: Path) -> None:
    """Neither does its device become a known one."""

    async def after(outcome: AuthOutcome) -> None:
        if outcome.request.path == "/sign-in/email":
            raise Forbidden("not today", code="NOT_TODAY")

    with _serving(tmp_path, issuer=BuiltIn(after=after)) as app:
        _sign_up(app)
        with app.device() as client:
            assert client.post("/sign-in/email", json=_ADA).status_code == 403
            assert list(client.cookies) == []
        assert app.mails() == []


@pytest.mark.parametrize(
    "path", ["", "account", "//evil.example", "/\\evil.example", "https://evil.example", "/a b"]
)
def test_the_mail_leads_to_the_app_alone(path: str) -> None:
    """A path that is none, or that leads to another host, stops the app."""
    with pytest.raises(ConfigurationError, match="account_path"):
        BuiltIn(account_path=path)


def test_a_device_is_called_what_the_page_calls_it() -> None:
    """By the same signs in the same order, so that the mail can be found in the list."""
    source = (ROOT / "web/packages/client/src/react/user-agent.ts").read_text()
    signs = re.findall(r'^  \["([^"]+)", /(.+)/\],$', source, re.MULTILINE)
    assert tuple(signs) == (*BROWSERS, *SYSTEMS)
    assert device_of("curl/8") == "curl"
    assert device_of("") == "an unknown device"
