"""Tokens that nobody should believe."""

import base64
import hashlib
import hmac
import json
from typing import Any


def encoded(octets: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def claims_of(token: str) -> dict[str, Any]:
    """What a token says."""
    segment = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(segment + "=="))
    return found


def unsigned(claims: dict[str, Any], **header: Any) -> str:
    """A header and claims, still to be signed."""
    parts = ({"typ": "JWT"} | header, claims)
    return ".".join(encoded(json.dumps(part).encode()) for part in parts)


def signed(claims: dict[str, Any], secret: bytes, **header: Any) -> str:
    """A token by HMAC with SHA-256."""
    signing_input = unsigned(claims, **{"alg": "HS256"} | header)
    return f"{signing_input}.{encoded(hmac.digest(secret, signing_input.encode(), hashlib.sha256))}"
