"""Somebody is banned, where Better Auth has its `admin` plugin."""

from tests.provider.oracle.deployment import ALL_MAIL, Deployment
from tests.provider.oracle.steps import (
    SIGN_IN,
    Change,
    Conversation,
    Mails,
    get,
    post,
    sign_in,
    sign_up,
)

_WITH_ADMIN = Deployment("with bans", plugins=("jwt", "admin"))
_VERIFIED = Deployment(
    "with bans and mail",
    plugins=("jwt", "admin"),
    mail=ALL_MAIL,
    require_email_verification=True,
    auto_sign_in_after_verification=True,
)
_EMAIL = "banned@example.com"
_END = 'DELETE FROM session WHERE "userId" = :user'


def _change(banned: str, expires: str) -> Change:
    columns = f'banned = {banned}, "banReason" = \'spam\', "banExpires" = {expires}'
    return Change(f"UPDATE \"user\" SET {columns} WHERE email = '{_EMAIL}'")  # noqa: S608 - words of the test


CONVERSATIONS: tuple[Conversation, ...] = (
    Conversation(
        "bans",
        (
            sign_up(_EMAIL),
            _change("true", "NULL"),
            Change(_END),
            get("its session has ended", "/get-session", cookie="<<jar>>"),
            sign_in(_EMAIL, step="banned"),
            post(
                "banned, and the wrong password",
                SIGN_IN,
                f'{{"email":"{_EMAIL}","password":"incorrect horse"}}',
            ),
            sign_in(_EMAIL, ',"callbackURL":"/home"', step="banned, with a callback"),
            sign_in(_EMAIL, ',"rememberMe":false', step="banned, not to be remembered"),
            _change("true", "'2999-01-01T00:00:00.000Z'"),
            sign_in(_EMAIL, step="banned for long"),
            _change("true", "'2020-01-01T00:00:00.000Z'"),
            sign_in(_EMAIL, step="the ban has expired"),
            sign_in(_EMAIL, step="and is lifted"),
            _change("false", "'2999-01-01T00:00:00.000Z'"),
            sign_in(_EMAIL, step="not banned, whatever the rest says"),
        ),
        _WITH_ADMIN,
    ),
    Conversation(
        "banned, and verified by mail",
        (
            sign_up("banned.unverified@example.com"),
            Change(
                "UPDATE \"user\" SET banned = true WHERE email = 'banned.unverified@example.com'"
            ),
            Mails("the link"),
            get("follows the link", "<<mail.path>>"),
            get("is nobody", "/get-session", cookie="<<jar>>"),
            sign_in("banned.unverified@example.com", step="and may not sign in"),
        ),
        _VERIFIED,
    ),
)
