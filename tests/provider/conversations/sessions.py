"""Sessions: signing up, in and out, being remembered, sliding, ending."""

from tests.provider.oracle.deployment import SECURE
from tests.provider.oracle.steps import DAY, SIGN_IN, Age, Conversation, get, post, sign_in, sign_up

CONVERSATIONS: tuple[Conversation, ...] = (
    Conversation(
        "a day",
        (
            get("nobody", "/get-session"),
            get("no token", "/token"),
            sign_up("Day.One@Example.COM", ',"image":"https://x.example/i.png","role":"admin"'),
            get("session", "/get-session", cookie="<<jar>>"),
            get("token", "/token", cookie="<<jar>>"),
            get("jwks", "/jwks"),
            get("jwks with a cookie", "/jwks", cookie="<<jar>>"),
            get("ok", "/ok", cookie="<<jar>>"),
            sign_up("day.one@example.com"),
            sign_up("DAY.ONE@example.com", origin="<<origin>>", cookie="<<jar>>"),
            post("out", "/sign-out", "{}", cookie="<<jar>>", origin="<<origin>>"),
            get("after sign-out", "/get-session", cookie="better-auth.session_token=<<signed>>"),
            get("token after it", "/token", cookie="better-auth.session_token=<<signed>>"),
            sign_in("day.one@example.com"),
            sign_in("DAY.one@example.com", ',"rememberMe":true', cookie="x=y", origin="<<origin>>"),
            get("in again", "/get-session", cookie="<<jar>>"),
            post("wrong", SIGN_IN, '{"email":"day.one@example.com","password":"wrong password"}'),
            post("out, no body", "/sign-out", cookie="<<jar>>", origin="<<origin>>"),
            post("out, nobody", "/sign-out"),
        ),
    ),
    Conversation(
        "a day, secure",
        (
            sign_up("secure@example.com"),
            get("session", "/get-session", cookie="<<jar>>"),
            get("other prefix", "/get-session", cookie="better-auth.session_token=<<signed>>"),
            get("token", "/token", cookie="<<jar>>"),
            sign_in("secure@example.com", ',"rememberMe":false'),
            get("short session", "/get-session", cookie="<<jar>>"),
            post("foreign", "/sign-out", "{}", cookie="<<jar>>", origin="http://auth.example.com"),
            post("out", "/sign-out", "{}", cookie="<<jar>>", origin="<<origin>>"),
            get("dead", "/get-session", cookie="__Secure-better-auth.session_token=<<signed>>"),
        ),
        deployment=SECURE,
    ),
    Conversation(
        "remember me",
        (
            sign_up("short@example.com", ',"rememberMe":false'),
            get("short session", "/get-session", cookie="<<jar>>"),
            Age(DAY // 2),
            get("half a day later", "/get-session", cookie="<<jar>>"),
            get("token half a day later", "/token", cookie="<<jar>>"),
            sign_in("short@example.com", cookie="<<jar>>", origin="<<origin>>"),
            get("remembered again", "/get-session", cookie="<<jar>>"),
            sign_in(
                "short@example.com", ',"rememberMe":false', cookie="<<jar>>", origin="<<origin>>"
            ),
            Age(DAY + 1),
            get("a day later", "/get-session", cookie="<<jar>>"),
        ),
    ),
    Conversation(
        "sliding",
        (
            sign_up("slide@example.com"),
            Age(DAY - 60),
            get("just before a day", "/get-session", cookie="<<jar>>"),
            Age(120),
            get("after a day, no refresh", "/get-session?disableRefresh=true", cookie="<<jar>>"),
            get("no refresh says false", "/get-session?disableRefresh=false", cookie="<<jar>>"),
            get("no refresh twice", "/get-session?disableRefresh&disableRefresh", cookie="<<jar>>"),
            get("empty no refresh slides", "/get-session?disableRefresh=", cookie="<<jar>>"),
            get("slid already", "/get-session?disableCookieCache=true", cookie="<<jar>>"),
            Age(2 * DAY),
            get("token slides", "/token", cookie="<<jar>>"),
            get("slid by it", "/get-session", cookie="<<jar>>"),
            Age(2 * DAY),
            get("token does not", "/token?disableRefresh=1", cookie="<<jar>>"),
            Age(6 * DAY),
            get("expired token", "/token", cookie="<<jar>>"),
            get("expired", "/get-session", cookie="better-auth.session_token=<<signed>>"),
            sign_in("slide@example.com"),
            Age(8 * DAY),
            get("expired session", "/get-session", cookie="<<jar>>"),
        ),
    ),
    Conversation(
        "short session without its cookie",
        (
            sign_up("lost@example.com", ',"rememberMe":false'),
            get("does it slide", "/get-session", cookie="better-auth.session_token=<<signed>>"),
        ),
    ),
)
