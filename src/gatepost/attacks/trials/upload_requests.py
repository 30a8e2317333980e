"""Uploads as an attacker writes them: any name, any type, any content."""

import io
import json
import secrets
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from gatepost.attacks.making.resources import Row, parsed
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trials.raw_uploads import Upload, send_raw, takes_raw

_MULTIPART = "multipart/form-data"
PICTURE = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00"
    b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
"""The smallest picture that there is."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """An upload, and what the app said of it."""

    upload: Upload
    exchange: Exchange
    values: Mapping[str, str]

    @property
    def row(self) -> Row:
        """The row that came of it."""
        location = next(iter(self.exchange.answered.every("Location")), "")
        answer = parsed(self.exchange.answered.body)
        return Row(_NOWHERE, self.values, answer, location, {"filename": self.upload.name})


_NOWHERE = Operation("POST", "/")


def uploads_of(surface: Surface) -> Iterator[Operation]:
    """Yield the operations that take files."""
    for operation in surface:
        if operation.method not in {"POST", "PUT"} or surface.ends_sessions(operation):
            continue
        if file_member(operation) is not None or takes_raw(operation):
            yield operation


def file_member(operation: Operation) -> str | None:
    """Return the member of a form that is a file, or None."""
    body = operation.body
    if body is None or body.media_type != _MULTIPART:
        return None
    members = body.schema.get("properties")
    for name, part in members.items() if isinstance(members, dict) else ():
        if "binary" in str(part) or "contentMediaType" in str(part):
            return str(name)
    return None


def upload(stage: Stage, operation: Operation, person: Person, what: Upload) -> Uploaded:
    """Send a file in the place of the owner's.

    Raises:
        Inconclusive: the rest of the request cannot be prepared.
    """
    if file_member(operation) is None:
        return Uploaded(what, *send_raw(stage, operation, person, what))
    prepared = stage.prepare(operation, person)
    body = prepared.body if isinstance(prepared.body, dict) else {}
    boundary, parts = secrets.token_hex(16), []
    for name, value in body.items():
        if name == file_member(operation):
            head = f'; filename="{_quoted(what.name)}"\r\nContent-Type: {what.kind}'
            content = what.content
        else:
            head, content = "", (value if isinstance(value, str) else json.dumps(value)).encode()
        disposition = f'Content-Disposition: form-data; name="{name}"{head}\r\n\r\n'
        parts.append(f"--{boundary}\r\n{disposition}".encode() + content + b"\r\n")
    whole = b"".join([*parts, f"--{boundary}--\r\n".encode()])
    kept = tuple(each for each in prepared.request.fields if each[0].lower() != "content-type")
    typed = (*kept, ("Content-Type", f"{_MULTIPART}; boundary={boundary}"))
    exchange = stage.send(replace(prepared.request, fields=typed, body=whole), person)
    return Uploaded(what, exchange, prepared.values)


def _quoted(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def archive_with(name: str, content: bytes) -> bytes:
    """Return a ZIP archive with one member of a name."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), content)
    return made.getvalue()


def addresses_of(stage: Stage, uploaded: Uploaded, operation: Operation) -> list[str]:
    """Return where an upload may be asked for: by its row, by its answer, in the served folders."""
    texts = [each for each in _texts(parsed(uploaded.exchange.answered.body)) if " " not in each]
    found = list(_by_row(stage, uploaded, operation))
    for text in texts:
        if text.startswith(stage.sender.url):
            found.append(text.removeprefix(stage.sender.url))
        elif "/" in text and "://" not in text:
            found.append(f"/{text.lstrip('/')}")
    folders = [each.path.removesuffix("*") for each in stage.surface if each.path.endswith("/*")]
    names = [text.rpartition("/")[2] for text in texts if "." in text]
    found += [f"{folder}{name}" for folder in folders for name in (uploaded.upload.name, *names)]
    return [each for each in dict.fromkeys(found) if each.isascii() and each.isprintable()]


def _by_row(stage: Stage, uploaded: Uploaded, operation: Operation) -> Iterator[str]:
    below = operation.path.rstrip("/")
    for each in stage.surface:
        if each.method != "GET" or not each.names or not stage.surface.of_people(each):
            continue
        if not each.path.startswith(below) and len(each.names) > 1:
            continue
        path = each.path
        for name in each.names:
            value = uploaded.values.get(name) or uploaded.row.id_for(name)
            path = path.replace(f"{{{name}}}", quote(value) if value else f"{{{name}}}")
        if "{" not in path:
            yield path


def _texts(answer: object) -> Iterator[str]:
    if isinstance(answer, str):
        yield answer
    elif isinstance(answer, dict | list):
        for value in answer.values() if isinstance(answer, dict) else answer:
            yield from _texts(value)
