"""Which additional user fields an app may have."""

from datetime import UTC, datetime
from typing import cast

import pytest

from gatepost import BuiltIn, ConfigurationError, UserField
from gatepost.user_fields import FieldType

_TEXT = UserField("string")
_REFUSED: dict[str, tuple[dict[str, UserField], str]] = {
    "one of Better Auth's own": ({"email": _TEXT}, "taken"),
    "in another case": ({"EMAILVERIFIED": _TEXT}, "taken"),
    "the key": ({"id": _TEXT}, "taken"),
    "twice, to SQLite": ({"plan": _TEXT, "Plan": _TEXT}, "taken"),
    "a member of the body": ({"password": _TEXT}, "taken"),
    "where to go": ({"callbackURL": _TEXT}, "taken"),
    "a role": ({"role": _TEXT}, "gatepost users"),
    "a ban": ({"Banned": UserField("boolean", input=False)}, "gatepost users"),
    "why banned": ({"banReason": _TEXT}, "gatepost users"),
    "a second factor": ({"twoFactorEnabled": UserField("boolean")}, "taken"),
    "no name": ({"": _TEXT}, "letters"),
    "a statement": ({'x" text; DROP TABLE "user': _TEXT}, "letters"),
    "JavaScript's own": ({"__proto__": _TEXT}, "letters"),
    "other letters": ({"größe": _TEXT}, "letters"),
    "a name that is cut": ({"a" * 64: _TEXT}, "letters"),
    "no type": ({"x": UserField(cast("FieldType", "json"))}, "types"),
    "nobody could": ({"x": UserField("string", required=True, input=False)}, "nobody could"),
    "another type's default": ({"x": UserField("string", default=1)}, "default"),
    "a bool is no number": ({"x": UserField("number", default=True)}, "default"),
    "a number is no bool": ({"x": UserField("boolean", default=1)}, "default"),
    "too great": ({"x": UserField("number", default=2**31)}, "default"),
    "a NUL": ({"x": UserField("string", default="a\0b")}, "default"),
    "no time zone": ({"x": UserField("date", default=datetime(1815, 12, 10))}, "default"),  # noqa: DTZ001 - that is the case
}  # fmt: skip


@pytest.mark.parametrize("case", _REFUSED)
def test_a_field_that_cannot_be_is_refused(case: str) -> None:
    """What Better Auth has already, what operators say, and what nobody could have is not taken."""
    fields, said = _REFUSED[case]
    with pytest.raises(ConfigurationError, match=said) as refused:
        BuiltIn(user_fields=fields)
    assert "BuiltIn(user_fields={" in str(refused.value)


def test_a_field_of_each_type_is_taken() -> None:
    """Each type has its default, and a required field that nobody writes has one."""
    fields = {
        "language": UserField("string", default=""),
        "visits": UserField("number", required=True, input=False, default=0),
        "newsletter": UserField("boolean", default=False),
        "since": UserField("date", default=datetime(1815, 12, 10, tzinfo=UTC)),
        "a" * 63: UserField("string", required=True),
    }
    assert BuiltIn(user_fields=fields).user_fields == fields
