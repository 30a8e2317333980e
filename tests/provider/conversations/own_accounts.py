"""The accounts by which somebody signs in, and the tokens that other providers gave for them."""

from tests.provider.oracle.steps import Change, Conversation, Keep, get, own, see, sign_up

_SELECTIONS = (
    ("a number", '{"accountId":1}'),
    ("unknown field", '{"accountId":"x","providerId":"github"}'),
    ("unknown fields", '{"accountId":"x","a":1,"b":2}'),
    ("user id", '{"accountId":"x","userId":"y"}'),
    ("user id a number", '{"accountId":"x","userId":1}'),
    ("both", '{"accountId":"x","useAccountCookie":true}'),
    ("cookie and a bad id", '{"accountId":1,"useAccountCookie":true}'),
    ("cookie", '{"useAccountCookie":true}'),
    ("cookie false", '{"useAccountCookie":false}'),
    ("cookie and user id", '{"useAccountCookie":true,"userId":"x"}'),
    ("only a user id", '{"userId":"x"}'),
    ("provider's id", '{"providerId":"credential"}'),
)
_QUERIES = (
    ("none", ""),
    ("account", "?accountId=x"),
    ("twice", "?accountId=x&accountId=y"),
    ("unknown field", "?accountId=x&a=b"),
    ("user id", "?accountId=x&userId=y"),
    ("only a user id", "?userId=y"),
    ("cookie", "?useAccountCookie=true"),
    ("disableRefresh", "?accountId=x&disableRefresh=1"),
)
_UNLINK = "/unlink-account"
_TOKEN = "/get-access-token"
_REFRESH = "/refresh-token"
_INFO = "/account-info"
_LIST = "/list-accounts"


def _link(account: str, scope: str = "NULL") -> Change:
    columns = 'id, "accountId", "providerId", "userId", scope, "createdAt", "updatedAt"'
    moment = "'2099-01-01T00:00:00.000Z'"
    return Change(
        f"INSERT INTO account ({columns}) "  # noqa: S608 - constants
        f"VALUES ('{account}', '123', 'github', :user, {scope}, {moment}, {moment})"
    )


CONVERSATIONS = (
    Conversation(
        "own accounts",
        (
            sign_up("accounts@example.com"),
            see("list", _LIST),
            own("the last", _UNLINK, '{"accountId":"<<answer.0.id>>"}'),
            _link("linked-1", "'repo, user ,'"),
            see("list of two", _LIST),
            own("of nobody", _UNLINK, '{"accountId":"x"}'),
            own("by the provider's id", _UNLINK, '{"accountId":"123"}'),
            own("token of it", _TOKEN, '{"accountId":"linked-1"}'),
            own("refresh it", _REFRESH, '{"accountId":"linked-1"}'),
            see("info of it", f"{_INFO}?accountId=linked-1"),
            *(own(f"token, {name}", _TOKEN, body) for name, body in _SELECTIONS),
            *(own(f"refresh, {name}", _REFRESH, body) for name, body in _SELECTIONS),
            *(see(f"info, {name}", f"{_INFO}{query}") for name, query in _QUERIES),
            *(get(f"info of nobody, {name}", f"{_INFO}{query}") for name, query in _QUERIES),
            own("unlink", _UNLINK, '{"accountId":"linked-1","userId":"x"}'),
            see("one there", _LIST),
            own("unlink again", _UNLINK, '{"accountId":"linked-1"}'),
            Change('DELETE FROM account WHERE "userId" = :user'),
            see("none", _LIST),
            own("unlink of none", _UNLINK, '{"accountId":"linked-1"}'),
        ),
    ),
    Conversation(
        "another's accounts",
        (
            sign_up("accounts-owner@example.com"),
            _link("linked-2"),
            Keep("owner"),
            sign_up("accounts-thief@example.com"),
            _link("linked-3"),
            own("unlink another's", _UNLINK, '{"accountId":"linked-2"}'),
            own("token of another's", _TOKEN, '{"accountId":"linked-2"}'),
            own("refresh another's", _REFRESH, '{"accountId":"linked-2"}'),
            see("info of another's", f"{_INFO}?accountId=linked-2"),
            see("whose", "/get-session", who="owner"),
            own(
                "token of another's, with their id",
                _TOKEN,
                '{"accountId":"linked-2","userId":"<<answer.user.id>>"}',
            ),
            see("both there", _LIST, who="owner"),
        ),
    ),
)
