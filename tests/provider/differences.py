"""Where Gatepost answers other than Better Auth 1.7.25, on purpose, and why.

Besides these: every answer but those of `/jwks` and `/ok` says `Cache-Control: no-store`
(`test_answers.py`), `ipAddress` is the peer's and not X-Forwarded-For's, and access tokens carry
`sub`, `sid`, `iat`, `exp`, `iss` and `aud` alone.
"""

from dataclasses import dataclass

Answer = dict[str, object]
_JSON = {"content-type": "application/json"}
_UNKNOWN_PATH: Answer = {"status": 404, "body": ""}
_NOBODY: Answer = {"status": 200, "body": "null", "headers": {**_JSON, "pragma": "no-cache"}}
_SET_COOKIE = "better-auth.session_token=<signed>; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax"


@dataclass(frozen=True, slots=True)
class Difference:
    """What Gatepost answers instead."""

    why: str
    answer: Answer
    databases: tuple[str, ...] = ("sqlite", "postgresql")


def _refused(status: int, message: str, code: str) -> Answer:
    body = f'{{"message":"{message}","code":"{code}"}}'
    return {"status": status, "body": body, "headers": _JSON}


def _user(email: str) -> str:
    return (
        f'{{"name":"Ada","email":"{email}","emailVerified":false,"image":null,'
        '"createdAt":"<now>","updatedAt":"<now>","id":"<id>"}'
    )


def _session(email: str, *, seconds: int = 604_800) -> Answer:
    body = (
        f'{{"session":{{"expiresAt":"<now+{seconds}s>","token":"<id>","createdAt":"<now>",'
        f'"updatedAt":"<now>","ipAddress":"<ip>","userAgent":"","userId":"<id>","id":"<id>"}},'
        f'"user":{_user(email)}}}'
    )
    headers = {
        **_JSON,
        "pragma": "no-cache",
        "access-control-expose-headers": "set-auth-jwt",
        "set-auth-jwt": "<jwt>",
    }
    return {"status": 200, "body": body, "headers": headers}


def _redirected(url: str, location: str) -> Answer:
    user = _user("callback@example.com")
    body = f'{{"redirect":true,"token":"<id>","url":"{url}","user":{user}}}'
    headers = {**_JSON, "location": location}
    return {"status": 200, "body": body, "headers": headers, "set-cookie": [_SET_COOKIE]}


_BAD_CALLBACK = _refused(403, "Invalid callbackURL", "INVALID_CALLBACK_URL")
_NO_USER = _refused(422, "Failed to create user", "FAILED_TO_CREATE_USER")
_NOT_ASCII = (
    "a header holds Latin-1 at most: the original sends é as one byte that is no UTF-8, and fails "
    "with 500 on the rest, after making the session; Location goes percent-encoded (RFC 3987)"
)
_RIDDLE = (
    "only a URL with no backslash, no control character and its authority written out is taken, so "
    "that it need not be known which parser reads it next"
)
_DOT_SEGMENTS = "a path is the one that was sent or none; proxies and logs see what we see"
_NUL = "PostgreSQL cannot store it (there the original answers as Gatepost does on either)"
_SIBLING = (
    "a page on a sibling domain can put a cookie of this name before ours; with the first alone "
    "looked at it signs the user out. Every value with a good signature counts"
)
_LONG_EMAIL = "RFC 5321, 4.5.3.1.3; PostgreSQL's unique index ends at 2,700 bytes, with a 500"

DIFFERENCES: dict[str, dict[str, Difference]] = {
    "cookies": {
        "loose base64": Difference(
            "one signature, one spelling (CWE-1289); only a forger writes another", _NOBODY
        ),
        "bad, then good": Difference(_SIBLING, _session("cookie@example.com")),
        "empty, then good": Difference(_SIBLING, _session("cookie@example.com")),
    },
    "sign-up bodies": {
        "deep": Difference(
            "Python's parser refuses to go as deep, which is as well: no body here nests",
            _refused(400, "Invalid JSON in request body", "BAD_REQUEST"),
        ),
    },
    "callback URLs": {
        "/é": Difference(_NOT_ASCII, _redirected("/é", "/%C3%A9")),
        "/€": Difference(_NOT_ASCII, _redirected("/€", "/%E2%82%AC")),
        "https://friend.example/é€": Difference(
            _NOT_ASCII,
            _redirected("https://friend.example/é€", "https://friend.example/%C3%A9%E2%82%AC"),
        ),
        r"https://friend.example/\u000d\u000aX: y": Difference(
            "the original fails with 500, after making the session", _BAD_CALLBACK
        ),
        r"https:\t//friend.example": Difference(_RIDDLE, _BAD_CALLBACK),
        "https:/friend.example": Difference(_RIDDLE, _BAD_CALLBACK),
        "https:friend.example": Difference(_RIDDLE, _BAD_CALLBACK),
        r"https:\\\\friend.example": Difference(_RIDDLE, _BAD_CALLBACK),
        r"https://friend.example\\@evil.example": Difference(_RIDDLE, _BAD_CALLBACK),
        "https://friend%2eexample/": Difference(_RIDDLE, _BAD_CALLBACK),
    },
    "paths and methods": {
        "GET /x/../ok": Difference(_DOT_SEGMENTS, _UNKNOWN_PATH),
        "GET /./ok": Difference(_DOT_SEGMENTS, _UNKNOWN_PATH),
        "GET /%2e/ok": Difference(_DOT_SEGMENTS, _UNKNOWN_PATH),
        "GET /x/%2E%2e/ok": Difference(_DOT_SEGMENTS, _UNKNOWN_PATH),
        "GET /../auth/ok": Difference(_DOT_SEGMENTS, _UNKNOWN_PATH),
        "GET /ok#x": Difference(_DOT_SEGMENTS, _UNKNOWN_PATH),
    },
    "states of the database": {
        "unreadable hash": Difference(
            "a hash of another kind is a wrong password and an event, not a 500",
            _refused(401, "Invalid email or password", "INVALID_EMAIL_OR_PASSWORD"),
        ),
    },
    "short session without its cookie": {
        "does it slide": Difference(
            "the original knows a session that is not to be remembered by a second cookie; who "
            "leaves that one out turns one day into seven. Here its row says it",
            _session("lost@example.com", seconds=86_400),
        ),
    },
    "odd texts": {
        "NUL in the name": Difference(_NUL, _NO_USER, ("sqlite",)),
        "NUL in the image": Difference(_NUL, _NO_USER, ("sqlite",)),
        "long email": Difference(
            _LONG_EMAIL, _refused(400, "[body.email] Invalid email address", "VALIDATION_ERROR")
        ),
        "long email signs in": Difference(
            _LONG_EMAIL, _refused(400, "Invalid email", "INVALID_EMAIL")
        ),
        "a megabyte and more": Difference(
            "the original reads a body of any size",
            _refused(413, "Request body is too large", "PAYLOAD_TOO_LARGE"),
        ),
    },
}
