"""Signing access tokens. What checks tokens cannot import this (import-linter holds it)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gatepost.principal import SessionId, UserId
from gatepost.tokens import base64url

ACCESS_TOKEN_SECONDS = 15 * 60
_write = json.JSONEncoder(separators=(",", ":")).encode  # `json.dumps` makes an encoder each time


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private Ed25519 key and the id under which its public half is published."""

    key_id: str
    private_key: Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class SignIn:
    """Whom a token speaks for.

    Attributes:
        session_id: of the session that the sign-in began.
        at: seconds since the epoch; when that was.
    """

    user_id: UserId
    session_id: SessionId
    at: int


def issue_access_token(key: SigningKey, sign_in: SignIn, *, origin: str, issued_at: int) -> str:
    """Sign an access token of 15 minutes.

    The header is Better Auth's: `alg` and `kid`, no `typ`. The claims are fewer than Better
    Auth's: no name and no e-mail address, which a token would carry to every log on its way;
    and two more: `sid`, by which a token can be taken back before it expires, and `auth_time`
    (RFC 9068, section 2.2.1), which tells a route that wants a recent sign-in how long ago it was.

    Args:
        key: signs.
        sign_in: the `sub`, the `sid` and the `auth_time`.
        origin: the `iss` and the `aud`.
        issued_at: seconds since the epoch.
    """
    claims = {
        "iat": issued_at,
        "sub": sign_in.user_id,
        "sid": sign_in.session_id,
        "auth_time": sign_in.at,
        "exp": issued_at + ACCESS_TOKEN_SECONDS,
        "iss": origin,
        "aud": origin,
    }
    signing_input = f"{_header(key.key_id)}.{_segment(claims)}"
    signature = key.private_key.sign(signing_input.encode("ascii"))
    return f"{signing_input}.{base64url.encode(signature)}"


@lru_cache(maxsize=8)  # one key signs at a time
def _header(key_id: str) -> str:
    return _segment({"alg": "EdDSA", "kid": key_id})


def _segment(members: Mapping[str, object]) -> str:
    return base64url.encode(_write(members).encode("utf-8"))
