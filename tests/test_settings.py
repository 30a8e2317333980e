"""Settings: from an environment to a frozen value, or to words."""

import dataclasses
import json
import traceback
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from gatepost.counting import Away, Counting
from gatepost.errors import ConfigurationError
from gatepost.options import Options
from gatepost.password_hash import PasswordHash
from gatepost.proxies import TrustedProxies
from gatepost.rates import Rate, Rates
from gatepost.session_ages import SessionAges
from gatepost.settings import Secret, Secrets, Settings, async_database_url
from gatepost.wire import Wire

SECRET = "q7Zk2vXw9TtR4mJ8dLbN5cHs-the-secret"
OLD = "Hy3GpW8sK2fUq6VnX4zRb9Tm-the-old-secret"
PRODUCTION = {"GATEPOST_URL": "https://tasks.example.com", "GATEPOST_SECRET": SECRET}

READ: dict[str, tuple[Mapping[str, str], dict[str, object]]] = {
    "nothing": (
        {},
        {
            "url": "http://127.0.0.1:8000",
            "secrets": None,
            "database_url": Secret("sqlite+aiosqlite:///.gatepost/gatepost.db"),
            "data_dir": Path(".gatepost"),
            "production": False,
            "secure_cookies": False,
        },
    ),
    "production": (
        PRODUCTION,
        {"url": "https://tasks.example.com", "production": True, "secure_cookies": True},
    ),
    "production on loopback": (
        {"GATEPOST_ENV": "production", "GATEPOST_SECRET": SECRET},
        {"production": True, "url": "http://127.0.0.1:8000"},
    ),
    "development on loopback": ({"GATEPOST_ENV": "development"}, {"production": False}),
    "a path in the URL": (
        {**PRODUCTION, "GATEPOST_URL": "https://tasks.example.com/app/"},
        {"url": "https://tasks.example.com"},
    ),
    "Better Auth's names": (
        {
            "BETTER_AUTH_URL": "https://tasks.example.com",
            "BETTER_AUTH_SECRET": SECRET,
            "DATABASE_URL": "postgres://h/d",
        },
        {"url": "https://tasks.example.com", "database_url": Secret("postgresql+asyncpg://h/d")},
    ),
    "ours before Better Auth's": (
        {**PRODUCTION, "BETTER_AUTH_URL": "https://other.example.com"},
        {"url": "https://tasks.example.com"},
    ),
    "empty is unset": (
        {"GATEPOST_URL": "", "GATEPOST_SECRET": "", "GATEPOST_ENV": "", "DATABASE_URL": ""},
        {"secrets": None, "production": False},
    ),
    "how passwords are hashed, and which there are not to be": (
        {
            "GATEPOST_PASSWORD_HASH": "argon2id",
            "GATEPOST_BREACHED_PASSWORDS_URL": "http://127.0.0.1:8080/range/",
        },
        {
            "password_hash": PasswordHash.ARGON2ID,
            "breached_passwords_url": "http://127.0.0.1:8080/range/",
        },
    ),
    "passwords, left open": (
        {"GATEPOST_PASSWORD_HASH": ""},
        {"password_hash": PasswordHash.SCRYPT, "breached_passwords_url": None},
    ),
    "row-level security in production": (
        PRODUCTION,
        {"row_security": None, "requires_row_security": True, "admin_database_url": None},
    ),
    "row-level security, or not, as somebody says": (
        {**PRODUCTION, "GATEPOST_ROW_SECURITY": "off"},
        {"row_security": False, "requires_row_security": False},
    ),
    "row-level security in development": (
        {"GATEPOST_ROW_SECURITY": "required"},
        {"row_security": True, "requires_row_security": True},
    ),
    "a role that owns the tables": (
        {"GATEPOST_ADMIN_DATABASE_URL": "postgres://owner@h/d"},
        {
            "admin_database_url": Secret("postgresql+asyncpg://owner@h/d"),
            "requires_row_security": True,
        },
    ),
    "one secret": (PRODUCTION, {"secrets": Secrets((), Secret(SECRET))}),
    "several secrets": (
        {"GATEPOST_SECRETS": f"2:{SECRET}, 1: {OLD} "},
        {"secrets": Secrets(((2, Secret(SECRET)), (1, Secret(OLD))), None)},
    ),
    "several secrets and the legacy one, by Better Auth's names": (
        {"BETTER_AUTH_SECRETS": f"2:{SECRET}", "BETTER_AUTH_SECRET": OLD},
        {"secrets": Secrets(((2, Secret(SECRET)),), Secret(OLD))},
    ),
    "several secrets in production": (
        {"GATEPOST_URL": "https://tasks.example.com", "GATEPOST_SECRETS": f"0:{SECRET}"},
        {"secrets": Secrets(((0, Secret(SECRET)),), None), "production": True},
    ),
    "a secret with a colon": (
        {"GATEPOST_SECRETS": f"1:{SECRET}:2"},
        {"secrets": Secrets(((1, Secret(SECRET + ":2")),), None)},
    ),
    "an issuer elsewhere needs no secret": (
        {
            "GATEPOST_URL": "https://tasks.example.com",
            "GATEPOST_ISSUER": "https://auth.example.com",
            "GATEPOST_AUDIENCE": "tasks",
        },
        {"secrets": None, "issuer": "https://auth.example.com", "audience": "tasks"},
    ),
    "no issuer": ({}, {"issuer": None, "audience": None, "feed_url": None}),
    "a feed in PostgreSQL": (
        {"GATEPOST_FEED_URL": "postgresql://u:p@h/d?sslmode=require"},
        {"feed_url": Secret("postgresql+asyncpg://u:p@h/d?ssl=require")},
    ),
    "a feed in SQLite": (
        {"GATEPOST_FEED_URL": "sqlite:///feed.db"},
        {"feed_url": Secret("sqlite+aiosqlite:///feed.db")},
    ),
    "a feed in Valkey": (
        {"GATEPOST_FEED_URL": "valkeys://:p@h:6379/1"},
        {"feed_url": Secret("valkeys://:p@h:6379/1")},
    ),
    "a feed in Redis": (
        {"GATEPOST_FEED_URL": "redis://h"},
        {"feed_url": Secret("redis://h")},
    ),
    "the wire, as it is": ({}, {"wire": Wire("/api/auth", frozenset(), "better-auth", "")}),
    "the wire, chosen": (
        {
            **PRODUCTION,
            "GATEPOST_BASE_PATH": "/sign/in.v2",
            "GATEPOST_DISABLED_PATHS": " /sign-up/email ,, /token",
            "GATEPOST_COOKIE_PREFIX": "tasks.v2",
            "GATEPOST_COOKIE_DOMAIN": "Example.com",
        },
        {
            "wire": Wire(
                "/sign/in.v2",
                frozenset({"/sign-up/email", "/token"}),
                "tasks.v2",
                "example.com",
            )
        },
    ),
    "cookies of the host and below": (
        {**PRODUCTION, "GATEPOST_COOKIE_DOMAIN": "tasks.example.com"},
        {"wire": Wire(cookie_domain="tasks.example.com")},
    ),
    "a mail server": (
        {"GATEPOST_MAIL_URL": "smtp://u:p@h?from=a@b.example"},
        {"mail_url": Secret("smtp://u:p@h?from=a@b.example")},
    ),
    "no mail server": ({"GATEPOST_MAIL_URL": ""}, {"mail_url": None}),
    "no proxies, and the limits that everybody has": (
        {},
        {
            "trusted_proxies": TrustedProxies(),
            "rate_limits": Rates(),
            "counting": Counting(),
        },
    ),
    "proxies": (
        {"GATEPOST_TRUSTED_PROXIES": "10.0.0.0/8, 2001:db8::1"},
        {"trusted_proxies": TrustedProxies.of(["10.0.0.0/8", "2001:db8::1"])},
    ),
    "a limit": (
        {"GATEPOST_RATE_LIMITS": "sign-in=5/1m"},
        {"rate_limits": Rates(sign_in=Rate(5, 60))},
    ),
    "limits in the feed's Valkey": (
        {"GATEPOST_FEED_URL": "valkey://h"},
        {"counting": Counting(Secret("valkey://h"))},
    ),
    "limits in a Valkey of their own": (
        {"GATEPOST_FEED_URL": "valkey://h", "GATEPOST_RATE_LIMITS_URL": "rediss://l"},
        {"feed_url": Secret("valkey://h"), "counting": Counting(Secret("rediss://l"))},
    ),
    "limits in the database, whatever carries the feed": (
        {"GATEPOST_FEED_URL": "valkey://h", "GATEPOST_RATE_LIMITS_URL": "database"},
        {"counting": Counting(in_database=True)},
    ),
    "limits that workers in production share": (
        {**PRODUCTION, "DATABASE_URL": "postgresql://h/d"},
        {"counting": Counting(in_database=True)},
    ),
    "limits in production on a Valkey and PostgreSQL": (
        {
            **PRODUCTION,
            "DATABASE_URL": "postgresql://h/d",
            "GATEPOST_FEED_URL": "valkey://h",
        },
        {"counting": Counting(Secret("valkey://h"))},
    ),
    "limits in production on a file": (
        PRODUCTION,
        {"counting": Counting()},
    ),
    "limits in development on PostgreSQL": (
        {"DATABASE_URL": "postgresql://h/d"},
        {"counting": Counting()},
    ),
    "limits that refuse while nobody counts": (
        {"GATEPOST_RATE_LIMITS_URL": "valkey://h", "GATEPOST_RATE_LIMITS_AWAY": "refuse"},
        {"counting": Counting(Secret("valkey://h"), away=Away.REFUSE)},
    ),
    "limits that go on while nobody counts": (
        {"GATEPOST_RATE_LIMITS_AWAY": "local"},
        {"counting": Counting()},
    ),
    "no option, and the ages that everybody has": (
        {"GATEPOST_BEARER": "", "GATEPOST_SESSION_EXPIRES_IN": ""},
        {"options": Options(), "session_ages": SessionAges()},
    ),
    "every option": (
        {
            "GATEPOST_BEARER": "true",
            "GATEPOST_REQUIRE_EMAIL_VERIFICATION": "false",
            "GATEPOST_SEND_ON_SIGN_UP": "true",
            "GATEPOST_AUTO_SIGN_IN_AFTER_VERIFICATION": "true",
            "GATEPOST_CHANGE_EMAIL": "false",
            "GATEPOST_DELETE_USER": "true",
        },
        {
            "options": Options(
                bearer=True,
                require_email_verification=False,
                send_on_sign_up=True,
                auto_sign_in_after_verification=True,
                change_email=False,
                delete_user=True,
            )
        },
    ),
    "every age": (
        {
            "GATEPOST_SESSION_EXPIRES_IN": "12h",
            "GATEPOST_SESSION_UPDATE_AGE": "30m",
            "GATEPOST_SESSION_FRESH_AGE": "90s",
            "GATEPOST_SESSION_MAX_AGE": "8h",
            "GATEPOST_SESSION_MAX_COUNT": "5",
        },
        {
            "session_ages": SessionAges(
                timedelta(hours=12),
                timedelta(minutes=30),
                timedelta(seconds=90),
                timedelta(hours=8),
                5,
            )
        },
    ),
    "the longest ages": (
        {"GATEPOST_SESSION_EXPIRES_IN": "400d", "GATEPOST_SESSION_FRESH_AGE": "7d"},
        {"session_ages": SessionAges(timedelta(days=400), fresh_age=timedelta(days=7))},
    ),
    "a feed that counts no limits": (
        {"GATEPOST_FEED_URL": "sqlite:///feed.db"},
        {"counting": Counting()},
    ),
    "what is not ours, and what is unset": (
        {"BETTER_AUTH_TELEMETRY": "0", "GATEPOST_TRUSTED_ORIGIN": "", "GATEPOST_APP": "main:app"},
        {"production": False},
    ),
    "data directory": (
        {"GATEPOST_DATA_DIR": "/var/lib/tasks"},
        {"database_url": Secret("sqlite+aiosqlite:////var/lib/tasks/gatepost.db")},
    ),
}

