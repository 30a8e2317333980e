"""Transport, 1 to 19: whether a credential is looked for in the one right place, and first."""

from gatepost.attacks.answers import Expected
from gatepost.attacks.catalogue.attack import Attack, RequestAttack
from gatepost.attacks.wire import Fields

_R0, _R2, _CLOSED = Expected.R0, Expected.R2, Expected.CLOSED
_6750 = "RFC 6750, section 3.1"
_6750_2 = "RFC 6750, section 2.1"
_9110 = "RFC 9110, section 11.6.2"
_6265 = "RFC 6265, section 4.2.1"
_API1 = "OWASP API Security 2023, API2"
_OVERSIZE = "a" * 16_000
_FORM = ("Content-Type", "application/x-www-form-urlencoded")
_JSON = ("Content-Type", "application/json")


def _authorization(*values: str | bytes) -> Fields:
    return tuple(("Authorization", value) for value in values)


def _headers(
    number: int | str, name: str, expected: Expected, source: str, cwe: int, *variants: Fields
) -> tuple[RequestAttack, ...]:
    return tuple(
        RequestAttack(f"{number}.{index}", name, expected, source, cwe, fields=fields)
        for index, fields in enumerate(variants, 1)
    )


def _cookies(*pairs: str) -> tuple[Fields, ...]:
    return tuple((("Cookie", pair),) for pair in pairs)


def _paths(
    number: int, name: str, expected: Expected, source: str, cwe: int, *targets: str
) -> tuple[RequestAttack, ...]:
    return tuple(
        RequestAttack(f"{number}.{index}", name, expected, source, cwe, target=target)
        for index, target in enumerate(targets, 1)
    )


# What a trusted proxy might set and a stranger must not (12).
_SPOOFS: tuple[Fields, ...] = tuple(
    ((name, value),)
    for name, value in (
        ("X-User-Id", "1"),
        ("X-Forwarded-User", "admin"),
        ("X-Remote-User", "admin"),
        ("Remote-User", "admin"),
        ("X-Auth-Request-Email", "admin@example.com"),
        ("X-Original-URL", "{public}"),
        ("X-Rewrite-URL", "{public}"),
        ("X-Original-Method", "OPTIONS"),
        ("X-HTTP-Method-Override", "OPTIONS"),
        ("X-Method-Override", "GET"),
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Forwarded-Prefix", "{public}"),
        ("X-Script-Name", "{public}"),
        ("Forwarded", "for=127.0.0.1;host=localhost"),
        ("Proxy-Authorization", "Bearer {token}"),
        ("X-Authorization", "Bearer {token}"),
        ("X-Access-Token", "{token}"),
        ("Sec-WebSocket-Protocol", "gatepost, bearer.{token}"),
        ("Origin", "{origin}"),
        ("Host", "localhost"),
    )
)

_HEADERS = (
    *_headers(1, "no header", _R0, _6750, 306, ()),
    *_headers(
        2, "empty or bare scheme", _R0, _6750, 306,
        _authorization(""), _authorization("Bearer"), _authorization("Bearer "),
    ),
    *_headers(
        3, "another scheme", _R0, _6750, 287,
        _authorization("Basic YWRhOnNlY3JldA=="), _authorization("Digest username=ada"),
        _authorization("Token {token}"), _authorization("{token}"),
        _authorization("BearerX {token}"), _authorization("Bearer\t{token}"),
    ),
    *_headers(
        4, "scheme in mixed case", Expected.OK, "RFC 9110, section 11.1", 178,
        _authorization("bEaReR {token}"), _authorization("Bearer   {token}"),
    ),
    *_headers(
        5, "two Authorization headers", _R2, _9110, 436,
        _authorization("Bearer {token}", "Bearer nonsense"),
        _authorization("Bearer nonsense", "Bearer {token}"),
        _authorization("Bearer {token}", "Bearer {token}"),
        _authorization("Basic YTpi", "Bearer {token}"), _authorization("", "Bearer {token}"),
    ),
    *_headers(
        6, "two tokens in one header", _R2, _6750_2, 436,
        _authorization("Bearer {token} b"), _authorization("Bearer a {token}"),
        _authorization("Bearer a,Bearer {token}"), _authorization("Bearer {token}, Bearer a"),
        _authorization("Bearer {token},"), _authorization('Bearer "{token}"'),
    ),
    *_headers(
        9, "token in a cookie", _R0, "OWASP ASVS 5.0, V3.5.1", 352,
        (("Cookie", "access_token={token}"),), (("Cookie", "token={token}; jwt={token}"),),
        (("Cookie", "Authorization=Bearer {token}"),),
        (("Cookie", "better-auth.session_token={session_token}"),),
        (("Cookie", "__Host-gatepost={token}"),),
    ),
    *_headers(
        10, "oversize token", _R2, _6750, 770,
        _authorization(f"Bearer {_OVERSIZE}"), _authorization("Bearer {token}" + _OVERSIZE),
    ),
    *_headers(
        11, "bytes that no token has", _R2, _6750_2, 20,
        _authorization(b"Bearer \xff\xfe"), _authorization("Bearer {token}\xe9"),
        _authorization("Bearer {token}!!!!"), _authorization('Bearer {"payload":"e30"}'),
        _authorization("Bearer e30=.{token}"),
    ),
    *_headers(12, "identity or route in a header", _CLOSED, _API1, 290, *_SPOOFS),
)  # fmt: skip

