"""Rows that belong to somebody: made by the app's own operations, and named by its answers."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gatepost.attacks.making.nouns import names_of, noun_of
from gatepost.attacks.making.producers import last_name, maker_of, producer_of
from gatepost.attacks.targets.operation import Operation

__all__ = [
    "Row", "items_of", "maker_of", "names_of", "noun_of", "parsed", "producer_of", "tables_in",
]  # fmt: skip

_ENVELOPES = ("data", "result", "item", "payload", "response", "content")


@dataclass(frozen=True, slots=True)
class Row:
    """What an operation has made.

    Attributes:
        by: the operation that made it.
        values: of the parameters in the path of `by`.
        answer: the parsed answer.
        location: the `Location` header of the answer, if any.
        sent: the body that was sent.
    """

    by: Operation
    values: Mapping[str, str]
    answer: object
    location: str = ""
    sent: object = field(default=None)

    def id_for(self, parameter: str) -> str | None:
        """Return what an operation's path calls it by, for a parameter of that name."""
        if self.by.path.endswith(f"{{{parameter}}}") and parameter in self.values:
            return self.values[parameter]  # whoever made it chose it: `PUT /files/{name}`
        own = noun_of(parameter) or noun_of(last_name(self.by.path))
        for members in _likely(self.answer, own):
            for name in names_of(parameter):
                if (found := _as_id(members.get(name))) is not None:
                    return found
        if self.location:
            return self.location.split("?", 1)[0].rstrip("/").rsplit("/", 1)[-1]
        answered = _as_id(self.answer)
        if answered and " " not in answered.strip():
            return answered
        return _as_id(self.sent.get(parameter)) if isinstance(self.sent, dict) else None


def tables_in(answer: object, deepest: int = 4) -> Iterator[Mapping[str, object]]:
    """Yield every object of an answer, outer ones first."""
    if deepest <= 0:
        return
    if isinstance(answer, dict):
        yield answer
        answer = list(answer.values())
    if isinstance(answer, list):
        for each in answer:
            yield from tables_in(each, deepest - 1)


def items_of(answer: object) -> list[Mapping[str, object]]:
    """Return the rows of a list, which may be in an envelope: `{"items": […]}`."""
    if isinstance(answer, list):
        return [each for each in answer if isinstance(each, dict)]
    if isinstance(answer, dict):
        for value in answer.values():
            if isinstance(value, list | dict) and (found := items_of(value)):
                return found
    return []


def parsed(body: bytes) -> object:
    """Return a JSON answer, or its text where it is none."""
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")
    return found


def _likely(answer: object, noun: str) -> Iterator[Mapping[str, object]]:
    """Yield the objects of an answer that may be the row: itself, then what is named as it is."""
    if isinstance(answer, list):
        yield from (each for each in answer[:1] if isinstance(each, dict))
        return
    if not isinstance(answer, dict):
        return
    inner = {name: value for name, value in answer.items() if isinstance(value, dict)}
    named = [value for name, value in inner.items() if noun_of(name) == noun]
    enveloped = [inner[name] for name in _ENVELOPES if name in inner]
    yield from (*named, answer, *enveloped, *inner.values())
    for value in (*enveloped, answer):
        for lists in value.values():
            if isinstance(lists, list) and lists and isinstance(lists[0], dict):
                yield lists[0]
            if isinstance(lists, dict) and value is not answer:
                yield lists


def _as_id(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
