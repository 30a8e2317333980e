"""What another program may have done to the tables."""

from tests.provider.oracle.steps import Change, Conversation, get, sign_in, sign_up

_USER = 'UPDATE "user" SET {} WHERE id = :user'
_SESSION = 'UPDATE session SET {} WHERE "userId" = :user'
_ACCOUNT = 'UPDATE account SET {} WHERE "userId" = :user'

CONVERSATIONS: tuple[Conversation, ...] = (
    Conversation(
        "states of the database",
        (
            sign_up("state@example.com", user_agent="Agent/1.0 é"),
            get("with an agent", "/get-session", cookie="<<jar>>", user_agent="Other"),
            Change(_USER.format("""image = 'x', "emailVerified" = true, name = 'é\n'""")),
            get("changed user", "/get-session", cookie="<<jar>>"),
            Change(_SESSION.format('"ipAddress" = NULL, "userAgent" = NULL')),
            get("null agent", "/get-session", cookie="<<jar>>"),
            Change(_ACCOUNT.format(""""accountId" = 'other'""")),
            sign_in("state@example.com", step="account of another id"),
            Change(_ACCOUNT.format(""""accountId" = "userId", "providerId" = 'github'""")),
            sign_in("state@example.com", step="no credential account"),
            sign_up("state@example.com", ',"x":1'),
            Change(_ACCOUNT.format(""""providerId" = 'credential', password = NULL""")),
            sign_in("state@example.com", step="no password"),
            Change(_ACCOUNT.format("password = 'nonsense'")),
            sign_in("state@example.com", step="unreadable hash"),
            Change(_ACCOUNT.format("password = 'salt:0011'")),
            sign_in("state@example.com", step="short hash"),
            Change('DELETE FROM "user" WHERE id = :user'),
            get("deleted user", "/get-session", cookie="<<jar>>"),
            get("deleted user's token", "/token", cookie="better-auth.session_token=<<signed>>"),
        ),
    ),
)
