"""Where Gatepost answers other than Better Auth does, on purpose.

Why is said in the table of docs/reference/better-auth-differences.md, which also has what no
conversation can show.
"""

from dataclasses import dataclass

Answer = dict[str, object]
_JSON = {"content-type": "application/json"}
_UNKNOWN_PATH: Answer = {"status": 404, "body": ""}
_NOBODY: Answer = {"status": 200, "body": "null", "headers": {**_JSON, "pragma": "no-cache"}}
_SET_COOKIE = "better-auth.session_token=<signed>; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax"

_SIGNED_OUT: Answer = {
    "status": 200,
    "body": '{"success":true}',
    "headers": _JSON,
    "set-cookie": [
        f"better-auth.{name}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"
        for name in ("session_token", "session_data", "dont_remember")
    ],
}


@dataclass(frozen=True, slots=True)
class Difference:
    """What Gatepost answers instead.

    Attributes:
        row: of the table, by its first column.
        databases: on which; on the others the original answers as Gatepost does.
    """

    row: str
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


def _forgotten(body: str) -> Answer:
    """An answer that sets the cookies of a session that ends with the browser."""
    cookies = [
        "better-auth.session_token=<signed>; Path=/; HttpOnly; SameSite=Lax",
        "better-auth.dont_remember=<signed true>; Path=/; HttpOnly; SameSite=Lax",
    ]
    return {"status": 200, "body": body, "headers": _JSON, "set-cookie": cookies}


def _no_text(name: str, received: str) -> Difference:
    message = f"[body.{name}] Invalid input: expected string, received {received}"
    return Difference(_PROFILE, _refused(400, message, "VALIDATION_ERROR"))


def _redirected(url: str, location: str) -> Answer:
    user = _user("callback@example.com")
    body = f'{{"redirect":true,"token":"<id>","url":"{url}","user":{user}}}'
    headers = {**_JSON, "location": location}
    return {"status": 200, "body": body, "headers": headers, "set-cookie": [_SET_COOKIE]}


def _sent(location: str) -> Answer:
    return {"status": 302, "body": "", "headers": {**_JSON, "location": location}}


def _signed_in(email: str, more: str = "") -> Answer:
    body = f'{{{more}"token":"<id>","user":{_user(email)}}}'
    return {"status": 200, "body": body, "headers": _JSON, "set-cookie": [_SET_COOKIE]}


_NO_CREDENTIALS = _refused(
    400,
    "[body.email] Invalid input: expected string, received undefined; "
    "[body.password] Invalid input: expected string, received undefined",
    "VALIDATION_ERROR",
)
_EXPIRED_COOKIES = _SIGNED_OUT["set-cookie"]
_DELETED: Answer = {
    "status": 200,
    "body": '{"success":true,"message":"User deleted"}',
    "headers": _JSON,
    "set-cookie": _EXPIRED_COOKIES,
}
_INVALID_TOKEN = _refused(401, "Invalid token", "INVALID_TOKEN")
_BAD_ORIGIN = _refused(403, "Invalid origin", "INVALID_ORIGIN")
_TOO_MANY: Answer = {
    "status": 429,
    "body": '{"message":"Too many requests. Please try again later."}',
    "headers": {**_JSON, "x-retry-after": "<60 s>"},
}
_BAD_CALLBACK = _refused(403, "Invalid callbackURL", "INVALID_CALLBACK_URL")
_NO_USER = _refused(422, "Failed to create user", "FAILED_TO_CREATE_USER")
_NOT_UPDATED = _refused(422, "Failed to update user", "FAILED_TO_UPDATE_USER")
_INVALID_PASSWORD = _refused(400, "Invalid password", "INVALID_PASSWORD")
# Rows of the table in docs/reference/better-auth-differences.md, by their first column.
_SPELLING = "spelling of a cookie's signature"
_SIBLING = "several session cookies of one name"
_NEVER_SLIDES = "a session with `rememberMe: false`"
_BOUNDED = "a body over 1 MiB; a form over 1,000 fields; JSON nested too deep"
_NOT_ASCII = "`callbackURL` beyond ASCII"
_RIDDLE = "`callbackURL` with a backslash, a control character, `https:host`, an encoded host"
_DOT_SEGMENTS = "dot segments and `#` in the path"
_UNREADABLE = "an unreadable password hash"
_NUL = "NUL in a name or picture"
_SURROGATE = "a lone surrogate in a text"
_LOOPBACK = "the names of this machine, on a loopback base URL"
_PATTERNS = "a pattern among the trusted origins"
_FORWARDED = "`X-Forwarded-Proto`"
_OTHER_TOKENS = (
    "a link about an address that names no user, no address, no end or no kind of change"
)
_TAKEN_MEANWHILE = "an address that was taken while the link to it was under way"
_OTHERS_DELETION = "the link that deletes an account, followed by somebody else"
_RESET_ENDS = "after a password reset"
_PROFILE = "a name or picture that is no text, at `/update-user`"
_STALE_CACHE = "a cookie cache that is cleared as the session slides, at a route of one's own"
_ADDRESS = "address of a request, for its session and its limits"
_MADE_UP = "paths that there are not"
_OF_ADMIN = "`role`, `banned`, `banReason`, `banExpires`, with the `admin` plugin"
_LONG_EMAIL = "an e-mail address over 254 characters"

