"""Through the real SDK: log records, metrics and spans of a served app, and no secret in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import (
    HistogramDataPoint,
    InMemoryMetricReader,
    NumberDataPoint,
)
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, Sampler
from opentelemetry.trace import StatusCode

from gatepost import Gatepost
from gatepost.events import EventName, JsonLines, SecurityEvent
from gatepost.events.dispatch import Dispatch
from gatepost.events.opentelemetry import ATTRIBUTES, OpenTelemetry
from gatepost.events.written import FIELDS, hashed_session_id
from gatepost.testing import Somebody, anonymous, sign_up
from tests.conftest import settings_for
from tests.gate.guarded import Recorder
from tests.ports import free_port
from tests.serving import serving


def _records() -> InMemoryLogRecordExporter:
    return InMemoryLogRecordExporter()  # type: ignore[no-untyped-call] # of the SDK's own


@dataclass(frozen=True, slots=True)
class Exported:
    """What a collector would have got of an app that has been asked some things."""

    records: Sequence[Mapping[str, object]]
    values: Mapping[tuple[str, frozenset[tuple[str, object]]], float]
    verifications: int
    spans: Sequence[ReadableSpan]
    ada: Somebody
    heard: Recorder
    everything: str


def _values(
    reader: InMemoryMetricReader,
) -> tuple[dict[tuple[str, frozenset[tuple[str, object]]], float], int, str]:
    values: dict[tuple[str, frozenset[tuple[str, object]]], float] = {}
    verifications = 0
    data = reader.get_metrics_data()
    assert data is not None
    for metric in data.resource_metrics[0].scope_metrics[0].metrics:
        for point in metric.data.data_points:
            if isinstance(point, HistogramDataPoint):
                assert metric.name == "gatepost.verification_duration"
                verifications = point.count
            elif isinstance(point, NumberDataPoint):
                labels = frozenset((point.attributes or {}).items())
                values[metric.name, labels] = point.value
    return values, verifications, data.to_json()


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """An app with the sink, asked as nobody, as somebody, and with a token that is none."""
    records, spans, reader = (
        _records(),
        InMemorySpanExporter(),
        InMemoryMetricReader(),
    )
    logs, traces, meters = LoggerProvider(), TracerProvider(), MeterProvider([reader])
    logs.add_log_record_processor(SimpleLogRecordProcessor(records))
    traces.add_span_processor(SimpleSpanProcessor(spans))
    sink = OpenTelemetry(logger_provider=logs, tracer_provider=traces, meter_provider=meters)
    heard, app, port = Recorder(), FastAPI(), free_port()

    @app.get("/closed/{name}")
    async def closed(name: str) -> str:
        with traces.get_tracer("the app's own").start_as_current_span("work"):
            return name

    gatepost = Gatepost(
        settings_for(port, tmp_path_factory.mktemp("exporting")), events=[sink, heard]
    )
    gatepost.protect(app)
    with serving(app, port=port) as url, anonymous(url) as anyone, sign_up(url, "ada") as ada:
        for _ in range(3):
            ada.http.get("/closed/x").raise_for_status()
        assert anyone.get("/closed/x").status_code == 401
        forged = {"Authorization": f"Bearer {ada.token[:-8]}AAAAAAAA"}
        assert anyone.get("/closed/x", headers=forged).status_code == 401
        wrong = {"email": ada.email, "password": "wrong password 9x"}
        anyone.post("/api/auth/sign-in/email", json=wrong)
        values, verifications, metrics_as_text = _values(reader)
    finished = records.get_finished_logs()
    everything = metrics_as_text + "".join(record.to_json() for record in finished)
    everything += "".join(span.to_json() for span in spans.get_finished_spans())
    shown = [
        {
            "name": record.log_record.event_name,
            "body": record.log_record.body,
            "severity": record.log_record.severity_text,
            "trace": record.log_record.trace_id,
            **dict(record.log_record.attributes or {}),
        }
        for record in finished
    ]
    return Exported(
        shown, values, verifications, spans.get_finished_spans(), ada, heard, everything
    )


def test_every_event_is_a_log_record(exported: Exported) -> None:
    """The same events as any other sink has, by the names of the semantic conventions."""
    names = [event.name.value for event in exported.heard.kept]
    assert [record["name"] for record in exported.records] == names
    assert [record["body"] for record in exported.records] == names
    [refused] = [one for one in exported.records if one["name"] == "authn_token_refused"]
    assert (refused["severity"], refused["gatepost.reason"]) == ("warning", "token_bad_signature")
    assert (refused["http.route"], refused["client.address"]) == ("/closed/{name}", "127.0.0.1")
    created = next(one for one in exported.records if one["name"] == "session_created")
    [event] = [one for one in exported.heard.kept if one.name is EventName.SESSION_CREATED]
    assert created["user.id"] == exported.ada.user_id
    assert created["session.id"] == hashed_session_id(str(event.session_id))


def test_every_verification_is_a_span(exported: Exported) -> None:
    """It ends with the verification, and says why a token was refused."""
    verifying = [span for span in exported.spans if span.name == "gatepost.verify"]
    good = [span for span in verifying if span.status.status_code is StatusCode.UNSET]
    [refused] = [span for span in verifying if span.status.status_code is StatusCode.ERROR]
    assert len(good) >= 3
    assert dict(refused.attributes or {}) == {"error.type": "token_bad_signature"}
    assert refused.events == ()
    assert exported.verifications == len(verifying)


def test_metrics_are_exported_when_they_are_asked_for(exported: Exported) -> None:
    """Requests by outcome, sign-ins, caches, ages, and what sinks have missed."""

    def value(name: str, **labels: object) -> float:
        return exported.values[name, frozenset(labels.items())]

    assert value("gatepost.requests", outcome="signed_in", reason="") == 3
    refused = {"outcome": "refused", "reason": "credential_missing"}
    assert value("gatepost.requests", **refused) == 1
    assert value("gatepost.sign_ins", outcome="failure", reason="wrong_password") == 1
    assert value("gatepost.token_cache_lookups", result="hit") == 2
    assert value("gatepost.events_dropped", sink="OpenTelemetry") == 0
    assert value("gatepost.revocations_age") < 60
    assert value("gatepost.signing_key_age") < 60


def test_nothing_exported_is_a_secret(exported: Exported) -> None:
    """No password, token or cookie is in a record, a metric or a span."""
    ada = exported.ada
    secrets = [ada.password, ada.token, "wrong password 9x", *ada.browser.cookies.values()]
    assert ada.user_id in exported.everything
    assert not [secret for secret in secrets if secret in exported.everything]


def test_every_field_has_a_place() -> None:
    """What is written of an event is an attribute, or a part of the record itself."""
    own_places = {"event", "time", "level", "trace_id", "span_id"}
    assert {*ATTRIBUTES, *own_places} == {*FIELDS}


@pytest.mark.parametrize("sampler", [ALWAYS_ON, ALWAYS_OFF])
def test_a_record_is_in_the_trace_in_which_it_happened(sampler: Sampler) -> None:
    """Though it is sent by another thread; and it is sampled where the trace is."""
    records, logs = _records(), LoggerProvider()
    logs.add_log_record_processor(SimpleLogRecordProcessor(records))
    tracer = TracerProvider(sampler=sampler).get_tracer("a test")
    dispatch = Dispatch("https://tasks.example.com", [OpenTelemetry(logger_provider=logs)])
    with dispatch.flushed(), tracer.start_as_current_span("request") as span:
        dispatch.emit(SecurityEvent(EventName.LOGIN_SUCCESS))
    [record] = records.get_finished_logs()
    happened = span.get_span_context()
    assert record.log_record.trace_id == happened.trace_id
    assert record.log_record.span_id == happened.span_id
    assert record.log_record.trace_flags == happened.trace_flags


def test_an_app_without_an_sdk_runs_as_before(tmp_path: Path) -> None:
    """The API alone takes everything and sends nothing."""
    app, port = FastAPI(), free_port()
    Gatepost(settings_for(port, tmp_path), events=[JsonLines(), OpenTelemetry()]).protect(app)
    with serving(app, port=port) as url, sign_up(url, "ada") as ada:
        assert ada.http.get("/nowhere").status_code == 404
