"""Checking bodies and queries against schemas that are data, in the words of zod, as the original.

What is a list, a record or one of several stands in `shapes.py`.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from gatepost.errors import BadRequest
from gatepost.provider.bodies import well_formed
from gatepost.provider.exchange import ABSENT

# A body of a mebibyte could have half a million of them.
_PROBLEMS_TOLD = 100

# RFC 5321, section 4.5.3.1.3: a path has 256 octets, of which two are its brackets.
_MAXIMUM_EMAIL = 254
# The addresses that zod's `email()` takes.
_EMAIL = re.compile(
    r"(?:[A-Za-z0-9_'+\-]+\.)*[A-Za-z0-9_'+\-]*[A-Za-z0-9_+\-]"
    r"@(?:[A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}"
)


def is_email(text: str) -> bool:
    """Whether `text` is an address that an account can have."""
    return len(text) <= _MAXIMUM_EMAIL and _EMAIL.fullmatch(text) is not None


def _email(text: str) -> str | None:
    return None if is_email(text) else "Invalid email address"


def _not_empty(text: str) -> str | None:
    return None if text else "Too small: expected string to have >=1 characters"


def _anything(_text: str) -> str | None:
    return None


class Shape(Protocol):
    """What a value must be."""

    def problems(self, value: object, at: str) -> Iterator[str]:
        """Say what is wrong with a value, each with its place; `at` is the value's own."""


Kind = type[str] | type[bool] | type[float] | Shape


@dataclass(frozen=True, slots=True)
class Field:
    """A member of an object; one that is not required may be absent, but null only if nullable."""

    name: str
    kind: Kind = str
    required: bool = True
    check: Callable[[str], str | None] = _anything
    nullable: bool = False

    def problems(self, value: object, at: str) -> Iterator[str]:
        """Say what is wrong with the member."""
        if (value is ABSENT and not self.required) or (value is None and self.nullable):
            return
        yield from kind_problems(self.kind, value, at)
        if isinstance(value, str) and (problem := self.check(value)) is not None:
            yield f"[{at}] {problem}"


@dataclass(frozen=True, slots=True)
class Schema:
    """An object and its members; what else it has is ignored.

    Attributes:
        optional: whether it may be absent.
        expected: as what zod checks it, one after the other: an object, a record.
    """

    fields: tuple[Field, ...] = ()
    optional: bool = False
    expected: tuple[str, ...] = ("object",)

    def problems(self, value: object, at: str) -> Iterator[str]:
        """Say what is wrong with the object, or with each of its members."""
        if value is ABSENT and self.optional:
            return
        if not isinstance(value, Mapping):
            yield from (wrong_type(kind, value, at) for kind in self.expected)
            return
        for field in self.fields:
            yield from field.problems(value.get(field.name, ABSENT), f"{at}.{field.name}")


class Anything:
    """A body or a query that is not looked at."""

    def problems(self, _value: object, _at: str) -> Iterator[str]:
        """Find nothing wrong."""
        return iter(())


ANYTHING = Anything()

