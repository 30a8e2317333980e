"""The secrets of a deployment: the one that is current, and those that still count.

Written as Better Auth writes them: `2:new,1:old`, the current one first. Beside them, or alone, the
one secret from before there were versions.
"""

import hmac
import re
from dataclasses import dataclass
from typing import NoReturn, Union

from gatepost.errors import ConfigurationError
from gatepost.secret_strength import MINIMUM_SECRET_LENGTH, Weakness, weakness_of

__all__ = ["MINIMUM_SECRET_LENGTH", "Secret", "Secrets", "parse_secret", "parse_versioned"]

_MAKE_ONE = "`openssl rand -base64 32` makes one."
_VERSION = re.compile(r"0|[1-9][0-9]{0,8}")


class Secret:
    """A value that no repr, log line, traceback or copy into a dict shows."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value; every caller is a place to audit."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, _memo: object) -> "Secret":
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled: the bytes would show it")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._value))


@dataclass(frozen=True, slots=True)
class Secrets:
    """What signs and seals from now on, and what was signed and sealed with before.

    Attributes:
        versioned: the secrets that have a version, the current one first.
        unversioned: the one that has none; current where there is no other.

    Raises:
        ValueError: no secret at all, or one version twice.
    """

    versioned: tuple[tuple[int, Secret], ...]
    unversioned: Secret | None

    def __post_init__(self) -> None:
        """Refuse what leaves open which secret is meant."""
        if not self.versioned and self.unversioned is None:
            raise ValueError("no secret at all")
        if len(self.by_version) != len(self.versioned):
            raise ValueError("each version of the secret stands once")

    @classmethod
    def of(cls, secret: Union["Secrets", Secret]) -> "Secrets":
        """Take one secret, which has no version, as all there are."""
        return secret if isinstance(secret, Secrets) else cls((), secret)

    @property
    def current(self) -> Secret:
        """Signs and seals from now on."""
        return self.every[0]

    @property
    def current_version(self) -> int | None:
        """The version of the current one, where it has any."""
        return self.versioned[0][0] if self.versioned else None

    @property
    def by_version(self) -> dict[int, Secret]:
        """The secrets that have a version."""
        return dict(self.versioned)

    @property
    def every(self) -> tuple[Secret, ...]:
        """All of them, each once, the current one first."""
        secrets = [secret for _, secret in self.versioned]
        if self.unversioned is not None:
            secrets.append(self.unversioned)
        return tuple(dict.fromkeys(secrets))


def parse_secret(secret: Secret, name: str) -> Secret:
    """Return a secret that is long enough, hard to guess and known to nobody.

    Args:
        secret: as it was set.
        name: where it was set; the message begins with it.

    Raises:
        ConfigurationError: it is too short, easy to guess, or one that documentation shows.
    """
    weakness = weakness_of(secret.reveal())
    if weakness is Weakness.SHORT:
        length = len(secret.reveal().strip())
        raise ConfigurationError(
            f"{name} has {length} characters, fewer than {MINIMUM_SECRET_LENGTH}. {_MAKE_ONE}"
        )
    if weakness is not None:
        raise ConfigurationError(f"{name} {weakness}. {_MAKE_ONE}")
    return secret


def parse_versioned(several: Secret, name: str) -> tuple[tuple[int, Secret], ...]:
    """Read `2:new,1:old`.

    Raises:
        ConfigurationError: an entry that is none, one version twice, or a secret that is refused by
            itself. The message says which entry, and shows no secret.
    """
    found: dict[int, Secret] = {}
    # No local of a frame that raises is a secret's text: tracebacks may show them.
    for position, (version, secret) in enumerate(_entries(several), start=1):
        if version is None:
            raise ConfigurationError(
                f"{name}: entry {position} is not `version:secret`. Write 2:new,1:old, the current "
                "one first, each version a whole number; a secret has no comma in it."
            )
        if version in found:
            raise ConfigurationError(
                f"{name}: version {version} stands twice. Give each secret a version of its own; "
                "what was sealed says by which version it is opened."
            )
        found[version] = parse_secret(secret, f"{name}, version {version},")
    return tuple(found.items())


def _entries(several: Secret) -> list[tuple[int | None, Secret]]:
    parted = [entry.strip().partition(":") for entry in several.reveal().split(",")]
    return [
        (int(version) if colon and _VERSION.fullmatch(version) else None, Secret(value.strip()))
        for version, colon, value in parted
    ]