BAD: dict[str, tuple[Mapping[str, str], str]] = {
    "URL without a scheme": ({"GATEPOST_URL": "tasks.example.com"}, "GATEPOST_URL"),
    "URL of another scheme": ({"GATEPOST_URL": "ftp://tasks.example.com"}, "GATEPOST_URL"),
    "URL with a bad port": ({"GATEPOST_URL": "http://127.0.0.1:http"}, "GATEPOST_URL"),
    "trusted without a scheme": (
        {"GATEPOST_TRUSTED_ORIGINS": "https://a.test, b.test"},
        "GATEPOST_TRUSTED_ORIGINS",
    ),
    "trusted with a wildcard for strangers": (
        {"GATEPOST_TRUSTED_ORIGINS": "https://*.com"},
        "GATEPOST_TRUSTED_ORIGINS",
    ),
    **{
        f"base path {path}": ({"GATEPOST_BASE_PATH": path}, "GATEPOST_BASE_PATH")
        for path in ("/", "auth", "/auth/", "//auth", "/a/../b", "/a?b", "/a b", "/%61", "/{a}")
    },
    **{
        f"disabled path {path}": ({"GATEPOST_DISABLED_PATHS": path}, "GATEPOST_DISABLED_PATHS")
        for path in ("token", "/token/", "/", "/a, b", "*")
    },
    **{
        f"cookie prefix {prefix}": ({"GATEPOST_COOKIE_PREFIX": prefix}, "GATEPOST_COOKIE_PREFIX")
        for prefix in ("__Host-a", "a;b", "a=b", "a b", "é", ".a")
    },
    **{
        f"cookie domain {domain}": (
            {**PRODUCTION, "GATEPOST_COOKIE_DOMAIN": domain},
            "GATEPOST_COOKIE_DOMAIN",
        )
        for domain in (
            "com",
            ".example.com",
            "sks.example.com",
            "other.example.com",
            "a.tasks.example.com",
            "example.com.",
            "example.com; Secure",
            "*.example.com",
        )
    },
    "cookies of an address": ({"GATEPOST_COOKIE_DOMAIN": "127.0.0.1"}, "GATEPOST_COOKIE_DOMAIN"),
    "cookies of a part of an address": ({"GATEPOST_COOKIE_DOMAIN": "0.1"}, "COOKIE_DOMAIN"),
    "cookies of this machine": (
        {"GATEPOST_URL": "http://localhost:8000", "GATEPOST_COOKIE_DOMAIN": "localhost"},
        "GATEPOST_COOKIE_DOMAIN",
    ),
    "row-level security neither way": ({"GATEPOST_ROW_SECURITY": "on"}, "GATEPOST_ROW_SECURITY"),
    "no secret in production": ({"GATEPOST_URL": "https://tasks.example.com"}, "GATEPOST_SECRET"),
    "no secret where production is said": ({"GATEPOST_ENV": "production"}, "GATEPOST_SECRET"),
    "short secret": ({**PRODUCTION, "GATEPOST_SECRET": "x" * 31}, "GATEPOST_SECRET"),
    "short secret in development": ({"GATEPOST_SECRET": "short"}, "GATEPOST_SECRET"),
    "short secret by Better Auth's name": ({"BETTER_AUTH_SECRET": "short"}, "SECRET"),
    "blank secret": ({**PRODUCTION, "GATEPOST_SECRET": " " * 40}, "GATEPOST_SECRET"),
    "Better Auth's published default": (
        {**PRODUCTION, "GATEPOST_SECRET": "better-auth-secret-12345678901234567890"},
        "GATEPOST_SECRET",
    ),
    "several secrets without versions": ({"GATEPOST_SECRETS": SECRET}, "entry 1"),
    "a version that is none": ({"GATEPOST_SECRETS": f"1:{SECRET},x:{OLD}"}, "entry 2"),
    "a version below nothing": ({"GATEPOST_SECRETS": f"-1:{SECRET}"}, "entry 1"),
    "a version in two spellings": ({"GATEPOST_SECRETS": f"01:{SECRET}"}, "entry 1"),
    "a comma at the end": ({"GATEPOST_SECRETS": f"1:{SECRET},"}, "entry 2"),
    "one version twice": ({"GATEPOST_SECRETS": f"1:{SECRET},1:{OLD}"}, "version 1 stands twice"),
    "a short one among several": ({"GATEPOST_SECRETS": f"2:{SECRET},1:old"}, "version 1"),
    "an empty one among several": ({"GATEPOST_SECRETS": f"2:{SECRET},1:"}, "version 1"),
    "a published one among several": (
        {"BETTER_AUTH_SECRETS": f"2:{SECRET},1:better-auth-secret-12345678901234567890"},
        "BETTER_AUTH_SECRETS, version 1",
    ),
    "a short legacy one": (
        {"GATEPOST_SECRETS": f"1:{SECRET}", "GATEPOST_SECRET": "short"},
        "GATEPOST_SECRET has",
    ),
    "a feed that is a page": ({"GATEPOST_FEED_URL": "https://h/feed"}, "GATEPOST_FEED_URL"),
    "a feed that is no URL": ({"GATEPOST_FEED_URL": "valkey"}, "GATEPOST_FEED_URL"),
    "a proxy by name": ({"GATEPOST_TRUSTED_PROXIES": "proxy.test"}, "GATEPOST_TRUSTED_PROXIES"),
    "everybody a proxy": ({"GATEPOST_TRUSTED_PROXIES": "0.0.0.0/0"}, "GATEPOST_TRUSTED_PROXIES"),
    "no limit": ({"GATEPOST_RATE_LIMITS": "off"}, "GATEPOST_RATE_LIMITS"),
    "limits that are open while nobody counts": (
        {"GATEPOST_RATE_LIMITS_AWAY": "open"},
        "GATEPOST_RATE_LIMITS_AWAY: write local",
    ),
    "limits in another database": (
        {"GATEPOST_RATE_LIMITS_URL": "postgresql://h/d"},
        "GATEPOST_RATE_LIMITS_URL: write valkey",
    ),
    **{
        f"an option that is {written}": ({"GATEPOST_BEARER": written}, "GATEPOST_BEARER is '")
        for written in ("True", "1", "yes", "on", "none", " true", "false ")
    },
    **{
        f"{name} of {written}": ({f"GATEPOST_SESSION_{name}": written}, f"SESSION_{name} is '")
        for name, written in (
            *(("EXPIRES_IN", length) for length in ("7", "7 d", "-7d", "0d", "1w", "1.5h", "7D")),
            *(("EXPIRES_IN", length) for length in ("59s", "401d", "999999d", "1000000d", "never")),
            *(("UPDATE_AGE", length) for length in ("0s", "401d", "٣d")),
            *(("FRESH_AGE", length) for length in ("0s", "8d", "off")),
            *(("MAX_AGE", length) for length in ("59s", "401d", "none")),
            *(("MAX_COUNT", number) for number in ("0", "-1", "10001", "1.5", "3d", "٣", "none")),
        )
    },
    "a misspelt name": (
        {"GATEPOST_TRUSTED_ORIGIN": "https://a.test"},
        "GATEPOST_TRUSTED_ORIGIN is no setting.*is GATEPOST_TRUSTED_ORIGINS meant",
    ),
    "a secret by a misspelt name": (
        {"GATEPOST_SECRETE": SECRET},
        "is GATEPOST_SECRET meant",
    ),
    "a name like no other": ({"GATEPOST_X": "1"}, "GATEPOST_X is no setting"),
    "unknown environment": ({"GATEPOST_ENV": "staging"}, "GATEPOST_ENV"),
    "development in the open": (
        {**PRODUCTION, "GATEPOST_ENV": "development"},
        "GATEPOST_ENV",
    ),
    "another database": ({"DATABASE_URL": "mysql://h/d"}, "DATABASE_URL"),
    "a hash that there is not": ({"GATEPOST_PASSWORD_HASH": "bcrypt"}, "GATEPOST_PASSWORD_HASH"),
    **{
        f"a list of breached passwords at {url}": (
            {"GATEPOST_BREACHED_PASSWORDS_URL": url},
            "GATEPOST_BREACHED_PASSWORDS_URL",
        )
        for url in (
            *("http://passwords.example.com/range/", "passwords.example.com/range/"),
            *("https://passwords.example.com", "https://passwords.example.com/range"),
            *("https://passwords.example.com/?range=/", "https://passwords.example.com/#/"),
            *("https://ada:word@passwords.example.com/", "https://passwords.example.com/ /"),
            *("http://127.0.0.1.example.com/", "ftp://127.0.0.1/", "https:///range/"),
        )
    },
    "another driver": ({"DATABASE_URL": "postgresql+psycopg://h/d"}, "DATABASE_URL"),
    "no database URL": ({"DATABASE_URL": "tasks.db"}, "DATABASE_URL"),
}


