"""Accounts that are deleted by whoever has them."""

from tests.provider.conversations.verification import MAILED
from tests.provider.oracle.deployment import ALL_MAIL, Deployment
from tests.provider.oracle.steps import (
    DAY,
    FORM,
    PASSWORD,
    Age,
    Change,
    Conversation,
    Keep,
    Mails,
    Step,
    get,
    post,
    sign_in,
    sign_up,
)

_DELETE = "/delete-user"
_CALLBACK = "/delete-user/callback"
_AGED = "UPDATE verification SET \"expiresAt\" = '2026-01-01T00:00:00.000Z'"

_AT_ONCE = Deployment("deleted at once", delete_user=True)
_DISABLED = Deployment("nothing may be deleted", mail=ALL_MAIL)


def _delete(step: str, body: str = "{}", **headers: str) -> Step:
    return post(step, _DELETE, body, **{"cookie": "<<jar>>", "origin": "<<origin>>", **headers})


CONVERSATIONS: tuple[Conversation, ...] = (
    Conversation(
        "a deletion by mail",
        (
            sign_up("eve.d@example.com"),
            Keep("eve"),
            sign_up("ada.d@example.com"),
            Age(2 * DAY),
            _delete("ask, long after signing in", '{"callbackURL":"/bye"}'),
            Mails("the link"),
            get("nobody follows it", "<<mail.path>>"),
            get(
                "somewhere evil",
                f"{_CALLBACK}?token=<<mail.token>>&callbackURL=//x",
                cookie="<<jar>>",
            ),
            get("follow it", "<<mail.path>>", cookie="<<jar>>"),
            Keep("ada"),
            get("follow it twice", "<<mail.path>>", cookie="<<ada.jar>>"),
            sign_in("ada.d@example.com", step="she is gone"),
            sign_up("ada.d@example.com", ',"x":1'),
        ),
        MAILED,
    ),
    Conversation(
        "a deletion by its token",
        (
            sign_up("bob.d@example.com"),
            _delete("wrong password", '{"password":"wrong"}'),
            _delete("long password", f'{{"password":"{"p" * 129}"}}'),
            _delete("right password", f'{{"password":"{PASSWORD}"}}'),
            Mails("a link, for all that"),
            _delete("wrong password, right token", '{"password":"x","token":"<<mail.token>>"}'),
            _delete("wrong token", '{"token":"x"}'),
            _delete("right token", '{"token":"<<mail.token>>","callbackURL":"/x"}'),
            _delete(
                "right token twice",
                '{"token":"<<mail.token>>"}',
                cookie="better-auth.session_token=<<signed>>",
            ),
        ),
        MAILED,
    ),
    Conversation(
        "somebody else's deletion",
        (
            sign_up("eve2.d@example.com"),
            Keep("eve"),
            sign_up("cat.d@example.com"),
            _delete("cat asks"),
            Mails("cat's link"),
            get("eve follows it", "<<mail.path>>", cookie="<<eve.jar>>"),
            _delete("eve shows its token", '{"token":"<<mail.token>>"}', cookie="<<eve.jar>>"),
            get("then cat", f"{_CALLBACK}?token=<<mail.token>>", cookie="<<jar>>"),
        ),
        MAILED,
    ),
    Conversation(
        "a deletion that nobody gets",
        (
            _delete("nobody", cookie="-", origin="-"),
            _delete("nobody, bad", '{"password":5}', cookie="-", origin="-"),
            sign_up("dan.d@example.com"),
            post("no body", _DELETE, cookie="<<jar>>", origin="<<origin>>"),
            *(
                _delete(body, body)
                for body in (
                    "[]",
                    '{"password":5}',
                    '{"token":null}',
                    '{"callbackURL":5}',
                    '{"callbackURL":"//evil.example"}',
                    '{"callbackURL":"https://evil.example"}',
                )
            ),
            _delete("a form", "password=x", content_type=FORM),
            _delete("foreign", origin="https://evil.example"),
            *(
                get(query, f"{_CALLBACK}?{query}", cookie="<<jar>>")
                for query in (
                    "",
                    "token=",
                    "token=x",
                    "token=x&token=y",
                    "token=x&callbackURL=/x",
                    "token=x&callbackURL=//x",
                )
            ),
            _delete("ask"),
            Mails("the link"),
            Change(_AGED),
            get("too old", "<<mail.path>>", cookie="<<jar>>"),
            Change('UPDATE account SET password = NULL WHERE "userId" = :user'),
            _delete("there is no password", '{"password":"x"}'),
        ),
        MAILED,
    ),
    Conversation(
        "a deletion at once",
        (
            sign_up("fay@example.com"),
            Age(2 * DAY),
            _delete("long after signing in"),
            _delete("wrong password", '{"password":"wrong"}'),
            _delete("right password", f'{{"password":"{PASSWORD}","callbackURL":"/x"}}'),
            get("she is gone", "/get-session", cookie="better-auth.session_token=<<signed>>"),
            sign_up("gus@example.com"),
            Age(DAY - 600),
            _delete("soon after signing in"),
            sign_in("gus@example.com", step="he is gone"),
            Mails("no link", 0),
        ),
        _AT_ONCE,
    ),
    Conversation(
        "where nobody may be deleted",
        (
            _delete("nobody", cookie="-", origin="-"),
            sign_up("hal@example.com"),
            _delete("somebody", f'{{"password":"{PASSWORD}"}}'),
            get("by a link", f"{_CALLBACK}?token=x", cookie="<<jar>>"),
            get("by nobody's link", f"{_CALLBACK}?token=x"),
            get("to somewhere evil", f"{_CALLBACK}?token=x&callbackURL=//x"),
            get("no token", _CALLBACK),
        ),
        _DISABLED,
    ),
)
