"""Passwords, hashed cheaply so that runs are quick."""

import hashlib
import hmac
import secrets

_SALT_BYTES = 16


def hash_password(password: str) -> bytes:
    """Hash a password with a salt of its own."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return salt + _scrypt(password, salt)


def is_password(password: str, stored: bytes | None) -> bool:
    """Whether it is the one; takes as long where nothing is stored."""
    known = stored or _DUMMY
    same = hmac.compare_digest(known[_SALT_BYTES:], _scrypt(password, known[:_SALT_BYTES]))
    return same and stored is not None


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(errors="replace"), salt=salt, n=2**10, r=8, p=1)


_DUMMY = hash_password(secrets.token_hex())
