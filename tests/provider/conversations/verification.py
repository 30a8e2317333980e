"""Whether an address is its owner's: the links, and what opens and closes by them."""

from tests.provider.oracle.deployment import ALL_MAIL, Deployment
from tests.provider.oracle.steps import (
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

_SEND = "/send-verification-email"
_VERIFY = "/verify-email"

MAILED = Deployment(
    "by mail",
    mail=ALL_MAIL,
    change_email=True,
    delete_user=True,
    revoke_sessions_on_password_reset=True,
)
VERIFIED = Deployment(
    "verified", mail=ALL_MAIL, require_email_verification=True, auto_sign_in_after_verification=True
)
_ON_SIGN_UP = Deployment("verified later", mail=ALL_MAIL, send_on_sign_up=True)
_SILENT = Deployment(
    "verified, but not mailed",
    mail=ALL_MAIL,
    require_email_verification=True,
    send_on_sign_up=False,
)


def _send(step: str, body: str, **headers: str) -> Step:
    return post(step, _SEND, body, **headers)


def _own(step: str, body: str) -> Step:
    return _send(step, body, cookie="<<jar>>", origin="<<origin>>")


CONVERSATIONS: tuple[Conversation, ...] = (
    Conversation(
        "a verification link",
        (
            sign_up("ada.v@example.com"),
            Mails("nothing on sign-up", 0),
            Keep("ada"),
            _send("asked by nobody", '{"email":"ADA.V@example.com","callbackURL":"/x?y=1&z=2"}'),
            Mails("the link"),
            get("to the page", "<<mail.path>>"),
            get("a second time", "<<mail.path>>"),
            get("a second time, without a page", f"{_VERIFY}?token=<<mail.token>>"),
            get(
                "to a friend", f"{_VERIFY}?token=<<mail.token>>&callbackURL=https://friend.example"
            ),
            get("to no friend", f"{_VERIFY}?token=<<mail.token>>&callbackURL=https://x.example"),
            get("who is it", "/get-session", cookie="<<ada.jar>>"),
            _send("verified already", '{"email":"ada.v@example.com"}'),
            Mails("nothing for the verified", 0),
            _send("unknown", '{"email":"nobody.v@example.com"}'),
            Mails("nothing for nobody", 0),
        ),
        MAILED,
    ),
    Conversation(
        "a verification link of one's own",
        (
            sign_up("own.v@example.com"),
            _own("for another", '{"email":"other.v@example.com"}'),
            _own("for oneself", '{"email":"OWN.v@example.com"}'),
            Mails("the link"),
            get("without a page", f"{_VERIFY}?token=<<mail.token>>", cookie="<<jar>>"),
            _own("verified already", '{"email":"own.v@example.com"}'),
            _own("for another, verified", '{"email":"other.v@example.com"}'),
        ),
        MAILED,
    ),
    Conversation(
        "asking for a verification link",
        (
            post("no body", _SEND),
            *(
                _send(body, body)
                for body in (
                    "{}",
                    "[]",
                    "{",
                    '{"email":5}',
                    '{"email":"x"}',
                    '{"email":null}',
                    '{"email":"e.v@example.com","callbackURL":5}',
                    '{"email":"e.v@example.com","callbackURL":null}',
                    '{"email":"e.v@example.com","callbackURL":"//evil.example"}',
                    '{"email":"e.v@example.com","callbackURL":"https://evil.example"}',
                    '{"email":"e.v@example.com","callbackURL":"https://friend.example/a"}',
                    '{"email":"e.v@example.com","callbackURL":""}',
                )
            ),
            _send(
                "a form", "email=e.v@example.com", content_type="application/x-www-form-urlencoded"
            ),
            _send(
                "foreign",
                '{"email":"e.v@example.com"}',
                cookie="a=b",
                origin="https://evil.example",
            ),
            _send(
                "a dead cookie",
                '{"email":"e.v@example.com"}',
                cookie="better-auth.session_token=x.y",
                origin="<<origin>>",
            ),
            Mails("no link", 0),
        ),
        MAILED,
    ),
    Conversation(
        "nobody signs in unverified",
        (
            sign_up("ada.s@example.com", ',"callbackURL":"/welcome"'),
            Mails("the link"),
            sign_in("ada.s@example.com", step="too early"),
            sign_in("ada.s@example.com", ',"callbackURL":"/x"', step="too early, to a page"),
            post(
                "wrong password", "/sign-in/email", '{"email":"ada.s@example.com","password":"x"}'
            ),
            Mails("none for trying", 0),
            sign_up("ada.s@example.com", ',"image":"x"'),
            sign_up("ADA.s@example.com", ',"rememberMe":false,"x":1'),
            post(
                "too short",
                "/sign-up/email",
                '{"name":"x","email":"ada.s@example.com","password":"x"}',
            ),
            get("follow it", "<<mail.path>>"),
            get("who is it", "/get-session", cookie="<<jar>>"),
            Keep("first"),
            get("again", "<<mail.path>>"),
            sign_in("ada.s@example.com", ',"rememberMe":false', step="in time"),
            sign_up("ada.s@example.com", ',"x":2'),
            Mails("their owner is told", 3),
        ),
        VERIFIED,
    ),
    Conversation(
        "a link in somebody else's browser",
        (
            sign_up("bob.s@example.com"),
            Mails("bob's link"),
            get("bob", f"{_VERIFY}?token=<<mail.token>>"),
            sign_in("bob.s@example.com", ',"rememberMe":false', step="bob, for now"),
            sign_up("eve.s@example.com"),
            Mails("eve's link"),
            get("eve, in bob's", "<<mail.path>>", cookie="<<jar>>"),
            get("who is it", "/get-session", cookie="<<jar>>"),
            Change('UPDATE "user" SET "emailVerified" = false WHERE id = :user'),
            get("eve, in her own", f"{_VERIFY}?token=<<mail.token>>", cookie="<<jar>>"),
        ),
        VERIFIED,
    ),
    Conversation(
        "verified later",
        (
            sign_up("late@example.com", ',"callbackURL":"https://friend.example/in"'),
            Mails("the link"),
            get("follow it", "<<mail.path>>", cookie="<<jar>>"),
            get("who is it", "/get-session", cookie="<<jar>>"),
            sign_up("late@example.com", ',"x":1'),
            Mails("none for a taken address", 0),
        ),
        _ON_SIGN_UP,
    ),
    Conversation(
        "verified, but not mailed",
        (
            sign_up("silent@example.com"),
            Mails("none on sign-up", 0),
            sign_in("silent@example.com", step="too early"),
            _send("ask", '{"email":"silent@example.com"}'),
            Mails("the link"),
            get("follow it", "<<mail.path>>"),
            sign_in("silent@example.com", step="in time"),
        ),
        _SILENT,
    ),
)
