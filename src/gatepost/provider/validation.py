"""Checking bodies against schemas that are data, in the words of zod, which the original uses."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from gatepost.errors import BadRequest
from gatepost.provider.exchange import ABSENT

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


@dataclass(frozen=True, slots=True)
class Field:
    """A member of a body; one that is not required may be absent, but not null."""

    name: str
    kind: type[str] | type[bool] = str
    required: bool = True
    check: Callable[[str], str | None] = _anything


@dataclass(frozen=True, slots=True)
class Schema:
    """What a body must be.

    Attributes:
        optional: whether there need be no body at all.
        record: whether zod checks it a second time, as a record.
    """

    fields: tuple[Field, ...]
    optional: bool = False
    record: bool = False


SIGN_UP = Schema(
    (
        Field("name"),
        Field("email", check=_email),
        Field("password", check=_not_empty),
        Field("image", required=False),
        Field("callbackURL", required=False),
        Field("rememberMe", bool, required=False),
    ),
    record=True,
)
SIGN_IN = Schema(
    (
        Field("email"),
        Field("password"),
        Field("callbackURL", required=False),
        Field("rememberMe", bool, required=False),
    )
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
SIGN_OUT = Schema(
    (
        Field("callbackURL", required=False),
        Field("disableRedirect", bool, required=False),
        Field("state", required=False),
    ),
    optional=True,
)


class ValidBody:
    """A body that its schema has let through."""

    def __init__(self, members: Mapping[str, object]) -> None:
        self._members = members

    def text(self, name: str) -> str:
        """Return a required string."""
        value = self._members[name]
        if not isinstance(value, str):
            raise TypeError(f"the schema let {name} through")
        return value

    def optional_text(self, name: str) -> str | None:
        """Return a string, or None where there is none."""
        return self.text(name) if name in self._members else None

    def is_false(self, name: str) -> bool:
        """Whether it was said, and was false."""
        return self._members.get(name) is False


def validate(schema: Schema, body: object, place: str = "body") -> ValidBody:
    """Let a body through, or say all that is wrong with it, as the original words it.

    Args:
        schema: what it must be.
        body: as it was parsed.
        place: `query` where it is one.

    Raises:
        BadRequest: with code VALIDATION_ERROR.
    """
    if body is ABSENT and schema.optional:
        return ValidBody({})
    if not isinstance(body, Mapping):
        expected = ("object", "record") if schema.record else ("object",)
        received = _type_name(body)
        raise _invalid(
            f"[body] Invalid input: expected {one}, received {received}" for one in expected
        )
    problems = [
        f"[{place}.{field.name}] {problem}"
        for field in schema.fields
        if (problem := _problem(field, body.get(field.name, ABSENT))) is not None
    ]
    if problems:
        raise _invalid(problems)
    return ValidBody(body)


def _problem(field: Field, value: object) -> str | None:
    if value is ABSENT and not field.required:
        return None
    if not isinstance(value, field.kind):
        expected = "string" if field.kind is str else "boolean"
        return f"Invalid input: expected {expected}, received {_type_name(value)}"
    return field.check(value) if isinstance(value, str) else None


def _invalid(problems: Iterable[str]) -> BadRequest:
    return BadRequest("; ".join(problems), code="VALIDATION_ERROR")


def _type_name(value: object) -> str:
    if isinstance(value, float) and math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    names = {bool: "boolean", float: "number", str: "string", list: "array", dict: "object"}
    if value is ABSENT:
        return "undefined"
    return "null" if value is None else names[type(value)]
