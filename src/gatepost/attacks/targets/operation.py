"""One way into an app: a method and a path, and what it takes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Schema: TypeAlias = Mapping[str, object]
"""A JSON Schema, its references resolved."""

Where: TypeAlias = Literal["path", "query", "header", "cookie"]

_PARAMETER = re.compile(r"\{([^{}:]+)(?::[^{}]*)?\}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What is taken from the path, the query, a header or a cookie."""

    name: str
    where: Where
    schema: Schema
    required: bool


@dataclass(frozen=True, slots=True)
class Body:
    """What is taken from the body."""

    media_type: str
    schema: Schema
    required: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where the handler is written."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Operation:
    """A method and a path of the app.

    Attributes:
        method: the HTTP method, or `WEBSOCKET`.
        path: as declared, `/notes/{note_id}`, without converters.
        place: where the handler is written, where that can be seen.
        in_schema: whether the app's OpenAPI shows it.
        answers: the JSON Schema of its successful answer, where declared.
        folder: the directory that is served below it, where it is one and that can be seen.
        scopes: those that a token has to have, each a set of which one is enough; none where there
            is a way in without.
        max_age: seconds, after which a sign-in is too old for it (RFC 9470), where declared.
    """

    method: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    place: Place | None = None
    in_schema: bool = True
    answers: Schema | None = None
    folder: str | None = None
    scopes: tuple[frozenset[str], ...] = ()
    max_age: int | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters of the path, in order."""
        return tuple(_PARAMETER.findall(self.path))

    @property
    def changes(self) -> bool:
        """Whether it may change something (RFC 9110, section 9.2.1)."""
        return self.method in {"POST", "PUT", "PATCH", "DELETE"}

    @property
    def is_websocket(self) -> bool:
        """Whether it is opened by an upgrade."""
        return self.method == "WEBSOCKET"

    def taken(self, where: Where) -> tuple[Parameter, ...]:
        """Return what it takes from one place."""
        return tuple(each for each in self.parameters if each.where == where)


def plain_path(path: str) -> str:
    """Return a path without the converters: `/files/{path:path}` is `/files/{path}`."""
    return _PARAMETER.sub(r"{\1}", path)
