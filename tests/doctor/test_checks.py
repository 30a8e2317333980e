"""Single checks: what each says of one setting, one clock, one library, one server."""

import asyncio
import http.server
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path

import pytest
from fastapi import FastAPI

from gatepost import Gatepost, public
from gatepost.doctor import Finding, Patient, Status, examine, examining, keys_and_feed
from gatepost.doctor.app_checks import app_checks
from gatepost.doctor.database_checks import clock_finding
from gatepost.doctor.elsewhere_checks import elsewhere_checks
from gatepost.doctor.examining import _bounded
from gatepost.doctor.library_check import library_finding
from gatepost.doctor.settings_checks import settings_checks
from gatepost.issuers import OpenIdProvider
from gatepost.settings import Secret, Secrets, Settings
from gatepost.store import open_engine
from gatepost.store.feed import prepare_feed
from gatepost.store.feed.valkey import ValkeyCarrier
from gatepost.store.secret_file import take_up_secret
from tests.doctor.deployments import GOOD, SECRET
from tests.doctor.deployments import findings as by_command
from tests.ports import free_port
from tests.services.postgres import Postgres
from tests.services.valkey import Valkey

_PRODUCTION_HERE = {"GATEPOST_ENV": "production", "GATEPOST_SECRET": SECRET}
_MAIL_URL = "smtp://mail.example.com:587?from=tasks@example.com"
_THREE = ",".join(f"{version}:{SECRET}-of-version-{version}" for version in (3, 2, 1))


def _of(environment: Mapping[str, str]) -> dict[str, Finding]:
    return {each.check: each for each in settings_checks(Patient.of(environment))}


async def _collected(checks: AsyncIterator[Finding]) -> list[Finding]:
    return [finding async for finding in checks]


def _elsewhere(environment: Mapping[str, str]) -> dict[str, Finding]:
    found = asyncio.run(_collected(elsewhere_checks(Patient.of(environment))))
    return {each.check: each for each in found}


@pytest.mark.parametrize(
    ("environment", "check", "status", "said"),
    [
        (GOOD, "secret", "ok", "One that signs, of 1"),
        ({"GATEPOST_URL": GOOD["GATEPOST_URL"]}, "secret", "fail", "None is set"),
        ({"GATEPOST_SECRETS": _THREE}, "secret", "warn", "2 older ones"),
        (
            {"GATEPOST_SECRETS": f"2:{SECRET}", "GATEPOST_SECRET": SECRET + "-old"},
            "secret",
            "ok",
            "one older beside it",
        ),
        (_PRODUCTION_HERE, "address", "warn", "nobody but this machine"),
        (_PRODUCTION_HERE, "cookies", "fail", "not Secure"),
        (GOOD, "cookies", "ok", "__Secure-"),
        ({**GOOD, "GATEPOST_TRUSTED_PROXIES": ""}, "proxies", "unknown", "cannot be seen"),
        (GOOD, "proxies", "ok", "10.0.0.7/32"),
        (GOOD, "mail", "warn", "no mail is sent"),
        ({**GOOD, "GATEPOST_MAIL_URL": _MAIL_URL}, "mail", "ok", "is set."),
        (
            {**GOOD, "GATEPOST_MAIL_URL": _MAIL_URL, "GATEPOST_NEW_DEVICE_MAIL": "false"},
            "mail",
            "warn",
            "nobody is told",
        ),
        (GOOD, "sessions", "ok", "any other after 90"),
        ({**GOOD, "GATEPOST_SESSION_MAX_AGE": "100d"}, "sessions", "warn", "lives 100 days"),
        ({**GOOD, "GATEPOST_PASSWORD_HASH": "argon2id"}, "password hash", "ok", "Argon2id"),
        (
            {**GOOD, "GATEPOST_TRUSTED_ORIGINS": "https://www.example.com"},
            "origins",
            "ok",
            "1 further",
        ),
        (GOOD, "origins", "ok", "alone"),
    ],
)
def test_a_setting_is_judged(
    environment: Mapping[str, str], check: str, status: str, said: str
) -> None:
    """By what it means where the app runs."""
    finding = _of(environment)[check]
    assert (finding.status.value, said in finding.found) == (status, True), finding
    assert SECRET not in str(finding)
    assert bool(finding.write) is (status != "ok")


