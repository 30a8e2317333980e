"""Apps: what is trusted of a private-use scheme, and how people are sent there."""

from tests.provider.oracle.deployment import ALL_MAIL, Deployment
from tests.provider.oracle.steps import (
    SIGN_IN,
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

_APPS = Deployment(
    "apps",
    trusted_origins=(
        "myapp://",
        "other://callback",
        "pinned://host:8081/cb",
        "capacitor://localhost",
    ),
    mail=ALL_MAIL,
    delete_user=True,
)
_LINKS = (
    "myapp://",
    "myapp://signed-in",
    "MyApp://Signed-In/A/../b?x=1#y",
    "myapp:///signed-in",
    "myapp://x:80/",
    "myapp://x:99999/",
    "myapp://a b",
    "myapp:path",
    "myapp:/path",
    "myapp://ada@x/",
    "myapp://é/",
    "myapp://x/é ü",
    "myapp2://x",
    "yourapp://x",
    "other://callback",
    "other://CALLBACK/a?b",
    "other://callback.evil/",
    "other://",
    "other:callback",
    "pinned://host:8081/cb",
    "pinned://host:8081/cb/below?x",
    "pinned://host:8081/cbx",
    "pinned://host:8081/cb/../x",
    "pinned://host:8081/cb/%2e%2e/x",
    "pinned://host:8081/a/../cb",
    "pinned://host/cb",
    "capacitor://localhost/tasks",
    "javascript://x/%0aalert(1)",
)
_ORIGINS = (
    "myapp://",
    "myapp://anywhere",
    "myapp://anywhere/path",
    "yourapp://",
    "other://callback",
    "other://evil",
    "pinned://host:8081",
    "pinned://host:8081/cb",
    "capacitor://localhost",
    "capacitor://localhost:80",
    "capacitor://evil",
    "http://localhost",
    "file://",
)

CONVERSATIONS: tuple[Conversation, ...] = (
    Conversation(
        "links into apps",
        (
            sign_up("callback@example.com"),
            *(
                sign_in("callback@example.com", f',"callbackURL":"{url}"', step=url)
                for url in _LINKS
            ),
        ),
        deployment=_APPS,
    ),
    Conversation(
        "pages inside apps",
        tuple(post(origin, SIGN_IN, "{}", cookie="a=b", origin=origin) for origin in _ORIGINS),
        deployment=_APPS,
    ),
    Conversation(
        "mailed links into apps",
        (
            sign_up("mailed-links@example.com"),
            Keep("ada"),
            post(
                "verification",
                "/send-verification-email",
                '{"email":"mailed-links@example.com","callbackURL":"myapp://verified"}',
            ),
            Mails("its mail"),
            get("is followed", "<<mail.path>>"),
            get("with a bad token", "/verify-email?token=x&callbackURL=myapp://verified"),
            get("with a query", "/verify-email?token=x&callbackURL=MyApp://A/./b%3Fx%3D1%23y"),
            get("into another app", "/verify-email?token=x&callbackURL=yourapp://verified"),
            post(
                "reset",
                "/request-password-reset",
                '{"email":"mailed-links@example.com","redirectTo":"myapp://Reset"}',
            ),
            Mails("its mail too"),
            get("is followed as well", "<<mail.path>>"),
            get("with a path", "/reset-password/x?callbackURL=myapp:///reset/../a%20b"),
            get("without a host", "/reset-password/x?callbackURL=myapp://"),
            get("to another host", "/reset-password/x?callbackURL=other://evil"),
            own("deletion", "/delete-user", '{"callbackURL":"other://callback/bye"}', who="ada"),
            Mails("its mail at last"),
            see("deletes", "<<mail.path>>", who="ada"),
        ),
        deployment=_APPS,
    ),
)
