"""What an app knows of its people beside name and address: Better Auth's `additionalFields`."""

import re
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from gatepost.errors import ConfigurationError

FieldType: TypeAlias = Literal["string", "number", "boolean", "date"]
FieldValue: TypeAlias = str | int | bool | datetime

# What PostgreSQL's `integer` holds, which the original's migration makes of a number.
LEAST_NUMBER, GREATEST_NUMBER = -(2**31), 2**31 - 1

# PostgreSQL cuts a longer name short; SQLite takes no other letters without a fight.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
_OWN_COLUMNS = ("id", "name", "email", "emailVerified", "image", "createdAt", "updatedAt")
_OF_OPERATORS = ("role", "banned", "banReason", "banExpires")
# What plugins of the original go by, where a server with them shares the table.
_OF_PLUGINS = ("twoFactorEnabled", "phoneNumberVerified", "isAnonymous")
# What bodies of sign-up and update-user say beside fields.
_OF_BODIES = (
    *("password", "rememberMe", "callbackURL", "redirectTo"),
    *("errorCallbackURL", "newUserCallbackURL", "userId"),
)
_PYTHON_TYPES: Mapping[FieldType, type[FieldValue]] = {
    "string": str,
    "number": int,
    "boolean": bool,
    "date": datetime,
}


@dataclass(frozen=True, slots=True)
class UserField:
    """One more thing to know of a person; a column of Better Auth's `user` table.

    A person writes it, so it never decides what they may do: that is what roles are for.

    Args:
        type: `string`, `number` (whole, of 32 bits), `boolean` or `date` (to the millisecond).
        required: whether a sign-up has to say it, and nobody can be without.
        default: what somebody has whose sign-up does not say it; a date needs a time zone.
        input: whether people may write it, at sign-up and in `/update-user`.
        returned: whether answers show it to them.
    """

    type: FieldType
    _: KW_ONLY
    required: bool = False
    default: FieldValue | None = None
    input: bool = True
    returned: bool = True


def check_user_fields(fields: Mapping[str, UserField]) -> None:
    """Refuse fields that Better Auth has already, or that nobody could sign up with.

    Raises:
        ConfigurationError: says which one, and what to write.
    """
    seen: set[str] = set()
    for name, field in fields.items():
        where = f"BuiltIn(user_fields={{{name!r}: …}})"
        _check_name(name, seen, where)
        _check_default(field, where)
        seen.add(name.lower())


def _check_name(name: str, seen: set[str], where: str) -> None:
    if _NAME.fullmatch(name) is None:
        raise ConfigurationError(
            f"{where}: write a name of letters, digits and underscores, a letter first, 63 at most."
        )
    # SQLite's columns have no case.
    if name.lower() in {each.lower() for each in _OF_OPERATORS}:
        raise ConfigurationError(
            f"{where}: what people may do is for operators to say, with `gatepost users`. Write "
            "another name for what people say of themselves."
        )
    taken = {each.lower() for each in (*_OWN_COLUMNS, *_OF_PLUGINS, *_OF_BODIES)} | seen
    if name.lower() in taken:
        raise ConfigurationError(f"{where}: that name is taken already. Write another one.")


def _check_default(field: UserField, where: str) -> None:
    if field.type not in _PYTHON_TYPES:
        raise ConfigurationError(f"{where}: write one of the types {', '.join(_PYTHON_TYPES)}.")
    if field.default is None:
        if field.required and not field.input:
            raise ConfigurationError(
                f"{where}: nobody could sign up, because the field is required and nobody may "
                "write it. Give it a default, or leave out required=True."
            )
        return
    # A bool is an int to Python, and no number to anybody else.
    if type(field.default) is not _PYTHON_TYPES[field.type] or not _is_storable(field.default):
        raise ConfigurationError(
            f"{where}: the default is no {field.type} that a database keeps. Write a text without "
            "NUL, a whole number of 32 bits, True or False, or a datetime with a time zone."
        )


def _is_storable(value: FieldValue) -> bool:
    if isinstance(value, datetime):
        return value.tzinfo is not None
    if isinstance(value, str):
        return "\x00" not in value
    return LEAST_NUMBER <= value <= GREATEST_NUMBER
