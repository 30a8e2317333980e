"""A password that was forgotten."""

from tests.provider.conversations.verification import MAILED
from tests.provider.oracle.deployment import ALL_MAIL, Deployment
from tests.provider.oracle.steps import (
    FORM,
    PASSWORD,
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

_REQUEST = "/request-password-reset"
_RESET = "/reset-password"
_NEW = "a much newer battery"

_KEEPING = Deployment("reset keeps sessions", mail=ALL_MAIL)


def _request(step: str, body: str, **headers: str) -> Step:
    return post(step, _REQUEST, body, **headers)


def _reset(step: str, body: str, query: str = "") -> Step:
    return post(step, _RESET + query, body)


def _new_sign_in(step: str, email: str, password: str = _NEW) -> Step:
    return post(step, "/sign-in/email", f'{{"email":"{email}","password":"{password}"}}')


_AGED = "UPDATE verification SET \"expiresAt\" = '2026-01-01T00:00:00.000Z'"

CONVERSATIONS: tuple[Conversation, ...] = (
    Conversation(
        "a forgotten password",
        (
            sign_up("ada.r@example.com"),
            Keep("ada"),
            _request("ask", '{"email":"ADA.r@example.com","redirectTo":"/reset?a=b c"}'),
            Mails("the link"),
            get("follow it", "<<mail.path>>"),
            get("follow it twice", "<<mail.path>>"),
            _reset("too short", '{"newPassword":"short","token":"<<mail.token>>"}'),
            _reset("too long", f'{{"newPassword":"{"p" * 129}","token":"<<mail.token>>"}}'),
            _reset("reset", f'{{"newPassword":"{_NEW}","token":"<<mail.token>>"}}'),
            _reset("reset twice", f'{{"newPassword":"{_NEW}","token":"<<mail.token>>"}}'),
            get("follow it afterwards", "<<mail.path>>"),
            get("the old session", "/get-session", cookie="<<ada.jar>>"),
            sign_in("ada.r@example.com", step="the old password"),
            _new_sign_in("the new password", "ada.r@example.com"),
            _request("nobody", '{"email":"nobody.r@example.com","redirectTo":"/reset"}'),
            Mails("no link for nobody", 0),
        ),
        MAILED,
    ),
    Conversation(
        "asking for a new password",
        (
            post("no body", _REQUEST),
            *(
                _request(body, body)
                for body in (
                    "{}",
                    "[]",
                    "{",
                    "null",
                    '{"email":5}',
                    '{"email":"x"}',
                    '{"email":"x.r@example.com","redirectTo":5}',
                    '{"email":"x.r@example.com","redirectTo":null}',
                    '{"email":"x.r@example.com","redirectTo":""}',
                    '{"email":"x.r@example.com","redirectTo":"//evil.example"}',
                    '{"email":"x.r@example.com","redirectTo":"https://evil.example/reset"}',
                    '{"email":"x.r@example.com","redirectTo":"https://friend.example/reset"}',
                    '{"email":"x.r@example.com","callbackURL":"//evil.example"}',
                    '{"email":"x","redirectTo":"//evil.example"}',
                )
            ),
            _request("a form", "email=x.r@example.com", content_type=FORM),
            _request(
                "foreign",
                '{"email":"x.r@example.com"}',
                cookie="a=b",
                origin="https://evil.example",
            ),
            get("by GET", _REQUEST),
            Mails("no link", 0),
        ),
        MAILED,
    ),
    Conversation(
        "the page for a new password",
        (
            sign_up("page.r@example.com"),
            _request("ask", '{"email":"page.r@example.com"}'),
            Mails("a link to no page"),
            get("follow it", "<<mail.path>>"),
            *(
                get(query, f"{_RESET}/<<mail.token>>?{query}")
                for query in (
                    "",
                    "callbackURL=/r",
                    "callbackURL=/r&callbackURL=/s",
                    "callbackURL=//evil.example",
                    "callbackURL=https://evil.example",
                    "callbackURL=https://friend.example",
                    "callbackURL=https://friend.example:443/a/../%25zz?x=1%23f",
                    "callbackURL=/r?token=old%26q=%2520%26a+b%26token=older%23frag",
                    "callbackURL=/r?~*'!()%26%26=%26=x%26y%23",
                    "callbackURL=/%C3%A9%20?%C3%A9=%C3%A9",
                )
            ),
            get("an unknown token", f"{_RESET}/x?callbackURL=/r"),
            get(
                "an unknown token, to a friend",
                f"{_RESET}/x?callbackURL=https://friend.example/a?b",
            ),
            get("an unknown token, no page", f"{_RESET}/x"),
            get("no token", f"{_RESET}/?callbackURL=/r"),
            get("two tokens", f"{_RESET}/x/y?callbackURL=/r"),
            get("nothing at all", _RESET),
            Change(_AGED),
            get("too old", f"{_RESET}/<<mail.token>>?callbackURL=/r"),
            _reset("reset, too old", f'{{"newPassword":"{_NEW}","token":"<<mail.token>>"}}'),
        ),
        MAILED,
    ),
    Conversation(
        "a new password",
        (
            post("no body", _RESET),
            *(
                _reset(body, body)
                for body in (
                    "{}",
                    '{"newPassword":"short"}',
                    f'{{"newPassword":"{_NEW}"}}',
                    f'{{"newPassword":"{_NEW}","token":""}}',
                    f'{{"newPassword":"{_NEW}","token":5}}',
                    f'{{"newPassword":"{_NEW}","token":"x"}}',
                    '{"newPassword":"short","token":"x"}',
                    '{"newPassword":5,"token":"x"}',
                )
            ),
            _reset("two tokens in the query", f'{{"newPassword":"{_NEW}"}}', "?token=x&token=y"),
            sign_up("set.r@example.com"),
            _request("ask", '{"email":"set.r@example.com"}'),
            Mails("the link"),
            _reset("by the query", f'{{"newPassword":"{_NEW}"}}', "?token=<<mail.token>>"),
            _new_sign_in("it holds", "set.r@example.com"),
            _request("ask again", '{"email":"set.r@example.com"}'),
            Mails("another link"),
            Change('UPDATE account SET "providerId" = \'github\' WHERE "userId" = :user'),
            _reset("nobody's password", f'{{"newPassword":"{PASSWORD}","token":"<<mail.token>>"}}'),
            sign_in("set.r@example.com", step="the first password of the account"),
            _request("ask a third time", '{"email":"set.r@example.com"}'),
            Mails("a third link"),
            Change('DELETE FROM "user" WHERE id = :user'),
            _reset("of somebody gone", f'{{"newPassword":"{_NEW}","token":"<<mail.token>>"}}'),
        ),
        MAILED,
    ),
    Conversation(
        "a reset that keeps the sessions",
        (
            sign_up("keep.r@example.com"),
            _request("ask", '{"email":"keep.r@example.com"}'),
            Mails("the link"),
            _reset("reset", f'{{"newPassword":"{_NEW}","token":"<<mail.token>>"}}'),
            get("the session of before", "/get-session", cookie="<<jar>>"),
        ),
        _KEEPING,
    ),
)
