"""One entry of the stream: a revocation as Valkey holds it, read strictly."""

import logging
import re
import time
from collections.abc import Sequence
from typing import NamedTuple

from gatepost.principal import SessionId
from gatepost.tokens import Revocation

_ID = re.compile(rb"([0-9]{1,20})-([0-9]{1,20})")
_SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,17})?")
_NAMES = ("session", "subject", "key")

_log = logging.getLogger("gatepost")


class EntryId(NamedTuple):
    """When the server took an entry, in milliseconds since the epoch, and its number among those.

    Never falls within one stream, whatever the server's clock does.
    """

    milliseconds: int
    number: int

    def __str__(self) -> str:
        return f"{self.milliseconds}-{self.number}"


BEGINNING = EntryId(0, 0)


def parse_id(raw: bytes) -> EntryId:
    """Read an id as the server writes it.

    Raises:
        ValueError: it is none.
    """
    parts = _ID.fullmatch(raw)
    if parts is None:
        raise ValueError("not an entry's id")
    return EntryId(int(parts[1]), int(parts[2]))


def everything_until_now() -> Revocation:
    """Return the end of every token that was issued until now."""
    return Revocation(None, None, None, time.time())


def fields_of(revocation: Revocation) -> list[str]:
    """Write a revocation as names and values, without those that are None."""
    named = zip(_NAMES, (revocation.session_id, revocation.subject, revocation.key_id), strict=True)
    fields = [word for name, value in named if value is not None for word in (name, value)]
    return [*fields, "at", repr(revocation.at)]


def revocation_of(entry_id: EntryId, fields: Sequence[bytes]) -> Revocation:
    """Read an entry; one that is not understood ends everything that was issued up to it.

    It may be a revocation that a newer Gatepost wrote, and to pass over that would accept what was
    taken back. Nobody gains a power by it: who can write entries can end everything anyway.
    """
    try:
        return _strictly(fields)
    except ValueError:
        # No number that somebody else chose may reach into the future.
        at = min(entry_id.milliseconds / 1000, time.time())
        _log.warning(
            "the revocation feed's entry %s cannot be read; every token issued up to it is refused",
            entry_id,
        )
        return Revocation(None, None, None, at)


def _strictly(fields: Sequence[bytes]) -> Revocation:
    names = [name.decode() for name in fields[::2]]
    values = [value.decode() for value in fields[1::2]]
    said = dict(zip(names, values, strict=True))
    if len(said) != len(names) or not said.keys() <= {*_NAMES, "at"} or not all(values):
        raise ValueError("a name that is unknown or there twice, or one that says nothing")
    at = said.pop("at", "")
    if _SECONDS.fullmatch(at) is None or ("key" in said and len(said) > 1):
        raise ValueError("no time, or more than can be meant at once")
    session = said.get("session")
    return Revocation(
        None if session is None else SessionId(session),
        said.get("subject"),
        said.get("key"),
        float(at),
    )
