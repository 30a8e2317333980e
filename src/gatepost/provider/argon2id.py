"""Argon2id (RFC 9106) as PHC strings, by `argon2-cffi`: `pip install 'gatepost[argon2]'`."""

import base64
import binascii
import hmac
import re
import secrets
from dataclasses import dataclass, replace

from argon2 import low_level

_KEY_BYTES = 32
_SALT_BYTES = 16
_PHC = re.compile(
    r"\$argon2id\$v=19\$m=([1-9][0-9]{0,6}),t=([1-9][0-9]?),p=([1-9][0-9]?)"
    r"\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})"
)


@dataclass(frozen=True, slots=True)
class _Cost:
    """What a hash takes.

    Attributes:
        memory: KiB.
        passes: how often the memory is filled.
        lanes: threads of one hash.
    """

    memory: int
    passes: int
    lanes: int


# OWASP's Password Storage Cheat Sheet names several as alike; of these, one lane takes one core,
# so that the bound of hashes at once is one of cores, and 19 MiB is less than scrypt takes.
_NEW = _Cost(memory=19_456, passes=2, lanes=1)
# RFC 9106, section 4, second recommended option, which other applications hash by. What asks for
# more was not meant to be computed here, whoever wrote it into the database.
_MOST = _Cost(memory=65_536, passes=3, lanes=4)


@dataclass(frozen=True, slots=True)
class _Hash:
    cost: _Cost
    salt: bytes
    key: bytes


class Argon2id:
    """Hashes with OWASP's parameters, and reads hashes up to those of RFC 9106."""

    def __init__(self) -> None:
        self.blank = _written(_Hash(_NEW, bytes(_SALT_BYTES), bytes(_KEY_BYTES)))
        """A hash of nobody's password, which costs what a new one costs."""

    def hash(self, password: bytes) -> str:
        """Return a PHC string with a new salt."""
        blank = _Hash(_NEW, secrets.token_bytes(_SALT_BYTES), bytes(_KEY_BYTES))
        return _written(replace(blank, key=_key(password, blank)))

    def reads(self, stored: str) -> bool:
        """Whether this is a hash of this kind, and within what may be computed."""
        return _read(stored) is not None

    def verify(self, stored: str, password: bytes) -> bool:
        """Compare with a hash that `reads` has let through."""
        known = _read(stored)
        return known is not None and hmac.compare_digest(_key(password, known), known.key)

    def is_newest(self, stored: str) -> bool:
        """Whether `hash` would write one like this."""
        known = _read(stored)
        sizes = (_SALT_BYTES, _KEY_BYTES)
        return (
            known is not None and known.cost == _NEW and (len(known.salt), len(known.key)) == sizes
        )


def _read(stored: str) -> _Hash | None:
    found = _PHC.fullmatch(stored)
    if found is None:
        return None
    cost = _Cost(int(found[1]), int(found[2]), int(found[3]))
    try:
        salt, key = _decoded(found[4]), _decoded(found[5])
    except binascii.Error:
        return None
    return _Hash(cost, salt, key) if _may_be_computed(cost) else None


def _may_be_computed(cost: _Cost) -> bool:
    within = (
        cost.memory <= _MOST.memory and cost.passes <= _MOST.passes and cost.lanes <= _MOST.lanes
    )
    return within and cost.memory >= 8 * cost.lanes  # RFC 9106, section 3.1


def _key(password: bytes, known: _Hash) -> bytes:
    return low_level.hash_secret_raw(
        password,
        known.salt,
        time_cost=known.cost.passes,
        memory_cost=known.cost.memory,
        parallelism=known.cost.lanes,
        hash_len=len(known.key),
        type=low_level.Type.ID,
    )


def _written(whole: _Hash) -> str:
    cost = f"m={whole.cost.memory},t={whole.cost.passes},p={whole.cost.lanes}"
    return f"$argon2id$v=19${cost}${_encoded(whole.salt)}${_encoded(whole.key)}"


def _encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii").rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
