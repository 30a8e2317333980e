"""Base path, disabled paths, prefix and domain of cookies, patterns of trusted origins."""

from tests.provider.oracle.deployment import Deployment
from tests.provider.oracle.steps import (
    DAY,
    SIGN_IN,
    SIGN_UP,
    Age,
    Conversation,
    Step,
    get,
    post,
    sign_in,
    sign_up,
)

_PREFIXED = Deployment("another prefix", cookie_prefix="tasks", base_path="/auth")
_SHARED = Deployment(
    "cookies of a domain",
    base_url="https://auth.example.com",
    cookie_domain="example.com",
    cookie_prefix="tasks.v2",
    base_path="/sign/in",
)
_DISABLED = Deployment("disabled paths", disabled_paths=("/sign-up/email", "/token", "/nothing"))
_PATTERNS = Deployment(
    "trusted patterns",
    trusted_origins=(
        "https://*.friend.example",
        "https://preview-*.apps.example",
        "http://localhost:*",
        "http://*.friend.example:8080",
    ),
)
_TRIED = (
    "https://a.friend.example",
    "https://a.b.friend.example",
    "https://friend.example",
    "https://afriend.example",
    "https://xfriend.example",
    "https://a.friend.example:443",
    "https://a.friend.example:8443",
    "https://A.FRIEND.example",
    "http://a.friend.example",
    "http://a.friend.example:8080",
    "https://a.friend.example.evil.example",
    "https://evil.example/.friend.example",
    "https://evil.example#.friend.example",
    "https://evil.example?.friend.example",
    "https://a.friend.example@evil.example",
    "https://evil.example@a.friend.example",
    "https://*.friend.example",
    "https://preview-1.apps.example",
    "https://preview-.apps.example",
    "https://preview-a.b.apps.example",
    "http://localhost:3000",
    "http://localhost",
    "http://localhost.evil.example:3000",
    "http://localhost:3000.evil.example",
    "https://localhost:3000",
    "null",
)


def _day(*, email: str, cookie: str) -> tuple[Step | Age, ...]:
    return (
        sign_up(email, ',"rememberMe":false'),
        get("short session", "/get-session", cookie="<<jar>>"),
        sign_in(email, cookie="<<jar>>", origin="<<origin>>"),
        Age(2 * DAY),
        get("slides", "/get-session", cookie="<<jar>>"),
        get("with session data", "/get-session", cookie=f"<<jar>>; {cookie}.session_data=x"),
        get("default name", "/get-session", cookie="better-auth.session_token=<<signed>>"),
        get("token", "/token", cookie="<<jar>>"),
        post("out", "/sign-out", "{}", cookie="<<jar>>", origin="<<origin>>"),
        get("dead", "/get-session", cookie=f"{cookie}.session_token=<<signed>>"),
    )


CONVERSATIONS: tuple[Conversation, ...] = (
    Conversation(
        "a day, another prefix", _day(email="prefix@example.com", cookie="tasks"), _PREFIXED
    ),
    Conversation(
        "a day, cookies of a domain",
        _day(email="domain@example.com", cookie="__Secure-tasks.v2"),
        _SHARED,
    ),
    Conversation(
        "paths below another base",
        (
            get("ok", "/ok"),
            get("bare", ""),
            get("slash", "/"),
            get("twice", "/auth/ok"),
            get("the usual one", "/../api/auth/ok"),
        ),
        _PREFIXED,
    ),
    Conversation(
        "disabled paths",
        (
            sign_up("disabled@example.com"),
            post("bad body", SIGN_UP, "{"),
            post("foreign", SIGN_UP, "{}", cookie="a=b", origin="https://evil.example"),
            post("slash at the end", f"{SIGN_UP}/", "{}"),
            post("slashes at the end", f"{SIGN_UP}//", "{}"),
            post("doubled slash", "//sign-up/email", "{}"),
            post("slash inside", "/sign-up//email", "{}"),
            post("encoded slash", "/sign-up%2femail", "{}"),
            post("encoded letter", "/sign-up/%65mail", "{}"),
            post("upper case", "/SIGN-UP/email", "{}"),
            post("query", f"{SIGN_UP}?x=1", "{}"),
            post("semicolon", f"{SIGN_UP};x", "{}"),
            Step("by another method", "GET", SIGN_UP),
            Step("by HEAD", "HEAD", SIGN_UP),
            Step("by OPTIONS", "OPTIONS", SIGN_UP),
            get("token", "/token"),
            get("unknown as well", "/nothing"),
            get("below it", "/token/x"),
            get("before it", "/toke"),
            get("what is left", "/ok"),
            get("what is left of sessions", "/get-session"),
            post("what is left of signing in", SIGN_IN, "{}"),
        ),
        _DISABLED,
    ),
    Conversation(
        "origins by pattern",
        tuple(post(origin, SIGN_IN, "{}", cookie="a=b", origin=origin) for origin in _TRIED),
        _PATTERNS,
    ),
    Conversation(
        "callback URLs by pattern",
        tuple(
            post(url, SIGN_IN, f'{{"email":5,"callbackURL":"{url}"}}')
            for url in (*_TRIED, "https://a.friend.example/x?y#z", "https://a.friend.example:x/")
        ),
        _PATTERNS,
    ),
)
