"""One event is one line of JSON, whatever is in it and whatever becomes of the stream."""

import contextlib
import io
import json
import os
import threading
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.events import EventName, JsonLines, Level, RequestFacts, SecurityEvent, TraceFacts
from gatepost.events.port import CurrentRequest
from gatepost.events.written import FIELDS, hashed_session_id
from gatepost.proxies import TrustedProxies


class Reason(StrEnum):
    """A room's reasons."""

    BAD = "bad_signature"


def _line(event: SecurityEvent) -> str:
    stream = io.StringIO()
    JsonLines(stream).emit(event)
    return stream.getvalue()


def test_an_event_says_what_happened() -> None:
    """Every field that is known is there, under one name."""
    event = SecurityEvent(
        EventName.TOKEN_REFUSED,
        reason=Reason.BAD,
        user_id="ada",
        session_id="s",
        key_id="k",
        token_id="t",
        count=2,
        request=RequestFacts("r", "127.0.0.1", "GET", "/api/tasks/{task_id}"),
        app_id="https://tasks.example.com",
        trace=TraceFacts("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"),
    )
    said = json.loads(_line(event))
    assert said.pop("time") == event.at.isoformat(timespec="milliseconds")
    assert said == {
        "event": "authn_token_refused",
        "level": "warning",
        "reason": "bad_signature",
        "user_id": "ada",
        "session_id": hashed_session_id("s"),
        "kid": "k",
        "jti": "t",
        "count": 2,
        "app": "https://tasks.example.com",
        "trace_id": "0af7651916cd43dd8448eb211c80319c",
        "span_id": "b7ad6b7169203331",
        "request_id": "r",
        "source_ip": "127.0.0.1",
        "method": "GET",
        "route": "/api/tasks/{task_id}",
    }
    assert {*said, "time"} == set(FIELDS)


def test_a_session_is_named_by_its_hash() -> None:
    """Two events of a session have one name for it, which is not its id."""
    line = _line(SecurityEvent(EventName.SESSION_CREATED, session_id="s" * 32))
    assert "s" * 32 not in line
    assert json.loads(line)["session_id"] == hashed_session_id("s" * 32)
    assert hashed_session_id("s" * 32) != hashed_session_id("t" * 32)


def test_what_is_not_known_is_not_said() -> None:
    """An event without a request has no empty fields."""
    assert set(json.loads(_line(SecurityEvent(EventName.USER_CREATED)))) == {
        "event",
        "time",
        "level",
    }


def test_every_event_has_a_level() -> None:
    """And a sentence of its own; a tripped row guard is critical."""
    assert all(name.sent.endswith(".") for name in EventName)
    assert len({name.sent for name in EventName}) == len(EventName)
    assert SecurityEvent(EventName.ROW_GUARD).level is Level.CRITICAL


# Of single characters: `st.text` draws the passwords of other tests, which it has read there.
_texts = st.lists(st.characters(codec=None)).map("".join) | st.sampled_from(
    ["\n", "\r\n", "\u2028", "\x85", "\x1b[2J", '"}\n{"event":"x', "\0", "\ud800", "\u202e"]
)


@given(_texts, _texts, _texts)
def test_one_event_is_one_line(user: str, route: str, source: str) -> None:
    """No content begins a second line, or is anything but ASCII."""
    request = RequestFacts("r", source, "GET", route)
    line = _line(SecurityEvent(EventName.LOGIN_FAIL, user_id=user, request=request))
    assert line.endswith("\n")
    assert len(line.splitlines()) == 1
    assert line.isascii()
    assert line[:-1].isprintable()
    said = json.loads(line)
    assert (said["user_id"], said["route"], said["source_ip"]) == (user, route, source)


def _closed() -> io.StringIO:
    stream = io.StringIO()
    stream.close()
    return stream


def _broken_pipe() -> io.TextIOWrapper:
    reader, writer = os.pipe()
    os.close(reader)
    return os.fdopen(writer, "w")


