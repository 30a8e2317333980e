"""The `bearer` plugin: a session token in a header."""

from tests.provider.oracle.deployment import Deployment
from tests.provider.oracle.steps import (
    DAY,
    PASSWORD,
    SIGN_IN,
    Age,
    Conversation,
    Keep,
    Step,
    get,
    post,
    sign_in,
    sign_up,
)

_BEARER = Deployment("bearer", plugins=("jwt", "bearer"))
_COOKIE = "better-auth.session_token"
_AGAIN = f'{{"newPassword":"{PASSWORD}","currentPassword":"{PASSWORD}","revokeOtherSessions":true}}'
_SHOWN = (
    ("raw", "Bearer <<ada.token>>"),
    ("signed", "Bearer <<ada.plain>>"),
    ("signed and encoded", "Bearer <<ada.signed>>"),
    ("lower case", "bearer <<ada.token>>"),
    ("mixed case", "bEaReR <<ada.token>>"),
    ("spaces", "Bearer   <<ada.token>>  "),
    ("a tab", "Bearer\t<<ada.token>>"),
    ("another scheme", "Basic <<ada.token>>"),
    ("no scheme", "<<ada.token>>"),
    ("empty", "Bearer "),
    ("the scheme alone", "Bearer"),
    ("unknown", f"Bearer {'a' * 32}"),
    ("not ASCII", "Bearer é"),
    ("a forged signature", f"Bearer <<ada.token>>.{'A' * 43}="),
    ("a short signature", "Bearer <<ada.token>>.AAAA"),
    ("no signature", "Bearer <<ada.token>>."),
    ("no token", "Bearer .<<ada.signature>>"),
    ("a broken escape", "Bearer <<ada.token>>.%E0%A4%A"),
    ("a second spelling", "Bearer <<ada.loose>>"),
)
_BESIDE = (
    ("a dead cookie", "Bearer <<ada.token>>", f"{_COOKIE}=x.y"),
    ("another's cookie", "Bearer <<ada.token>>", "<<eve.jar>>"),
    ("another's cookie, forged", "Bearer x.y", "<<eve.jar>>"),
    ("another's cookie, unknown", f"Bearer {'b' * 32}", "<<eve.jar>>"),
    ("another's cookie, another scheme", "Basic <<ada.token>>", "<<eve.jar>>"),
)


def _update(step: str, **headers: str) -> Step:
    return post(
        step, "/update-user", '{"name":"Bea"}', authorization="Bearer <<ada.token>>", **headers
    )


CONVERSATIONS = (
    Conversation(
        "bearer",
        (
            sign_up("bearer@example.com"),
            Keep("ada"),
            sign_up("bearer-eve@example.com"),
            Keep("eve"),
            get("nobody", "/get-session"),
            *(get(name, "/get-session", authorization=shown) for name, shown in _SHOWN),
            *(
                get(f"beside {name}", "/get-session", authorization=shown, cookie=cookie)
                for name, shown, cookie in _BESIDE
            ),
            get("token", "/token", authorization="Bearer <<ada.token>>"),
            get("a JWT", "/get-session", authorization="Bearer <<answer.token>>"),
            get("token again", "/token", authorization="Bearer <<ada.token>>"),
            get("a JWT for a token", "/token", authorization="Bearer <<answer.token>>"),
            get("list", "/list-sessions", authorization="Bearer <<ada.token>>"),
        ),
        _BEARER,
    ),
    Conversation(
        "bearer writes",
        (
            sign_up("bearer-writes@example.com"),
            Keep("ada"),
            _update("update"),
            _update("update from elsewhere", origin="https://evil.example"),
            _update("with a cookie, from elsewhere", cookie="a=b", origin="https://evil.example"),
            _update("with a cookie, no origin", cookie="a=b"),
            sign_in("bearer-writes@example.com"),
            sign_in("bearer-writes@example.com", ',"rememberMe":false', step="not remembered"),
            post("wrong", SIGN_IN, '{"email":"bearer-writes@example.com","password":"wrong one"}'),
            post("bad body", "/update-user", "[]", authorization="Bearer <<ada.token>>"),
            post("password", "/change-password", _AGAIN, authorization="Bearer <<ada.token>>"),
            get("the one before", "/get-session", authorization="Bearer <<ada.token>>"),
            post("out", "/sign-out", "{}", authorization="Bearer <<token>>"),
            get("dead, signed", "/list-sessions", authorization="Bearer <<plain>>"),
        ),
        _BEARER,
    ),
    Conversation(
        "bearer grows old",
        (
            sign_up("bearer-old@example.com"),
            Age(2 * DAY),
            get("slides", "/get-session", authorization="Bearer <<token>>"),
            Age(2 * DAY),
            get("stale", "/list-sessions", authorization="Bearer <<token>>"),
            Age(8 * DAY),
            get("expired", "/token", authorization="Bearer <<token>>"),
            sign_in("bearer-old@example.com", ',"rememberMe":false', step="not remembered"),
            get("does it slide", "/get-session", authorization="Bearer <<token>>"),
        ),
        _BEARER,
    ),
    Conversation(
        "no bearer",
        (
            sign_up("nobearer@example.com"),
            get("list", "/list-sessions", authorization="Bearer <<token>>"),
            post("update", "/update-user", '{"name":"x"}', authorization="Bearer <<plain>>"),
        ),
    ),
)
