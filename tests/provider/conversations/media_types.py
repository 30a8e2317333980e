"""Forms, and bodies of other types."""

from tests.provider.oracle.steps import FORM, SIGN_IN, SIGN_UP, Conversation, post

_CONTENT_TYPES = (
    "text/plain",
    "text/plain;charset=UTF-8",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-8",
    "APPLICATION/JSON",
    " application/json ; x=y",
    "application/json, text/plain",
    "application/problem+json",
    "application/jsonx",
    "json",
    "-",
)

CONVERSATIONS: tuple[Conversation, ...] = (
    Conversation(
        "forms",
        (
            post(
                "sign-up",
                SIGN_UP,
                "name=Form+A%C3%A4&email=form%40example.com&password=password1",
                content_type=FORM,
            ),
            post(
                "charset",
                SIGN_IN,
                "email=form%40example.com&password=password1",
                content_type=f"{FORM}; charset=UTF-8",
            ),
            post(
                "doubled",
                SIGN_IN,
                "email=x&email=form%40example.com&password=password1",
                content_type=FORM,
            ),
            post(
                "remember",
                SIGN_IN,
                "email=form%40example.com&password=password1&rememberMe=false",
                content_type=FORM,
            ),
            post("nothing", SIGN_IN, "", content_type=FORM),
            post("no value", SIGN_IN, "email&password", content_type=FORM),
            post("broken escapes", SIGN_IN, "email=%zz%ff&password=%", content_type=FORM),
            post("a thousand fields and one", SIGN_IN, "&".join(["a=b"] * 1001), content_type=FORM),
            post("only ampersands", SIGN_IN, "&&&", content_type=FORM),
            post(
                "callback",
                SIGN_IN,
                "email=form%40example.com&password=password1&callbackURL=%2Ftasks",
                content_type=FORM,
            ),
            post(
                "foreign callback",
                SIGN_IN,
                "email=form%40example.com&password=password1&callbackURL=%2F%2Fevil",
                content_type=FORM,
            ),
            post(
                "from elsewhere",
                SIGN_IN,
                "email=form%40example.com&password=password1",
                content_type=FORM,
                origin="https://evil.example",
            ),
        ),
    ),
    Conversation(
        "content types",
        tuple(post(name, SIGN_IN, "{}", content_type=name) for name in _CONTENT_TYPES)
        + tuple(
            post(f"{name} on sign-out", "/sign-out", "{}", content_type=name)
            for name in _CONTENT_TYPES
        )
        + (
            post("text, no body", SIGN_IN, None, content_type="text/plain"),
            post(
                "text from elsewhere",
                SIGN_IN,
                "x",
                content_type="text/plain",
                cookie="a=b",
                origin="https://evil.example",
            ),
            post(
                "bad JSON from elsewhere", SIGN_IN, "{", cookie="a=b", origin="https://evil.example"
            ),
        ),
    ),
)
