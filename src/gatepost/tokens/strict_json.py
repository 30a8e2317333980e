"""JSON as RFC 8259 means it and RFC 8725, section 2, wants it: one reading only.

`json.loads` alone takes the last of two equal members, NaN and Infinity, UTF-16, and nesting
until the stack ends; each of them lets two parsers read two different tokens.
"""

import json
from enum import StrEnum
from typing import NoReturn, TypeAlias

# An upper bound on the depth that costs no parse; enough for a token.
_MAX_BRACKETS = 64
_MAX_NUMBER_LENGTH = 20
_WHITESPACE = " \t\n\r"

JsonObject: TypeAlias = dict[str, object]


class JsonFault(StrEnum):
    """Why a text is not a JSON object to us."""

    NOT_UTF8 = "json_not_utf8"
    TOO_DEEP = "json_too_deep"
    NOT_JSON = "json_malformed"
    DUPLICATE_MEMBER = "json_duplicate_member"
    NOT_AN_OBJECT = "json_not_an_object"
    LONE_SURROGATE = "json_lone_surrogate"


class JsonRefused(ValueError):
    """Raised by `parse_object`; carries the fault."""

    def __init__(self, fault: JsonFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def parse_object(raw: bytes, *, max_brackets: int = _MAX_BRACKETS) -> JsonObject:
    """Return the members of one JSON object.

    Args:
        raw: the text.
        max_brackets: how many `{` and `[` it may have, counted over the whole text, strings
            included.

    Raises:
        JsonRefused: the only exception, whatever the bytes.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise JsonRefused(JsonFault.NOT_UTF8) from None
    if text.count("{") + text.count("[") > max_brackets:
        raise JsonRefused(JsonFault.TOO_DEEP)
    try:
        text = text.strip(_WHITESPACE)
        value, end = _decoder.raw_decode(text)
    except JsonRefused:
        raise
    except (ValueError, RecursionError):
        raise JsonRefused(JsonFault.NOT_JSON) from None
    if end != len(text):
        raise JsonRefused(JsonFault.NOT_JSON)
    if not isinstance(value, dict):
        raise JsonRefused(JsonFault.NOT_AN_OBJECT)
    # An escaped lone surrogate is valid JSON and no Unicode text; nothing downstream can store it.
    if "\\u" in text and not _is_unicode(value):
        raise JsonRefused(JsonFault.LONE_SURROGATE)
    return value


def _is_unicode(value: JsonObject) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (UnicodeEncodeError, RecursionError):
        return False
    return True


def _unique_members(pairs: list[tuple[str, object]]) -> JsonObject:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise JsonRefused(JsonFault.DUPLICATE_MEMBER)
    return members


def _bounded_int(digits: str) -> int:
    if len(digits) > _MAX_NUMBER_LENGTH:
        raise JsonRefused(JsonFault.NOT_JSON)
    return int(digits)


def _no_constant(_name: str) -> NoReturn:
    raise JsonRefused(JsonFault.NOT_JSON)


_decoder = json.JSONDecoder(
    object_pairs_hook=_unique_members, parse_int=_bounded_int, parse_constant=_no_constant
)
