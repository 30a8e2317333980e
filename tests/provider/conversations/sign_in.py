"""Bodies of sign-in and sign-out."""

from tests.provider.oracle.steps import FORM, SIGN_IN, Conversation, post

_BODIES_SIGN_IN = (
    ("no body", None),
    ("empty object", "{}"),
    ("null", "null"),
    ("an array", "[1]"),
    ("a string", '"text"'),
    ("not JSON", "email=x"),
    ("email is not one", '{"email":"nobody","password":"password1"}'),
    ("email is empty", '{"email":"","password":"password1"}'),
    ("email is null", '{"email":null,"password":"password1"}'),
    ("email is an array", '{"email":["a@example.com"],"password":"password1"}'),
    ("email is an operator", '{"email":{"ne":null},"password":{"ne":null}}'),
    ("password missing", '{"email":"b1@example.com"}'),
    ("password empty", '{"email":"b1@example.com","password":""}'),
    ("password of 129", f'{{"email":"b1@example.com","password":"{"a" * 129}"}}'),
    ("password null", '{"email":"b1@example.com","password":null}'),
    ("unknown", '{"email":"unknown@example.com","password":"password1"}'),
    ("rememberMe a number", '{"email":"b@example.com","password":"p","rememberMe":1}'),
    ("rememberMe null", '{"email":"b@example.com","password":"p","rememberMe":null}'),
    ("everything wrong", '{"email":1,"password":true,"callbackURL":"/x","rememberMe":"x"}'),
)

CONVERSATIONS: tuple[Conversation, ...] = (
    Conversation(
        "sign-in bodies",
        tuple(
            post(name, SIGN_IN, body, content_type="application/json")
            for name, body in _BODIES_SIGN_IN
        ),
    ),
    Conversation(
        "sign-out bodies",
        (
            post("empty", "/sign-out", ""),
            post("null", "/sign-out", "null"),
            post("array", "/sign-out", "[]"),
            post("string", "/sign-out", '"x"'),
            post("not JSON", "/sign-out", "{"),
            post("wrong types", "/sign-out", '{"callbackURL":"/x","disableRedirect":1,"state":2}'),
            post("form", "/sign-out", "a=b", content_type=FORM),
            post("callback", "/sign-out", '{"callbackURL":"/bye"}'),
            post("foreign callback", "/sign-out", '{"callbackURL":"https://evil.example"}'),
        ),
    ),
)
