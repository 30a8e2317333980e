"""Where an extended sign-up differs from Better Auth's: additional fields, and hooks."""

from tests.provider import extended_answers as extended
from tests.provider.difference import Difference
from tests.provider.our_answers import Answer

_FIELD_TYPE = "an additional field of another type than its own, or null where it is required"
_FIELD_VALUE = (
    "a number of an additional field that is not whole or beyond 32 bits, a text of one with a NUL"
)
_FIELD_DATE = "a date of an additional field"
_BODY_OF_BEFORE = "a body that `before` returns"
_CALLBACK_OF_BEFORE = "where a body that `before` returns sends the browser"
_REFUSED_AFTER = "a refusal of `after`, and an error in it"
_REFUSED_TWICE = "a refusal of `after` of what the route has refused"
_NEW_SESSION = "the new session that `after` sees"


def _each(
    row: str, answers: dict[str, Answer], databases: tuple[str, ...] = ("sqlite", "postgresql")
) -> dict[str, Difference]:
    return {step: Difference(row, answer, databases) for step, answer in answers.items()}


EXTENDED: dict[str, dict[str, Difference]] = {
    "additional fields in an update": {
        **_each(_FIELD_TYPE, extended.NULLS),
        **_each(_FIELD_DATE, extended.NO_DATES),
    },
    "additional fields of the wrong type": _each(_FIELD_TYPE, extended.WRONG_AT_SIGN_UP),
    "additional fields that cannot be kept": {
        **_each(_FIELD_VALUE, extended.UNSTORABLE, ("sqlite",)),
        **_each(_FIELD_DATE, extended.ODD_DATES),
    },
    "updates of the wrong type": {
        **_each(_FIELD_TYPE, extended.WRONG_TYPES),
        **_each(_FIELD_VALUE, extended.UNSTORABLE_LATER),
        **_each(_FIELD_DATE, extended.ODD_DATES_LATER),
    },
    "required fields": _each(_FIELD_TYPE, extended.REQUIRED),
    "hooks at each route": _each(_NEW_SESSION, extended.NO_NEW_SESSION),
    "before changes the body": {
        **_each(_BODY_OF_BEFORE, extended.REPLACED_BODY),
        **_each(_CALLBACK_OF_BEFORE, extended.REPLACED_CALLBACK),
    },
    "after refuses": {
        **_each(_REFUSED_AFTER, extended.REFUSED_AFTER),
        **_each(_REFUSED_TWICE, extended.REFUSED_TWICE),
    },
}
