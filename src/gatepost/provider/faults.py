"""What the provider refuses, in Better Auth's own words, and the private reasons behind it."""

from dataclasses import dataclass
from enum import StrEnum

from gatepost.errors import (
    BadRequest,
    Forbidden,
    NotFound,
    Refusal,
    Unauthenticated,
    Unavailable,
)


class MethodNotAllowed(Refusal):
    """The route exists; this method of it is for another configuration."""


class PayloadTooLarge(Refusal):
    """The body is larger than anything that these routes take."""


class UnsupportedMediaType(Refusal):
    """The body is of a type that this route does not read."""


class TooManyRequests(Refusal):
    """Too many came from one address, or for one account; later it may be answered."""


class Unprocessable(Refusal):
    """Understood and well-formed, and yet it cannot be done."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A refusal as data. `code` is empty where the original sends a message alone, or nothing."""

    kind: type[Refusal]
    message: str
    code: str

    def refusal(self) -> Refusal:
        """Make the exception; a new one each time, so that no traceback is shared."""
        return self.kind(self.message, code=self.code)


INVALID_JSON = Fault(BadRequest, "Invalid JSON in request body", "BAD_REQUEST")
INVALID_FORM = Fault(BadRequest, "Invalid form in request body", "BAD_REQUEST")
BODY_TOO_LARGE = Fault(PayloadTooLarge, "Request body is too large", "PAYLOAD_TOO_LARGE")
INVALID_EMAIL = Fault(BadRequest, "Invalid email", "INVALID_EMAIL")
PASSWORD_TOO_SHORT = Fault(BadRequest, "Password too short", "PASSWORD_TOO_SHORT")
PASSWORD_TOO_LONG = Fault(BadRequest, "Password too long", "PASSWORD_TOO_LONG")
PASSWORD_COMPROMISED = Fault(
    BadRequest,
    "The password you entered has been compromised. Please choose a different password.",
    "PASSWORD_COMPROMISED",
)
INVALID_EMAIL_OR_PASSWORD = Fault(
    Unauthenticated, "Invalid email or password", "INVALID_EMAIL_OR_PASSWORD"
)
UNAUTHORIZED = Fault(Unauthenticated, "Unauthorized", "UNAUTHORIZED")
USER_ALREADY_EXISTS = Fault(
    Unprocessable,
    "User already exists. Use another email.",
    "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL",
)
FAILED_TO_CREATE_USER = Fault(Unprocessable, "Failed to create user", "FAILED_TO_CREATE_USER")
EMAIL_NOT_VERIFIED = Fault(Forbidden, "Email not verified", "EMAIL_NOT_VERIFIED")
VERIFICATION_EMAIL_NOT_ENABLED = Fault(
    BadRequest, "Verification email isn't enabled", "VERIFICATION_EMAIL_NOT_ENABLED"
)
EMAIL_MISMATCH = Fault(BadRequest, "Email mismatch", "EMAIL_MISMATCH")
EMAIL_ALREADY_VERIFIED = Fault(BadRequest, "Email is already verified", "EMAIL_ALREADY_VERIFIED")
RESET_PASSWORD_DISABLED = Fault(
    BadRequest, "Reset password isn't enabled", "RESET_PASSWORD_DISABLED"
)
CHANGE_EMAIL_DISABLED = Fault(BadRequest, "Change email is disabled", "CHANGE_EMAIL_DISABLED")
CHANGE_EMAIL_UNVERIFIABLE = Fault(BadRequest, "Verification email isn't enabled", "")
EMAIL_IS_THE_SAME = Fault(BadRequest, "Email is the same", "")
DELETE_USER_DISABLED = Fault(NotFound, "", "")
DELETE_CALLBACK_DISABLED = Fault(NotFound, "Not found", "NOT_FOUND")
FAILED_TO_GET_USER_INFO = Fault(NotFound, "Failed to get user info", "FAILED_TO_GET_USER_INFO")
SESSION_EXPIRED = Fault(
    BadRequest, "Session expired. Re-authenticate to perform this action.", "SESSION_EXPIRED"
)
INVALID_RESET_TOKEN = Fault(BadRequest, "Invalid token", "INVALID_TOKEN")
INVALID_DELETE_TOKEN = Fault(NotFound, "Invalid token", "INVALID_TOKEN")
INVALID_EMAIL_TOKEN = Fault(Unauthenticated, "Invalid token", "INVALID_TOKEN")
EMAIL_TOKEN_EXPIRED = Fault(Unauthenticated, "Token expired", "TOKEN_EXPIRED")
USER_NOT_FOUND = Fault(Unauthenticated, "User not found", "USER_NOT_FOUND")
RESET_USER_NOT_FOUND = Fault(BadRequest, "User not found", "USER_NOT_FOUND")
INVALID_USER = Fault(Unauthenticated, "Invalid user", "INVALID_USER")
EMAIL_NOT_UPDATED = Fault(Unauthenticated, "Failed to update user", "FAILED_TO_UPDATE_USER")
BANNED_USER = Fault(
    Forbidden,
    "You have been banned from this application. Please contact support if you believe this is an "
    "error.",
    "BANNED_USER",
)
INVALID_ORIGIN = Fault(Forbidden, "Invalid origin", "INVALID_ORIGIN")
MISSING_OR_NULL_ORIGIN = Fault(Forbidden, "Missing or null Origin", "MISSING_OR_NULL_ORIGIN")
CROSS_SITE_NAVIGATION = Fault(
    Forbidden,
    "Cross-site navigation login blocked. This request appears to be a CSRF attack.",
    "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED",
)
UNAUTHORIZED_IN_SILENCE = Fault(Unauthenticated, "", "")
SESSION_NOT_FRESH = Fault(Forbidden, "Session is not fresh", "SESSION_NOT_FRESH")
NO_FIELDS_TO_UPDATE = Fault(BadRequest, "No fields to update", "")
EMAIL_CAN_NOT_BE_UPDATED = Fault(BadRequest, "Email can not be updated", "EMAIL_CAN_NOT_BE_UPDATED")
FAILED_TO_UPDATE_USER = Fault(Unprocessable, "Failed to update user", "FAILED_TO_UPDATE_USER")
INVALID_PASSWORD = Fault(BadRequest, "Invalid password", "INVALID_PASSWORD")
CREDENTIAL_ACCOUNT_NOT_FOUND = Fault(
    BadRequest, "Credential account not found", "CREDENTIAL_ACCOUNT_NOT_FOUND"
)
ACCOUNT_NOT_FOUND = Fault(BadRequest, "Account not found", "ACCOUNT_NOT_FOUND")
FAILED_TO_UNLINK_LAST_ACCOUNT = Fault(
    BadRequest, "You can't unlink your last account", "FAILED_TO_UNLINK_LAST_ACCOUNT"
)
PROVIDER_NOT_FOUND = Fault(NotFound, "Provider not found", "PROVIDER_NOT_FOUND")
PROVIDER_NOT_CONFIGURED = Fault(
    BadRequest,
    "Account is not associated with a configured social provider.",
    "PROVIDER_NOT_CONFIGURED",
)
TOO_MANY_REQUESTS = Fault(TooManyRequests, "Too many requests. Please try again later.", "")
NOT_COUNTED = Fault(Unavailable, "Try again in a moment", "SERVICE_UNAVAILABLE")
DEFER_SESSION_REQUIRED = Fault(
    MethodNotAllowed,
    "POST method requires deferSessionRefresh to be enabled in session config",
    "METHOD_NOT_ALLOWED_DEFER_SESSION_REQUIRED",
)


