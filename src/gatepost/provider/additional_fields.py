"""Additional user fields in bodies and in answers, as the original parses and shows them."""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from gatepost.errors import BadRequest
from gatepost.provider.validation import Kind, ValidBody, kind_problems
from gatepost.store.look_up import Found
from gatepost.store.tables import iso_milliseconds
from gatepost.store.user_columns import user_table
from gatepost.user_fields import (
    GREATEST_NUMBER,
    LEAST_NUMBER,
    FieldType,
    FieldValue,
    UserField,
)

Values = Mapping[str, FieldValue | None]
_KINDS: Mapping[FieldType, Kind] = {"string": str, "number": float, "boolean": bool, "date": str}
# RFC 3339 with what ECMAScript allows beside it: no seconds, or the date alone, in UTC then.
_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?", re.ASCII
)


class Unstorable(Exception):
    """A value of the right type that PostgreSQL cannot keep."""


@dataclass(frozen=True, slots=True)
class Additional:
    """What somebody has of the additional fields.

    Attributes:
        values: all of them, as a row has them.
        shown: those that people get to see, as JSON has them.
    """

    values: Values = dataclasses.field(default_factory=dict)
    shown: Mapping[str, object] = dataclasses.field(default_factory=dict)


class AdditionalFields:
    """The fields that a deployment has beside Better Auth's own.

    Attributes:
        user: the table with their columns.

    Args:
        fields: by name, in the order in which answers show them.
    """

    def __init__(self, fields: Mapping[str, UserField]) -> None:
        self._fields = dict(fields)
        self.user = user_table(fields)

    def created(self, body: ValidBody) -> Additional:
        """Return what somebody who signs up has, defaults included.

        Raises:
            BadRequest: one is missing, not theirs to write, or of another type.
            Unstorable: a value cannot be kept.
        """
        return self._having(
            {name: _created(name, field, body) for name, field in self._fields.items()}
        )

    def updated(self, body: ValidBody) -> Values:
        """Return what somebody changes of their own.

        Raises:
            BadRequest: one is not theirs to write, or of another type.
            Unstorable: a value cannot be kept.
        """
        said = [(name, self._fields[name]) for name in self._fields if body.says(name)]
        for name, field in said:
            if not field.input and body.is_truthy(name):
                raise _not_allowed(name)
        return {name: _value(name, field, body) for name, field in said if field.input}

    def of_row(self, row: Found) -> Additional:
        """Read what a row of `user` has of them."""
        return self._having({name: row[self.user.c[name]] for name in self._fields})

    def _having(self, values: Values) -> Additional:
        shown = {
            name: iso_milliseconds(value) if isinstance(value, datetime) else value
            for name, value in values.items()
            if self._fields[name].returned
        }
        return Additional(values, shown)


NO_FIELDS = AdditionalFields({})


def storable(text: str) -> str:
    """Return a text.

    Raises:
        Unstorable: it cannot be kept.
    """
    if "\x00" in text:
        raise Unstorable  # PostgreSQL's text cannot hold it
    return text


def _created(name: str, field: UserField, body: ValidBody) -> FieldValue | None:
    if not field.input:
        if field.default is None and body.is_truthy(name):
            raise _not_allowed(name)
        return field.default
    if not body.says(name):
        if field.required and field.default is None:
            raise BadRequest(f"{name} is required", code="MISSING_FIELD")
        return field.default
    # The original takes null for a required field as if nothing had been said.
    if body.members[name] is None and field.required and field.default is not None:
        return field.default
    return _value(name, field, body)


def _not_allowed(name: str) -> BadRequest:
    return BadRequest(f"{name} is not allowed to be set", code="FIELD_NOT_ALLOWED")


def _value(name: str, field: UserField, body: ValidBody) -> FieldValue | None:
    value = body.members[name]
    if value is None and not field.required:
        return None
    problem = next(kind_problems(_KINDS[field.type], value, f"body.{name}"), None)
    if problem is not None:
        raise BadRequest(problem, code="VALIDATION_ERROR")
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return _number(value)
    text = body.text(name)
    return _date(text) if field.type == "date" else storable(text)


def _number(number: float) -> int:
    if not number.is_integer() or not LEAST_NUMBER <= number <= GREATEST_NUMBER:
        raise Unstorable
    return int(number)


def _date(text: str) -> datetime:
    if _DATE.fullmatch(text) is None:
        raise Unstorable
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise Unstorable from error
