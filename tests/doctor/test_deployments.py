"""`gatepost doctor` on whole deployments: the demo, a good one, and one that is poor on purpose."""

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.cli.running import demo, gatepost
from tests.doctor.deployments import (
    GOOD,
    POOR,
    TASKS,
    findings,
    migrated,
    statuses,
    with_first_key,
)
from tests.ports import free_port
from tests.services.postgres import Postgres
from tests.services.valkey import Valkey

_OLD = "UPDATE jwks SET \"createdAt\" = '2026-01-01T00:00:00.000Z'"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a demo has run."""
    directory = tmp_path_factory.mktemp("home")
    with demo(directory, PORT=str(free_port())):
        pass
    return directory


@pytest.fixture
def owner_url(postgres: Postgres) -> Iterator[str]:
    url = postgres.create_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture
def listening() -> Iterator[int]:
    """A port at which something listens, as a mail server does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_the_demo_is_well(home: Path) -> None:
    """Nothing is poor but what was not named; with its app, nothing at all; and nothing changes."""
    secret = home / ".gatepost" / "secret"
    before = secret.read_bytes()
    assert statuses(findings(home, *TASKS)) == {}
    assert statuses(findings(home)) == {
        "events": "unknown",
        "routes": "unknown",
        "metrics": "unknown",
    }
    assert secret.read_bytes() == before


def test_where_nothing_has_run_nothing_is_made(tmp_path: Path) -> None:
    """No database, no secret: that is said, and the directory stays empty."""
    found = findings(tmp_path, *TASKS)
    assert statuses(found) == {"database": "fail"}
    assert "There is no file" in found["database"]["found"]
    assert list(tmp_path.iterdir()) == []


def test_a_poor_one_on_sqlite(tmp_path: Path) -> None:
    """Each of its faults is found, and told with what to write."""
    poor = {**POOR, "GATEPOST_DATA_DIR": str(tmp_path)}
    migrated(tmp_path, **poor)
    with_first_key(tmp_path, **poor)
    database = tmp_path / "gatepost.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(_OLD)
        connection.execute("DELETE FROM gatepost_alembic_version")
        connection.execute("DROP TABLE gatepost_feed")
        connection.commit()
    database.chmod(0o644)
    tmp_path.chmod(0o755)
    found = findings(tmp_path, *TASKS, **poor)
    assert statuses(found) == {
        "address": "fail",
        "cookies": "fail",
        "sessions": "warn",
        "origins": "fail",
        "proxies": "warn",
        "database": "fail",
        "migrations": "fail",
        "row-level security": "warn",
        "keys": "warn",
        "revocation feed": "fail",
        "limits": "fail",
        "mail server": "fail",
    }
    for check, parts in {
        "cookies": ("not Secure", "Every host of tasks.example.com", "a script of the page"),
        "origins": ("http://old.example.com", "(2)", "http://localhost:3000"),
        "keys": ("days old",),
    }.items():
        for part in parts:
            assert part in found[check]["found"]
    without = findings(tmp_path, *TASKS, **{**poor, "GATEPOST_SECRET": ""})
    assert (without["secret"]["status"], without["keys"]["status"]) == ("fail", "unknown")
    assert all(each["write"] for each in found.values() if each["status"] != "ok")
    assert all(each["why"] for each in found.values())