@pytest.mark.parametrize("name", READ)
def test_read(name: str) -> None:
    """An environment gives these settings."""
    environment, expected = READ[name]
    settings = Settings.from_environment(environment)
    assert {field: getattr(settings, field) for field in expected} == expected


@pytest.mark.parametrize("name", BAD)
def test_refused(name: str) -> None:
    """A value that cannot be used is named, and what was secret in it is not repeated."""
    environment, variable = BAD[name]
    with pytest.raises(ConfigurationError, match=variable) as stopped:
        Settings.from_environment(environment)
    for name_, value in environment.items():
        if "SECRET" in name_:
            assert value not in str(stopped.value)
            assert SECRET not in str(stopped.value)
            assert OLD not in str(stopped.value)


def test_loopback_and_further_origins_are_trusted() -> None:
    """What people type for this machine, and what the deployment names."""
    trusted = Settings.from_environment(
        {"GATEPOST_TRUSTED_ORIGINS": " https://a.test/x , ,https://b.test:8443 "}
    ).trusted_origins
    for origin in (
        "http://127.0.0.1:8000",
        "http://localhost:8000",
        "http://[::1]:8000",
        "https://a.test",
        "https://b.test:8443",
    ):
        assert trusted.trusts(origin)
    assert not trusted.trusts("http://localhost:3000")


