"""How long a session lives, and how long it is fresh, where the deployment says so."""

from tests.provider.oracle.deployment import Deployment
from tests.provider.oracle.steps import Age, Conversation, get, own, see, sign_in, sign_up

_HOUR = 3600
_BRIEF = Deployment(
    "brief sessions",
    session_expires_in=6 * _HOUR,
    session_update_age=_HOUR,
    session_fresh_age=_HOUR // 2,
    delete_user=True,
)
_CHANGE = (
    '{"currentPassword":"correct horse battery","newPassword":"another long one",'
    '"revokeOtherSessions":true}'
)

CONVERSATIONS: tuple[Conversation, ...] = (
    Conversation(
        "a brief session",
        (
            sign_up("brief@example.com"),
            see("its end", "/get-session"),
            see("fresh", "/list-sessions"),
            Age(_HOUR // 2 + 60),
            see("not fresh any more", "/list-sessions"),
            own("not fresh for this either", "/delete-user"),
            see("not an hour old", "/get-session"),
            Age(_HOUR // 2),
            see("slides after an hour", "/get-session"),
            see("has slid", "/get-session"),
            see("accounts need not be fresh", "/list-accounts"),
            own("a change makes another", "/change-password", _CHANGE),
            see("which is fresh", "/list-sessions"),
            Age(6 * _HOUR + 60),
            see("its end has come", "/get-session"),
        ),
        deployment=_BRIEF,
    ),
    Conversation(
        "a brief session, not remembered",
        (
            sign_up("briefer@example.com", ',"rememberMe":false'),
            see("its end", "/get-session"),
            Age(2 * _HOUR),
            get(
                "without its second cookie",
                "/get-session",
                cookie="better-auth.session_token=<<signed>>",
            ),
            own("its person renamed", "/update-user", '{"name":"Bea"}'),
            sign_in("briefer@example.com", cookie="<<jar>>", origin="<<origin>>"),
            see("remembered", "/get-session"),
        ),
        deployment=_BRIEF,
    ),
)
