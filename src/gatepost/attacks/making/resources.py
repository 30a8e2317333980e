"""Rows that belong to somebody: made by the app's own operations, and named by its answers."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface

_FILES = frozenset(
    {"file", "document", "image", "photo", "picture", "attachment", "upload", "media"}
)
_IDS = ("id", "uuid", "uid", "key", "slug", "name", "token", "code", "filename")


@dataclass(frozen=True, slots=True)
class Row:
    """What an operation has made.

    Attributes:
        by: the operation that made it.
        values: of the parameters in the path of `by`.
        answer: the parsed answer.
        location: the `Location` header of the answer, if any.
    """

    by: Operation
    values: Mapping[str, str]
    answer: object
    location: str = ""
    sent: object = field(default=None)

    def id_for(self, parameter: str) -> str | None:
        """Return what an operation's path calls it by, for a parameter of that name."""
        if parameter in self.values:
            return self.values[parameter]
        for members in _tables(self.answer):
            for name in names_of(parameter):
                value = members.get(name)
                if isinstance(value, str | int) and not isinstance(value, bool):
                    return str(value)
        if isinstance(self.answer, str | int) and not isinstance(self.answer, bool):
            return str(self.answer)
        if self.location:
            return self.location.rstrip("/").rsplit("/", 1)[-1]
        if isinstance(self.sent, dict) and (value := self.sent.get(parameter)) is not None:
            return str(value)
        return None


def _tables(answer: object) -> Iterator[Mapping[str, object]]:
    """Yield the objects of an answer that may be the row: itself, and one level below."""
    if isinstance(answer, dict):
        yield answer
        for value in answer.values():
            if isinstance(value, dict):
                yield value
            elif isinstance(value, list) and value and isinstance(value[0], dict):
                yield value[0]
    elif isinstance(answer, list) and answer and isinstance(answer[0], dict):
        yield answer[0]


def names_of(parameter: str) -> tuple[str, ...]:
    """Return what an answer may call what a path calls `note_id`: `note_id`, `noteId`, `id`."""
    noun = noun_of(parameter)
    camel = re.sub(r"_([a-z])", lambda match: match[1].upper(), parameter)
    return (parameter, camel, f"{noun}_id", f"{noun}Id", *_IDS)


def noun_of(text: str) -> str:
    """Return the noun of a parameter or a segment, in the singular: `note_ids` is `note`."""
    noun = re.sub(r"(_?(id|uuid|key|slug|name|code)s?|Ids?)$", "", text).replace("-", "_").lower()
    if noun.endswith("ies"):
        return f"{noun[:-3]}y"
    if noun.endswith(("sses", "shes", "ches", "xes")):
        return noun[:-2]
    return noun if noun.endswith("ss") else noun.removesuffix("s")


def producer_of(surface: Surface, operation: Operation, parameter: str) -> Operation | None:
    """Return the operation that makes what a parameter of a path stands for.

    `POST /notes` makes the `{note_id}` of `/notes/{note_id}/…`; failing that, whatever makes
    something with its noun.
    """
    prefix = operation.path.split(f"/{{{parameter}}}", 1)[0]
    for path in (prefix, f"{prefix}/"):
        found = surface.find("POST", path)
        if found is not None:
            return found
    return maker_of(surface, noun_of(parameter) or noun_of(prefix.rsplit("/", 1)[-1]))


def maker_of(surface: Surface, noun: str) -> Operation | None:
    """Return an operation that makes something called by a noun, the shortest path first."""
    if not noun:
        return None
    makers = [each for each in surface if each.method in {"POST", "PUT"}]
    named = [each for each in makers if noun_of(_last_name(each.path)) == noun]
    answering = [each for each in makers if f"{noun}_id" in _members(each)]
    taking_files = [each for each in makers if noun in _FILES and takes_file(each)]
    for found in (*sorted(named, key=_length), *sorted(answering, key=_length), *taking_files):
        return found
    return None


def takes_file(operation: Operation) -> bool:
    """Whether a file is among what an operation takes."""
    if operation.body is None:
        return False
    schema = str(operation.body.schema)
    return "binary" in schema or "contentMediaType" in schema


def _length(operation: Operation) -> tuple[int, int]:
    return (len(operation.names), len(operation.path))


def _last_name(path: str) -> str:
    named = [part for part in path.strip("/").split("/") if not part.startswith("{")]
    return named[-1] if named else ""


def _members(operation: Operation) -> Mapping[str, object]:
    members = (operation.answers or {}).get("properties")
    return members if isinstance(members, dict) else {}


def parsed(body: bytes) -> object:
    """Return a JSON answer, or its text where it is none."""
    try:
        found: object = json.loads(body)
    except ValueError:
        return body.decode(errors="replace")
    return found
