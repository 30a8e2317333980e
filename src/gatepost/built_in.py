"""The provider of this very app: its keys, its signer, and the terms on which it is believed."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.errors import ConfigurationError, Unavailable
from gatepost.issuers import UNTYPED_OR_JWT, BuiltIn
from gatepost.mail import Outbox
from gatepost.mailing import Correspondent, open_mail
from gatepost.opening_limits import open_windows
from gatepost.options import is_on
from gatepost.plan import Plan
from gatepost.principal import SessionId, UserId
from gatepost.provider import PATHS, BreachedPasswords, Provider, ProviderConfig, SignedToken
from gatepost.settings import Settings
from gatepost.store.feed import CarrierLost, FeedFollower
from gatepost.store.key_ring import KeyRing
from gatepost.store.people import SECOND_FACTOR_COLUMN, has_second_factors
from gatepost.store.secret_file import secrets_of
from gatepost.tokens import Trust
from gatepost.tokens.fetching import trusted_authorities
from gatepost.tokens.issue import ACCESS_TOKEN_SECONDS, SignIn, issue_access_token
from gatepost.trusting import CLOCK_SKEW_SECONDS

_PASSWORD_PATH = "/sign-in/email"  # noqa: S105 - a path


@dataclass(frozen=True, slots=True)
class OpenedProvider:
    """The provider of an app that is about to run.

    Attributes:
        trust: the terms on which its tokens are believed.
        outbox: where its mail is kept, in development; None where it is sent, or there is none.
    """

    provider: Provider
    trust: Trust
    outbox: Outbox | None


async def open_provider(
    engine: AsyncEngine,
    plan: Plan,
    issuer: BuiltIn,
    feed: FeedFollower | None,
    opened: AsyncExitStack,
) -> OpenedProvider:
    """Open the key ring and put the provider on the database.

    Raises:
        ConfigurationError: no signing key can be opened, no secret is set in production, there is
            no revocation feed, an address has to be verified and no mail is sent, a path is to be
            disabled that the provider does not have, people have a second factor elsewhere, or
            what hashes the passwords is not installed.
    """
    settings = plan.settings
    if feed is None:
        raise ConfigurationError("the built-in provider has no revocation feed")
    secrets = secrets_of(settings)
    if secrets is None:
        raise ConfigurationError(
            "GATEPOST_SECRET is not set. In production the secret comes from the environment: at "
            "least 32 random characters. `gatepost secret` makes one."
        )
    _check_disabled(settings.wire.disabled_paths)
    await _check_second_factors(engine, settings.wire.disabled_paths)
    keys = KeyRing(engine, secrets)
    await opened.enter_async_context(keys.keeping())
    carrier = await open_mail(settings, plan.events, opened)
    requires_verification = _requires_verification(issuer, settings)
    origin, options = settings.url, settings.options
    config = ProviderConfig(
        base_url=origin,
        secrets=secrets,
        secure_cookies=settings.secure_cookies,
        trusted_origins=settings.trusted_origins,
        events=plan.events,
        wire=settings.wire,
        mailer=None if carrier is None else Correspondent(carrier, origin),
        require_email_verification=requires_verification,
        send_on_sign_up=is_on(
            issuer.send_on_sign_up, options.send_on_sign_up, default=requires_verification
        ),
        auto_sign_in_after_verification=is_on(
            issuer.auto_sign_in_after_verification, options.auto_sign_in_after_verification
        ),
        change_email=is_on(issuer.change_email, options.change_email),
        delete_user=is_on(issuer.delete_user, options.delete_user),
        new_device_mail=carrier is not None
        and is_on(issuer.new_device_mail, options.new_device_mail, default=True),
        account_path=issuer.account_path,
        user_fields=issuer.user_fields,
        before=issuer.before,
        after=issuer.after,
        bearer=is_on(issuer.bearer, options.bearer),
        session_ages=settings.session_ages,
        windows=await open_windows(settings, plan.events, opened),
        trusted_proxies=settings.trusted_proxies,
        password_hash=settings.password_hash,
        breached_passwords=await _breached_passwords(settings),
    )
    provider = Provider(engine, config, _Signer(keys, origin), _Ends(feed))
    trust = Trust(
        issuer=origin,
        audience=origin,
        algorithms=frozenset({"EdDSA"}),
        token_types=UNTYPED_OR_JWT,
        required_claims=frozenset({"sid"}),
        clock_skew_seconds=CLOCK_SKEW_SECONDS,
        max_lifetime_seconds=ACCESS_TOKEN_SECONDS,
        roles_claim="",  # they stand in the database, where they can be taken away at once
        subjects_are_user_ids=True,
        keys=keys,
        revocations=feed,
    )
    return OpenedProvider(provider, trust, carrier if isinstance(carrier, Outbox) else None)


def _requires_verification(issuer: BuiltIn, settings: Settings) -> bool:
    sends_mail = settings.mail_url is not None or not settings.production
    requires = is_on(
        issuer.require_email_verification,
        settings.options.require_email_verification,
        default=settings.production and sends_mail,
    )
    if requires and not sends_mail:
        raise ConfigurationError(
            "BuiltIn(require_email_verification=True), or GATEPOST_REQUIRE_EMAIL_VERIFICATION: "
            "nobody could sign in, because no mail is sent. Set GATEPOST_MAIL_URL."
        )
    return requires


def _check_disabled(paths: frozenset[str]) -> None:
    """Refuse a misspelled path: what it was meant for would stay open without a word."""
    for path in sorted(paths - PATHS):
        raise ConfigurationError(
            f"GATEPOST_DISABLED_PATHS names {path}, which the provider does not have. It has "
            f"{', '.join(sorted(PATHS))}."
        )


async def _check_second_factors(engine: AsyncEngine, disabled_paths: frozenset[str]) -> None:
    """Refuse to let people in by their password alone where a Better Auth asks them for more."""
    if _PASSWORD_PATH not in disabled_paths and await has_second_factors(engine):
        raise ConfigurationError(
            f"The table user has the column {SECOND_FACTOR_COLUMN}, of Better Auth's plugin "
            "twoFactor, which Gatepost does not have: it would take a password alone. Set "
            f"GATEPOST_DISABLED_PATHS={_PASSWORD_PATH}, so that people sign in at Better Auth, or, "
            "if nobody is to have a second factor any more, drop the column."
        )


async def _breached_passwords(settings: Settings) -> BreachedPasswords | None:
    url = settings.breached_passwords_url
    return None if url is None else BreachedPasswords(url, await trusted_authorities())


@dataclass(frozen=True, slots=True)
class _Signer:
    """Gives the provider the newest key and the deployment's name, and nothing else."""

    keys: KeyRing
    origin: str

    async def issue(
        self, user_id: UserId, session_id: SessionId, *, signed_in_at: float, seen_at: float
    ) -> SignedToken:
        key = self.keys.signing
        compact = issue_access_token(
            key,
            SignIn(user_id, session_id, int(signed_in_at)),
            origin=self.origin,
            issued_at=int(seen_at),
        )
        return SignedToken(compact, key.key_id)

    async def public_jwks(self) -> list[Mapping[str, str]]:
        return list(self.keys.published)


@dataclass(frozen=True, slots=True)
class _Ends:
    """Tells the feed of the provider's sessions, and the caller where nobody can be told."""

    feed: FeedFollower

    async def session_ends(self, session_id: SessionId, user_id: UserId) -> None:
        try:
            await self.feed.session_ends(session_id, user_id)
        except CarrierLost as lost:
            raise Unavailable(
                "You cannot be signed out everywhere right now; try again in a moment",
                code="SERVICE_UNAVAILABLE",
            ) from lost
