"""From bytes to the parts of a compact JWS (RFC 7515, section 7.1), believing none of them."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, NewType

from gatepost.errors import TokenError
from gatepost.tokens import base64url
from gatepost.tokens.faults import TokenFault
from gatepost.tokens.strict_json import JsonObject, JsonRefused, parse_object

UnverifiedToken = NewType("UnverifiedToken", bytes)

MAX_TOKEN_BYTES = 8 * 1024
_MAX_KEY_ID_LENGTH = 256
_SHAPE = re.compile(rb"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")
# A key has one header, in every token that it signs.
_REMEMBERED_HEADERS = 256

# A header that carries a key, points to one, encrypts, compresses or changes what is signed.
# RFC 7515 lets an unknown member be ignored; these are known, and refused by name.
_REFUSED_MEMBERS = frozenset(
    {
        "jwk",
        "jku",
        "x5c",
        "x5u",
        "x5t",
        "x5t#S256",
        "crit",
        "b64",
        "enc",
        "zip",
        "epk",
        "p2c",
        "p2s",
        "cty",
    }
)


@dataclass(frozen=True, slots=True)
class Header:
    """What a token says of its own signature.

    Attributes:
        key_id: `kid`, "" where there is none.
        token_type: `typ` in lower case without `application/` (RFC 7515, section 4.1.9), "" where
            there is none.
    """

    algorithm_name: str
    key_id: str
    token_type: str


class ParsedToken(NamedTuple):
    """A token taken apart. Its signature has not been checked."""

    header: Header
    unverified_claims: JsonObject
    signing_input: bytes
    signature: bytes


def parse(unverified: UnverifiedToken) -> ParsedToken:
    """Take a compact JWS apart.

    Raises:
        TokenError: the only exception, whatever the bytes.
    """
    if len(unverified) > MAX_TOKEN_BYTES:
        raise TokenError(TokenFault.TOO_LONG)
    shape = _SHAPE.fullmatch(unverified)
    if shape is None:
        raise TokenError(TokenFault.NOT_COMPACT)
    header_part, payload_part, signature_part = shape.groups()
    signing_input = unverified[: -len(signature_part) - 1]
    return ParsedToken(
        _header(header_part), _json(payload_part), signing_input, _decode(signature_part)
    )


@lru_cache(_REMEMBERED_HEADERS)
def _header(part: bytes) -> Header:
    members = _json(part)
    if not _REFUSED_MEMBERS.isdisjoint(members):
        raise TokenError(TokenFault.REFUSED_HEADER_MEMBER)
    algorithm_name = members.get("alg")
    if not isinstance(algorithm_name, str):
        raise TokenError(TokenFault.NO_ALGORITHM)
    return Header(algorithm_name, _key_id(members), _token_type(members))


def _key_id(members: JsonObject) -> str:
    if "kid" not in members:
        return ""
    key_id = members["kid"]
    if not isinstance(key_id, str) or not 0 < len(key_id) <= _MAX_KEY_ID_LENGTH:
        raise TokenError(TokenFault.NO_KEY_ID)
    return key_id


def _token_type(members: JsonObject) -> str:
    if "typ" not in members:
        return ""
    token_type = members["typ"]
    if not isinstance(token_type, str) or not token_type:
        raise TokenError(TokenFault.WRONG_TYPE)
    return token_type.lower().removeprefix("application/")


def _json(part: bytes) -> JsonObject:
    try:
        return parse_object(_decode(part))
    except JsonRefused as refused:
        raise TokenError(refused.fault) from None


def _decode(part: bytes) -> bytes:
    try:
        return base64url.decode(part)
    except ValueError:
        raise TokenError(TokenFault.NOT_BASE64URL) from None
