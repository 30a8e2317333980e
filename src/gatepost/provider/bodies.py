"""Reading a body: how much, of which type, and what is in it. Any bytes may come in."""

import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from gatepost.provider.exchange import ABSENT
from gatepost.provider.faults import (
    BODY_TOO_LARGE,
    INVALID_FORM,
    INVALID_JSON,
    UnsupportedMediaType,
)

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
_MAXIMUM_BYTES = 1024 * 1024
_MAXIMUM_FORM_FIELDS = 1000
# How deep the interpreter itself follows differs with its version, and with who calls.
_MAXIMUM_DEPTH = 100
# To its end, or to the text's: nothing is read twice, whatever is left open.
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_BRACKET = re.compile(r"[][{}]")
_DEEPER, _LESS_DEEP = "[{", "]}"


async def read(receive: Receive) -> bytes:
    """Read a body to its end.

    Raises:
        PayloadTooLarge: more than a mebibyte came.
        ClientDisconnect: the caller is gone.
    """
    chunks: list[bytes] = []
    size = 0
    while True:
        message: Message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > _MAXIMUM_BYTES:
            raise BODY_TOO_LARGE.refusal()
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def parse(raw: bytes, content_type: str, allowed: tuple[str, ...]) -> object:
    """Return what a body says; `ABSENT` where it is empty or, as in the original, has no type.

    Raises:
        UnsupportedMediaType: none of `allowed`.
        BadRequest: it is not what its type says.
    """
    if not raw or not content_type:
        return ABSENT
    media_type = content_type.split(";", maxsplit=1)[0].strip().lower()
    if media_type not in allowed:
        raise UnsupportedMediaType(
            f'Content-Type "{content_type}" is not allowed. Allowed types: {", ".join(allowed)}',
            code="UNSUPPORTED_MEDIA_TYPE",
        )
    return _form(raw) if media_type == FORM else json_of(raw)


def json_of(raw: bytes) -> object:
    """Return what JSON says, with every number a float.

    Raises:
        BadRequest: it is none.
    """
    # As fetch's Request.json(): a byte order mark is dropped, broken UTF-8 becomes U+FFFD.
    text = raw.decode("utf-8", "replace").removeprefix("\ufeff")
    if _nests_too_deep(text):
        raise INVALID_JSON.refusal()
    try:
        # Numbers are floats, as in JavaScript: a number of a million digits costs nothing.
        parsed: object = json.loads(text, parse_int=float, parse_constant=_refuse_constant)
    except ValueError as error:
        raise INVALID_JSON.refusal() from error
    if not isinstance(parsed, dict):
        return parsed
    return {
        name: well_formed(value) if isinstance(value, str) else value
        for name, value in parsed.items()
    }


def _nests_too_deep(text: str) -> bool:
    if sum(text.count(bracket) for bracket in _DEEPER) <= _MAXIMUM_DEPTH:
        return False
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in _DEEPER else -1
        if depth > _MAXIMUM_DEPTH:
            return True
    return False


def _form(raw: bytes) -> Mapping[str, str]:
    text = raw.decode("utf-8", "replace")
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, errors="replace", max_num_fields=_MAXIMUM_FORM_FIELDS
        )
    except ValueError as error:
        raise INVALID_FORM.refusal() from error
    return dict(pairs)


def well_formed(text: str) -> str:
    """Replace lone surrogates by U+FFFD, as UTF-8 encoders in JavaScript do (WebIDL USVString)."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
