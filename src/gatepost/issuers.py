"""Who signs an app's people in: the provider built in, a Better Auth server, or another."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from gatepost.errors import ConfigurationError
from gatepost.hooks import AfterHook, BeforeHook
from gatepost.origins import is_loopback, origin_of
from gatepost.settings import Secret
from gatepost.user_fields import UserField, check_user_fields
from gatepost.wire import DEFAULT_BASE_PATH

UNTYPED_OR_JWT = frozenset({"", "jwt", "at+jwt"})
_MINIMUM_SECRET_BYTES = 32
_OWN_PATH = re.compile(r"/(?:(?![/\\])[!-~]+)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltIn:
    """Better Auth's protocol in this very app; what an app has that names nobody.

    The options are Better Auth's, with its meaning of each. What is None here is as the
    deployment's environment says (`GATEPOST_BEARER` and so on), and else as it is said below.

    Args:
        bearer: whether a session token counts in an Authorization header there as well, for
            clients that keep no cookies: the plugin of that name. It is then sent in
            `set-auth-token`, where a script of the page can read it. No by default, as the others
            are whose default is not named.
        require_email_verification: whether somebody signs in only once they have shown that the
            address is theirs. A sign-up then answers alike whether or not the address has an
            account. By default in production, where mail is sent.
        send_on_sign_up: whether a sign-up mails the link by which they show it. By default where it
            is required.
        auto_sign_in_after_verification: whether following that link signs in.
        change_email: whether people may change their address, by links to the old and the new.
        delete_user: whether people may delete their account, by a link where mail is sent.
        new_device_mail: whether people are told by mail of a sign-in from a device that is new to
            their account. By default where mail is sent; Better Auth has none.
        account_path: where on the app's own origin people end sessions and change their password;
            that mail leads there.
        user_fields: what people have beside Better Auth's own fields, by name, in the order in
            which answers show them: its `additionalFields`.
        before: is asked about every request to a route of the provider, after its origin has been
            checked and before its body is validated: its `hooks.before`.
        after: is told what has come of each that `before` has let through: its `hooks.after`.
    """

    bearer: bool | None = None
    require_email_verification: bool | None = None
    send_on_sign_up: bool | None = None
    auto_sign_in_after_verification: bool | None = None
    change_email: bool | None = None
    delete_user: bool | None = None
    new_device_mail: bool | None = None
    account_path: str = "/"
    user_fields: Mapping[str, UserField] = field(default_factory=dict)
    before: BeforeHook | None = None
    after: AfterHook | None = None

    def __post_init__(self) -> None:
        """Refuse fields that cannot be, and a path that leads elsewhere."""
        check_user_fields(self.user_fields)
        if not _OWN_PATH.fullmatch(self.account_path):
            raise ConfigurationError(
                f"BuiltIn(account_path={self.account_path!r}): write a path of the app's own "
                "pages, such as /account."
            )

    @property
    def subjects_are_user_ids(self) -> bool:
        """Always: the `user` table is here."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class BetterAuthServer:
    """A real Better Auth server with its `jwt` plugin.

    Where it shares the app's database, or the one that GATEPOST_FEED_URL names, its sign-outs are
    heard within a second; elsewhere its tokens are good until `exp`. Its access tokens should
    carry the session's id as `sid` (`definePayload`); without it a sign-out ends the tokens of
    every session of that person.

    Args:
        url: its base URL, and the `iss` of its tokens; keys are at `/api/auth/jwks` of it.
        audience: the `aud` of the tokens; Better Auth's default is the base URL.
        algorithms: what its keys are for (`keyPairConfig.alg`).
        max_lifetime_seconds: the longest `exp - iat`; Better Auth's default is 15 minutes.
        subjects_are_user_ids: whether rows are owned by its `sub` itself, as where people were
            there before a second issuer came.
    """

    url: str
    audience: str | None = None
    algorithms: frozenset[str] = frozenset({"EdDSA"})
    max_lifetime_seconds: int = 15 * 60
    subjects_are_user_ids: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be a base URL."""
        _check_url(self.url, "BetterAuthServer(url=…)")

    @property
    def issuer(self) -> str:
        """The exact `iss`."""
        return self.url

    @property
    def expected_audience(self) -> str:
        """The exact `aud`."""
        return self.audience or self.url

    @property
    def token_types(self) -> frozenset[str]:
        """Better Auth writes no `typ`."""
        return UNTYPED_OR_JWT

    @property
    def roles_claim(self) -> str:
        """Where its `admin` plugin puts a person's roles."""
        return "role"

    @property
    def auth_url(self) -> str:
        """Where it speaks its protocol."""
        return self.url.rstrip("/") + DEFAULT_BASE_PATH

    @property
    def jwks_url(self) -> str:
        """Where the keys are."""
        return f"{self.auth_url}/jwks"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIdProvider:
    """An OpenID provider whose access tokens are JWTs; its keys are found by discovery.

    It tells nobody of sign-outs, so its tokens are good until `exp`.

    Args:
        issuer: the exact `iss`, a trailing slash included where there is one.
        audience: the name of this API at the provider; not a client id.
        algorithms: what its keys are for.
        token_types: what `typ` may be. `at+jwt` (RFC 9068) is what tells an access token from an
            ID token; a provider that writes `JWT` into both needs `{"jwt"}` here, and then the
            audience alone tells them apart.
        max_lifetime_seconds: the longest `exp - iat`.
        roles_claim: the claim that lists a person's roles (RFC 9068, section 2.2.3.1).
        subjects_are_user_ids: as of `BetterAuthServer`.
    """

    issuer: str
    audience: str
    algorithms: frozenset[str] = frozenset({"RS256"})
    token_types: frozenset[str] = frozenset({"at+jwt"})
    max_lifetime_seconds: int = 60 * 60
    roles_claim: str = "roles"
    subjects_are_user_ids: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be an issuer."""
        _check_url(self.issuer, "OpenIdProvider(issuer=…)")

    @property
    def expected_audience(self) -> str:
        """The exact `aud`."""
        return self.audience


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedSecretIssuer:
    """An issuer that signs with HS256, for those who have no other.

    Whoever holds the secret can be anybody: this app included, and everything it runs.

    Args:
        issuer: the exact `iss`.
        audience: the exact `aud`.
        secret: at least 32 bytes, shared with the issuer.
        max_lifetime_seconds: the longest `exp - iat`.
        subjects_are_user_ids: as of `BetterAuthServer`.
    """

    issuer: str
    audience: str
    secret: Secret
    max_lifetime_seconds: int = 60 * 60
    subjects_are_user_ids: bool = False

    def __post_init__(self) -> None:
        """Refuse a secret that can be guessed from one token (RFC 7518, section 3.2)."""
        if len(self.secret.reveal().encode("utf-8")) < _MINIMUM_SECRET_BYTES:
            raise ConfigurationError(
                f"SharedSecretIssuer(secret=…): at least {_MINIMUM_SECRET_BYTES} random bytes."
            )

    @property
    def algorithms(self) -> frozenset[str]:
        """HS256 and nothing beside it."""
        return frozenset({"HS256"})

    @property
    def expected_audience(self) -> str:
        """The exact `aud`."""
        return self.audience

    @property
    def token_types(self) -> frozenset[str]:
        """What libraries write where nobody asks them."""
        return UNTYPED_OR_JWT

    @property
    def roles_claim(self) -> str:
        """As of RFC 9068, section 2.2.3.1."""
        return "roles"


IssuerElsewhere: TypeAlias = BetterAuthServer | OpenIdProvider | SharedSecretIssuer
Issuer: TypeAlias = BuiltIn | IssuerElsewhere


def _check_url(url: str, where: str) -> None:
    bare = origin_of(url) is not None and not set(url) & set("@?#")
    if bare and (url.startswith("https://") or is_loopback(url)):
        return
    raise ConfigurationError(f"{where}: write an https URL, or a loopback one; not {url!r}.")
