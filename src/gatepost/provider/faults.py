"""What the provider refuses, in Better Auth's own words, and the private reasons behind it."""

from dataclasses import dataclass
from enum import StrEnum

from gatepost.errors import BadRequest, Forbidden, Refusal, Unauthenticated


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
    """A refusal as data. `code` is empty where the original sends a message alone."""

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
TOO_MANY_REQUESTS = Fault(TooManyRequests, "Too many requests. Please try again later.", "")
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
    BANNED = "banned"


class SignUpFailure(StrEnum):
    """Why an account was not made."""

    EMAIL_TAKEN = "email_taken"
    PASSWORD_TOO_SHORT = "password_too_short"  # noqa: S105 - the name of a reason
    PASSWORD_TOO_LONG = "password_too_long"  # noqa: S105 - the name of a reason
    UNSTORABLE_TEXT = "unstorable_text"


class SessionFault(StrEnum):
    """Why a request for a token found nobody."""

    NONE = "session_missing"


class RateLimitFault(StrEnum):
    """Which limit was reached."""

    REQUESTS = "requests_of_one_address"
    FAILURES = "failures_of_one_address"
    FAILURES_ANYWHERE = "failures_of_all_addresses"


class OriginFault(StrEnum):
    """Why a request was taken for another site's."""

    MISSING_OR_NULL = "missing_or_null_origin"
    UNTRUSTED = "untrusted_origin"
    CROSS_SITE_NAVIGATION = "cross_site_navigation"
    UNTRUSTED_REDIRECT = "untrusted_redirect"
