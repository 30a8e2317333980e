"""The bodies and queries of social sign-in and of the accounts that came from it."""

from gatepost.provider.shapes import ListOf, Literal, NameOrText, OneOf, RecordOf
from gatepost.provider.validation import Field, Schema

_RESERVED = (
    "state",
    "client_id",
    "redirect_uri",
    "response_type",
    "code_challenge",
    "code_challenge_method",
    "nonce",
    "scope",
)
_ADDITIONAL_PARAMS = RecordOf(
    str,
    frozenset(_RESERVED),
    f"additionalParams cannot include reserved OAuth parameters: {', '.join(_RESERVED)}",
)
_TOKENS = (
    Field("token"),
    Field("nonce", required=False),
    Field("accessToken", required=False),
    Field("refreshToken", required=False),
)
_NAME = Schema((Field("firstName", required=False), Field("lastName", required=False)))
_USER = Schema((Field("name", _NAME, required=False), Field("email", required=False)))
_ID_TOKEN = Schema(
    (
        *_TOKENS,
        Field("expiresAt", float, required=False),
        Field("user", _USER, required=False),
    )
)
_OF_BOTH = (
    Field("loginHint", required=False),
    Field("additionalParams", _ADDITIONAL_PARAMS, required=False),
    Field("additionalData", RecordOf(), required=False),
)

SIGN_IN_SOCIAL = Schema(
    (
        Field("callbackURL", required=False),
        Field("newUserCallbackURL", required=False),
        Field("errorCallbackURL", required=False),
        Field("provider", NameOrText()),
        Field("disableRedirect", bool, required=False),
        Field("idToken", _ID_TOKEN, required=False),
        Field("scopes", ListOf(str), required=False),
        Field("requestSignUp", bool, required=False),
        *_OF_BOTH,
    )
)
LINK_SOCIAL = Schema(
    (
        Field("callbackURL", required=False),
        Field("provider", NameOrText()),
        Field("idToken", Schema(_TOKENS), required=False),
        Field("requestSignUp", bool, required=False),
        Field("scopes", ListOf(str), required=False),
        Field("errorCallbackURL", required=False),
        Field("disableRedirect", bool, required=False),
        *_OF_BOTH,
    )
)
CALLBACK = Schema(
    tuple(
        Field(name, required=False)
        for name in ("code", "error", "device_id", "error_description", "state", "user", "iss")
    ),
    optional=True,
)
# A `userId` may be named, and is not looked at: whose account it is, the session says.
ACCOUNT_SELECTION = OneOf(
    (
        (Field("accountId"), Field("userId", required=False)),
        (Field("useAccountCookie", Literal(value=True)), Field("userId", required=False)),
    )
)