DIFFERENCES: dict[str, dict[str, Difference]] = {
    "cookies": {
        "loose base64": Difference(_SPELLING, _NOBODY),
        "bad, then good": Difference(_SIBLING, _session("cookie@example.com")),
        "empty, then good": Difference(_SIBLING, _session("cookie@example.com")),
    },
    "stale sessions": {
        "with a cache of the session": Difference(
            _STALE_CACHE,
            {
                "status": 200,
                "body": '{"status":true}',
                "headers": _JSON,
                "set-cookie": [
                    "better-auth.session_data=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax",
                    _SET_COOKIE,
                ],
            },
        ),
    },
    "own profile": {
        "name a number": _no_text("name", "number"),
        "name null": _no_text("name", "null"),
        "name true": _no_text("name", "boolean"),
        "name an object": _no_text("name", "object"),
        "name an array": _no_text("name", "array"),
        "image a number": _no_text("image", "number"),
        "image false": _no_text("image", "boolean"),
        "image an object": _no_text("image", "object"),
        "name with a NUL": Difference(_NUL, _NOT_UPDATED),
        "image with a NUL": Difference(_NUL, _NOT_UPDATED),
    },
    "own profile, not remembered": {
        "name, second cookie left out": Difference(_NEVER_SLIDES, _forgotten('{"status":true}')),
    },
    "own password, not remembered": {
        "its session": Difference(
            _NEVER_SLIDES, _session("brief-password@example.com", seconds=86_400)
        ),
        "and others, second cookie left out": Difference(
            _NEVER_SLIDES,
            _forgotten(f'{{"token":"<id>","user":{_user("brief-password@example.com")}}}'),
        ),
    },
    "no password of one's own": {
        "verify an unreadable hash": Difference(_UNREADABLE, _INVALID_PASSWORD),
        "change an unreadable hash": Difference(_UNREADABLE, _INVALID_PASSWORD),
    },
    "bearer": {
        "a second spelling": Difference(_SPELLING, _NOBODY),
    },
    "bearer grows old": {
        "does it slide": Difference(
            _NEVER_SLIDES, _session("bearer-old@example.com", seconds=86_400)
        ),
    },
    "sign-up bodies": {
        "deep": Difference(_BOUNDED, _refused(400, "Invalid JSON in request body", "BAD_REQUEST")),
    },
    "forms": {
        "a thousand fields and one": Difference(
            _BOUNDED, _refused(400, "Invalid form in request body", "BAD_REQUEST")
        ),
    },
    "origins elsewhere": {
        "own origin by its other name": Difference(_LOOPBACK, _SIGNED_OUT),
    },
    "origins by another Host": {
        "forwarded from https": Difference(_FORWARDED, _NO_CREDENTIALS),
    },
    "origins by pattern": {
        "https://preview-a.b.apps.example": Difference(_PATTERNS, _BAD_ORIGIN),
        "https://*.friend.example": Difference(_PATTERNS, _BAD_ORIGIN),
    },
    "callback URLs by pattern": {
        "https://preview-a.b.apps.example": Difference(_PATTERNS, _BAD_CALLBACK),
        "https://*.friend.example": Difference(_PATTERNS, _BAD_CALLBACK),
    },
    "callback URLs": {
        "/é": Difference(_NOT_ASCII, _redirected("/é", "/%C3%A9")),
        "/€": Difference(_NOT_ASCII, _redirected("/€", "/%E2%82%AC")),
        "https://friend.example/é€": Difference(
            _NOT_ASCII,
            _redirected("https://friend.example/é€", "https://friend.example/%C3%A9%E2%82%AC"),
        ),
        r"/\ud800": Difference(_SURROGATE, _redirected("/\ufffd", "/%EF%BF%BD")),
        r"https://friend.example/\u000d\u000aX: y": Difference(_RIDDLE, _BAD_CALLBACK),
        r"https:\t//friend.example": Difference(_RIDDLE, _BAD_CALLBACK),
        "https:/friend.example": Difference(_RIDDLE, _BAD_CALLBACK),
        "https:friend.example": Difference(_RIDDLE, _BAD_CALLBACK),
        r"https:\\\\friend.example": Difference(_RIDDLE, _BAD_CALLBACK),
        r"https://friend.example\\@evil.example": Difference(_RIDDLE, _BAD_CALLBACK),
        "https://friend%2eexample/": Difference(_RIDDLE, _BAD_CALLBACK),
    },
    "verification tokens of nobody's making": {
        "without an end": Difference(_OTHER_TOKENS, _INVALID_TOKEN),
        "without a user": Difference(_OTHER_TOKENS, _INVALID_TOKEN),
        "without an address": Difference(_OTHER_TOKENS, _INVALID_TOKEN),
        "a change of no kind": Difference(_OTHER_TOKENS, _INVALID_TOKEN),
        "what these send": Difference(_OTHER_TOKENS, {"mails": []}),
    },
    "another address of somebody unverified": {
        "to the page": Difference(_NOT_ASCII, _sent("/%C3%A9")),
    },
    "an address that is taken": {
        "taken meanwhile": Difference(
            _TAKEN_MEANWHILE, _refused(401, "Failed to update user", "FAILED_TO_UPDATE_USER")
        ),
        "taken meanwhile, to a page": Difference(
            _TAKEN_MEANWHILE, _sent("/x?error=FAILED_TO_UPDATE_USER")
        ),
    },
    "a reset that keeps the sessions": {
        "the session of before": Difference(
            _RESET_ENDS, {**_NOBODY, "set-cookie": _EXPIRED_COOKIES}
        ),
    },
    "somebody else's deletion": {
        "then cat": Difference(_OTHERS_DELETION, _DELETED),
    },
    "paths and methods": {
        "GET /x/../ok": Difference(_DOT_SEGMENTS, _UNKNOWN_PATH),
        "GET /./ok": Difference(_DOT_SEGMENTS, _UNKNOWN_PATH),
        "GET /%2e/ok": Difference(_DOT_SEGMENTS, _UNKNOWN_PATH),
        "GET /x/%2E%2e/ok": Difference(_DOT_SEGMENTS, _UNKNOWN_PATH),
        "GET /../auth/ok": Difference(_DOT_SEGMENTS, _UNKNOWN_PATH),
        "GET /ok#x": Difference(_DOT_SEGMENTS, _UNKNOWN_PATH),
    },
    "bans": {
        "sign up banned@example.com": Difference(_OF_ADMIN, _signed_in("banned@example.com")),
        **{
            step: Difference(_OF_ADMIN, _signed_in("banned@example.com", '"redirect":false,'))
            for step in (
                "the ban has expired",
                "and is lifted",
                "not banned, whatever the rest says",
            )
        },
    },
    "limits and a header from anybody": {
        "a fourth address": Difference(_ADDRESS, _TOO_MANY),
        "no header": Difference(_ADDRESS, _TOO_MANY),
        "made up again": Difference(_MADE_UP, _TOO_MANY),
    },
    "states of the database": {
        "unreadable hash": Difference(
            _UNREADABLE,
            _refused(401, "Invalid email or password", "INVALID_EMAIL_OR_PASSWORD"),
        ),
    },
    "short session without its cookie": {
        "does it slide": Difference(
            _NEVER_SLIDES,
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
            _BOUNDED,
            _refused(413, "Request body is too large", "PAYLOAD_TOO_LARGE"),
        ),
    },
}
