"""Where Gatepost answers other than Better Auth does, on purpose.

Why is said in the table of docs/reference/better-auth-differences.md, which also has what no
conversation can show.
"""

from tests.provider.difference import Difference
from tests.provider.extended_differences import EXTENDED
from tests.provider.our_answers import (
    BAD_CALLBACK,
    BAD_ORIGIN,
    DELETED,
    EXPIRED_COOKIES,
    INVALID_PASSWORD,
    INVALID_TOKEN,
    JSON,
    NO_CREDENTIALS,
    NO_USER,
    NOBODY,
    NOT_UPDATED,
    SET_COOKIE,
    SIGNED_OUT,
    TOO_MANY,
    UNKNOWN_PATH,
    forgotten,
    no_text,
    redirected,
    refused,
    sent,
    session,
    signed_in,
    user,
)

# Rows of the table in docs/reference/better-auth-differences.md, by their first column.
_SPELLING = "spelling of a cookie's signature"
_SIBLING = "several session cookies of one name"
_NEVER_SLIDES = "a session with `rememberMe: false`"
_BOUNDED = "a body over 1 MiB; a form over 1,000 fields; JSON over 100 deep"
_NOT_ASCII = "`callbackURL` beyond ASCII"
_RIDDLE = (
    "`callbackURL` with a backslash, a control character, `https:host`, an encoded host, "
    "two slashes in a root-relative path (`/.//host`)"
)
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
_APP_LINK = "a link into an app, as `myapp://done`"
_OF_ADMIN = "`role`, `banned`, `banReason`, `banExpires`, with the `admin` plugin"
_LONG_EMAIL = "an e-mail address over 254 characters"