SIGN_UP = Schema(
    (
        Field("name"),
        Field("email", check=_email),
        Field("password", check=_not_empty),
        Field("image", required=False),
        Field("callbackURL", required=False),
        Field("rememberMe", bool, required=False),
    ),
    expected=("object", "record"),
)
SIGN_IN = Schema(
    (
        Field("email"),
        Field("password"),
        Field("callbackURL", required=False),
        Field("rememberMe", bool, required=False),
    )
)
SIGN_OUT = Schema(
    (
        Field("callbackURL", required=False),
        Field("disableRedirect", bool, required=False),
        Field("state", required=False),
    ),
    optional=True,
)
SEND_VERIFICATION_EMAIL = Schema(
    (Field("email", check=_email), Field("callbackURL", required=False))
)
VERIFY_EMAIL = Schema((Field("token"), Field("callbackURL", required=False)))
REQUEST_PASSWORD_RESET = Schema((Field("email", check=_email), Field("redirectTo", required=False)))
RESET_PASSWORD_CALLBACK = Schema((Field("callbackURL"),))
RESET_PASSWORD = Schema((Field("newPassword"), Field("token", required=False)))
RESET_PASSWORD_QUERY = Schema((Field("token", required=False),))
CHANGE_EMAIL = Schema((Field("newEmail", check=_email), Field("callbackURL", required=False)))
DELETE_USER = Schema(
    (
        Field("callbackURL", required=False),
        Field("password", required=False),
        Field("token", required=False),
    )
)
DELETE_USER_CALLBACK = Schema((Field("token"), Field("callbackURL", required=False)))
REVOKE_SESSION = Schema((Field("token"),))
CHANGE_PASSWORD = Schema(
    (
        Field("newPassword"),
        Field("currentPassword"),
        Field("revokeOtherSessions", bool, required=False),
    )
)
VERIFY_PASSWORD = Schema((Field("password"),))
UPDATE_USER = Schema(
    (Field("name", required=False), Field("image", required=False, nullable=True)),
    expected=("record",),
)
UPDATE_SESSION = Schema(expected=("record",))
UNLINK_ACCOUNT = Schema((Field("accountId"),))


class ValidBody:
    """A body that its schema has let through."""

    def __init__(self, members: Mapping[str, object]) -> None:
        self.members = members

    def text(self, name: str) -> str:
        """Return a required string."""
        value = self.members[name]
        if not isinstance(value, str):
            raise TypeError(f"the schema let {name} through")
        return value

    def optional_text(self, name: str) -> str | None:
        """Return a string, or None where there is none."""
        return None if self.members.get(name) is None else self.text(name)

    def says(self, name: str) -> bool:
        """Whether it was said at all, if only null."""
        return name in self.members

    def is_truthy(self, name: str) -> bool:
        """Whether JavaScript takes it for true; it does so for an empty list or object."""
        value = self.members.get(name)
        return bool(value) or isinstance(value, list | dict)

    def is_false(self, name: str) -> bool:
        """Whether it was said, and was false."""
        return self.members.get(name) is False

    def is_true(self, name: str) -> bool:
        """Whether it was said, and was true."""
        return self.members.get(name) is True


def validate(shape: Shape, value: object, place: str = "body") -> ValidBody:
    """Let a body through, or say what is wrong with it, as the original words it.

    Args:
        shape: what it must be.
        value: as it was parsed.
        place: `query` where it is one.

    Raises:
        BadRequest: with code VALIDATION_ERROR.
    """
    problems = list(islice(shape.problems(value, place), _PROBLEMS_TOLD))
    if problems:
        raise _invalid(problems)
    return ValidBody(value if isinstance(value, Mapping) else {})


def kind_problems(kind: Kind, value: object, at: str) -> Iterator[str]:
    """Say what is wrong with a value that is to be of a kind."""
    if not isinstance(kind, type):
        yield from kind.problems(value, at)
    elif not isinstance(value, kind) or (isinstance(value, float) and math.isinf(value)):
        expected = {str: "string", bool: "boolean", float: "number"}[kind]
        yield wrong_type(expected, value, at)


def wrong_type(expected: str, value: object, at: str) -> str:
    """Say that a value is of another type than `expected`, JavaScript's name for it."""
    return f"[{at}] Invalid input: expected {expected}, received {_type_name(value)}"


def _invalid(problems: Iterable[str]) -> BadRequest:
    # Names of members are the caller's.
    return BadRequest(well_formed("; ".join(problems)), code="VALIDATION_ERROR")


def _type_name(value: object) -> str:
    if isinstance(value, float) and math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    names = {bool: "boolean", float: "number", str: "string", list: "array", dict: "object"}
    if value is ABSENT:
        return "undefined"
    return "null" if value is None else names[type(value)]
