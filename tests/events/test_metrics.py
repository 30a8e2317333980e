"""The metrics, as a Prometheus reads them: closed by default, and true."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

from gatepost import ConfigurationError, Gatepost, public
from gatepost.events import EventName, SecurityEvent
from gatepost.events.metric_catalogue import BOUNDS, Distribution, Kind, Metric
from gatepost.events.metrics import Metrics
from gatepost.secret import Secret
from gatepost.settings import Settings
from gatepost.testing import Somebody, anonymous, sign_up
from tests.conftest import settings_for
from tests.gate.guarded import Recorder
from tests.ports import free_port
from tests.serving import serving

_TOKEN = "the-token-of-the-prometheus-of-these-tests"


@dataclass(frozen=True, slots=True)
class Measured:
    """A served app whose metrics may be read."""

    url: str
    app: FastAPI
    gatepost: Gatepost
    anyone: httpx.Client
    ada: Somebody
    events: Recorder

    def read(self) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
        """Read as a Prometheus does, with its own parser."""
        answer = self.anyone.get("/metrics", headers={"Authorization": f"Bearer {_TOKEN}"})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        assert answer.headers["cache-control"] == "no-store"
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        }


def _settings(port: int, data_dir: Path) -> Settings:
    return replace(settings_for(port, data_dir), metrics_token=Secret(_TOKEN))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Measured]:
    """A protected app with one closed route and one open one."""
    app, port, events = FastAPI(), free_port(), Recorder()

    @app.get("/closed")
    async def closed() -> str:
        return "closed"

    @app.get("/open")
    @public("the same for everyone")
    async def opened() -> str:
        return "open"

    gatepost = Gatepost(_settings(port, tmp_path_factory.mktemp("measured")), events=events)
    gatepost.protect(app)
    with serving(app, port=port) as url, anonymous(url) as anyone, sign_up(url, "ada") as ada:
        yield Measured(url, app, gatepost, anyone, ada, events)


def test_what_is_counted_is_what_happened(served: Measured) -> None:
    """Requests by outcome and reason, verifications, caches, sign-ins, ages."""

    def more(name: str, **labels: str) -> float:
        key = (name, frozenset(labels.items()))
        return after.get(key, 0) - before.get(key, 0)

    before = served.read()
    for _ in range(4):
        served.ada.http.get("/closed").raise_for_status()
    served.anyone.get("/open").raise_for_status()
    for _ in range(2):
        assert served.anyone.get("/closed").status_code == 401
    bad = {"Authorization": "Bearer nonsense"}
    assert served.anyone.get("/closed", headers=bad).status_code == 401
    too_long = b"x" * (1024 * 1024 + 1)
    assert served.ada.http.post("/closed", content=too_long).status_code == 413
    wrong = {"email": served.ada.email, "password": "wrong password 9x"}
    assert served.anyone.post("/api/auth/sign-in/email", json=wrong).status_code == 401
    after = served.read()

    requests = "gatepost_requests_total"
    assert more(requests, outcome="signed_in", reason="") == 4
    assert more(requests, outcome="public", reason="") == 3  # with the sign-in, and a reading
    assert more(requests, outcome="refused", reason="credential_missing") == 2
    assert more(requests, outcome="refused", reason="token_not_compact") == 1
    assert more(requests, outcome="refused", reason="request_not_taken") == 1
    assert more("gatepost_verification_duration_seconds_count") == 6
    assert more("gatepost_verification_duration_seconds_bucket", le="+Inf") == 6
    assert more("gatepost_token_cache_lookups_total", result="hit") >= 4
    assert more("gatepost_token_cache_lookups_total", result="miss") >= 1
    failed = {"outcome": "failure", "reason": "wrong_password"}
    assert more("gatepost_sign_ins_total", **failed) == 1
    assert more("gatepost_events_total", event="authz_fail") == 2
    assert after["gatepost_events_dropped_total", frozenset({("sink", "Recorder")})] == 0
    assert after["gatepost_revocations_age_seconds", frozenset()] < 60
    assert after["gatepost_signing_key_age_seconds", frozenset()] < 600
    assert after["gatepost_keys_age_seconds", frozenset({("issuer", served.url)})] < 600


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        (None, "metrics_token_missing"),
        ("Bearer", "metrics_token_missing"),
        (f"Basic {_TOKEN}", "metrics_token_missing"),
        (f"Bearer {_TOKEN}x", "metrics_token_wrong"),
        (f"Bearer {_TOKEN[:-1]}", "metrics_token_wrong"),
        ("Bearer \u00e9", "metrics_token_wrong"),
        ("ada", "metrics_token_wrong"),
    ],
)
def test_nobody_else_reads_them(served: Measured, shown: str | None, reason: str) -> None:
    """Neither a stranger nor somebody who is signed in, and each try is an event."""
    token = f"Bearer {served.ada.token}" if shown == "ada" else shown
    served.events.take()
    headers = [] if token is None else [(b"Authorization", token.encode("latin-1"))]
    answer = served.anyone.get("/metrics", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "gatepost_" not in answer.text
    assert served.events.take() == [("authz_fail", reason)]


def test_the_audit_knows_the_route(served: Measured) -> None:
    """It stands in the table of routes with what is asked of whoever comes."""
    [route] = [one for one in served.gatepost.route_table(served.app) if one.template == "/metrics"]
    assert "GATEPOST_METRICS_TOKEN" in getattr(route.policy, "reason", "")
    assert "/metrics" not in served.app.openapi()["paths"]


def test_without_a_token_there_is_no_such_route(tmp_path: Path) -> None:
    """Closed by default: the path is that of any other that the app does not have."""
    app, port = FastAPI(), free_port()
    Gatepost(settings_for(port, tmp_path), events=Recorder()).protect(app)
    with serving(app, port=port) as url, anonymous(url) as anyone, sign_up(url, "ada") as ada:
        assert anyone.get("/metrics").status_code == 401
        assert ada.http.get("/metrics").status_code == 404


def test_an_app_with_that_path_is_told(tmp_path: Path) -> None:
    """Its own route would be shadowed."""
    app = FastAPI()

    @app.get("/metrics")
    async def own() -> str:
        return "the app's own"

    with pytest.raises(ConfigurationError, match="the app has a route there"):
        Gatepost(_settings(1, tmp_path), events=Recorder()).protect(app)


def test_what_writes_the_text_has_to_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says what to install."""
    monkeypatch.delitem(sys.modules, "gatepost.events.prometheus", raising=False)
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(ConfigurationError, match=r"gatepost\[prometheus\]"):
        Gatepost(_settings(1, tmp_path), events=Recorder()).protect(FastAPI())


