"""What Gatepost answers on purpose where an app has additional fields or hooks."""

from tests.provider.our_answers import (
    BAD_CALLBACK,
    JSON,
    NO_CREDENTIALS,
    NO_USER,
    NOBODY,
    NOT_UPDATED,
    SET_COOKIE,
    Answer,
    no_text,
    refused,
)

_SEEN = "seen=%C3%A9%3B1; Max-Age=60; Path=/; HttpOnly; SameSite=Lax"
_NOT_TODAY = refused(403, "Not today", "NOT_TODAY")
_SIGN_IN = "POST /sign-in/email"


def _no(expected: str, name: str, received: str) -> Answer:
    message = f"[body.{name}] Invalid input: expected {expected}, received {received}"
    return refused(400, message, "VALIDATION_ERROR")


WRONG_TYPES: dict[str, Answer] = {
    "language a number": no_text("language", "number"),
    "language true": no_text("language", "boolean"),
    "language a list": no_text("language", "array"),
    "language an object": no_text("language", "object"),
    "age a text": _no("number", "age", "string"),
    "age a text of digits": _no("number", "age", "string"),
    "age true": _no("number", "age", "boolean"),
    "age an object": _no("number", "age", "object"),
    "newsletter a text": _no("boolean", "newsletter", "string"),
    "newsletter a number": _no("boolean", "newsletter", "number"),
    "born a number": no_text("born", "number"),
    "born an object": no_text("born", "object"),
}
WRONG_AT_SIGN_UP = {
    step: WRONG_TYPES[step]
    for step in ("language a number", "age a text", "newsletter a text", "born a number")
}
NULLS: dict[str, Answer] = {"null in place of a required default": _no("number", "visits", "null")}
REQUIRED: dict[str, Answer] = {"none": no_text("language", "null")}
# PostgreSQL refuses these at the original, too, which then says what Gatepost does.
UNSTORABLE: dict[str, Answer] = {"age a half": NO_USER, "nickname with a NUL": NO_USER}
ODD_DATES: dict[str, Answer] = {"born without a time zone": NO_USER}
UNSTORABLE_LATER: dict[str, Answer] = dict.fromkeys(
    ("age a half, later", "age beyond 32 bits, later", "nickname with a NUL, later"), NOT_UPDATED
)
ODD_DATES_LATER: dict[str, Answer] = dict.fromkeys(
    ("born without a time zone, later", "born in words, later", "born in a year, later"),
    NOT_UPDATED,
)
NO_DATES: dict[str, Answer] = dict.fromkeys(
    ("no day", "a day that is none", "an empty day"), NOT_UPDATED
)


def _told(
    answer: Answer,
    route: str,
    outcome: str = "answered",
    *,
    whose: str = "none",
    name: str = "none",
) -> Answer:
    """Return what an answer is after the hook `after`, which shows what it has seen."""
    headers, cookies = answer["headers"], answer.get("set-cookie", [])
    assert isinstance(headers, dict)
    assert isinstance(cookies, list)
    shown = {"x-route": route, "x-outcome": outcome, "x-new-session": whose, "x-name": name}
    return {**answer, "headers": {**headers, **shown}, "set-cookie": [*cookies, _SEEN]}


_NOBODY = _told(NOBODY, "GET /get-session")
_EXPOSED = {"access-control-expose-headers": "set-auth-token", "set-auth-token": "<signed>="}
_UPDATED: Answer = {
    "status": 200,
    "body": '{"status":true}',
    "headers": {**JSON, **_EXPOSED},
    "set-cookie": [SET_COOKIE],
}
_ONE_SESSION: Answer = {
    "status": 200,
    "body": '[{"expiresAt":"<now+604800s>","token":"<id>","createdAt":"<now>",'
    '"updatedAt":"<now>","ipAddress":"<ip>","userAgent":"","userId":"<id>","id":"<id>"}]',
    "headers": JSON,
}
NO_NEW_SESSION = {"a name": _told(_UPDATED, "POST /update-user", name="Lovelace")}
REPLACED_BODY = {
    "nothing left": _told(NO_CREDENTIALS, _SIGN_IN, "refused VALIDATION_ERROR"),
}
REPLACED_CALLBACK = {"to a page elsewhere": BAD_CALLBACK}
REFUSED_AFTER = {
    "a sign-in": _told(_NOT_TODAY, _SIGN_IN, whose="after@example.com"),
    "whose session": _NOBODY,
    "whose session then": _NOBODY,
    "and how many": _told(_ONE_SESSION, "GET /list-sessions"),
    "sign up refused@example.com": _told(
        _NOT_TODAY, "POST /sign-up/email", whose="refused@example.com", name="Ada"
    ),
    "of a refused sign-up": _NOBODY,
    "a session": _told(
        {**_NOT_TODAY, "headers": {**JSON, "pragma": "no-cache"}}, "GET /get-session"
    ),
    "a name": _told(_NOT_TODAY, "POST /update-user", name="Told"),
}
REFUSED_TWICE = {
    "what was refused already": _told(_NOT_TODAY, _SIGN_IN, "refused VALIDATION_ERROR"),
    "a wrong password": _told(_NOT_TODAY, _SIGN_IN, "refused INVALID_EMAIL_OR_PASSWORD"),
}
