"""Somebody's own name, picture and password."""

from tests.provider.oracle.steps import (
    PASSWORD,
    Change,
    Conversation,
    Keep,
    own,
    see,
    sign_in,
    sign_up,
)

_UPDATE = "/update-user"
_CHANGE = "/change-password"
_VERIFY = "/verify-password"
_SESSION = "better-auth.session_token=<<signed>>"
_NOT_THEIRS = (
    '"role":"admin","emailVerified":true,"id":"x","banned":false,'
    '"createdAt":"2020-01-01T00:00:00.000Z","updatedAt":"2020-01-01T00:00:00.000Z"'
)
_UPDATES = (
    ("name", '{"name":"Lovelace"}'),
    ("image", '{"image":"https://x.example/i.png"}'),
    ("no image", '{"image":null}'),
    ("both", '{"name":"é😀","image":""}'),
    ("empty name", '{"name":""}'),
    ("email", '{"email":"other@example.com"}'),
    ("email and name", '{"email":"other@example.com","name":"Eve"}'),
    ("email an object", '{"email":{},"name":"Eve"}'),
    ("empty email", '{"email":""}'),
    ("email null and name", '{"email":null,"name":"Null"}'),
    ("emailVerified", '{"emailVerified":true}'),
    ("role", '{"role":"admin"}'),
    (
        "everything beside a name",
        f'{{"name":"Role",{_NOT_THEIRS}}}',
    ),
    ("another's id", '{"userId":"x","id":"x"}'),
    ("foreign callback", '{"name":"x","callbackURL":"https://evil.example"}'),
    ("name a number", '{"name":5}'),
    ("name null", '{"name":null}'),
    ("name true", '{"name":true}'),
    ("name an object", '{"name":{}}'),
    ("name an array", '{"name":["a"]}'),
    ("image a number", '{"image":5}'),
    ("image false", '{"image":false}'),
    ("image an object", '{"image":{"a":1}}'),
    ("name with a NUL", '{"name":"a\\u0000b"}'),
    ("image with a NUL", '{"image":"a\\u0000b"}'),
    ("in the end", '{"name":"Ada","image":null}'),
)
_BAD_CHANGES = (
    ("new a number", '{"newPassword":1,"currentPassword":"x"}'),
    ("both wrong", '{"newPassword":null,"currentPassword":[]}'),
    (
        "others a string",
        '{"newPassword":"password1","currentPassword":"x","revokeOtherSessions":"true"}',
    ),
    (
        "others null",
        '{"newPassword":"password1","currentPassword":"x","revokeOtherSessions":null}',
    ),
    ("new of 7", '{"newPassword":"1234567","currentPassword":"x"}'),
    ("new of 129", f'{{"newPassword":"{"a" * 129}","currentPassword":"x"}}'),
    ("current of 129", f'{{"newPassword":"password1","currentPassword":"{"a" * 129}"}}'),
    ("wrong", '{"newPassword":"password1","currentPassword":"not it at all"}'),
    ("current empty", '{"newPassword":"password1","currentPassword":""}'),
)


def _change(new: str, current: str, more: str = "") -> str:
    return f'{{"newPassword":"{new}","currentPassword":"{current}"{more}}}'


_SECOND = f"{PASSWORD} 2"
_THIRD = f"{PASSWORD} 3"
_AND_OTHERS = ',"revokeOtherSessions":true'
_SAME = _change(PASSWORD, PASSWORD)
_ASK = f'{{"password":"{PASSWORD}"}}'

CONVERSATIONS = (
    Conversation(
        "own profile",
        (
            sign_up("profile@example.com"),
            *(own(name, _UPDATE, body) for name, body in _UPDATES),
            see("what it is now", "/get-session"),
        ),
    ),
    Conversation(
        "own profile, not remembered",
        (
            sign_up("brief@example.com", ',"rememberMe":false'),
            own("name", _UPDATE, '{"name":"Brief"}'),
            own("name, second cookie left out", _UPDATE, '{"name":"Brief"}', cookie=_SESSION),
            own("password", _CHANGE, _change(_SECOND, PASSWORD)),
        ),
    ),
    Conversation(
        "own password, not remembered",
        (
            sign_up("brief-password@example.com", ',"rememberMe":false'),
            own("and others", _CHANGE, _change(_SECOND, PASSWORD, _AND_OTHERS)),
            see("its session", "/get-session"),
            own("second cookie left out", _CHANGE, _change(_THIRD, _SECOND), cookie=_SESSION),
            own(
                "and others, second cookie left out",
                _CHANGE,
                _change(PASSWORD, _THIRD, _AND_OTHERS),
                cookie=_SESSION,
            ),
        ),
    ),
    Conversation(
        "own password",
        (
            sign_up("pass@example.com"),
            Keep("before"),
            sign_in("pass@example.com"),
            Keep("here"),
            *(own(name, _CHANGE, body, who="here") for name, body in _BAD_CHANGES),
            own("changed", _CHANGE, _change(_SECOND, PASSWORD), who="here"),
            sign_in("pass@example.com", step="the old one"),
            see("the other session goes on", "/get-session", who="before"),
            own("the same again", _CHANGE, _change(_SECOND, PASSWORD), who="here"),
            own(
                "to itself",
                _CHANGE,
                _change(_SECOND, _SECOND, ',"revokeOtherSessions":false'),
                who="here",
            ),
            own("and others", _CHANGE, _change(PASSWORD, _SECOND, _AND_OTHERS), who="here"),
            Keep("anew"),
            see("the other is out", "/get-session", who="before"),
            see("the one before is out", "/get-session", who="here"),
            see("the new one is in", "/get-session", who="anew"),
            see("alone", "/list-sessions", who="anew"),
            own("verify", _VERIFY, _ASK, who="anew"),
            own("verify a wrong one", _VERIFY, '{"password":"wrong one"}', who="anew"),
            own("verify an empty one", _VERIFY, '{"password":""}', who="anew"),
            own("verify one of 129", _VERIFY, f'{{"password":"{"a" * 129}"}}', who="anew"),
            own(
                "verify for another",
                _VERIFY,
                f'{{"password":"{PASSWORD}","userId":"x"}}',
                who="anew",
            ),
        ),
    ),
    Conversation(
        "no password of one's own",
        (
            sign_up("nopass@example.com"),
            Change("UPDATE account SET password = 'nonsense' WHERE \"userId\" = :user"),
            own("verify an unreadable hash", _VERIFY, _ASK),
            own("change an unreadable hash", _CHANGE, _SAME),
            Change('UPDATE account SET password = NULL WHERE "userId" = :user'),
            own("verify no password", _VERIFY, _ASK),
            own("change no password", _CHANGE, _SAME),
            Change(
                "UPDATE account SET \"providerId\" = 'github', \"accountId\" = '123' "
                'WHERE "userId" = :user'
            ),
            own("verify, no credential account", _VERIFY, _ASK),
            own("change, no credential account", _CHANGE, _SAME),
        ),
    ),
)
