"""Another address: the way by the old one to the new."""

from tests.provider.conversations.verification import MAILED
from tests.provider.oracle.deployment import ALL_MAIL, Deployment
from tests.provider.oracle.steps import (
    FORM,
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

_CHANGE = "/change-email"
_VERIFY = "/verify-email"
_VERIFIED = 'UPDATE "user" SET "emailVerified" = true WHERE id = :user'

_DISABLED = Deployment("nothing may be changed", mail=ALL_MAIL)
_NO_MAIL = Deployment("no mail", change_email=True, delete_user=True)


def _change(step: str, body: str, **headers: str) -> Step:
    return post(step, _CHANGE, body, **{"cookie": "<<jar>>", "origin": "<<origin>>", **headers})


CONVERSATIONS: tuple[Conversation, ...] = (
    Conversation(
        "another address of somebody verified",
        (
            sign_up("eve.c@example.com"),
            Keep("eve"),
            sign_up("ada.c@example.com"),
            Change(_VERIFIED),
            _change("ask", '{"newEmail":"ADA2.c@example.com","callbackURL":"/changed"}'),
            Mails("the old address is asked"),
            get("in eve's browser", "<<mail.path>>", cookie="<<eve.jar>>"),
            get("in eve's, no page", f"{_VERIFY}?token=<<mail.token>>", cookie="<<eve.jar>>"),
            get("confirm, no page", f"{_VERIFY}?token=<<mail.token>>"),
            Mails("the new address is asked"),
            get("confirm, in any browser", f"{_VERIFY}?token=<<mail.token>>&callbackURL=/x"),
            get("too late to confirm", f"{_VERIFY}?token=<<mail.token>>", cookie="<<jar>>"),
            get("who is it", "/get-session", cookie="<<jar>>"),
            sign_in("ada.c@example.com", step="by the old address"),
            sign_in("ada2.c@example.com", step="by the new one"),
        ),
        MAILED,
    ),
    Conversation(
        "another address of somebody unverified",
        (
            sign_up("bob.c@example.com", ',"rememberMe":false'),
            _change("ask", '{"newEmail":"bob2.c@example.com"}'),
            Mails("the new address is asked"),
            get("in bob's browser", f"{_VERIFY}?token=<<mail.token>>", cookie="<<jar>>"),
            get("a second time", "<<mail.path>>", cookie="<<jar>>"),
            _change("back again", '{"newEmail":"bob.c@example.com","callbackURL":"/é"}'),
            Mails("the first address is asked"),
            get("to the page", "<<mail.path>>"),
            get("who is it", "/get-session", cookie="<<jar>>"),
        ),
        MAILED,
    ),
    Conversation(
        "an address that is taken",
        (
            sign_up("taken.c@example.com"),
            Keep("taken"),
            sign_up("cat.c@example.com"),
            _change("taken already", '{"newEmail":"Taken.c@example.com"}'),
            Mails("none for a taken one", 0),
            _change("free for now", '{"newEmail":"soon.c@example.com","callbackURL":"/x"}'),
            Mails("the link"),
            sign_up("soon.c@example.com"),
            get("taken meanwhile", f"{_VERIFY}?token=<<mail.token>>"),
            get("taken meanwhile, to a page", "<<mail.path>>"),
        ),
        MAILED,
    ),
    Conversation(
        "asking for another address",
        (
            _change("nobody", '{"newEmail":"x.c@example.com"}', cookie="-", origin="-"),
            _change("nobody, bad", '{"newEmail":"x"}', cookie="-", origin="-"),
            _change("a forged session", '{"newEmail":"x.c@example.com"}', cookie="a=b"),
            sign_up("dan.c@example.com"),
            post("no body", _CHANGE, cookie="<<jar>>", origin="<<origin>>"),
            *(
                _change(body, body)
                for body in (
                    "{}",
                    "[]",
                    '{"newEmail":5}',
                    '{"newEmail":"x"}',
                    '{"newEmail":"dan.c@example.com"}',
                    '{"newEmail":"DAN.c@example.com"}',
                    '{"newEmail":"x.c@example.com","callbackURL":5}',
                    '{"newEmail":"x.c@example.com","callbackURL":"//evil.example"}',
                )
            ),
            _change("a form", "newEmail=x.c@example.com", content_type=FORM),
            _change("foreign", '{"newEmail":"x.c@example.com"}', origin="https://evil.example"),
            _change("no origin", '{"newEmail":"x.c@example.com"}', origin="-"),
            Mails("no link", 0),
        ),
        MAILED,
    ),
    Conversation(
        "where no address may be changed",
        (
            _change("nobody", '{"newEmail":"x@example.com"}', cookie="-", origin="-"),
            sign_up("fay@example.com"),
            _change("somebody", '{"newEmail":"x@example.com"}'),
            _change("the same", '{"newEmail":"fay@example.com"}'),
            _change("bad", '{"newEmail":"x"}'),
        ),
        _DISABLED,
    ),
    Conversation(
        "where no mail is sent",
        (
            sign_up("gus@example.com"),
            _change("the same", '{"newEmail":"gus@example.com"}'),
            _change("another", '{"newEmail":"gus2@example.com"}'),
            post("verification", "/send-verification-email", '{"email":"gus@example.com"}'),
            post("verification, bad", "/send-verification-email", '{"email":"x"}'),
            get("no such link", "/verify-email?token=x"),
            post("reset", "/request-password-reset", '{"email":"gus@example.com"}'),
            post("reset, bad", "/request-password-reset", '{"email":"x"}'),
            post(
                "reset, evil",
                "/request-password-reset",
                '{"email":"gus@example.com","redirectTo":"//x"}',
            ),
            get("no such page", "/reset-password/x?callbackURL=/r"),
            post("no such token", "/reset-password", '{"newPassword":"long enough","token":"x"}'),
            get("no such deletion", "/delete-user/callback?token=x", cookie="<<jar>>"),
        ),
        _NO_MAIL,
    ),
)
