"""No route of the provider that the official client does not reach, and has its answer from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from gatepost.provider.routes import ROUTES, route_of
from tests.client.conftest import MailedApp
from tests.services.fixtures import NewOfficialClient
from tests.services.official_client import Answer

_EMAIL = "every-route@example.com"
_PASSWORD = "correct horse battery"
_NEW = "a much newer battery"
_USER = {
    "id": str,
    "name": str,
    "email": str,
    "emailVerified": bool,
    "image": None,
    "createdAt": datetime,
    "updatedAt": datetime,
}
_SESSION = {
    "id": str,
    "token": str,
    "userId": str,
    "expiresAt": datetime,
    "createdAt": datetime,
    "updatedAt": datetime,
    "ipAddress": str,
    "userAgent": str,
}
_ACCOUNT = {
    "id": str,
    "accountId": str,
    "providerId": str,
    "userId": str,
    "createdAt": datetime,
    "updatedAt": datetime,
    "scopes": [],
}
_STATUS = {"status": bool}
_SUCCESS = {"success": bool}
_SOCIAL = {"provider": "github", "callbackURL": "/"}
_ANY_ACCOUNT = {"accountId": "x"}


@dataclass(frozen=True, slots=True)
class _Call:
    """A method of the client, and what comes of it.

    Attributes:
        route: as the provider's table has it.
        arguments: `<mail N>` in them is the token in the last of N mails, which are waited for.
        expected: the types of the data; or status and code of the error; or where it redirects to.
    """

    route: str
    method: str
    arguments: tuple[object, ...] = ()
    expected: object = None


_CALLS = (
    _Call(
        "POST /sign-up/email",
        "signUp.email",
        ({"name": "Ada", "email": _EMAIL, "password": _PASSWORD},),
        {"token": str, "user": _USER},
    ),
    _Call("GET /get-session", "getSession", (), {"session": _SESSION, "user": _USER}),
    _Call(
        "POST /get-session",
        "getSession",
        ({"fetchOptions": {"method": "POST"}},),
        (405, "METHOD_NOT_ALLOWED_DEFER_SESSION_REQUIRED"),
    ),
    _Call("GET /token", "token", (), {"token": str}),
    _Call(
        "GET /jwks", "jwks", (), {"keys": [dict.fromkeys(("alg", "crv", "x", "kty", "kid"), str)]}
    ),
    _Call("GET /ok", "ok", (), {"ok": bool}),
    _Call("GET /error", "error", (), str),
    _Call("POST /update-user", "updateUser", ({"name": "Bea"},), _STATUS),
    _Call("POST /update-session", "updateSession", ({"userId": "x"},), (400, None)),
    _Call("POST /send-verification-email", "sendVerificationEmail", ({"email": _EMAIL},), _STATUS),
    _Call(
        "GET /verify-email",
        "verifyEmail",
        ({"query": {"token": "<mail 1>"}},),
        {"status": bool, "user": None},
    ),
    _Call("POST /change-email", "changeEmail", ({"newEmail": "x@example.com"},), _STATUS),
    _Call("POST /verify-password", "verifyPassword", ({"password": _PASSWORD},), _STATUS),
    _Call(
        "POST /change-password",
        "changePassword",
        ({"currentPassword": _PASSWORD, "newPassword": _NEW},),
        {"token": None, "user": _USER},
    ),
    _Call("GET /list-accounts", "listAccounts", (), [_ACCOUNT]),
    _Call(
        "POST /unlink-account",
        "unlinkAccount",
        (_ANY_ACCOUNT,),
        (400, "FAILED_TO_UNLINK_LAST_ACCOUNT"),
    ),
    _Call("POST /get-access-token", "getAccessToken", (_ANY_ACCOUNT,), (400, "ACCOUNT_NOT_FOUND")),
    _Call("POST /refresh-token", "refreshToken", (_ANY_ACCOUNT,), (400, "ACCOUNT_NOT_FOUND")),
    _Call(
        "GET /account-info", "accountInfo", ({"query": _ANY_ACCOUNT},), (400, "ACCOUNT_NOT_FOUND")
    ),
    _Call("POST /sign-in/social", "signIn.social", (_SOCIAL,), (404, "PROVIDER_NOT_FOUND")),
    _Call("POST /link-social", "linkSocial", (_SOCIAL,), (404, "PROVIDER_NOT_FOUND")),
    _Call("GET /callback/:id", "callback.github", (), "/api/auth/error?error=state_not_found"),
    _Call(
        "POST /callback/:id",
        "callback.github",
        ({"code": "x"},),
        "/api/auth/callback/github?code=x",
    ),
    _Call("GET /list-sessions", "listSessions", (), [_SESSION]),
    _Call("POST /revoke-session", "revokeSession", ({"token": "x"},), _STATUS),
    _Call("POST /revoke-other-sessions", "revokeOtherSessions", (), _STATUS),
    _Call("POST /revoke-sessions", "revokeSessions", (), _STATUS),
    _Call(
        "POST /request-password-reset",
        "requestPasswordReset",
        ({"email": _EMAIL, "redirectTo": "/new"},),
        {"status": bool, "message": str},
    ),
    _Call(
        "GET /reset-password/:token",
        "resetPassword.unknown",
        ({"query": {"callbackURL": "/new"}},),
        "/new?error=INVALID_TOKEN",
    ),
    _Call(
        "POST /reset-password",
        "resetPassword",
        ({"newPassword": _PASSWORD, "token": "<mail 3>"},),
        _STATUS,
    ),
    _Call(
        "POST /sign-in/email",
        "signIn.email",
        ({"email": _EMAIL, "password": _PASSWORD},),
        {"redirect": bool, "token": str, "user": _USER},
    ),
    _Call("POST /delete-user", "deleteUser", (), _SUCCESS | {"message": str}),
    _Call(
        "GET /delete-user/callback",
        "deleteUser.callback",
        ({"query": {"token": "<mail 4>"}},),
        _SUCCESS | {"message": str},
    ),
    _Call("POST /sign-out", "signOut", (), _SUCCESS),
)


def test_every_route_has_its_call() -> None:
    """The table has each route of the provider, once."""
    assert sorted(call.route for call in _CALLS) == sorted(
        f"{how} {where}" for how, where in ROUTES
    )


def test_the_client_drives_every_route(
    mailed: MailedApp, new_official_client: NewOfficialClient
) -> None:
    """Each method of the client asks its route, and gives the page what Better Auth would."""
    client = new_official_client(mailed.url)
    found = {}
    for call in _CALLS:
        arguments = [_filled(each, mailed) for each in call.arguments]
        answer = client.call(call.method, *arguments)
        found[_route(answer, mailed.url)] = _outcome(answer, mailed.url)
    assert found == {call.route: call.expected for call in _CALLS}


def _filled(argument: object, mailed: MailedApp) -> object:
    """Put the token of a mail where it is wanted."""
    if isinstance(argument, Mapping):
        return {name: _filled(each, mailed) for name, each in argument.items()}
    if isinstance(argument, str) and argument.startswith("<mail "):
        return mailed.token(int(argument[6:-1]))
    return argument


def _route(answer: Answer, url: str) -> str:
    """Return the route of the provider that the first request of a call was for."""
    first = answer.exchanges[0]
    path = urlsplit(first.url.removeprefix(f"{url}/api/auth")).path
    found = route_of(first.method, path)
    return f"{first.method} {path if found is None else found.path}"


def _outcome(answer: Answer, url: str) -> object:
    first = answer.exchanges[0]
    if "location" in first.headers:
        return first.headers["location"].removeprefix(url)
    if answer.error is not None:
        return (answer.error["status"], answer.error.get("code"))
    return _types(answer.data)


def _types(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _types(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_types(each) for each in value]
    return None if value is None else type(value)
