"""How new passwords are hashed, as a deployment names it."""

from enum import StrEnum

from gatepost.errors import ConfigurationError


class PasswordHash(StrEnum):
    """The functions that the provider has."""

    SCRYPT = "scrypt"
    """Better Auth's own, which a real Better Auth server on the same database reads."""
    ARGON2ID = "argon2id"


def parse_password_hash(text: str, name: str) -> PasswordHash:
    """Read what a deployment sets; empty is Better Auth's.

    Args:
        text: as it was set.
        name: where it was set; the message begins with it.

    Raises:
        ConfigurationError: there is no such function.
    """
    try:
        return PasswordHash(text or PasswordHash.SCRYPT)
    except ValueError:
        raise ConfigurationError(f"{name}: write {' or '.join(PasswordHash)}.") from None
