"""Compact JWS, taken apart strictly; each app verifies the signature and the claims itself."""

import base64
import hashlib
import hmac
import json
import math
import re
import time
from dataclasses import dataclass
from typing import Any, NoReturn

_SEGMENTS = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)")
_CLOCK_SKEW_SECONDS = 5


@dataclass(frozen=True)
class Compact:
    """A token of which nothing is verified yet."""

    header: dict[str, Any]
    claims: dict[str, Any]
    signed: bytes
    signature: bytes


def parse(token: str) -> Compact:
    """Take a token apart.

    Raises:
        ValueError: it is not a compact JWS in its one canonical spelling.
    """
    match = _SEGMENTS.fullmatch(token)
    if match is None:
        raise ValueError("not three segments")
    header, claims, signature = match.groups()
    signed = f"{header}.{claims}".encode()
    return Compact(_members(decode(header)), _members(decode(claims)), signed, decode(signature))


def encode(octets: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def decode(segment: str) -> bytes:
    """Undo `encode`, for nothing but its own outputs.

    Raises:
        ValueError: another spelling.
    """
    octets = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    if encode(octets) != segment:
        raise ValueError("not canonical")
    return octets


def hs256(secret: bytes, signed: bytes) -> bytes:
    """HMAC with SHA-256."""
    return hmac.digest(secret, signed, hashlib.sha256)


def signing_input(header: dict[str, Any], claims: dict[str, Any]) -> bytes:
    """What is signed."""
    return ".".join(encode(json.dumps(part).encode()) for part in (header, claims)).encode()


def is_expired(claims: dict[str, Any]) -> bool:
    """Whether `exp` has passed, or is no time at all."""
    return not _is_time(claims.get("exp")) or claims["exp"] <= time.time()


def is_early(claims: dict[str, Any]) -> bool:
    """Whether `nbf`, which may be missing, is ahead."""
    starts = claims.get("nbf", 0)
    return not _is_time(starts) or starts > time.time() + _CLOCK_SKEW_SECONDS


def is_long_lived(claims: dict[str, Any], lifetime_seconds: int) -> bool:
    """Whether it was issued in the future, or for longer than the app issues."""
    issued, ends = claims.get("iat"), claims.get("exp")
    if not _is_time(issued) or issued is None or issued > time.time() + _CLOCK_SKEW_SECONDS:
        return True
    return _is_time(ends) and ends is not None and ends - issued > lifetime_seconds


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _members(octets: bytes) -> dict[str, Any]:
    try:
        found = json.loads(octets.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("too deep") from None
    if not isinstance(found, dict):
        raise ValueError("not an object")  # noqa: TRY004 one kind of error for every token
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a member twice")
    return dict(pairs)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