class SignInFailure(StrEnum):
    """Why a sign-in failed. The caller learns one thing only: e-mail or password is wrong."""

    UNKNOWN_USER = "unknown_user"
    NO_CREDENTIAL_ACCOUNT = "no_credential_account"
    NO_PASSWORD = "no_password"  # noqa: S105 - the name of a reason
    UNREADABLE_HASH = "unreadable_hash"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - the name of a reason
    MALFORMED_EMAIL = "malformed_email"
    PASSWORD_TOO_LONG = "password_too_long"  # noqa: S105 - the name of a reason
    EMAIL_NOT_VERIFIED = "email_not_verified"
    BANNED = "banned"


class SignInNews(StrEnum):
    """What is remarkable about a sign-in that went well."""

    NEW_DEVICE = "new_device"


class SignUpFailure(StrEnum):
    """Why an account was not made."""

    EMAIL_TAKEN = "email_taken"
    PASSWORD_TOO_SHORT = "password_too_short"  # noqa: S105 - the name of a reason
    PASSWORD_TOO_LONG = "password_too_long"  # noqa: S105 - the name of a reason
    UNSTORABLE_VALUE = "unstorable_value"


class LinkFault(StrEnum):
    """Why a link was not sent, or did nothing. Who asked for one is not told."""

    UNKNOWN_USER = "link_unknown_user"
    EMAIL_VERIFIED = "link_email_verified"
    EMAIL_TAKEN = "link_email_taken"
    EMAIL_CHANGED = "link_email_changed"
    EXPIRED = "link_expired"
    FORGED = "link_forged"
    USED_OR_UNKNOWN = "link_used_or_unknown"
    FOREIGN_SESSION = "link_foreign_session"
    NOT_IN_USE = "link_not_in_use"


class UserChange(StrEnum):
    """What of a person has changed."""

    EMAIL_VERIFIED = "email_verified"
    EMAIL = "email"


class SessionFault(StrEnum):
    """Why a session was not enough for what was asked."""

    NONE = "session_missing"
    NOT_FRESH = "session_not_fresh"
    EXPIRED = "session_expired"
    ENDED = "session_ended"
    OF_ANOTHER = "session_of_another"


class SessionEnd(StrEnum):
    """Why a session has ended that nobody has signed out of."""

    UNUSED = "session_unused"
    TOO_OLD = "session_too_old"
    TOO_MANY = "session_too_many"


class HookFault(StrEnum):
    """Which hook of the app has refused, or failed."""

    BEFORE = "hook_before"
    AFTER = "hook_after"


class RateLimitFault(StrEnum):
    """Which limit was reached, or why none could be looked at."""

    REQUESTS = "requests_of_one_address"
    FAILURES = "failures_of_one_address"
    FAILURES_ANYWHERE = "failures_of_all_addresses"
    NOT_COUNTED = "limits_away"
    NOTICES = "notices_to_one_person"


class OriginFault(StrEnum):
    """Why a request was taken for another site's."""

    MISSING_OR_NULL = "missing_or_null_origin"
    UNTRUSTED = "untrusted_origin"
    CROSS_SITE_NAVIGATION = "cross_site_navigation"
    UNTRUSTED_REDIRECT = "untrusted_redirect"
