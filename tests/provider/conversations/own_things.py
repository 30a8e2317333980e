"""What every route for somebody's own things does with odd bodies, and with nobody."""

from tests.provider.oracle.steps import FORM, Conversation, Step, get, own, post, sign_up

_GOOD = {
    "/revoke-session": '{"token":"x"}',
    "/update-user": '{"name":"x"}',
    "/update-session": '{"x":1}',
    "/change-password": '{"newPassword":"password1","currentPassword":"password2"}',
    "/verify-password": '{"password":"password1"}',
    "/unlink-account": '{"accountId":"x"}',
    "/link-social": '{"provider":"github"}',
    "/get-access-token": '{"accountId":"x"}',
    "/refresh-token": '{"accountId":"x"}',
    "/sign-in/social": '{"provider":"github"}',
    "/revoke-sessions": "{}",
    "/revoke-other-sessions": "{}",
}
_SEEN = ("/list-sessions", "/list-accounts", "/account-info")
_ODD = (
    ("no body", None),
    ("empty", "{}"),
    ("null", "null"),
    ("array", "[]"),
    ("string", '"x"'),
    ("number", "7"),
    ("not JSON", "{"),
)
_TYPES = (
    "text/plain",
    FORM,
    "APPLICATION/JSON; charset=x",
    "multipart/form-data; boundary=x",
)
_OTHERS = "/revoke-other-sessions"
_FOREIGN = {"origin": "https://evil.example"}

CONVERSATIONS = (
    Conversation(
        "own things, odd bodies",
        (
            sign_up("odd@example.com"),
            *(
                own(f"{path}, {name}", path, body)
                for path in _GOOD
                if path != "/revoke-sessions"  # after which nobody is signed in
                for name, body in _ODD
            ),
            *(
                own(f"{path}, {kind}", path, "{}", content_type=kind)
                for path in ("/revoke-session", _OTHERS, "/update-user", "/sign-in/social")
                for kind in _TYPES
            ),
            own("revoke all, not JSON", "/revoke-sessions", "{"),
            own("revoke all, a string", "/revoke-sessions", '"x"'),
        ),
    ),
    Conversation(
        "own things, nobody",
        (
            *(
                post(f"{path}, {name}", path, body)
                for path, good in _GOOD.items()
                for name, body in (("empty", "{}"), ("good", good), ("not JSON", "{"))
            ),
            *(get(path, path) for path in _SEEN),
            *(
                post(
                    f"{path}, forged",
                    path,
                    good,
                    cookie="better-auth.session_token=a.b",
                    origin="<<origin>>",
                )
                for path, good in _GOOD.items()
            ),
        ),
    ),
    Conversation(
        "own things, from elsewhere",
        (
            *(
                post(f"{path}, cookie", path, good, cookie="a=b", **_FOREIGN)
                for path, good in _GOOD.items()
            ),
            *(post(f"{path}, no cookie", path, good, **_FOREIGN) for path, good in _GOOD.items()),
            *(post(f"{path}, no origin", path, good, cookie="a=b") for path, good in _GOOD.items()),
        ),
    ),
    Conversation(
        "own things, paths and methods",
        (
            *(
                Step(f"{method} {path}", method, path)
                for known in _GOOD
                for method, path in (("GET", known), ("POST", f"{known}/"), ("POST", f"/{known}"))
            ),
            *(
                Step(f"{method} {path}", method, path)
                for known in _SEEN
                for method, path in (("POST", known), ("HEAD", known), ("GET", f"{known}/"))
            ),
        ),
    ),
)
