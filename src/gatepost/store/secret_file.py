"""The development secret: made once, in a file that only its owner can read.

The file holds one secret, or, once it has been rotated, several as `2:new,1:old`.
"""

import os
import re
import secrets
import stat
import tempfile
from pathlib import Path

from gatepost.errors import ConfigurationError
from gatepost.secret import MINIMUM_SECRET_LENGTH, Secret, Secrets, parse_versioned
from gatepost.settings import Settings

_SECRET_BYTES = 32
_VERSIONED = re.compile(r"[0-9]+:")


def new_secret() -> Secret:
    """Make a secret of 256 random bits, without a comma or colon in it."""
    return Secret(secrets.token_urlsafe(_SECRET_BYTES))


def take_up_secret(directory: Path) -> tuple[Secrets, Path, bool]:
    """Read the secrets of `directory`, or make the first.

    Returns:
        the secrets, the file they lie in, and whether it was made just now.

    Raises:
        ConfigurationError: the file is too short, others can read it, or it cannot be made.
    """
    path = secret_file(directory)
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = _make(path) if not path.exists() else False
        return _read(path), path, made
    except OSError as error:
        raise ConfigurationError(
            f"The secret cannot be kept in {path}: {error.strerror}. Set GATEPOST_DATA_DIR to a "
            "directory that you can write to, or GATEPOST_SECRET."
        ) from error


def secrets_of(settings: Settings) -> Secrets | None:
    """Return the secrets of a deployment: those that are set, or in development those of the file.

    Raises:
        ConfigurationError: the file cannot be read or made.
    """
    if settings.secrets is not None or settings.production:
        return settings.secrets
    return take_up_secret(settings.data_dir)[0]


def secret_file(directory: Path) -> Path:
    """Return where the secrets of `directory` lie, if they do."""
    return directory / "secret"


def rotate_secret(directory: Path) -> Path:
    """Put a new secret first in the file; those that were there still open and verify.

    Returns:
        the file.

    Raises:
        ConfigurationError: there is no such file, it is none that could be used, or it cannot be
            written.
    """
    path = secret_file(directory)
    if not path.exists():
        raise ConfigurationError(
            f"There is no {path}: the first start makes it. Where the secret comes from the "
            "environment, `gatepost secret` says how to change it."
        )
    try:
        before = _read(path)
        versioned = before.versioned
        if before.unversioned is not None:
            versioned = ((1, before.unversioned),)
        newest = 1 + max(version for version, _ in versioned)
        entries = ((newest, new_secret()), *versioned)
        draft = _draft(path, ",".join(f"{version}:{each.reveal()}" for version, each in entries))
        # In one step: whoever reads meanwhile has the old file or the new one.
        draft.replace(path)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}.") from error
    return path


def _make(path: Path) -> bool:
    # Written in full under another name and then linked: of two workers that start at once one
    # makes the file, the other reads it, and neither ever sees half of it.
    draft = _draft(path, new_secret().reveal())
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def _draft(path: Path, text: str) -> Path:
    """Write a file beside `path` that only its owner can read."""
    handle, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(handle)
    return Path(draft)


def _read(path: Path) -> Secrets:
    if stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigurationError(
            f"{path} can be read by others on this machine. Write `chmod 600 {path}`, or delete it "
            "for a new secret, which signs everybody out."
        )
    secret = Secret(path.read_text(encoding="ascii", errors="ignore").strip())
    if _VERSIONED.match(secret.reveal()):
        return Secrets(parse_versioned(secret, str(path)), None)
    if len(secret.reveal()) < MINIMUM_SECRET_LENGTH:
        raise ConfigurationError(
            f"{path} holds fewer than {MINIMUM_SECRET_LENGTH} characters. Delete it for a new "
            "secret, which signs everybody out."
        )
    return Secrets.of(secret)
