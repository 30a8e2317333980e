"""scrypt (RFC 7914) with Better Auth's parameters, as it writes them: `salt:key` in hex."""

import hmac
import secrets

from cryptography.hazmat.primitives.kdf import scrypt

_N = 16384
_R = 16
_P = 1
_KEY_BYTES = 64
_SALT_BYTES = 16


class Scrypt:
    """Hashes as Better Auth does, so that either server knows what the other has hashed."""

    blank = f"{'0' * 2 * _SALT_BYTES}:{'0' * 2 * _KEY_BYTES}"
    """A hash of nobody's password, which costs what any other costs."""

    def hash(self, password: bytes) -> str:
        """Return `salt:key` with a new salt."""
        salt = secrets.token_hex(_SALT_BYTES)
        return f"{salt}:{_key(password, salt).hex()}"

    def reads(self, stored: str) -> bool:
        """Whether this is a hash of this kind."""
        salt, _, key = stored.partition(":")
        return bool(salt and key)

    def verify(self, stored: str, password: bytes) -> bool:
        """Compare with a hash that `reads` has let through."""
        salt, _, expected = stored.partition(":")
        given = _key(password, salt).hex().encode("ascii")
        return hmac.compare_digest(given, expected.encode("utf-8", "replace"))

    def is_newest(self, stored: str) -> bool:
        """Whether `hash` would write one like this; its parameters stand nowhere."""
        return self.reads(stored)


def _key(password: bytes, salt: str) -> bytes:
    # By `cryptography`: its OpenSSL is newer than many a Python's, and takes a tenth less time.
    # The salt is the text of the hex digits, not what they stand for.
    derivation = scrypt.Scrypt(
        salt=salt.encode("utf-8", "replace"), length=_KEY_BYTES, n=_N, r=_R, p=_P
    )
    return derivation.derive(password)
