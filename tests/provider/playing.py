"""Plays conversations over real HTTP and writes down what was answered, with the random masked."""

import http.client
import re
import sqlite3
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.provider.conversations import Age, Change, Conversation, Step

BASE_PATH = "/api/auth"
SECURE_URL = "https://auth.example.com"
TRUSTED = "https://friend.example"
SECRET = "provider-lab-secret-0123456789-abcdefgh"
# What carries meaning. Cache-Control is left out: Gatepost sends more of it, on purpose, and
# `test_answers.py` holds that.
_HEADERS = ("content-type", "pragma", "location", "access-control-expose-headers", "set-auth-jwt")
_SESSION_COOKIE = "better-auth.session_token"
_MASKS = (
    (re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+"), "<jwt>"),
    (re.compile(r"\b[a-zA-Z0-9]{32}\.[A-Za-z0-9+/%]{40,70}"), "<signed>"),
    (re.compile(r"true\.[A-Za-z0-9+/%]{40,70}"), "<signed true>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"), "<date>"),
    (re.compile(r'"x":"[\w-]{43}"'), '"x":"<x>"'),
    (re.compile(r'"ipAddress":"[^"]*"'), '"ipAddress":"<ip>"'),
    (re.compile(r'(?<=")[a-zA-Z0-9]{32}(?=")'), "<id>"),
)


@dataclass(frozen=True, slots=True)
class Server:
    """Where to play, and the SQLite file behind it."""

    url: str
    database: Path
    base_url: str


@dataclass(slots=True)
class _Jar:
    cookies: dict[str, str] = field(default_factory=dict)
    signed: str = ""

    @property
    def token(self) -> str:
        return unquote(self.signed).rpartition(".")[0]

    def take(self, set_cookie: str) -> None:
        name, _, value = set_cookie.split(";", 1)[0].partition("=")
        if "Max-Age=0" in set_cookie:
            self.cookies.pop(name, None)
            return
        self.cookies[name] = value
        if name.endswith(_SESSION_COOKIE):
            self.signed = value

    def fill(self, template: str, base_url: str) -> str:
        token, _, signature = unquote(self.signed).rpartition(".")
        known = {
            "origin": base_url,
            "jar": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "signed": self.signed,
            "plain": unquote(self.signed),
            "token": token,
            "signature": signature,
            "loose": f"{token}.{_loosened(signature)}",
        }
        return re.sub(r"<<(\w+)>>", lambda found: known[found[1]], template)


def play(conversation: Conversation, server: Server) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the id of each step and its masked answer."""
    jar = _Jar()
    for step in conversation.steps:
        if isinstance(step, Age):
            _age(server.database, jar.token, step.seconds)
        elif isinstance(step, Change):
            _change(server.database, jar.token, step.sql)
        else:
            yield step.id, _say(step, jar, server)


def _say(step: Step, jar: _Jar, server: Server) -> dict[str, object]:
    where = urlsplit(server.url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
    body = step.body
    if isinstance(body, str):
        body = jar.fill(body, server.base_url).encode()
    path = BASE_PATH + jar.fill(step.path, server.base_url)
    connection.putrequest(step.method, path, skip_accept_encoding=True)
    for name, value in step.headers:
        connection.putheader(name, jar.fill(value, server.base_url).encode("latin-1"))
    if body is not None or step.method == "POST":
        connection.putheader("content-length", str(len(body or b"")))
    connection.endheaders(body)
    response = connection.getresponse()
    text = response.read().decode()
    set_cookies = [value for name, value in response.getheaders() if name.lower() == "set-cookie"]
    connection.close()
    for set_cookie in set_cookies:
        jar.take(set_cookie)
    headers = {name: response.headers[name] for name in _HEADERS if name in response.headers}
    mask = partial(_mask, base_url=server.base_url)
    answer: dict[str, object] = {"status": response.status, "body": mask(text)}
    if headers:
        answer["headers"] = {name: mask(value) for name, value in headers.items()}
    if set_cookies:
        answer["set-cookie"] = [mask(set_cookie) for set_cookie in set_cookies]
    return answer


def _mask(text: str, base_url: str) -> str:
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text.replace(base_url, "<origin>")


def _loosened(signature: str) -> str:
    """Spell the same bytes otherwise: the last digit before the padding has two spare bits."""
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
    last = signature[-2:-1]
    return f"{signature[:-2]}{alphabet[alphabet.index(last) | 1]}=" if last else ""


def _change(database: Path, token: str, sql: str) -> None:
    connection = sqlite3.connect(database, timeout=10)
    with connection:
        find = "SELECT userId FROM session WHERE token = ?"
        [user] = connection.execute(find, (token,)).fetchone()
        connection.execute(sql, {"user": user})
    connection.close()


def _age(database: Path, token: str, seconds: int) -> None:
    connection = sqlite3.connect(database, timeout=10)
    with connection:
        row = connection.execute(
            "SELECT expiresAt, createdAt, updatedAt FROM session WHERE token = ?", (token,)
        ).fetchone()
        older = [_iso(datetime.fromisoformat(at) - timedelta(seconds=seconds)) for at in row]
        connection.execute(
            "UPDATE session SET expiresAt = ?, createdAt = ?, updatedAt = ? WHERE token = ?",
            (*older, token),
        )
    connection.close()


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