def test_a_poor_one_on_postgresql(owner_url: str, postgres: Postgres, tmp_path: Path) -> None:
    """A superuser serves people, no policy is there, and the key is another secret's."""
    url = postgres.url(urlsplit(owner_url).path.lstrip("/"))
    poor = {**POOR, "DATABASE_URL": url}
    migrated(tmp_path, GATEPOST_ROW_SECURITY="off", **poor)
    with_first_key(tmp_path, GATEPOST_ROW_SECURITY="off", **poor)
    other = {**poor, "GATEPOST_SECRET": "another-one-Zk2vXw9TtR4mJ8dLbN5cHs"}
    found = findings(tmp_path, *TASKS, **other)
    assert (
        statuses(found).items()
        >= {
            "database role": "fail",
            "row-level security": "fail",
            "keys": "fail",
        }.items()
    )
    assert "is a superuser and owns" in found["database role"]["found"]
    assert "the role postgres is a superuser" in found["row-level security"]["found"]
    assert "sealed with a secret that is not set here" in found["keys"]["found"]
    nameless = findings(tmp_path, GATEPOST_ROW_SECURITY="off", **poor)
    assert nameless["row-level security"]["status"] == "unknown"
    assert nameless["database role"]["status"] == "warn"


def test_a_good_one_is_well(
    owner_url: str, postgres: Postgres, valkey: Valkey, listening: int, tmp_path: Path
) -> None:
    """Two roles, https, Valkey, mail: nothing to say."""
    serving = postgres.create_role()
    database = urlsplit(owner_url).path.lstrip("/")
    good = {
        **GOOD,
        "DATABASE_URL": postgres.url(database, serving),
        "GATEPOST_FEED_URL": postgres.url(database, serving),
        "GATEPOST_RATE_LIMITS_URL": valkey.url,
        "GATEPOST_MAIL_URL": f"smtp://127.0.0.1:{listening}?from=tasks@example.com",
    }
    migrated(tmp_path, GATEPOST_ADMIN_DATABASE_URL=owner_url, **good)
    before = findings(tmp_path, *TASKS, **good)
    assert statuses(before) == {"keys": "warn"}
    with_first_key(tmp_path, **good)
    assert statuses(findings(tmp_path, *TASKS, **good)) == {}


def test_what_is_dead_is_a_finding(tmp_path: Path) -> None:
    """Database, feed, limits and mail server: a failed check each, and no traceback."""
    ended = gatepost(
        tmp_path,
        "doctor",
        **{
            **POOR,
            "DATABASE_URL": "postgresql://tasks:hush-hush@127.0.0.1:1/tasks",
            "GATEPOST_FEED_URL": "valkey://:hush-hush@127.0.0.1:1",
        },
    )
    assert ended.code == 1
    for check in ("database", "revocation feed", "limits", "mail server"):
        assert f"fail    {check}" in ended.out
    assert "Traceback" not in ended.out + ended.err
    assert "hush-hush" not in ended.out + ended.err
    assert "\x1b" not in ended.out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"GATEPOST_SECRET": "change-me-in-production-change-me"}, "is a placeholder"),
        ({"GATEPOST_TRUSTED_PROXIES": "0.0.0.0/0"}, "too wide to be a proxy's network"),
        ({"GATEPOST_SECRET_FILE": "/nowhere"}, "/nowhere cannot be read"),
        ({"GATEPOST_TRUSTED_ORIGINS": "https://*"}, "GATEPOST_TRUSTED_ORIGINS"),
    ],
)
def test_what_stops_the_start_is_the_finding(
    more: dict[str, str], said: str, tmp_path: Path
) -> None:
    """A setting that cannot be used fails, and is all that is told."""
    found = findings(tmp_path, **more)
    assert list(found) == ["settings"]
    assert (found["settings"]["status"], said in found["settings"]["found"]) == ("fail", True)


def test_an_app_that_is_not_there_cannot_be_examined(tmp_path: Path) -> None:
    """That is another exit code than a failed check's."""
    ended = gatepost(tmp_path, "doctor", "nothing:app")
    assert (ended.code, ended.out) == (2, "")
    assert "could not run: There is no module nothing" in ended.err


def test_help_has_examples_and_exit_codes(tmp_path: Path) -> None:
    """Whoever asks is shown how."""
    ended = gatepost(tmp_path, "doctor", "--help")
    assert ended.code == 0
    for part in ("gatepost doctor main:app --json", "Exit codes: 0, nothing failed"):
        assert part in ended.out
