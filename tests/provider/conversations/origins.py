"""Which pages may act for the person who has them open."""

from tests.provider.oracle.deployment import SECURE
from tests.provider.oracle.steps import SIGN_IN, SIGN_UP, Conversation, Step, get, post

_ORIGINS: tuple[tuple[str, dict[str, str]], ...] = (
    ("no origin, no cookie", {}),
    ("own origin", {"origin": "<<origin>>"}),
    ("trusted origin", {"origin": "https://friend.example"}),
    ("foreign origin", {"origin": "https://evil.example"}),
    ("null origin", {"origin": "null"}),
    ("empty origin", {"origin": ""}),
    ("origin with a path", {"origin": "<<origin>>/path"}),
    ("prefix of the origin", {"origin": "<<origin>>.evil.example"}),
    ("other port", {"origin": "http://127.0.0.1:1"}),
    ("other scheme", {"origin": "http://friend.example"}),
    ("not an origin", {"origin": "%%%"}),
    ("relative origin", {"origin": "/"}),
    ("own referer", {"referer": "<<origin>>/page?x"}),
    ("foreign referer", {"referer": "https://evil.example/<<origin>>"}),
    ("foreign origin, own referer", {"origin": "https://evil.example", "referer": "<<origin>>/"}),
    ("null origin, own referer", {"origin": "null", "referer": "<<origin>>/"}),
    ("null origin, same-origin", {"origin": "null", "sec_fetch_site": "same-origin"}),
    ("no origin, same-origin", {"sec_fetch_site": "same-origin"}),
    (
        "own origin, same-origin",
        {"origin": "<<origin>>", "sec_fetch_site": "same-origin", "sec_fetch_mode": "cors"},
    ),
    (
        "cross-site navigation",
        {
            "origin": "https://evil.example",
            "sec_fetch_site": "cross-site",
            "sec_fetch_mode": "navigate",
        },
    ),
    (
        "cross-site navigation from a trusted page",
        {
            "origin": "https://friend.example",
            "sec_fetch_site": "cross-site",
            "sec_fetch_mode": "navigate",
        },
    ),
    (
        "cross-site fetch from a trusted page",
        {
            "origin": "https://friend.example",
            "sec_fetch_site": "cross-site",
            "sec_fetch_mode": "cors",
        },
    ),
    (
        "cross-site fetch",
        {
            "origin": "https://evil.example",
            "sec_fetch_site": "cross-site",
            "sec_fetch_mode": "cors",
        },
    ),
    ("blank fetch metadata", {"sec_fetch_site": " "}),
)
_HOSTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("a foreign host", {"host": "evil.example"}),
    ("a trusted host, by http", {"host": "friend.example"}),
    ("its own, in upper case", {"host": "LOCALHOST"}),
    ("forwarded for a trusted host", {"x_forwarded_host": "friend.example"}),
    ("forwarded for a foreign host", {"x_forwarded_host": "evil.example"}),
    ("forwarded from https", {"x_forwarded_proto": "https"}),
    ("forwarded by another name", {"forwarded": "host=friend.example;proto=https"}),
    ("with a port", {"host": "evil.example:443"}),
)
_WRONG = '{"email":"unknown@example.com","password":"password1"}'

CONVERSATIONS: tuple[Conversation, ...] = (
    Conversation(
        "origins at sign-in",
        tuple(post(name, SIGN_IN, _WRONG, **headers) for name, headers in _ORIGINS),
    ),
    Conversation(
        "origins at sign-in with a cookie",
        tuple(post(name, SIGN_IN, _WRONG, cookie="a=b", **headers) for name, headers in _ORIGINS),
    ),
    Conversation(
        "origins at sign-out with a cookie",
        tuple(post(name, "/sign-out", "{}", cookie="a=b", **headers) for name, headers in _ORIGINS),
    ),
    Conversation(
        "origins elsewhere",
        (
            post("sign-out, foreign, no cookie", "/sign-out", "{}", origin="https://evil.example"),
            post(
                "sign-out, empty cookie",
                "/sign-out",
                "{}",
                cookie="",
                origin="https://evil.example",
            ),
            post("own origin by its other name", "/sign-out", cookie="a=b", origin="<<localhost>>"),
            post("sign-up, foreign, no cookie", SIGN_UP, "{}", origin="https://evil.example"),
            post(
                "sign-up, foreign, no cookie, good",
                SIGN_UP,
                '{"name":"x","email":"o@example.com","password":"password1"}',
                origin="https://evil.example",
            ),
            post(
                "sign-up, foreign, cookie",
                SIGN_UP,
                "{}",
                cookie="a=b",
                origin="https://evil.example",
            ),
            post(
                "get-session by POST",
                "/get-session",
                "{}",
                cookie="a=b",
                origin="https://evil.example",
            ),
            get("get-session by GET", "/get-session", cookie="a=b", origin="https://evil.example"),
            get("token by GET", "/token", cookie="a=b", origin="https://evil.example"),
            get("jwks by GET", "/jwks", cookie="a=b", origin="https://evil.example"),
        ),
    ),
    Conversation(
        "origins of a secure deployment",
        (
            *(post(name, SIGN_IN, "{}", cookie="a=b", **headers) for name, headers in _ORIGINS),
            post("by http", SIGN_IN, "{}", cookie="a=b", origin="http://auth.example.com"),
            post("its port", SIGN_IN, "{}", cookie="a=b", origin="https://auth.example.com:443"),
            post(
                "at another port", SIGN_IN, "{}", cookie="a=b", origin="https://auth.example.com:1"
            ),
            post("upper case", SIGN_IN, "{}", cookie="a=b", origin="HTTPS://AUTH.example.com"),
            post("dot at the end", SIGN_IN, "{}", cookie="a=b", origin="<<origin>>."),
            post("this machine", SIGN_IN, "{}", cookie="a=b", origin="http://localhost"),
        ),
        deployment=SECURE,
    ),
    Conversation(
        "origins by another Host",
        tuple(
            post(
                name,
                SIGN_IN,
                "{}",
                cookie="a=b",
                origin="null",
                sec_fetch_site="same-origin",
                **headers,
            )
            for name, headers in _HOSTS
        ),
    ),
    Conversation(
        "doubled headers",
        (
            Step(
                "two origins",
                "POST",
                SIGN_IN,
                _WRONG,
                (
                    ("content-type", "application/json"),
                    ("origin", "<<origin>>"),
                    ("origin", "https://evil.example"),
                ),
            ),
            Step(
                "two cookies headers",
                "POST",
                SIGN_IN,
                _WRONG,
                (
                    ("content-type", "application/json"),
                    ("origin", "<<origin>>"),
                    ("cookie", "a=b"),
                    ("cookie", "c=d"),
                ),
            ),
            Step(
                "two content types",
                "POST",
                SIGN_IN,
                _WRONG,
                (("content-type", "application/json"), ("content-type", "text/plain")),
            ),
            Step(
                "two fetch sites",
                "POST",
                SIGN_IN,
                _WRONG,
                (
                    ("content-type", "application/json"),
                    ("sec-fetch-site", "cross-site"),
                    ("sec-fetch-site", "same-origin"),
                    ("sec-fetch-mode", "navigate"),
                    ("origin", "<<origin>>"),
                ),
            ),
        ),
    ),
)
