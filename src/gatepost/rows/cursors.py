"""Cursors: the place in a list where the next page begins, sealed for one person and one order.

Sealed and not only signed: a place is made of a row's own values, a title for instance, and a
cursor stands in URLs, which many logs keep.
"""

import base64
import hashlib
import hmac
import json
import secrets as random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any
from uuid import UUID

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
)
from nacl.exceptions import CryptoError

from gatepost.errors import BadRequest, ConfigurationError
from gatepost.principal import UserId
from gatepost.settings import Secrets

_PURPOSE = b"gatepost cursor 1"
_NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES


@dataclass(frozen=True, slots=True)
class _Spelling:
    """How values of one type are written in JSON."""

    kind: type
    write: Callable[[Any], object]
    read: Callable[[Any], object]


# In this order: a bool is an int to Python, and a datetime a date.
_SPELLINGS: dict[str, _Spelling] = {
    "bool": _Spelling(bool, bool, bool),
    "int": _Spelling(int, int.__int__, int),
    "float": _Spelling(float, float.hex, float.fromhex),
    "text": _Spelling(str, str.__str__, str),
    "moment": _Spelling(datetime, datetime.isoformat, datetime.fromisoformat),
    "date": _Spelling(date, date.isoformat, date.fromisoformat),
    "time": _Spelling(time, time.isoformat, time.fromisoformat),
    "uuid": _Spelling(UUID, str, UUID),
    "decimal": _Spelling(Decimal, str, Decimal),
    "bytes": _Spelling(bytes, bytes.hex, bytes.fromhex),
}


class Cursors:
    """Makes and opens cursors.

    Args:
        secrets: finds the secrets when the first cursor is made or opened: the current one seals,
            each of them opens. None where the deployment has none.
    """

    def __init__(self, secrets: Callable[[], Secrets | None]) -> None:
        self._secrets = secrets

    def seal(self, values: Sequence[object], owner: UserId, order: str) -> str:
        """Return the cursor of a place.

        Args:
            values: what the rows are sorted by, of the last row before the place.
            owner: whose cursor it is.
            order: what the list is of and sorted by; no other list takes the cursor.

        Raises:
            ConfigurationError: there is no secret, or a value of a type that no cursor carries.
        """
        if not self._keys:
            raise ConfigurationError(
                "rows.page seals its cursors, and there is no secret. Set GATEPOST_SECRET to at "
                "least 32 random characters; `gatepost secret` makes one."
            )
        # Not as ASCII: a long title beyond it would make a cursor of three times the length.
        spelled = [_spelled(value) for value in values]
        text = json.dumps(spelled, ensure_ascii=False, separators=(",", ":"))
        nonce = random.token_bytes(_NONCE)
        sealed = crypto_aead_xchacha20poly1305_ietf_encrypt(
            text.encode(), _bound_to(owner, order), nonce, self._keys[0]
        )
        return _letters(nonce + sealed)

    @cached_property
    def _keys(self) -> tuple[bytes, ...]:
        secrets = self._secrets()
        return tuple(
            hmac.digest(secret.reveal().encode(), _PURPOSE, hashlib.sha256)
            for secret in (() if secrets is None else secrets.every)
        )

    def open(self, cursor: str, owner: UserId, order: str) -> list[object]:
        """Return the values of a place.

        Raises:
            BadRequest: no cursor, one that somebody has changed, another person's, or one of
                another order; the answer is the same.
        """
        sealed = _octets(cursor)
        for key in self._keys:
            try:
                text = crypto_aead_xchacha20poly1305_ietf_decrypt(
                    sealed[_NONCE:], _bound_to(owner, order), sealed[:_NONCE], key
                )
            except (CryptoError, ValueError):
                continue
            return [_SPELLINGS[name].read(value) for name, value in json.loads(text)]
        raise BadRequest("This cursor is not one of this list", code="INVALID_CURSOR")


def _bound_to(owner: UserId, order: str) -> bytes:
    # The length in front: no owner and order can be taken for another pair.
    return f"{len(owner)}:{owner}{order}".encode()


def _letters(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def _octets(cursor: str) -> bytes:
    """Return what a cursor is made of; nothing where it is none, or is spelled otherwise."""
    try:
        octets = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError:
        return b""
    return octets if _letters(octets) == cursor else b""


def _spelled(value: object) -> tuple[str, object]:
    # An Enum of SQLAlchemy's is compared by its name, as it is stored.
    plain = value.name if isinstance(value, Enum) and not isinstance(value, str | int) else value
    for name, spelling in _SPELLINGS.items():
        if isinstance(plain, spelling.kind):
            return name, spelling.write(plain)
    raise ConfigurationError(
        f"rows.page cannot sort by a value of the type {type(value).__name__}. Sort by text, "
        "numbers, moments, dates, UUIDs, or a CAST to one of them; NULL has no place in an order: "
        "write func.coalesce(column, …)."
    )
