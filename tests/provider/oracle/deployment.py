"""What both servers are told about their deployment, said once."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gatepost.user_fields import UserField

SECRET = "provider-lab-secret-0123456789-abcdefgh"
TRUSTED = "https://friend.example"
_DAY = 86_400
ALL_MAIL = (
    "onExistingUserSignUp",
    "sendResetPassword",
    "sendVerificationEmail",
    "sendChangeEmailConfirmation",
    "sendDeleteAccountVerification",
)
"""Every function that sends mail; Gatepost has all of them, or none."""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """Better Auth's `rateLimit`, in memory: `max` requests in `window` seconds; its own by default.

    Better Auth's special rules for sign-in and the like apply in any case.
    """

    window: int = 10
    max: int = 100


@dataclass(frozen=True, slots=True)
class Deployment:
    """The options of one server, by Better Auth's names for them.

    Attributes:
        id: by which conversations of one deployment share a server.
        base_url: the origin that people see; where left out, the address that the server has.
        cookie_domain: of `crossSubDomainCookies`; "" for cookies of the host alone.
        secrets: versions and what they are, the current one first; where there are any, `SECRET`
            is the one from before there were versions.
        additional_fields: of `user`.
        hooks: whether those of `hooks.py` run before and after.
        mail: the functions that send mail and are there, of `ALL_MAIL`.
        session_expires_in: seconds, like the two that follow.
        rate_limit: None for no limits, which at Gatepost are those that tests have.
        trusted_proxies: of `advanced.ipAddress`; where there are none the original takes an
            X-Forwarded-For of one address from anybody.
    """

    id: str
    base_url: str = ""
    base_path: str = "/api/auth"
    trusted_origins: tuple[str, ...] = (TRUSTED,)
    disabled_paths: tuple[str, ...] = ()
    cookie_prefix: str = "better-auth"
    cookie_domain: str = ""
    secrets: tuple[tuple[int, str], ...] = ()
    plugins: tuple[str, ...] = ("jwt",)
    additional_fields: Mapping[str, UserField] = field(default_factory=dict)
    hooks: bool = False
    require_email_verification: bool = False
    auto_sign_in: bool = True
    min_password_length: int = 8
    max_password_length: int = 128
    revoke_sessions_on_password_reset: bool = False
    send_on_sign_up: bool | None = None
    send_on_sign_in: bool = False
    auto_sign_in_after_verification: bool = False
    change_email: bool = False
    update_email_without_verification: bool = False
    delete_user: bool = False
    mail: tuple[str, ...] = ()
    session_expires_in: int = 7 * _DAY
    session_update_age: int = _DAY
    session_fresh_age: int = _DAY
    rate_limit: RateLimit | None = None
    trusted_proxies: tuple[str, ...] = ()

    def options(self, base_url: str) -> dict[str, object]:
        """Return what `betterAuth()` is called with, database, plugins and mail aside."""
        return {
            "baseURL": base_url,
            "basePath": self.base_path,
            "secret": SECRET,
            **self._secrets(),
            "trustedOrigins": self.trusted_origins,
            "disabledPaths": self.disabled_paths,
            "emailAndPassword": {
                "enabled": True,
                "requireEmailVerification": self.require_email_verification,
                "autoSignIn": self.auto_sign_in,
                "minPasswordLength": self.min_password_length,
                "maxPasswordLength": self.max_password_length,
                "revokeSessionsOnPasswordReset": self.revoke_sessions_on_password_reset,
            },
            "emailVerification": self._email_verification(),
            "user": {
                "additionalFields": {
                    name: _as_named(each) for name, each in self.additional_fields.items()
                },
                "changeEmail": {
                    "enabled": self.change_email,
                    "updateEmailWithoutVerification": self.update_email_without_verification,
                },
                "deleteUser": {"enabled": self.delete_user},
            },
            "session": {
                "expiresIn": self.session_expires_in,
                "updateAge": self.session_update_age,
                "freshAge": self.session_fresh_age,
            },
            "rateLimit": self._rate_limit(),
            "advanced": self._advanced(),
        }

    def _secrets(self) -> dict[str, object]:
        versions = [{"version": version, "value": value} for version, value in self.secrets]
        return {"secrets": versions} if versions else {}

    def _email_verification(self) -> dict[str, object]:
        options: dict[str, object] = {
            "sendOnSignIn": self.send_on_sign_in,
            "autoSignInAfterVerification": self.auto_sign_in_after_verification,
        }
        if self.send_on_sign_up is not None:  # unset, it follows `requireEmailVerification`
            options["sendOnSignUp"] = self.send_on_sign_up
        return options

    def _rate_limit(self) -> dict[str, object]:
        limit = self.rate_limit
        if limit is None:
            return {"enabled": False}
        return {"enabled": True, "window": limit.window, "max": limit.max, "storage": "memory"}

    def _advanced(self) -> dict[str, object]:
        domain = self.cookie_domain
        return {
            "cookiePrefix": self.cookie_prefix,
            "crossSubDomainCookies": {"enabled": True, "domain": domain} if domain else {},
            "ipAddress": {"trustedProxies": self.trusted_proxies},
        }


def _as_named(field: UserField) -> dict[str, object]:
    """Return a field by Better Auth's names; one that is left out is `undefined` there."""
    named: dict[str, object] = {
        "type": field.type,
        "required": field.required,
        "input": field.input,
        "returned": field.returned,
    }
    return named if field.default is None else {**named, "defaultValue": field.default}


PLAIN = Deployment("plain")
SECURE = Deployment("secure", base_url="https://auth.example.com")