DIFFERENCES: dict[str, dict[str, Difference]] = {
    **EXTENDED,
    "cookies": {
        "loose base64": Difference(_SPELLING, NOBODY),
        "bad, then good": Difference(_SIBLING, session("cookie@example.com")),
        "empty, then good": Difference(_SIBLING, session("cookie@example.com")),
    },
    "stale sessions": {
        "with a cache of the session": Difference(
            _STALE_CACHE,
            {
                "status": 200,
                "body": '{"status":true}',
                "headers": JSON,
                "set-cookie": [
                    "better-auth.session_data=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax",
                    SET_COOKIE,
                ],
            },
        ),
    },
    "own profile": {
        "name a number": Difference(_PROFILE, no_text("name", "number")),
        "name null": Difference(_PROFILE, no_text("name", "null")),
        "name true": Difference(_PROFILE, no_text("name", "boolean")),
        "name an object": Difference(_PROFILE, no_text("name", "object")),
        "name an array": Difference(_PROFILE, no_text("name", "array")),
        "image a number": Difference(_PROFILE, no_text("image", "number")),
        "image false": Difference(_PROFILE, no_text("image", "boolean")),
        "image an object": Difference(_PROFILE, no_text("image", "object")),
        "name with a NUL": Difference(_NUL, NOT_UPDATED),
        "image with a NUL": Difference(_NUL, NOT_UPDATED),
    },
    "own profile, not remembered": {
        "name, second cookie left out": Difference(_NEVER_SLIDES, forgotten('{"status":true}')),
    },
    "own password, not remembered": {
        "its session": Difference(
            _NEVER_SLIDES, session("brief-password@example.com", seconds=86_400)
        ),
        "and others, second cookie left out": Difference(
            _NEVER_SLIDES,
            forgotten(f'{{"token":"<id>","user":{user("brief-password@example.com")}}}'),
        ),
    },
    "no password of one's own": {
        "verify an unreadable hash": Difference(_UNREADABLE, INVALID_PASSWORD),
        "change an unreadable hash": Difference(_UNREADABLE, INVALID_PASSWORD),
    },
    "bearer": {
        "a second spelling": Difference(_SPELLING, NOBODY),
    },
    "bearer grows old": {
        "does it slide": Difference(
            _NEVER_SLIDES, session("bearer-old@example.com", seconds=86_400)
        ),
    },
    "sign-up bodies": {
        "deep": Difference(_BOUNDED, refused(400, "Invalid JSON in request body", "BAD_REQUEST")),
    },
    "forms": {
        "a thousand fields and one": Difference(
            _BOUNDED, refused(400, "Invalid form in request body", "BAD_REQUEST")
        ),
    },
    "origins elsewhere": {
        "own origin by its other name": Difference(_LOOPBACK, SIGNED_OUT),
    },
    "origins by another Host": {
        "forwarded from https": Difference(_FORWARDED, NO_CREDENTIALS),
    },
    "origins by pattern": {
        "https://preview-a.b.apps.example": Difference(_PATTERNS, BAD_ORIGIN),
        "https://*.friend.example": Difference(_PATTERNS, BAD_ORIGIN),
    },
    "callback URLs by pattern": {
        "https://preview-a.b.apps.example": Difference(_PATTERNS, BAD_CALLBACK),
        "https://*.friend.example": Difference(_PATTERNS, BAD_CALLBACK),
    },
    "callback URLs": {
        "/é": Difference(_NOT_ASCII, redirected("/é", "/%C3%A9")),
        "/€": Difference(_NOT_ASCII, redirected("/€", "/%E2%82%AC")),
        "https://friend.example/é€": Difference(
            _NOT_ASCII,
            redirected("https://friend.example/é€", "https://friend.example/%C3%A9%E2%82%AC"),
        ),
        r"/\ud800": Difference(_SURROGATE, redirected("/\ufffd", "/%EF%BF%BD")),
        r"https://friend.example/\u000d\u000aX: y": Difference(_RIDDLE, BAD_CALLBACK),
        r"https:\t//friend.example": Difference(_RIDDLE, BAD_CALLBACK),
        "/.//evil.example": Difference(_RIDDLE, BAD_CALLBACK),
        "/..//evil.example": Difference(_RIDDLE, BAD_CALLBACK),
        "https:/friend.example": Difference(_RIDDLE, BAD_CALLBACK),
        "https:friend.example": Difference(_RIDDLE, BAD_CALLBACK),
        r"https:\\\\friend.example": Difference(_RIDDLE, BAD_CALLBACK),
        r"https://friend.example\\@evil.example": Difference(_RIDDLE, BAD_CALLBACK),
        "https://friend%2eexample/": Difference(_RIDDLE, BAD_CALLBACK),
    },
    "verification tokens of nobody's making": {
        "without an end": Difference(_OTHER_TOKENS, INVALID_TOKEN),
        "without a user": Difference(_OTHER_TOKENS, INVALID_TOKEN),
        "without an address": Difference(_OTHER_TOKENS, INVALID_TOKEN),
        "a change of no kind": Difference(_OTHER_TOKENS, INVALID_TOKEN),
        "what these send": Difference(_OTHER_TOKENS, {"mails": []}),
    },
    "links into apps": {
        **{
            url: Difference(_APP_LINK, BAD_CALLBACK)
            for url in ("myapp:path", "myapp:/path", "myapp://ada@x/", "myapp://é/")
        },
        "myapp://x/é ü": Difference(
            _NOT_ASCII, redirected("myapp://x/é ü", "myapp://x/%C3%A9 %C3%BC")
        ),
    },
    "another address of somebody unverified": {
        "to the page": Difference(_NOT_ASCII, sent("/%C3%A9")),
    },
    "an address that is taken": {
        "taken meanwhile": Difference(
            _TAKEN_MEANWHILE, refused(401, "Failed to update user", "FAILED_TO_UPDATE_USER")
        ),
        "taken meanwhile, to a page": Difference(
            _TAKEN_MEANWHILE, sent("/x?error=FAILED_TO_UPDATE_USER")
        ),
    },
    "a reset that keeps the sessions": {
        "the session of before": Difference(_RESET_ENDS, {**NOBODY, "set-cookie": EXPIRED_COOKIES}),
    },
    "somebody else's deletion": {
        "then cat": Difference(_OTHERS_DELETION, DELETED),
    },
    "paths and methods": {
        "GET /x/../ok": Difference(_DOT_SEGMENTS, UNKNOWN_PATH),
        "GET /./ok": Difference(_DOT_SEGMENTS, UNKNOWN_PATH),
        "GET /%2e/ok": Difference(_DOT_SEGMENTS, UNKNOWN_PATH),
        "GET /x/%2E%2e/ok": Difference(_DOT_SEGMENTS, UNKNOWN_PATH),
        "GET /../auth/ok": Difference(_DOT_SEGMENTS, UNKNOWN_PATH),
        "GET /ok#x": Difference(_DOT_SEGMENTS, UNKNOWN_PATH),
    },
    "banned, and verified by mail": {
        "sign up banned.unverified@example.com": Difference(
            _OF_ADMIN,
            {
                "status": 200,
                "body": f'{{"token":null,"user":{user("banned.unverified@example.com")}}}',
                "headers": JSON,
            },
        )
    },
    "bans": {
        "sign up banned@example.com": Difference(_OF_ADMIN, signed_in("banned@example.com")),
        **{
            step: Difference(_OF_ADMIN, signed_in("banned@example.com", '"redirect":false,'))
            for step in (
                "the ban has expired",
                "and is lifted",
                "not banned, whatever the rest says",
            )
        },
    },
    "limits and a header from anybody": {
        "a fourth address": Difference(_ADDRESS, TOO_MANY),
        "no header": Difference(_ADDRESS, TOO_MANY),
        "made up again": Difference(_MADE_UP, TOO_MANY),
    },
    "states of the database": {
        "unreadable hash": Difference(
            _UNREADABLE,
            refused(401, "Invalid email or password", "INVALID_EMAIL_OR_PASSWORD"),
        ),
    },
    "short session without its cookie": {
        "does it slide": Difference(
            _NEVER_SLIDES,
            session("lost@example.com", seconds=86_400),
        ),
    },
    "a brief session, not remembered": {
        "its end": Difference(_NEVER_SLIDES, session("briefer@example.com", seconds=21_600)),
        "without its second cookie": Difference(
            _NEVER_SLIDES, session("briefer@example.com", seconds=14_400, age=7200)
        ),
    },
    "odd texts": {
        "NUL in the name": Difference(_NUL, NO_USER, ("sqlite",)),
        "NUL in the image": Difference(_NUL, NO_USER, ("sqlite",)),
        "long email": Difference(
            _LONG_EMAIL, refused(400, "[body.email] Invalid email address", "VALIDATION_ERROR")
        ),
        "long email signs in": Difference(
            _LONG_EMAIL, refused(400, "Invalid email", "INVALID_EMAIL")
        ),
        "a megabyte and more": Difference(
            _BOUNDED,
            refused(413, "Request body is too large", "PAYLOAD_TOO_LARGE"),
        ),
    },
}