def test_the_development_secret_is_looked_at_and_not_made(tmp_path: Path) -> None:
    """One that others can read fails; where there is none, none is made."""
    environment = {"GATEPOST_DATA_DIR": str(tmp_path / "data")}
    assert _of(environment)["secret"].found.startswith("None yet")
    assert not (tmp_path / "data").exists()
    _, path, _ = take_up_secret(tmp_path / "data")
    assert _of(environment)["secret"].found.startswith("Development's own")
    path.chmod(0o644)
    assert _of(environment)["secret"].status is Status.FAIL


def test_a_secret_in_the_code_is_judged_as_well() -> None:
    """An app may bring settings of its own, which nothing has looked at."""
    patient = Patient.of(GOOD)
    weak = Secrets.of(Secret("hush" * 20))
    poor = replace(patient, settings=replace(patient.settings, secrets=weak))
    finding = next(iter(settings_checks(poor)))
    assert (finding.status, "easy to guess" in finding.found) == (Status.FAIL, True)


def test_files_of_secrets_are_looked_at(tmp_path: Path) -> None:
    """Whether everybody on this machine can read one."""
    path = tmp_path / "mounted"
    path.write_text(SECRET)
    path.chmod(0o600)
    assert _of({"GATEPOST_SECRET_FILE": str(path)})["secret files"].status is Status.OK
    path.chmod(0o644)
    tmp_path.chmod(0o755)
    finding = _of({"GATEPOST_SECRET_FILE": str(path)})["secret files"]
    assert (finding.status, str(path) in finding.write) == (Status.WARN, True)


@pytest.mark.parametrize(
    ("apart", "exact_to", "status"),
    [(0.2, 0, "ok"), (-2.0, 0, "warn"), (2.0, 1.5, "ok"), (7.0, 0, "fail"), (-3600.0, 1, "fail")],
)
def test_clocks_are_compared(apart: float, exact_to: float, status: str) -> None:
    """As far as tokens allow, and as exactly as the other clock is told."""
    finding = clock_finding("the other's", apart, exact_to=exact_to)
    assert finding.status.value == status
    if status != "ok":
        assert ("ahead of" if apart > 0 else "behind") in finding.found


@pytest.mark.parametrize(
    ("requirements", "status", "said"),
    [
        (["httpx>=0.1", "sqlalchemy[asyncio]>=2.1.0", "python-nothing"], "ok", "2 libraries"),
        (["httpx>=999"], "fail", "needs 999"),
        (["no-such-thing>=1"], "fail", "no-such-thing is not installed"),
        (["no-such-thing>=1; extra == 'some'"], "ok", "0 libraries"),
        (["httpx>=999; extra == 'some'"], "fail", "needs 999"),
    ],
)
def test_installed_versions_are_compared(requirements: list[str], status: str, said: str) -> None:
    """With what Gatepost needs; what only an extra needs counts where it is there."""
    finding = library_finding("1.0", requirements)
    assert (finding.status.value, said in finding.found) == (status, True)


@pytest.mark.parametrize(("is_public", "status"), [(True, "fail"), (False, "ok")])
def test_metrics_are_closed(is_public: bool, status: str) -> None:  # noqa: FBT001 - a parameter of the test
    """A public route with them fails; one for those who sign in does not."""
    app = FastAPI()

    async def metrics() -> str:
        return ""

    app.get("/metrics")(public("for the graphs")(metrics) if is_public else metrics)
    Gatepost(Settings.from_environment({"GATEPOST_SECRET": SECRET})).protect(app)
    patient = Patient.of({"GATEPOST_SECRET": SECRET}).with_app(app, stand_in=Secret(SECRET))
    assert patient.settings.secrets is None
    found = {each.check: each.status.value for each in app_checks(patient)}
    assert found == {"events": "ok", "routes": "ok", "metrics": status}


