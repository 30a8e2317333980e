"""Where secrets come from, and that nothing shows them on the way."""

import copy
import logging
import pickle
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from gatepost.cli.loading import load_app
from gatepost.errors import ConfigurationError
from gatepost.secret_sources import MOST_BYTES, SECRETS, SecretSources
from gatepost.settings import Secret, Settings

SECRET = "q7Zk2vXw9TtR4mJ8dLbN5cHs-the-secret"
_WEAK = "hush-hush-hush-hush-hush-hush-hush-hush"
_VALUES = {
    "secret": SECRET,
    "secrets": f"2:{SECRET}",
    "database_url": "postgresql+asyncpg://tasks:hush-hush@db/tasks",
    "admin_database_url": "postgresql+asyncpg://owner:hush-hush@db/tasks",
    "feed_url": "valkey://:hush-hush@feed",
    "mail_url": "smtp://tasks:hush-hush@mail:587?from=tasks@example.com",
    "rate_limits_url": "valkey://:hush-hush@counts",
    "metrics_token": SECRET,
}
_EACH = [(setting, name) for setting, names in SECRETS.items() for name in names]


def _file(path: Path, content: str | bytes, mode: int = 0o600) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(mode)
    return path


def _read(setting: str, values: Mapping[str, str]) -> object:
    settings = Settings.from_environment(values)
    if setting in ("secret", "secrets"):
        assert settings.secrets is not None
        return settings.secrets.current
    if setting == "rate_limits_url":
        return settings.counting.valkey_url
    return getattr(settings, setting)


@pytest.mark.parametrize(("setting", "name"), _EACH)
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_file_holds_what_the_variable_would(
    setting: str, name: str, end: str, tmp_path: Path
) -> None:
    """Each secret setting by each of its names, and the line break of an editor is no part."""
    value = _VALUES[setting]
    path = _file(tmp_path / "mounted", value + end)
    by_file = _read(setting, {f"{name}_FILE": str(path)})
    assert by_file == _read(setting, {name: value})
    assert by_file == Secret(SECRET if setting in ("secret", "secrets") else value)


@pytest.mark.parametrize("variable", ["GATEPOST_SECRETS_DIR", "CREDENTIALS_DIRECTORY"])
@pytest.mark.parametrize("spelt", [str.upper, str.lower])
@pytest.mark.parametrize(("setting", "name"), _EACH)
def test_a_directory_holds_a_file_for_each(
    setting: str, name: str, spelt: Callable[[str], str], variable: str, tmp_path: Path
) -> None:
    """A mounted directory, or the one that systemd makes for a unit; in capitals or without."""
    _file(tmp_path / spelt(name), _VALUES[setting])
    assert _read(setting, {variable: str(tmp_path)}) == _read(setting, {name: _VALUES[setting]})


def test_a_mount_of_kubernetes_is_read_through_its_links(tmp_path: Path) -> None:
    """There every file is a link to one in a directory with another name."""
    (tmp_path / "..data").mkdir()
    _file(tmp_path / "..data" / "GATEPOST_SECRET", SECRET)
    (tmp_path / "GATEPOST_SECRET").symlink_to("..data/GATEPOST_SECRET")
    assert _read("secret", {"GATEPOST_SECRETS_DIR": str(tmp_path)}) == Secret(SECRET)


def test_a_directory_that_systemd_did_not_make_is_none(tmp_path: Path) -> None:
    """What else is in a unit's credentials is not ours to judge, and neither is their absence."""
    _file(tmp_path / "gatepost_of_another", "whatever")
    for directory in (tmp_path, tmp_path / "gone"):
        values = {"CREDENTIALS_DIRECTORY": str(directory), "GATEPOST_SECRET": SECRET}
        assert _read("secret", values) == Secret(SECRET)


_BAD: dict[str, tuple[bytes | None, int, str]] = {
    "not there": (None, 0, "cannot be read: No such file"),
    "empty": (b"", 0o600, "is empty"),
    "a line break": (b"\r\n\n", 0o600, "is empty"),
    "blanks": (b"  \t ", 0o600, "is empty"),
    "too large": (b"x" * (MOST_BYTES + 1), 0o600, f"more than {MOST_BYTES} bytes"),
    "no text": (SECRET.encode() + b"\xff", 0o600, "is not UTF-8"),
    "a NUL": (SECRET.encode() + b"\x00", 0o600, "a NUL in it"),
    "several lines": (SECRET.encode() + b"\n" + _WEAK.encode(), 0o600, "more than one line"),
    "writable by everybody": (SECRET.encode(), 0o602, "can be written to by everybody"),
    "short": (b"hush-hush", 0o600, "has 9 characters, fewer than 32"),
    "weak": (_WEAK.encode(), 0o600, "too easy to guess"),
    "an example": (
        b"09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
        0o600,
        "kno",
    ),
}


def _failure(values: Mapping[str, str]) -> tuple[str, str]:
    """Return what a refusal says, and all that a debugger's traceback would show of it."""
    with pytest.raises(ConfigurationError) as refused:
        Settings.from_environment(values)
    inside = [entry for entry in refused.traceback if "src/gatepost" in str(entry.path)]
    assert inside
    locals_ = [repr(entry.frame.f_locals) for entry in inside]
    told = traceback.TracebackException.from_exception(refused.value)
    return str(refused.value), "".join(told.format()) + "".join(locals_)


@pytest.mark.parametrize("name", _BAD)
def test_a_file_that_cannot_be_used_is_named(name: str, tmp_path: Path) -> None:
    """Its variable, its path and what is wrong; never what is in it, in no frame either."""
    content, mode, why = _BAD[name]
    path = tmp_path / "mounted"
    if content is not None:
        _file(path, content, mode)
    said, shown = _failure({"GATEPOST_SECRET_FILE": str(path)})
    for part in ("GATEPOST_SECRET_FILE", str(path), why):
        assert part in said
    for secret in (SECRET, "hush-hush", "1234567890"):
        assert secret not in said + shown


