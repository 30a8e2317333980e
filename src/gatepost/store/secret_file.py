"""The development secret: made once, in a file that only its owner can read."""

import os
import secrets
import stat
import tempfile
from pathlib import Path

from gatepost.errors import ConfigurationError
from gatepost.settings import MINIMUM_SECRET_LENGTH, Secret

_SECRET_BYTES = 32


def take_up_secret(directory: Path) -> tuple[Secret, Path, bool]:
    """Read the secret of `directory`, or make it.

    Returns:
        the secret, the file it lies in, and whether it was made just now.

    Raises:
        ConfigurationError: the file is too short, others can read it, or it cannot be made.
    """
    path = directory / "secret"
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = _make(path) if not path.exists() else False
        return _read(path), path, made
    except OSError as error:
        raise ConfigurationError(
            f"The secret cannot be kept in {path}: {error.strerror}. Set GATEPOST_DATA_DIR to a "
            "directory that you can write to, or GATEPOST_SECRET."
        ) from error


def _make(path: Path) -> bool:
    # Written in full under another name and then linked: of two workers that start at once one
    # makes the file, the other reads it, and neither ever sees half of it.
    handle, draft = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(_SECRET_BYTES))
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        Path(draft).unlink()
    return True


def _read(path: Path) -> Secret:
    if stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigurationError(
            f"{path} can be read by others on this machine. Write `chmod 600 {path}`, or delete it "
            "for a new secret, which signs everybody out."
        )
    value = path.read_text(encoding="ascii", errors="ignore").strip()
    if len(value) < MINIMUM_SECRET_LENGTH:
        raise ConfigurationError(
            f"{path} holds fewer than {MINIMUM_SECRET_LENGTH} characters. Delete it for a new "
            "secret, which signs everybody out."
        )
    return Secret(value)