class _Raising(io.StringIO):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def write(self, _text: str) -> int:
        raise self._error


@pytest.mark.parametrize(
    "make",
    [
        _closed,
        _broken_pipe,
        lambda: _Raising(OSError(28, "No space left on device")),
        lambda: _Raising(BlockingIOError()),
        lambda: _Raising(UnicodeEncodeError("ascii", "x", 0, 1, "y")),
        lambda: _Raising(RuntimeError("reentrant call inside <_io.BufferedWriter>")),
    ],
    ids=["closed", "broken pipe", "disk full", "would block", "encoding", "reentrant"],
)
def test_a_stream_that_fails_costs_the_line_alone(make: object) -> None:
    """`emit` does not raise, and counts what it could not write."""
    assert callable(make)
    stream = make()
    sink = JsonLines(stream)
    sink.emit(SecurityEvent(EventName.LOGIN_SUCCESS))
    sink.emit(SecurityEvent(EventName.LOGIN_SUCCESS))
    assert sink.dropped == 2
    with contextlib.suppress(OSError):  # the pipe is still broken
        stream.close()


def test_threads_do_not_mix_their_lines() -> None:
    """Lines of many threads come whole."""
    stream = io.StringIO()
    sink = JsonLines(stream)

    def emit(number: int) -> None:
        for _ in range(100):
            sink.emit(SecurityEvent(EventName.LOGIN_SUCCESS, user_id=str(number) * 200))

    threads = [threading.Thread(target=emit, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = stream.getvalue().splitlines()
    assert len(lines) == 800
    assert all(len(set(json.loads(line)["user_id"])) == 1 for line in lines)


FACTS: dict[str, tuple[dict[str, object], tuple[str | None, str]]] = {
    "plain": (
        {"type": "http", "client": ("10.0.0.1", 1), "method": "GET"},
        ("10.0.0.1", "GET"),
    ),
    "websocket": ({"type": "websocket", "client": ["::1", 1]}, ("::1", "WEBSOCKET")),
    "no client": ({"type": "http", "client": None, "method": "POST"}, (None, "POST")),
    "unix socket": ({"type": "http", "client": ("", 0), "method": "POST"}, ("", "POST")),
    "empty client": ({"type": "http", "client": (), "method": "POST"}, (None, "POST")),
    "strange client": ({"type": "http", "client": (1, 2), "method": "POST"}, (None, "POST")),
    "a proxy that is trusted": (
        {
            "type": "http",
            "client": ("192.0.2.1", 1),
            "headers": [(b"x-forwarded-for", b"spoofed, 2001:db8::9")],
        },
        ("2001:db8::9", "OTHER"),
    ),
    "a proxy that is not": (
        {
            "type": "http",
            "client": ("192.0.2.2", 1),
            "headers": [(b"x-forwarded-for", b"2001:db8::9")],
        },
        ("192.0.2.2", "OTHER"),
    ),
    "a trusted proxy that says nothing of use": (
        {
            "type": "http",
            "client": ("192.0.2.1", 1),
            "headers": [(b"x-forwarded-for", b"<script>\r\n")],
        },
        ("192.0.2.1", "OTHER"),
    ),
    "strange method": ({"type": "http", "method": "GET\r\nX: y"}, (None, "OTHER")),
    "lower case": ({"type": "http", "method": "get"}, (None, "OTHER")),
    "no method": ({"type": "http"}, (None, "OTHER")),
}


_PROXIES = TrustedProxies.of(["192.0.2.1"])


@pytest.mark.parametrize("name", FACTS)
def test_facts_of_a_request(name: str) -> None:
    """Nothing of a request is logged that its sender may choose freely."""
    scope, expected = FACTS[name]
    request = CurrentRequest(scope, "/x", _PROXIES)
    facts = request.facts
    assert (facts.source_ip, facts.method) == expected
    assert facts.route == "/x"
    assert request.facts is facts
    assert CurrentRequest(scope, "/x", _PROXIES).facts.request_id != facts.request_id