def test_an_issuer_in_the_code_needs_no_secret() -> None:
    """Where the app itself names its issuer, production asks for none either."""
    environment = {"GATEPOST_URL": "https://tasks.example.com"}
    assert Settings.from_environment(environment, issued_elsewhere=True).secrets is None


@pytest.mark.parametrize(
    ("versioned", "unversioned"),
    [((), None), (((1, Secret(SECRET)), (1, Secret(OLD))), None)],
    ids=["none", "one version twice"],
)
def test_secrets_leave_nothing_open(
    versioned: tuple[tuple[int, Secret], ...], unversioned: Secret | None
) -> None:
    """There is a current one, and each version means one."""
    with pytest.raises(ValueError, match="secret"):
        Secrets(versioned, unversioned)


def test_settings_are_frozen() -> None:
    """Nobody changes a setting after it has been read."""
    settings = Settings.from_environment(PRODUCTION)
    with pytest.raises(AttributeError):
        settings.production = False  # type: ignore[misc] # that is the point


def test_the_environment_is_not_read_where_one_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mapping stands for the whole environment."""
    monkeypatch.setenv("GATEPOST_URL", "https://real.example.com")
    assert Settings.from_environment({}).url == "http://127.0.0.1:8000"
    monkeypatch.setenv("GATEPOST_SECRET", SECRET)
    assert Settings.from_environment().url == "https://real.example.com"


def _as_dict(shown: Settings | Secrets) -> dict[str, object]:
    return dataclasses.asdict(shown)


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        "{}".format,
        "{!r}".format,
        lambda shown: json.dumps(_as_dict(shown), default=str),
        lambda shown: str(list(_as_dict(shown).values())),
    ],
    ids=["repr", "str", "format", "format repr", "asdict", "astuple"],
)
@pytest.mark.parametrize("whole", [True, False], ids=["settings", "secret"])
def test_no_secret_is_shown(show: object, whole: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Neither the secret nor the database's password is in what a log would carry."""
    assert callable(show)
    settings = Settings.from_environment(
        {
            **PRODUCTION,
            "GATEPOST_SECRETS": f"2:{OLD}",
            "DATABASE_URL": "postgresql://tasks:hush-hush@db/tasks",
            "GATEPOST_FEED_URL": "valkey://:hush-hush@feed",
        }
    )
    assert settings.secrets is not None
    shown = show(settings if whole else settings.secrets)
    assert SECRET not in shown
    assert OLD not in shown
    assert "hush-hush" not in shown