_BODIES = (
    RequestAttack(
        "7.1", "token in the query", _R0, "RFC 9700, section 4.3.2", 598, "14.2.1",
        target="{path}?access_token={token}&token={token}",
    ),
    RequestAttack(
        "8.1", "token in a form", _R0, "RFC 6750, section 2.2", 522, method="POST", fields=(_FORM,),
        body=b"access_token={token}",
    ),
    *(
        RequestAttack(
            f"11.{name}", "control byte", Expected.BAD_REQUEST, "RFC 9110, section 5.5", 20,
            fields=_authorization(b"Bearer a" + byte + b"b"),
        )
        for name, byte in (("NUL", b"\x00"), ("CR", b"\r"), ("ESC", b"\x1b"), ("DEL", b"\x7f"))
    ),
    *(
        RequestAttack(f"13.{verb}", "another verb", _R0, "RFC 9110, section 9", 650, method=verb)
        for verb in ("HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "DEBUG", "get", "PURGE")
    ),
    RequestAttack(
        "15.1", "malformed body", _R0, "RFC 9110, section 9.3.3", 696, method="POST",
        fields=(_JSON,), body=b'{"title":',
    ),
    RequestAttack(
        "15.2", "huge body announced and not sent", _R0, "CWE-770", 770, method="POST",
        fields=(_JSON,), announced=10**9,
    ),
    RequestAttack(
        "15.3", "chunked body that never ends", _R0, "CWE-770", 770, method="POST",
        fields=(_JSON, ("Transfer-Encoding", "chunked")), body=b"1\r\n{\r\n",
    ),
    RequestAttack(
        "15.4", "waits to be asked for its body", _R0, "RFC 9110, section 10.1.1", 770,
        method="POST", fields=(_JSON, ("Expect", "100-continue")), announced=10**6,
    ),
)  # fmt: skip

_NAMES = (
    *_paths(
        14, "path in another spelling", _CLOSED, "RFC 3986, section 6; CWE-41", 41,
        "{path}/", "{path}//", "/{path}", "{path}%2f", "{path}/.", "{path}/..", "/x/..{path}",
        "/./{path}", "{path};x=1", "{path}?", "{path}%0a", "{path}%0d%0a", "{path}%00", "{path}%20",
        "{path}.json", "{path}%3f", "{path}%23", "/%2e%2e{path}", "/%252e%252e{path}",
        "http://evil.example{path}", "//evil.example{path}", "\\{path}", "{public}/..{path}",
        "{public}%2f..{path}", "{public}/%2e%2e{path}", "{public};{path}", "{public}%0a{path}",
        "{mount}/..{path}", "{mount}/..%2f..{path}", "{mount}{path}",
        "{UPPER}", "{encoded}",
    ),
    *_paths(
        18, "documentation, files and folders", _CLOSED, "OWASP ASVS 5.0, V13.4", 552,
        "/redoc", "/docs/", "/docs/oauth2-redirect", "/openapi.yaml", "/assets", "/assets/",
        "/assets/../index.html", "/assets/%2e%2e/%2e%2e/app.py", "/swagger/", "/.env",
        "/.git/config", "/.gatepost/secret", "/gatepost.db", "/static/app.py", "/index.html/",
    ),
    *_paths(
        19, "unknown path", _R0, "OWASP ASVS 5.0, V8.3.1", 204,
        "/api/nothing-of-that-name", "/nothing", "/api", "/{{}}", "/%", "/%zz", "/%ff", "*",
    ),
)  # fmt: skip

# Not one request: a conversation, which the kit's runner has with the websocket under attack.
WEBSOCKETS = (
    Attack("16.1", "websocket without a token", _R0, "RFC 6455, section 10.5", 306, "4.4.3"),
    Attack("16.2", "websocket with a bad token", Expected.R1, "RFC 6455, 10.5", 287, "4.4.3"),
    Attack("16.3", "websocket with its token in the query", _R0, "RFC 9700, 4.3.2", 598, "14.2.1"),
    Attack("16.4", "websocket with two tokens", _R2, _9110, 436),
    Attack(
        "16.5",
        "websocket with its token as a protocol",
        Expected.OK,
        "RFC 6455, 1.9",
        287,
        "4.4.3",
        does="the token is accepted, and the answer does not repeat it",
    ),
    Attack("16.6", "websocket with its token in the header", Expected.OK, "RFC 6750, 2.1", 287),
    Attack(
        "17.1", "websocket of a foreign page", Expected.FORBIDDEN, "RFC 6455, 10.2", 1385, "4.4.2"
    ),
)

TRANSPORT = (*_HEADERS, *_BODIES, *_NAMES)

_GOOD, _EMPTY = ("Cookie", "__Host-gatepost={token}"), ("Cookie", "__Host-gatepost=")
_BEARER = ("Authorization", "Bearer {token}")
_LOOK_ALIKES = (
    "__host-gatepost", "__HOST-GATEPOST", "__Host-Gatepost", "__Host-gatepost2", "gatepost",
    "x__Host-gatepost", "__Host_gatepost", "__Secure-gatepost", "__Host-gatepost[]", "$Version",
    "$__Host-gatepost", '"__Host-gatepost"', "__Host%2dgatepost", "%5f%5fHost-gatepost",
    "\xa0__Host-gatepost", "__Host-gatepost\xa0", "\x85__Host-gatepost", "__Host-gatepost.",
    "\xe2\x80\x80__Host-gatepost", "\xef\xbb\xbf__Host-gatepost", "__Host\xe2\x80\x90gatepost",
    "a=b, __Host-gatepost", "a=b&__Host-gatepost", "a=b __Host-gatepost", "a=__Host-gatepost",
    "$Version=1,__Host-gatepost", "=__Host-gatepost", "__Host-gatepost:", "access_token",
)  # fmt: skip
_NO_TOKENS = (
    "", '"{token}"', "{token} {token}", "{token},", "e30=.{token}", "Bearer {token}", "{token}%00",
    "{token}\xe9", "=", '{"a":1}', "{token}\\", "{token}=a",
)  # fmt: skip

# Against an app in cookie mode, where the access cookie is a credential.
COOKIE_MODE = (
    *_headers(
        "4.c", "access cookie among others", Expected.OK, _6265, 178, (("Cookie", "a=b"), _GOOD),
        *_cookies("a=b; __Host-gatepost={token}", "__Host-gatepost={token};a=b; c"),
    ),
    *_headers(
        "5.c", "access cookie and bearer token", _R2, _9110, 436,
        (_GOOD, _BEARER), (_BEARER, _GOOD), (_GOOD, _BEARER, _BEARER), (_EMPTY, _BEARER),
        (("Cookie", "__Host-gatepost=a.b.c"), _BEARER), (_GOOD, ("Authorization", "Bearer a.b.c")),
    ),
    *_headers(
        "6.c", "access cookie twice", _R2, _6265, 436, (_GOOD, _GOOD), (_GOOD, _EMPTY),
        (("Cookie", "__Host-gatepost=a.b.c"), _GOOD), (_GOOD, ("Cookie", "__Host-gatepost")),
        *_cookies("__Host-gatepost={token}; a=b; __Host-gatepost =x"),
        *_cookies("__Host-gatepost={token}; __Host-gatepost={token}"),
    ),
    *_headers(
        "9.c", "what looks like the access cookie", _R0, "RFC 6265bis, section 4.1.3.2", 565,
        *_cookies(*(f"{name}={{token}}" for name in _LOOK_ALIKES)),
        (("Cookie2", "__Host-gatepost={token}"),), (("Set-Cookie", "__Host-gatepost={token}"),),
        (("X-Cookie", "__Host-gatepost={token}"),), (("__Host-gatepost", "{token}"),),
    ),
    *_headers("10.c", "oversize access cookie", _R2, _6265, 770, _cookies(_GOOD[1] + _OVERSIZE)[0]),
    *_headers(
        "11.c", "access cookie that holds no token", _R2, _6265, 20,
        *_cookies(*(f"__Host-gatepost={value}" for value in _NO_TOKENS)),
        *_cookies("__Host-gatepost", 'a="; __Host-gatepost={token}"'),
    ),
)  # fmt: skip