@pytest.mark.parametrize("value", ["short", "x" * 31])
def test_a_short_token_is_refused(value: str) -> None:
    """At the start, and without being shown."""
    with pytest.raises(ConfigurationError, match="GATEPOST_METRICS_TOKEN") as caught:
        Settings.from_environment({"GATEPOST_METRICS_TOKEN": value})
    assert value not in str(caught.value)


def test_buckets_and_lockouts() -> None:
    """A verification counts in every bucket that is at least as wide; lockouts by their reason."""
    metrics = Metrics()
    for seconds in (BOUNDS[0], BOUNDS[1], 100.0):
        metrics.verified(seconds)
    metrics.emit(SecurityEvent(EventName.LOGIN_FAIL_MAX))
    metrics.emit(SecurityEvent(EventName.LOGIN_LOCK))
    metrics.emit(SecurityEvent(EventName.LOGIN_SUCCESS))
    read = metrics.read()
    spread = read[Metric.VERIFICATION][()]
    assert isinstance(spread, Distribution)
    assert spread.counts == (1, *[2] * (len(BOUNDS) - 1), 3)
    assert read[Metric.LOCKOUTS] == {("",): 2}
    assert read[Metric.SIGN_INS] == {("success", ""): 1}


def test_every_metric_says_what_it_is() -> None:
    """A name of ours, a sentence, and labels only where it is told apart."""
    for metric in Metric:
        assert metric.startswith("gatepost_")
        assert len(metric.meaning) > 20
        assert metric.kind in Kind