def test_no_secret_is_in_a_traceback() -> None:
    """A failure next to a secret does not tell it."""
    secret = Secret(SECRET)
    try:
        raise ValueError(secret)  # noqa: TRY301 - a failure
    except ValueError:
        assert SECRET not in traceback.format_exc()


def test_a_secret_can_be_revealed_and_compared() -> None:
    """`reveal` is the one way to its value."""
    assert Secret(SECRET).reveal() == SECRET
    assert Secret(SECRET) == Secret(SECRET)
    assert Secret(SECRET) != Secret(SECRET + "x")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///x.db", "sqlite+aiosqlite:///x.db"),
        ("sqlite://", "sqlite+aiosqlite://"),
        ("sqlite+aiosqlite:///x.db", "sqlite+aiosqlite:///x.db"),
        ("postgres://u:p@h:5432/d", "postgresql+asyncpg://u:p@h:5432/d"),
        ("postgresql://u:p%40@h/d?x=1", "postgresql+asyncpg://u:p%40@h/d?x=1"),
        ("postgresql+asyncpg://h/d", "postgresql+asyncpg://h/d"),
    ],
)
def test_database_url_names_its_driver(url: str, expected: str) -> None:
    """What hosting companies hand out works as it is."""
    assert async_database_url(url) == expected
