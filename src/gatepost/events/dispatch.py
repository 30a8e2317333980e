"""The way of an event from where it happens to the sinks: nothing on it waits, or fails."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from opentelemetry import trace

from gatepost.events.catalogue import SecurityEvent
from gatepost.events.facts import TraceFacts
from gatepost.events.port import EventSink
from gatepost.events.queued import QueuedSink


def current_trace() -> TraceFacts | None:
    """Return the span of OpenTelemetry that is open at this moment; None where there is none."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return None
    return TraceFacts(
        f"{context.trace_id:032x}", f"{context.span_id:016x}", int(context.trace_flags)
    )


class Dispatch:
    """Says of every event whose it is and in which trace, and hands it to every sink.

    Args:
        app_id: the origin of the app.
        sinks: each gets a queue and a thread of its own, unless it says that it `never_blocks`.
    """

    def __init__(self, app_id: str, sinks: Sequence[EventSink]) -> None:
        self._app_id = app_id
        self._lanes = [
            _AtOnce(sink) if getattr(sink, "never_blocks", False) is True else QueuedSink(sink)
            for sink in sinks
        ]

    def emit(self, event: SecurityEvent) -> None:
        """Hand one on."""
        told = replace(event, app_id=self._app_id, trace=current_trace())
        for lane in self._lanes:
            lane.emit(told)

    @contextmanager
    def flushed(self) -> Iterator[None]:
        """Hand on what still waits when the block ends, for some seconds at most."""
        try:
            yield
        finally:
            for lane in self._lanes:
                lane.end()

    @property
    def dropped(self) -> Mapping[str, int]:
        """How many events each sink has missed, by the name of its class."""
        missed: dict[str, int] = {}
        for lane in self._lanes:
            name = type(lane.sink).__name__
            missed[name] = missed.get(name, 0) + lane.dropped
        return missed


class _AtOnce:
    """Hands events to a sink within the request: one that only puts them into memory."""

    def __init__(self, sink: EventSink) -> None:
        self.sink = sink
        self._failed = 0

    @property
    def dropped(self) -> int:
        """How many events the sink has not taken."""
        return self._failed

    def emit(self, event: SecurityEvent) -> None:
        """Hand one on; what it raises costs the event alone."""
        try:
            self.sink.emit(event)
        except Exception:  # noqa: BLE001 - an event must not fail a request
            self._failed += 1

    def end(self) -> None:
        """Have nothing that waits."""
