"""By what a device is known: marks in a cookie, and nothing on the server.

A device has a mark of each account that somebody has signed in to with it. A mark is an HMAC of the
account and of its password's hash: it tells nothing to whoever reads it, cannot be made up, is of
no use for another account, and counts no more once the password has changed, so that whoever knew
the old one is a stranger again. Strangers get none, so that it follows nobody around.
"""

import hmac
from collections.abc import Sequence
from datetime import timedelta

from gatepost.principal import UserId
from gatepost.settings import Secrets
from gatepost.tokens import base64url

MOST_MARKS = 8
"""So many accounts does one device know; of more, those that were used last."""

LIFETIME = timedelta(days=400)
"""As long as browsers keep any cookie (RFC 6265bis, section 5.5)."""

# So that no signature of another kind is a mark, whatever it signs.
_PURPOSE = b"gatepost.known-device"


class DeviceMarks:
    """Marks with the current secret, and knows the marks of every secret that counts.

    Args:
        secrets: what the keys are derived from.
    """

    def __init__(self, secrets: Secrets) -> None:
        self._keys = tuple(
            hmac.digest(secret.reveal().encode("utf-8"), _PURPOSE, "sha256")
            for secret in secrets.every
        )

    def are_of(self, marks: Sequence[str], user_id: UserId, password_hash: str) -> bool:
        """Whether somebody has signed in to this account, with this password, from here before."""
        given = [mark.encode("utf-8", "surrogatepass") for mark in marks]
        own = [_mark(key, user_id, password_hash).encode("ascii") for key in self._keys]
        # With each, whichever fits, so that the time does not tell which it was.
        fits = [hmac.compare_digest(mark, each) for mark in own for each in given]
        return any(fits)

    def with_one_of(
        self, marks: Sequence[str], user_id: UserId, password_hash: str
    ) -> tuple[str, ...]:
        """Return the marks that a device has after this sign-in, the newest first."""
        newest = _mark(self._keys[0], user_id, password_hash)
        return (newest, *(mark for mark in marks if mark != newest))[:MOST_MARKS]


def _mark(key: bytes, user_id: UserId, password_hash: str) -> str:
    signed = f"{user_id}\x00{password_hash}".encode("utf-8", "surrogatepass")
    return base64url.encode(hmac.digest(key, signed, "sha256"))
