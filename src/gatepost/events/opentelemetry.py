"""Events, metrics and spans through OpenTelemetry, to wherever its SDK is told to export them."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import partial

from opentelemetry import metrics, trace

# The API's own name for its logs; its handlers have none without the underscore.
from opentelemetry._logs import LoggerProvider, SeverityNumber, get_logger
from opentelemetry.context import Context
from opentelemetry.metrics import CallbackOptions, MeterProvider, Observation
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    StatusCode,
    TraceFlags,
    TracerProvider,
)

from gatepost.events.catalogue import SecurityEvent
from gatepost.events.facts import Level, TraceFacts
from gatepost.events.metric_catalogue import BOUNDS, Distribution, Kind, Measured, Metric
from gatepost.events.written import fields_of

_SCOPE = "gatepost"
_SEVERITIES = {
    Level.INFO: SeverityNumber.INFO,
    Level.WARNING: SeverityNumber.WARN,
    Level.CRITICAL: SeverityNumber.FATAL,
}
# By OpenTelemetry's semantic conventions where they have a name.
ATTRIBUTES = {
    "app": "gatepost.app",
    "reason": "gatepost.reason",
    "user_id": "user.id",
    "session_id": "session.id",
    "kid": "gatepost.key.id",
    "jti": "gatepost.token.id",
    "count": "gatepost.count",
    "request_id": "gatepost.request.id",
    "source_ip": "client.address",
    "method": "http.request.method",
    "route": "http.route",
}
"""What the fields of an event are called; name, time, level and trace have places of their own."""


class OpenTelemetry:
    """A sink for `Gatepost(events=…)` that exports metrics, and spans of verifications, as well.

    Args:
        logger_provider: of the SDK; the global one where none is given, as for the others.
        meter_provider: of the SDK.
        tracer_provider: of the SDK.
    """

    def __init__(
        self,
        *,
        logger_provider: LoggerProvider | None = None,
        meter_provider: MeterProvider | None = None,
        tracer_provider: TracerProvider | None = None,
    ) -> None:
        self._logger = get_logger(_SCOPE, logger_provider=logger_provider)
        self._tracer = trace.get_tracer(_SCOPE, tracer_provider=tracer_provider)
        self._meter = metrics.get_meter(_SCOPE, meter_provider=meter_provider)
        self._durations = self._meter.create_histogram(
            _dotted(Metric.VERIFICATION),
            unit="s",
            description=Metric.VERIFICATION.meaning,
            explicit_bucket_boundaries_advisory=BOUNDS,
        )

    def emit(self, event: SecurityEvent) -> None:
        """Send an event as a log record, in the trace in which it happened."""
        self._logger.emit(
            timestamp=int(event.at.timestamp() * 1e9),
            context=_context_of(event.trace),
            severity_number=_SEVERITIES[event.level],
            severity_text=event.level.value,
            body=event.name.value,
            attributes={
                ATTRIBUTES[name]: value
                for name, value in fields_of(event).items()
                if name in ATTRIBUTES
            },
            event_name=event.name.value,
        )

    def observe(self, read: Callable[[], Measured]) -> None:
        """Export what is counted, whenever the SDK asks."""
        for metric in Metric:
            if metric.kind is Kind.HISTOGRAM:
                continue  # told one by one, by `verification`
            is_counter = metric.kind is Kind.COUNTER
            meter = self._meter
            make = meter.create_observable_counter if is_counter else meter.create_observable_gauge
            make(
                _dotted(metric),
                [partial(_observations, metric, read)],
                unit="s" if metric.unit else "",
                description=metric.meaning,
            )

    @contextmanager
    def verification(self) -> Iterator[None]:
        """Surround a verification with a span, which says why a token was refused."""
        began = time.perf_counter()
        with self._tracer.start_as_current_span(
            "gatepost.verify", record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except Exception as error:
                reason = getattr(error, "reason", None)
                known = reason.value if isinstance(reason, StrEnum) else type(error).__name__
                span.set_attribute("error.type", known)
                span.set_status(StatusCode.ERROR)
                raise
            finally:
                self._durations.record(time.perf_counter() - began)


def _observations(
    metric: Metric, read: Callable[[], Measured], _options: CallbackOptions
) -> Iterable[Observation]:
    for labels, value in read().get(metric, {}).items():
        if not isinstance(value, Distribution):
            yield Observation(value, dict(zip(metric.labels, labels, strict=True)))


def _dotted(metric: Metric) -> str:
    """Return a name as OpenTelemetry has them, whose exporters write the unit."""
    return metric.value.replace("gatepost_", "gatepost.")


def _context_of(facts: TraceFacts | None) -> Context:
    if facts is None:
        return Context()
    span = SpanContext(
        int(facts.trace_id, 16),
        int(facts.span_id, 16),
        is_remote=False,
        trace_flags=TraceFlags(facts.flags),
    )
    return trace.set_span_in_context(NonRecordingSpan(span), Context())
