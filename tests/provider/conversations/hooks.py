"""What an app has to say before and after; the headers ask its hooks for it."""

from tests.provider.oracle.deployment import ALL_MAIL, Deployment
from tests.provider.oracle.steps import (
    PASSWORD,
    SIGN_IN,
    SIGN_UP,
    Conversation,
    Keep,
    Mails,
    get,
    own,
    post,
    see,
    sign_in,
    sign_up,
)

_HOOKS = Deployment("hooks", plugins=("jwt", "bearer"), hooks=True)
_AND_MAIL = Deployment(
    "hooks and mail",
    hooks=True,
    require_email_verification=True,
    auto_sign_in_after_verification=True,
    mail=ALL_MAIL,
)
_REFUSE = "refuse"
_FAIL = "fail"
_CROSS_SITE = {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"}
_CREDENTIALS = f'{{"email":"hooked@example.com","password":"{PASSWORD}"}}'

CONVERSATIONS = (
    Conversation(
        "hooks at each route",
        (
            sign_up("hooked@example.com"),
            see("session", "/get-session"),
            see("token", "/token"),
            get("nobody's session", "/get-session"),
            get("nobody's token", "/token"),
            get("keys", "/jwks"),
            get("ok", "/ok"),
            own("a name", "/update-user", '{"name":"Lovelace"}'),
            own("no name", "/update-user"),
            see("sessions", "/list-sessions"),
            see("accounts", "/list-accounts"),
            own("a wrong password", "/verify-password", '{"password":"not it"}'),
            own(
                "a new password",
                "/change-password",
                f'{{"newPassword":"{PASSWORD}","currentPassword":"{PASSWORD}"}}',
            ),
            own(
                "a new password and a new session",
                "/change-password",
                f'{{"newPassword":"{PASSWORD}","currentPassword":"{PASSWORD}",'
                '"revokeOtherSessions":true}',
            ),
            see("a token of a link", "/reset-password/abc?callbackURL=/x"),
            get("a provider", "/callback/github?code=1"),
            own("out", "/sign-out"),
            sign_in("hooked@example.com"),
            sign_in(
                "hooked@example.com",
                ',"callbackURL":"/home"',
                cookie="<<jar>>",
                origin="<<origin>>",
            ),
        ),
        _HOOKS,
    ),
    Conversation(
        "hooks and what comes before them",
        (
            get("no such path", "/nothing", x_before=_REFUSE),
            get("no such method", SIGN_UP, x_before=_REFUSE),
            post("no JSON", SIGN_UP, "{", x_before=_REFUSE),
            post("no such type", SIGN_UP, "a", x_before=_REFUSE, content_type="text/plain"),
            own(
                "foreign",
                SIGN_UP,
                "{}",
                cookie="a=b",
                origin="https://evil.example",
                x_before=_REFUSE,
            ),
            post(
                "foreign callback",
                SIGN_UP,
                '{"callbackURL":"https://evil.example"}',
                x_before=_REFUSE,
            ),
            post("cross-site", SIGN_IN, _CREDENTIALS, x_before=_REFUSE, **_CROSS_SITE),
            post("cross-site, told after", SIGN_IN, _CREDENTIALS, **_CROSS_SITE),
            post("invalid", SIGN_UP, "{}", x_before=_REFUSE),
            post("invalid, told after", SIGN_UP, "{}"),
        ),
        _HOOKS,
    ),
    Conversation(
        "before refuses",
        (
            sign_up("never@example.com", x_before=_REFUSE),
            sign_in("never@example.com", step="is not there"),
            sign_up("never@example.com", ',"x":1', x_before=_FAIL),
            sign_in("never@example.com", step="is not there either"),
            sign_up("before@example.com"),
            see("its session", "/get-session", x_before=_REFUSE),
            see("its session fails", "/get-session", x_before=_FAIL),
            own("out", "/sign-out", x_before=_REFUSE),
            see("still in", "/get-session"),
        ),
        _HOOKS,
    ),
    Conversation(
        "before changes the body",
        (
            sign_up("changed@example.com", x_before='{"name":"Changed"}'),
            sign_up("x@example.com", x_before='{"email":"other@example.com","rememberMe":false}'),
            sign_in("x@example.com", step="nobody"),
            sign_in("other@example.com"),
            sign_up("bad@example.com", x_before='{"name":5}'),
            sign_up("bad@example.com", ',"x":1', x_before='{"password":"short"}'),
            post("from nothing", SIGN_IN, _CREDENTIALS, x_before='{"email":"other@example.com"}'),
            post(
                "without a body",
                SIGN_IN,
                x_before=f'{{"email":"other@example.com","password":"{PASSWORD}"}}',
            ),
            get("of a GET", "/ok", x_before='{"name":"Nobody"}'),
            post("nothing left", SIGN_IN, _CREDENTIALS, x_before="only {}"),
            sign_in("other@example.com", step="to a page", x_before='{"callbackURL":"/home"}'),
            sign_in(
                "other@example.com",
                step="to a page elsewhere",
                x_before='{"callbackURL":"https://evil.example"}',
            ),
        ),
        _HOOKS,
    ),
    Conversation(
        "after refuses",
        (
            sign_up("after@example.com"),
            Keep("first"),
            sign_in("after@example.com", step="a sign-in", x_after=_REFUSE),
            see("whose session", "/get-session"),
            sign_in("after@example.com", step="a sign-in fails", x_after=_FAIL),
            see("whose session then", "/get-session"),
            see("and how many", "/list-sessions", who="first"),
            sign_up("refused@example.com", x_after=_REFUSE),
            see("of a refused sign-up", "/get-session"),
            sign_in("refused@example.com", step="the account is there"),
            sign_up("failed@example.com", x_after=_FAIL),
            sign_in("failed@example.com", step="this account, too"),
            post("what was refused already", SIGN_IN, "{}", x_after=_REFUSE),
            post(
                "a wrong password",
                SIGN_IN,
                '{"email":"after@example.com","password":"not it"}',
                x_after=_REFUSE,
            ),
            post("what was refused already, failing", SIGN_IN, "{}", x_after=_FAIL),
            see("a session", "/get-session", who="first", x_after=_REFUSE),
            own("a name", "/update-user", '{"name":"Told"}', who="first", x_after=_REFUSE),
            see("it was written", "/get-session", who="first"),
            own("out", "/sign-out", who="first", x_after=_REFUSE),
            see("and out it is", "/get-session", who="first"),
        ),
        _HOOKS,
    ),
    Conversation(
        "hooks and addresses to be verified",
        (
            sign_up("verify-hooks@example.com"),
            Mails("a link"),
            sign_up("verify-hooks@example.com", ',"again":true'),
            Mails("a notice"),
            sign_in("verify-hooks@example.com"),
        ),
        _AND_MAIL,
    ),
    Conversation(
        "hooks and a link",
        (
            sign_up("link-hooks@example.com"),
            Mails("the link"),
            get("followed", "<<mail.path>>"),
            see("whose session", "/get-session"),
        ),
        _AND_MAIL,
    ),
)