def test_where_events_and_metrics_go_is_looked_at() -> None:
    """Nowhere is warned of; behind a token of their own the metrics are well."""
    environment = {"GATEPOST_SECRET": SECRET, "GATEPOST_METRICS_TOKEN": SECRET[::-1]}
    app = FastAPI()
    Gatepost(Settings.from_environment(environment), events=[]).protect(app)
    patient = Patient.of(environment).with_app(app, stand_in=None)
    found = {each.check: each for each in app_checks(patient)}
    assert found["events"].status is Status.WARN
    assert found["metrics"].found == "/metrics is for whoever has GATEPOST_METRICS_TOKEN."
    assert SECRET[::-1] not in str(found)


@pytest.fixture
def issuer() -> Iterator[tuple[str, list[tuple[int, float]]]]:
    """A server that answers with a status and a clock of the test's choice."""
    answers: list[tuple[int, float]] = []

    class _Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, ahead = answers[0]
            self.send_response_only(status)
            if ahead:
                self.send_header("Date", formatdate(time.time() + ahead, usegmt=True))
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - theirs
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", answers
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "ahead", "expected"),
    [
        (200, 0.5, {"issuer": "ok", "clock": "ok"}),
        (200, 120.0, {"issuer": "ok", "clock": "fail"}),
        (200, 0.0, {"issuer": "ok"}),
        (404, 0.5, {"issuer": "fail"}),
    ],
)
def test_an_issuer_elsewhere_is_asked(
    status: int,
    ahead: float,
    expected: dict[str, str],
    issuer: tuple[str, list[tuple[int, float]]],
) -> None:
    """For its keys, and for the time that it has."""
    url, answers = issuer
    answers.append((status, ahead))
    found = _elsewhere({"GATEPOST_ISSUER": url})
    assert {check: each.status.value for check, each in found.items()} == expected
    patient = Patient.of({})
    discovered = replace(
        patient,
        issuers=(OpenIdProvider(issuer=url, audience="tasks", algorithms=frozenset({"EdDSA"})),),
    )
    again = asyncio.run(_collected(elsewhere_checks(discovered)))
    assert {each.check: each.status.value for each in again} == expected


def test_an_issuer_that_is_away_is_a_finding() -> None:
    """It says which URL, and what kind of failure."""
    found = _elsewhere({"GATEPOST_ISSUER": f"http://127.0.0.1:{free_port()}"})
    assert (found["issuer"].status, "ConnectError" in found["issuer"].found) == (Status.FAIL, True)


def test_valkey_is_asked_for_the_feed(valkey: Valkey) -> None:
    """One without a feed is warned of, and the doctor makes none."""
    empty = {"GATEPOST_FEED_URL": f"{valkey.url.removesuffix('0')}9"}
    found = _elsewhere(empty)
    assert (found["revocation feed"].status, found["limits"].status) == (Status.WARN, Status.OK)
    again = _elsewhere(empty)
    assert again["revocation feed"].status is Status.WARN


def test_a_feed_in_valkey_is_well(valkey: Valkey) -> None:
    """Where both of its keys are there."""
    url = f"{valkey.url.removesuffix('0')}8"

    async def make() -> None:
        carrier = ValkeyCarrier(url)
        await carrier.open()
        await carrier.read()
        await carrier.close()

    asyncio.run(make())
    assert _elsewhere({"GATEPOST_FEED_URL": url})["revocation feed"].status is Status.OK


def test_a_feed_file_has_to_be_the_one_of_the_sessions(tmp_path: Path) -> None:
    """Another file's feed hears of nothing; the same is well, by whichever path."""
    here = {"GATEPOST_DATA_DIR": str(tmp_path)}
    own, other = tmp_path / "gatepost.db", tmp_path / "other.db"

    async def make() -> None:
        for path in (own, other):
            path.touch()
            engine = open_engine(f"sqlite+aiosqlite:///{path}")
            await prepare_feed(engine)
            await engine.dispose()

    asyncio.run(make())
    for path, status in ((other, Status.FAIL), (own, Status.OK)):
        environment = {**here, "GATEPOST_FEED_URL": f"sqlite:///{path}"}
        assert _elsewhere(environment)["revocation feed"].status is status
    keys = {each.check: each for each in asyncio.run(examine(Patient.of(here)))}["keys"]
    assert (keys.status, "no table jwks" in keys.found) == (Status.FAIL, True)
    own.unlink()
    lost = _elsewhere({**here, "GATEPOST_FEED_URL": f"sqlite:///{other}"})["revocation feed"]
    assert lost.status is Status.UNKNOWN
    assert not own.exists()