def test_a_directory_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    """Nothing waits for a pipe, and nothing reads a directory."""
    assert "is no file" in _failure({"GATEPOST_MAIL_URL_FILE": str(tmp_path)})[0]


def test_a_directory_of_secrets_has_to_be_there(tmp_path: Path) -> None:
    """What is mounted nowhere would leave every secret unset without a word."""
    said, _ = _failure({"GATEPOST_SECRETS_DIR": str(tmp_path / "gone")})
    assert "GATEPOST_SECRETS_DIR" in said


def test_a_misspelt_file_in_the_directory_is_refused(tmp_path: Path) -> None:
    """As a misspelt variable is: it would be read by nobody."""
    _file(tmp_path / "gatepost_secrete", SECRET)
    said, shown = _failure({"GATEPOST_SECRETS_DIR": str(tmp_path)})
    assert "is GATEPOST_SECRET meant" in said
    assert SECRET not in shown


@pytest.mark.parametrize("first", ["GATEPOST_SECRET", "BETTER_AUTH_SECRET"])
@pytest.mark.parametrize("second", ["file", "directory"])
def test_two_sources_of_one_setting_are_an_error(first: str, second: str, tmp_path: Path) -> None:
    """Whichever counted, somebody would believe it was the other."""
    path = _file(tmp_path / "GATEPOST_SECRET", SECRET)
    more = {
        "file": {"GATEPOST_SECRET_FILE": str(path)},
        "directory": {"GATEPOST_SECRETS_DIR": str(tmp_path)},
    }[second]
    said, shown = _failure({first: SECRET, **more})
    assert "more than one way" in said
    assert first in said
    assert str(path) in said
    assert SECRET not in said + shown


def test_a_file_that_everybody_can_read_is_warned_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It counts, as Docker and Kubernetes mount it so; where nobody gets in there is no warning."""
    tmp_path.chmod(0o755)
    values = {"GATEPOST_SECRET_FILE": str(_file(tmp_path / "mounted", SECRET, 0o644))}
    with caplog.at_level(logging.WARNING, "gatepost"):
        assert _read("secret", values) == Secret(SECRET)
        [record] = caplog.records
        tmp_path.chmod(0o700)
        _read("secret", values)
    assert "GATEPOST_SECRET_FILE" in record.getMessage()
    assert SECRET not in record.getMessage()
    assert len(caplog.records) == 1


@pytest.mark.parametrize(
    "bad",
    [
        {"GATEPOST_SECRET": _WEAK},
        {"GATEPOST_SECRETS": f"1:{SECRET},1:{SECRET}"},
        {"GATEPOST_SECRETS": f"{SECRET}"},
        {"GATEPOST_SECRETS": f"1:{_WEAK}"},
        {"GATEPOST_SECRETE": SECRET},
        {"GATEPOST_SECRET": SECRET, "DATABASE_URL": "mysql://u:hush-hush@h/d"},
        {"GATEPOST_SECRET": SECRET, "GATEPOST_FEED_URL": "amqp://u:hush-hush@h/d"},
        {"GATEPOST_SECRET": SECRET, "GATEPOST_RATE_LIMITS_URL": "http://u:hush-hush@h"},
        {
            "GATEPOST_SECRET": SECRET,
            "GATEPOST_MAIL_URL": "smtp://u:hush-hush@h",
            "GATEPOST_ENV": "x",
        },
        {"GATEPOST_SECRET": SECRET, "GATEPOST_SESSION_FRESH_AGE": "soon"},
    ],
)
def test_no_refusal_shows_a_secret(bad: Mapping[str, str]) -> None:
    """Neither in its words nor in the locals of a frame, where error reporters look."""
    said, shown = _failure(bad)
    for secret in (SECRET, "hush-hush"):
        assert secret not in said + shown


class _Login(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    secret: Secret
    name: str


def test_nothing_that_shows_an_object_shows_a_secret() -> None:
    """repr, str, f-string, copies, pydantic's errors; it is not pickled at all."""
    secret = Secret(SECRET)
    assert {repr(secret), str(secret), f"{secret}", f"{secret!r:>3}"} == {"Secret(…)"}
    assert copy.copy(secret) is secret
    assert copy.deepcopy([secret]) == [secret]
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="not pickled"):
            pickle.dumps(secret, protocol)
    with pytest.raises(ValidationError) as wrong:
        _Login.model_validate({"secret": secret, "name": secret})
    assert SECRET not in str(wrong.value)
    assert SECRET not in repr(_Login(secret=secret, name="ada"))
    sources = SecretSources({"GATEPOST_SECRET": SECRET})
    assert (len(sources), list(sources)) == (1, ["GATEPOST_SECRET"])
    assert SECRET not in repr(sources)


@pytest.mark.parametrize("how", ["GATEPOST_SECRET_FILE", "GATEPOST_SECRETS_DIR"])
def test_a_command_that_signs_nothing_makes_no_second_secret(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`gatepost routes` puts a random one in the place of none, and not beside one in a file."""
    path = _file(tmp_path / "GATEPOST_SECRET", SECRET)
    monkeypatch.delenv("GATEPOST_SECRET", raising=False)
    monkeypatch.setenv(how, str(path if how.endswith("FILE") else tmp_path))
    monkeypatch.setenv("GATEPOST_URL", "https://tasks.example.com")
    assert load_app("gatepost_tasks.app:create_app", factory=True).state.gatepost
