"""Where the secret settings come from: the environment, a file each, or a directory of files.

`GATEPOST_SECRET_FILE=/run/secrets/x` is the convention of Docker's images; in the directory that
GATEPOST_SECRETS_DIR names, or that systemd makes for a unit's credentials, each file has the name
of a variable. From here on a secret is a `Secret`, and no text.
"""

import logging
import os
import stat
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final

from gatepost.errors import ConfigurationError
from gatepost.secret import Secret, Secrets, parse_secret, parse_versioned

SECRETS: Final = {
    "secret": ("GATEPOST_SECRET", "BETTER_AUTH_SECRET"),
    "secrets": ("GATEPOST_SECRETS", "BETTER_AUTH_SECRETS"),
    "database_url": ("GATEPOST_DATABASE_URL", "DATABASE_URL"),
    "admin_database_url": ("GATEPOST_ADMIN_DATABASE_URL",),
    "feed_url": ("GATEPOST_FEED_URL",),
    "mail_url": ("GATEPOST_MAIL_URL",),
    "rate_limits_url": ("GATEPOST_RATE_LIMITS_URL",),
    "metrics_token": ("GATEPOST_METRICS_TOKEN",),
}
"""The variables of each secret setting, ours first: what has a password in it, or is one."""

DIRECTORY: Final = "GATEPOST_SECRETS_DIR"
_CREDENTIALS: Final = "CREDENTIALS_DIRECTORY"  # systemd.exec(5), LoadCredential=
_OF_FILE: Final = "_FILE"
MOST_BYTES: Final = 64 * 1024

_log = logging.getLogger("gatepost")


class _Fault(StrEnum):
    NO_FILE = "is no file"
    TOO_LARGE = f"has more than {MOST_BYTES} bytes, and is no secret"
    NO_TEXT = "is not UTF-8, or has a NUL in it"
    EMPTY = "is empty"
    LINES = "has more than one line"
    WRITABLE = "can be written to by everybody on this machine. Write `chmod o-w` and its name"


class SecretSources(Mapping[str, Secret]):
    """The secret settings of a deployment by their variables' names, whichever way they came.

    Args:
        values: the environment.

    Attributes:
        files: those that were read.
        directories: those that were looked at, with the variables that name them.

    Raises:
        ConfigurationError: a file cannot be used, or one setting has two sources; the message names
            the variable.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._found: dict[str, Secret] = {}
        self._origins: dict[str, str] = {}
        self.files: list[Path] = []
        self.directories = tuple(_directories(values))
        for names in SECRETS.values():
            self._read(values, names)

    def __getitem__(self, name: str) -> Secret:
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __repr__(self) -> str:
        return f"SecretSources({self._origins})"

    def named(self, setting: str) -> str | None:
        """Return the variable by which a setting is set; None where it is not."""
        return next((name for name in SECRETS[setting] if name in self._found), None)

    def of(self, setting: str) -> Secret | None:
        """Return a setting; None where it is not set."""
        name = self.named(setting)
        return None if name is None else self._found[name]

    def origin(self, name: str) -> str:
        """Say where a variable's value comes from: the variable itself, or a file."""
        return self._origins[name]

    def _read(self, values: Mapping[str, str], names: tuple[str, ...]) -> None:
        files: list[tuple[str, str, Path]] = []
        for name in names:
            if values.get(name):
                self._found[name], self._origins[name] = Secret(values[name]), name
            if values.get(name + _OF_FILE):
                files.append((name, name + _OF_FILE, Path(values[name + _OF_FILE])))
            for variable, directory in self.directories:
                files += [(name, variable, path) for path in _files_in(directory, name)]
        said = [each for each in names if each in self._found]
        said += [f"{variable} ({path})" for _, variable, path in files]
        if files and len(said) > 1:
            raise ConfigurationError(
                f"{names[0]} is set in more than one way: {', '.join(said)}. Leave one of them, so "
                "that nobody has to guess which counts."
            )
        for name, variable, path in files:
            self._found[name] = _secret_in(path, variable)
            self.files.append(path)
            self._origins[name] = f"{path} ({variable})"