def test_what_is_slow_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed that takes long is warned of; a check that never ends ends."""
    monkeypatch.setattr(keys_and_feed, "_SLOW_SECONDS", -1.0)
    path = tmp_path / "gatepost.db"

    async def look() -> Finding:
        engine = open_engine(f"sqlite+aiosqlite:///{path}")
        await prepare_feed(engine)
        try:
            return await keys_and_feed.feed_finding(engine, "the database")
        finally:
            await engine.dispose()

    assert asyncio.run(look()).status is Status.WARN
    monkeypatch.setattr(examining, "_LONGEST_SECONDS", 0.05)

    async def never(_patient: Patient) -> AsyncIterator[Finding]:
        await asyncio.Event().wait()
        yield clock_finding("another's", 0.0)

    [finding] = asyncio.run(_bounded("database", never, Patient.of({})))
    assert (finding.status, "no answer within" in finding.found) == (Status.UNKNOWN, True)


def test_a_mail_url_that_cannot_be_read_is_a_finding() -> None:
    """The app reads it when it starts."""
    finding = _elsewhere({"GATEPOST_MAIL_URL": "smtp://hush-hush@"})["mail server"]
    assert (finding.status, "hush-hush" in str(finding)) == (Status.FAIL, False)


def test_a_feed_of_another_database_is_found(postgres: Postgres, tmp_path: Path) -> None:
    """A second way has to lead to the sessions; one that leads nowhere, or is none, is told."""
    url = postgres.create_database()
    away = url.rsplit("/", 1)[0] + "/nothing"
    here = {"GATEPOST_DATA_DIR": str(tmp_path)}
    for feed, said in ((away, "cannot be reached"), (url, "There is none in GATEPOST_FEED_URL")):
        finding = _elsewhere({**here, "GATEPOST_FEED_URL": feed})["revocation feed"]
        assert (finding.status, said in finding.found) == (Status.FAIL, True)
    postgres.drop_database(url)


def test_what_was_found_before_a_failure_is_kept() -> None:
    """A check that breaks ends neither what came before nor what comes after."""

    async def breaks(_patient: Patient) -> AsyncIterator[Finding]:
        yield clock_finding("another's", 0.0)
        raise RuntimeError("hush-hush")

    found = asyncio.run(_bounded("database", breaks, Patient.of({})))
    assert [each.status for each in found] == [Status.OK, Status.UNKNOWN]
    assert "RuntimeError" in found[1].found
    assert "hush-hush" not in str(found)


def test_an_app_behind_an_issuer_has_no_provider_to_judge(
    issuer: tuple[str, list[tuple[int, float]]], tmp_path: Path
) -> None:
    """No secret, cookies, keys or mail of its own."""
    url, answers = issuer
    answers.append((200, 0.5))
    environment = {"GATEPOST_ISSUER": url, "GATEPOST_DATA_DIR": str(tmp_path)}
    checks = {each.check for each in asyncio.run(examine(Patient.of(environment)))}
    assert not checks & {"secret", "cookies", "sessions", "mail", "keys", "limits"}
    assert checks >= {"address", "origins", "database", "issuer", "libraries"}


def test_a_file_in_the_place_of_the_variable_does(tmp_path: Path) -> None:
    """The command reads secrets from wherever the app does."""
    path = tmp_path / "mounted"
    path.write_text(SECRET)
    path.chmod(0o600)
    found = by_command(
        tmp_path, **{**GOOD, "GATEPOST_SECRET": "", "GATEPOST_SECRET_FILE": str(path)}
    )
    assert found["secret"]["status"] == "ok"
    assert found["secret files"]["found"] == "1, which not everybody can read."
