"""Files that are the whole body of a request, with their name in the path or the query."""

import re
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, urlencode

from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage, with_fields
from gatepost.attacks.targets.operation import Operation, Parameter

_NAME = re.compile(r"^((file|object|blob|asset|image|document|upload)_?)?(name|path|key)$|^file$")
_STRUCTURED = ("json", "form", "xml")
_MARK = "gatepost-name"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is sent.

    Attributes:
        name: that the client gives it.
        kind: the media type that the client says.
    """

    name: str
    kind: str
    content: bytes


def takes_raw(operation: Operation) -> bool:
    """Whether a body may be a file as it is: said to be one, or not said and with a name for it."""
    if operation.body is not None:
        return not any(kind in operation.body.media_type for kind in _STRUCTURED)
    return name_of(operation) is not None


def is_a_guess(operation: Operation) -> bool:
    """Whether nothing says that the body is a file but a parameter that is called as one."""
    return operation.body is None


def name_of(operation: Operation) -> Parameter | None:
    """Return the parameter that is the file's name, where there is one."""
    last = operation.names[-1:]
    return next(
        (each for each in operation.parameters
         if _NAME.search(each.name.lower())
         and (each.where == "query" or (each.where == "path" and each.name in last))),
        None,
    )  # fmt: skip


def send_raw(
    stage: Stage, operation: Operation, person: Person, what: Upload
) -> tuple[Exchange, dict[str, str]]:
    """Send a file as the body; returns the answer, and the parameters that name the file.

    Raises:
        Inconclusive: the rest of the request cannot be prepared.
    """
    slot = name_of(operation)
    in_path = slot is not None and slot.where == "path"
    marked = {slot.name: _MARK} if slot is not None and in_path else None
    prepared = stage.prepare(operation, person, values=marked)
    target = prepared.request.target
    if in_path:
        target = target.replace(_MARK, quote(what.name, safe="%"))
    elif slot is not None:
        path, _, query = target.partition("?")
        target = f"{path}?{urlencode({**dict(parse_qsl(query)), slot.name: what.name})}"
    typed = with_fields(prepared.request, ("Content-Type", what.kind))
    exchange = stage.send(replace(typed, target=target, body=what.content), person)
    named = {} if slot is None else {slot.name: what.name}
    return exchange, {**prepared.values, **named}
