"""A sink that is slow, or dead, costs events and no request; what is lost is counted and said."""

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

from gatepost import Gatepost
from gatepost.events import EventName, SecurityEvent, TraceFacts
from gatepost.events.dispatch import Dispatch
from gatepost.events.queued import QueuedSink
from tests.conftest import settings_for
from tests.gate.guarded import Recorder, call, http_scope, started
from tests.ports import free_port

_PATIENCE_SECONDS = 60
_EVENT = SecurityEvent(EventName.LOGIN_SUCCESS)


class _Held:
    """A sink that takes nothing until it is let go."""

    def __init__(self) -> None:
        self.kept: list[SecurityEvent] = []
        self.reached = threading.Event()
        self.let_go = threading.Event()

    def emit(self, event: SecurityEvent) -> None:
        self.reached.set()
        assert self.let_go.wait(_PATIENCE_SECONDS)
        self.kept.append(event)


class _Failing:
    """A sink that fails as long as it is told to."""

    def __init__(self) -> None:
        self.kept: list[SecurityEvent] = []
        self.is_failing = True

    def emit(self, event: SecurityEvent) -> None:
        if self.is_failing:
            raise RuntimeError("the text of an event's own error")
        self.kept.append(event)


def _until(is_so: Callable[[], bool]) -> None:
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < give_up
        time.sleep(0.005)


@pytest.fixture
def held() -> Iterator[_Held]:
    """A sink that takes nothing, let go at the end."""
    sink = _Held()
    yield sink
    sink.let_go.set()


def test_nobody_waits_for_a_sink_that_hangs(held: _Held) -> None:
    """The queue is bounded; what it cannot hold is counted, and said to the sink afterwards."""
    queued = QueuedSink(held, capacity=5)
    queued.emit(_EVENT)
    assert held.reached.wait(_PATIENCE_SECONDS)
    for _ in range(12):
        queued.emit(_EVENT)
    assert queued.dropped == 7
    queued.end(0.05)  # it still hangs, and is not waited for
    assert held.kept == []
    held.let_go.set()
    _until(lambda: len(held.kept) == 7)
    told = [(event.name, event.count) for event in held.kept]
    assert told.count((EventName.EVENTS_LOST, 7)) == 1
    assert told.count((EventName.LOGIN_SUCCESS, None)) == 6


def test_what_waits_is_handed_on_at_the_end() -> None:
    """In the order in which it came, again after another beginning, and none twice."""
    recorder = Recorder()
    queued = QueuedSink(recorder)
    for turn in range(3):
        for number in range(500):
            queued.emit(SecurityEvent(EventName.LOGIN_SUCCESS, user_id=f"{turn}-{number}"))
        queued.end()
    names = [event.user_id for event in recorder.kept]
    assert names == [f"{turn}-{number}" for turn in range(3) for number in range(500)]
    assert queued.dropped == 0


def test_an_end_without_any_event_waits_for_nobody() -> None:
    """No thread is started for nothing."""
    queued = QueuedSink(Recorder())
    queued.end()
    assert queued.dropped == 0


def test_an_event_in_the_very_moment_of_the_end_is_not_lost() -> None:
    """Whoever reports while the queue ends is heard by the next thread."""
    recorder = Recorder()
    queued = QueuedSink(recorder)

    def report() -> None:
        for _ in range(300):
            queued.emit(_EVENT)

    reporters = [threading.Thread(target=report) for _ in range(4)]
    for reporter in reporters:
        reporter.start()
    while any(reporter.is_alive() for reporter in reporters):
        queued.end()
    queued.end()
    _until(lambda: len(recorder.kept) == 1200)


def test_a_sink_that_fails_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    """Its errors are counted and said once without their text; then it hears what it missed."""
    failing = _Failing()
    queued = QueuedSink(failing)
    for _ in range(3):
        queued.emit(_EVENT)
    _until(lambda: queued.dropped >= 3)
    queued.end()
    said = [record.getMessage() for record in caplog.records]
    assert said == ["_Failing does not take events: RuntimeError"]
    failing.is_failing = False
    queued.emit(_EVENT)
    queued.end()
    assert [event.name for event in failing.kept] == [
        EventName.LOGIN_SUCCESS,
        EventName.EVENTS_LOST,
    ]
    assert (failing.kept[1].count or 0) >= 3


def test_each_sink_has_every_event_with_app_and_trace() -> None:
    """One that fails where it is called costs neither the caller nor the others anything."""
    first, last, at_once = Recorder(), Recorder(), _Failing()
    at_once.never_blocks = True  # type: ignore[attr-defined] # as a sink of a user's may say
    dispatch = Dispatch("https://tasks.example.com", [first, at_once, last])
    context = SpanContext(0xABC, 0xDEF, is_remote=False, trace_flags=TraceFlags(1))
    with dispatch.flushed():
        with trace.use_span(NonRecordingSpan(context)):
            dispatch.emit(_EVENT)
        dispatch.emit(_EVENT)
    for recorder in (first, last):
        inside, outside = recorder.kept
        assert (inside.app_id, inside.trace) == (
            "https://tasks.example.com",
            TraceFacts(f"{0xABC:032x}", f"{0xDEF:016x}"),
        )
        assert outside.trace is None
    assert dispatch.dropped == {"Recorder": 0, "_Failing": 2}


def test_requests_are_answered_while_a_sink_hangs(held: _Held, tmp_path: Path) -> None:
    """A refused request, which is an event, waits for no sink, and neither does the app's end."""
    recorder = Recorder()
    app = FastAPI()
    Gatepost(settings_for(1, tmp_path), events=[held, _Failing(), recorder]).protect(app)

    async def refused() -> list[object]:
        async with started(app):
            sent = [await call(app, http_scope("/closed")) for _ in range(50)]
            held.let_go.set()
        return [messages[0]["status"] for messages in sent]

    assert asyncio.run(refused()) == [401] * 50
    assert len(recorder.kept) == 50
    assert [event.name for event in held.kept] == [EventName.ACCESS_REFUSED] * 50


_APP = """
from fastapi import FastAPI
from gatepost import Gatepost

app = FastAPI()
Gatepost().protect(app)
"""


def test_standard_error_that_nobody_reads_stops_nobody(tmp_path: Path) -> None:
    """The default sink writes into a full pipe, and the app answers as before."""
    (tmp_path / "app_under_test.py").write_text(_APP)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "uvicorn", "app_under_test:app", "--port", str(port)]
    server = subprocess.Popen(
        [*command, "--no-access-log", "--log-level", "critical"],
        cwd=tmp_path,
        env={**os.environ, "GATEPOST_URL": url},
        stderr=subprocess.PIPE,
    )
    assert server.stderr is not None
    try:
        with httpx.Client(timeout=_PATIENCE_SECONDS) as client:
            _until(lambda: _answers(client, url))
            # A pipe holds 64 KiB, and a line has more than 200 bytes.
            for _ in range(600):
                assert client.get(f"{url}/closed").status_code == 401
        lines = [server.stderr.readline() for _ in range(600)]
        assert {json.loads(line)["event"] for line in lines} == {"authz_fail"}
    finally:
        server.terminate()
        server.communicate(timeout=_PATIENCE_SECONDS)


def _answers(client: httpx.Client, url: str) -> bool:
    with suppress(httpx.TransportError):
        return client.get(url).status_code == 401
    return False