def secrets_of_sources(sources: SecretSources, *, required: bool) -> Secrets | None:
    """Return what signs and seals; None where there is none and none is required.

    Raises:
        ConfigurationError: one is required and not there, or one cannot be used.
    """
    one, several = sources.named("secret"), sources.named("secrets")
    if one is None and several is None:
        if required:
            raise ConfigurationError(
                "GATEPOST_SECRET is not set. In production the secret comes from the environment: "
                "at least 32 random characters, for instance from `openssl rand -base64 32`."
            )
        return None
    return Secrets(
        versioned=()
        if several is None
        else parse_versioned(sources[several], sources.origin(several)),
        unversioned=None if one is None else parse_secret(sources[one], sources.origin(one)),
    )


def token_of_sources(sources: SecretSources, setting: str) -> Secret | None:
    """Return what somebody has to show; None where it is not set.

    Raises:
        ConfigurationError: it is no better than a secret that signs has to be.
    """
    name = sources.named(setting)
    return None if name is None else parse_secret(sources[name], sources.origin(name))


def has_secret(values: Mapping[str, str]) -> bool:
    """Whether the environment says where a secret is that signs; no file is read."""
    names = (*SECRETS["secret"], *SECRETS["secrets"])
    if any(values.get(name) or values.get(name + _OF_FILE) for name in names):
        return True
    found = tuple(_directories(values))
    return any(_files_in(directory, name) for _, directory in found for name in names)


def names_of_sources() -> frozenset[str]:
    """Return the variables that name a file or a directory of secrets."""
    return frozenset({DIRECTORY, *(name + _OF_FILE for each in SECRETS.values() for name in each)})


def named_in_directory(values: Mapping[str, str]) -> dict[str, str]:
    """Return the names of the files in GATEPOST_SECRETS_DIR, to be looked at as variables are."""
    named = values.get(DIRECTORY)
    if not named or not Path(named).is_dir():
        return {}
    return {path.name.upper(): path.name for path in Path(named).iterdir()}


def is_readable_by_all(path: Path) -> bool:
    """Whether every user of this machine gets at it: the file lets them, and its directory does."""
    if os.name != "posix":
        return False
    real = path.resolve()
    modes = real.stat().st_mode, real.parent.stat().st_mode
    return bool(modes[0] & stat.S_IROTH and modes[1] & stat.S_IXOTH)


def _directories(values: Mapping[str, str]) -> Iterator[tuple[str, Path]]:
    named = values.get(DIRECTORY)
    if named and not Path(named).is_dir():
        raise ConfigurationError(f"{DIRECTORY}: {named} is no directory that can be read.")
    if named:
        yield DIRECTORY, Path(named)
    # Made by systemd for the whole unit, and not for us: where it is not there, nothing is amiss.
    credentials = values.get(_CREDENTIALS)
    if credentials and credentials != named and Path(credentials).is_dir():
        yield _CREDENTIALS, Path(credentials)


def _files_in(directory: Path, name: str) -> list[Path]:
    try:
        there = {path.name for path in directory.iterdir()}
    except OSError as error:
        raise ConfigurationError(
            f"{directory} cannot be read for {name}: {error.strerror}."
        ) from error
    return [directory / each for each in (name, name.lower()) if each in there]


def _secret_in(path: Path, variable: str) -> Secret:
    try:
        found = _content(path)
    except OSError as error:
        raise ConfigurationError(f"{variable}: {path} cannot be read: {error.strerror}.") from error
    if isinstance(found, _Fault):
        raise ConfigurationError(f"{variable}: {path} {found}.")
    if is_readable_by_all(path):
        # Refused, it would drive people back to variables, which every child process inherits:
        # Docker Swarm and Kubernetes mount secrets so, within a container that has nobody else.
        _log.warning(
            "%s: %s can be read by everybody on this machine. Unless that is a container of the "
            "app's own, write `chmod o-r %s`.",
            variable,
            path,
            path,
        )
    return found


def _content(path: Path) -> Secret | _Fault:
    """Read a file; what is raised later has no part of it, not even in the locals of a frame."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        return _Fault.NO_FILE
    if os.name == "posix" and status.st_mode & stat.S_IWOTH:
        return _Fault.WRITABLE
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        return _Fault.TOO_LARGE
    text = content.decode("utf-8-sig", errors="replace").rstrip("\r\n")
    if not text.strip():
        return _Fault.EMPTY
    if "\ufffd" in text or "\x00" in text:
        return _Fault.NO_TEXT
    return _Fault.LINES if len(text.splitlines()) > 1 else Secret(text)
