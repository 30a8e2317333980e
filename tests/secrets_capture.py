"""The whole run with capture on: no secret that a test used is in anything that was written.

What is captured: every security event and every log record of the process, what commands wrote on
standard error, and the standard error of every test, which has that of the servers it started.
Secrets are learnt where they pass: from what clients of httpx send and get, what the gate is shown
by any client (a browser, a raw socket), and what signs and hashes. At the end all of them are
looked for in all that was captured; one that is found fails the run.
"""

import base64
import functools
import json
import logging
import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gatepost.events import EventName, SecurityEvent
from gatepost.events.written import FIELDS
from gatepost.gate import Gate
from gatepost.provider.passwords import Passwords
from gatepost.tokens.issue import SigningKey
from tests.programs import Ended, Program

_SHORTEST = 9
_FEWEST_CHARACTERS = 5
_CREDENTIAL = 20
# Members of bodies that are secrets; `token` is a session's, an access token, or a link's.
_MEMBERS = re.compile(r"password|newPassword|currentPassword|token|accessToken", re.IGNORECASE)
_SECRET_HEADERS = ("set-auth-token", "set-auth-jwt")
_LINK_PATH = re.compile(r"/reset-password/([^/?#]+)")
_SHOWN_CHARACTERS = 160


class Captured:
    """What was written, and what must not be in it."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._secrets: dict[str, str] = {}

    def hear(self, text: str) -> None:
        """Keep what was written somewhere."""
        if text:
            self._texts.append(text)

    def learn(self, kind: str, secret: object) -> None:
        """Remember a secret that is in use, unless it is too plain to be told from other words."""
        if not isinstance(secret, str) or len(secret) < _SHORTEST:
            return
        if len(set(secret)) >= _FEWEST_CHARACTERS and not any(secret in word for word in _PLAIN):
            self._secrets.setdefault(secret, kind)

    @property
    def size(self) -> tuple[int, int]:
        """How many secrets are known, and how many characters were written."""
        return len(self._secrets), sum(map(len, self._texts))

    def leaks(self) -> list[str]:
        """Return what was written with a secret in it, without the secret."""
        by_start: dict[str, list[str]] = {}
        for secret in self._secrets:
            by_start.setdefault(secret[:_SHORTEST], []).append(secret)
        return sorted({leak for text in self._texts for leak in self._leaks_in(text, by_start)})

    def _leaks_in(self, text: str, by_start: Mapping[str, Sequence[str]]) -> Iterator[str]:
        for at in range(len(text) - _SHORTEST + 1):
            for secret in by_start.get(text[at : at + _SHORTEST], ()):
                if text.startswith(secret, at):
                    begin = max(0, at - _SHOWN_CHARACTERS)
                    around = text[begin : at + len(secret) + _SHOWN_CHARACTERS]
                    kind = self._secrets[secret]
                    yield f"{kind} in: {around.replace(secret, f'<{kind}>')!r}"


_PLAIN = (*(name.value for name in EventName), *FIELDS)
CAPTURED = Captured()


def _learn_from_request(request: httpx.Request) -> None:
    _learn_headers((name, value) for name, value in request.headers.multi_items())
    _learn_url(str(request.url))
    try:
        content = request.content
    except httpx.RequestNotRead:
        return
    _learn_body(request.headers.get("content-type", ""), content)


def _learn_from_response(response: httpx.Response) -> None:
    for header in response.headers.get_list("set-cookie"):
        _learn_cookie(header.partition(";")[0])
    for name in _SECRET_HEADERS:
        CAPTURED.learn("token", response.headers.get(name))
    if response.is_stream_consumed or response.is_closed:
        try:
            content = response.content
        except httpx.ResponseNotRead:
            return
        _learn_body(response.headers.get("content-type", ""), content)


def _learn_headers(headers: Iterator[tuple[str, str]]) -> None:
    for name, value in headers:
        if name.lower() == "authorization":
            shown = value.partition(" ")[2].strip()
            if len(shown) >= _CREDENTIAL:
                CAPTURED.learn("authorization", shown)
        elif name.lower() == "cookie":
            for pair in value.split(";"):
                _learn_cookie(pair)


def _learn_cookie(pair: str) -> None:
    value = pair.partition("=")[2].strip()
    if len(value) >= _CREDENTIAL:
        CAPTURED.learn("cookie", value)
        CAPTURED.learn("cookie", unquote(value))
        CAPTURED.learn("session token", unquote(value).partition(".")[0])


def _learn_url(url: str) -> None:
    parts = urlsplit(url)
    for name, value in parse_qsl(parts.query):
        if name == "token":
            CAPTURED.learn("link", value)
    for found in _LINK_PATH.findall(parts.path):
        CAPTURED.learn("link", unquote(found))


def _learn_body(media_type: str, content: bytes) -> None:
    if "json" not in media_type:
        return
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return
    if isinstance(body, dict):
        for name, value in body.items():
            if _MEMBERS.fullmatch(name):
                CAPTURED.learn(name.lower(), value)


def _recording(name: str) -> Callable[..., Any]:
    plain = getattr(httpx.Client, name)

    @functools.wraps(plain)
    def send(client: httpx.Client, request: httpx.Request, **options: object) -> httpx.Response:
        _learn_from_request(request)
        response: httpx.Response = plain(client, request, **options)
        _learn_from_response(response)
        return response

    return send


def _recording_async(name: str) -> Callable[..., Any]:
    plain = getattr(httpx.AsyncClient, name)

    @functools.wraps(plain)
    async def send(
        client: httpx.AsyncClient, request: httpx.Request, **options: object
    ) -> httpx.Response:
        _learn_from_request(request)
        response: httpx.Response = await plain(client, request, **options)
        _learn_from_response(response)
        return response

    return send


def _watch_events(patch: pytest.MonkeyPatch) -> None:
    plain = SecurityEvent.__init__

    @functools.wraps(plain)
    def made(event: SecurityEvent, *fields: Any, **named: Any) -> None:
        plain(event, *fields, **named)
        CAPTURED.hear(repr(event))

    patch.setattr(SecurityEvent, "__init__", made)


def _watch_log() -> None:
    plain = logging.getLogRecordFactory()

    def made(*fields: Any, **named: Any) -> logging.LogRecord:
        record = plain(*fields, **named)
        try:
            CAPTURED.hear(f"{record.name}: {record.getMessage()}")
        except (TypeError, ValueError):  # a message that does not fit its arguments
            CAPTURED.hear(f"{record.name}: {record.msg} {record.args}")
        return record

    logging.setLogRecordFactory(made)


def _watch_gate(patch: pytest.MonkeyPatch) -> None:
    plain = Gate.__call__

    @functools.wraps(plain)
    async def called(gate: Gate, scope: Any, receive: Any, send: Any) -> None:
        _learn_headers(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in scope.get("headers", ())
        )
        await plain(gate, scope, receive, send)

    patch.setattr(Gate, "__call__", called)


def _watch_secrets(patch: pytest.MonkeyPatch) -> None:
    def watched(kind: str, plain: Callable[..., Any], position: int) -> Callable[..., Any]:
        @functools.wraps(plain)
        def called(*fields: Any, **named: Any) -> Any:
            if len(fields) > position:
                CAPTURED.learn(kind, fields[position])
            return plain(*fields, **named)

        return called

    patch.setattr(Passwords, "hash", watched("password", Passwords.hash, 1))
    patch.setattr(Passwords, "verify", watched("password", Passwords.verify, 2))
    plain = SigningKey.__init__

    @functools.wraps(plain)
    def made(key: SigningKey, *fields: Any, **named: Any) -> None:
        plain(key, *fields, **named)
        raw = key.private_key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        CAPTURED.learn("private key", base64.urlsafe_b64encode(raw).decode().rstrip("="))
        CAPTURED.learn("private key", raw.hex())

    patch.setattr(SigningKey, "__init__", made)


def _watch_commands(patch: pytest.MonkeyPatch) -> None:
    plain = Program.run

    @functools.wraps(plain)
    def run(program: Program, *fields: Any, **named: Any) -> Ended:
        ended = plain(program, *fields, **named)
        CAPTURED.hear(ended.err)
        return ended

    patch.setattr(Program, "run", run)


@pytest.fixture(scope="session", autouse=True)
def _capture() -> Iterator[None]:
    """Listen to the whole run of this process."""
    before = logging.getLogRecordFactory()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx.Client, "send", _recording("send"))
        patch.setattr(httpx.AsyncClient, "send", _recording_async("send"))
        _watch_events(patch)
        _watch_log()
        _watch_gate(patch)
        _watch_secrets(patch)
        _watch_commands(patch)
        yield
        logging.setLogRecordFactory(before)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Hear what a test, and the servers that it started, wrote on standard error."""
    report = yield
    for title, content in report.sections:
        if "stderr" in title and report.when in title:
            CAPTURED.hear(content)
    return report


_FOUND: list[str] = []
_SIZES: list[tuple[int, int]] = []


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Look for every secret in everything; a worker tells the process that started it."""
    told = getattr(session.config, "workeroutput", None)
    if told is not None:
        told["leaks"], told["captured"] = CAPTURED.leaks(), CAPTURED.size
        return
    _take(CAPTURED.leaks(), CAPTURED.size)
    if _FOUND and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a worker has found."""
    told = getattr(node, "workeroutput", {})
    if "leaks" in told:
        _take(told["leaks"], tuple(told["captured"]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was looked for where, and what was found."""
    secrets, characters = (sum(sizes) for sizes in zip(*_SIZES or [(0, 0)], strict=True))
    terminalreporter.ensure_newline()
    terminalreporter.write_line(
        f"{secrets} secrets were looked for in {characters} characters of events and logs: "
        f"{len(_FOUND) or 'none'} found"
    )
    for leak in _FOUND[:50]:
        terminalreporter.write_line(f"SECRET {leak}", red=True)


def _take(leaks: Sequence[str], size: tuple[int, int]) -> None:
    _FOUND.extend(leaks)
    _SIZES.append(size)
