"""Bodies as they are sent: JSON, forms, files, plain text."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from gatepost.attacks.making.schemas import properties_of
from gatepost.attacks.targets.operation import Body, Schema

FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"

# The smallest picture there is: one transparent pixel.
_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)


@dataclass(frozen=True, slots=True)
class File:
    """A file to upload."""

    name: str
    media_type: str
    content: bytes


def files_with(canary: str) -> list[File]:
    """Return files of the kinds that apps take, each with a canary in it and in its name."""
    text = canary.encode()
    return [
        File(f"{canary}.txt", "text/plain", text),
        File(f"{canary}.png", "image/png", _PNG + text),
        File(f"{canary}.pdf", "application/pdf", b"%PDF-1.4\n%" + text + b"\n%%EOF\n"),
        File(f"{canary}.csv", "text/csv", b"name\n" + text + b"\n"),
        File(f"{canary}.json", "application/json", b'{"name": "' + text + b'"}'),
    ]


def encode(body: Body | None, value: object) -> tuple[str, bytes]:
    """Return the media type and the bytes of a body.

    Args:
        body: what is declared; JSON where nothing is.
        value: what to send: a table for JSON and forms, a `File` where one is uploaded.
    """
    media_type = "application/json" if body is None else body.media_type
    if media_type == FORM:
        return FORM, urlencode(_form(value), doseq=True).encode()
    if body is not None and media_type == MULTIPART:
        return _multipart(body.schema, value if isinstance(value, dict) else {})
    if "json" in media_type:
        return media_type, json.dumps(value, default=_as_json).encode()
    return media_type, value.content if isinstance(value, File) else as_text(value).encode()


def as_text(value: object) -> str:
    """Return a value as a form, a query or a path has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, File):
        return value.content.decode("latin-1")
    return value if isinstance(value, str) else json.dumps(value, default=_as_json)


def _form(value: object) -> dict[str, object]:
    members = value if isinstance(value, dict) else {}
    return {
        name: [as_text(part) for part in each] if isinstance(each, list) else as_text(each)
        for name, each in members.items()
        if each is not None
    }


def _multipart(schema: Schema, members: Mapping[str, object]) -> tuple[str, bytes]:
    declared = properties_of(schema)
    parts: list[bytes] = []
    for name, value in members.items():
        part = str(declared.get(name, {}))
        is_file = "binary" in part or "contentMediaType" in part
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, File):
                parts.append(_part(name, each))
            elif is_file:
                parts.append(_part(name, File("file.txt", "text/plain", as_text(each).encode())))
            elif each is not None:
                head = f'Content-Disposition: form-data; name="{name}"\r\n\r\n'
                parts.append(head.encode() + as_text(each).encode())
    boundary = hashlib.sha256(b"".join(parts)).hexdigest()[:32]
    line = f"--{boundary}".encode()
    whole = b"".join(line + b"\r\n" + part + b"\r\n" for part in parts)
    return f"{MULTIPART}; boundary={boundary}", whole + line + b"--\r\n"


def _part(name: str, file: File) -> bytes:
    head = (
        f'Content-Disposition: form-data; name="{name}"; filename="{file.name}"\r\n'
        f"Content-Type: {file.media_type}\r\n\r\n"
    )
    return head.encode() + file.content


def _as_json(value: object) -> object:
    return as_text(value) if isinstance(value, File) else str(value)
