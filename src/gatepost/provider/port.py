"""What the provider needs of the rest of the house: a signer, a mailer, whom to tell of ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from gatepost.events.port import EventSink
from gatepost.hooks import AfterHook, BeforeHook
from gatepost.limits import Windows
from gatepost.origins import TrustedOrigins
from gatepost.password_hash import PasswordHash
from gatepost.principal import SessionId, UserId
from gatepost.provider.breached_passwords import BreachedPasswords
from gatepost.proxies import TrustedProxies
from gatepost.session_ages import SessionAges
from gatepost.settings import Secrets
from gatepost.user_fields import UserField
from gatepost.wire import Wire


@dataclass(frozen=True, slots=True)
class SignedToken:
    """A compact JWS and the key that signed it."""

    compact: str
    key_id: str


class TokenSigner(Protocol):
    """Issues access tokens and publishes the public halves of its keys."""

    async def issue(
        self, user_id: UserId, session_id: SessionId, *, signed_in_at: float, seen_at: float
    ) -> SignedToken:
        """Sign an access token for one session of one person.

        Args:
            user_id: whose it is.
            session_id: the session that was looked up.
            signed_in_at: seconds since the epoch; when that session was made, and never renewed.
            seen_at: seconds since the epoch, from before the look-up: a token that took long to
                sign is not to outlive the memory of a session that ended meanwhile.
        """

    async def public_jwks(self) -> list[Mapping[str, str]]:
        """Return the public keys as Better Auth shows them: `{alg, crv, x, kty, kid}`."""


class SessionEnds(Protocol):
    """Takes note of sessions that end, so that their tokens end with them."""

    async def session_ends(self, session_id: SessionId, user_id: UserId) -> None:
        """Refuse every access token of a session whose row is about to be deleted."""


class MailKind(StrEnum):
    """What a mail is about."""

    VERIFY_EMAIL = "verify_email"
    CONFIRM_EMAIL_CHANGE = "confirm_email_change"
    VERIFY_NEW_EMAIL = "verify_new_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - the name of a kind
    DELETE_USER = "delete_user"
    EXISTING_ACCOUNT = "existing_account"
    NEW_DEVICE = "new_device"


@dataclass(frozen=True, slots=True)
class SeenSignIn:
    """A sign-in that somebody is told of.

    Attributes:
        user_agent: what the caller sent; any text.
        address: the caller's; "" where unknown.
    """

    at: datetime
    user_agent: str
    address: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody is to be told by mail.

    Attributes:
        to: their address.
        url: where the link leads.
        token: the one in the link; "" where there is none.
        new_email: the address that they want to have, where it is about that.
        sign_in: the sign-in, where it is about one.
    """

    kind: MailKind
    to: str
    url: str
    token: str
    new_email: str = ""
    sign_in: SeenSignIn | None = None

    def __repr__(self) -> str:
        return f"Notice({self.kind!r})"  # never the address, and never the token


class Mailer(Protocol):
    """Has mail sent."""

    def send(self, notice: Notice) -> None:
        """Take a notice; never raises and never waits, so that nobody can tell whether it came."""


@dataclass(frozen=True, slots=True)
class ProviderConfig:
    """What the provider is told about its deployment.

    Attributes:
        base_url: the origin, without a path.
        secrets: the current one signs the cookies, each of them checks.
        secure_cookies: whether the base URL is https.
        windows: keep the counts of the rate limits.
        trusted_proxies: whose X-Forwarded-For says where a request comes from.
        wire: its paths and cookies, as far as they can be chosen.
        bearer: whether a session token counts in an Authorization header as well, and is sent in
            `set-auth-token`. A page that reads it can leak it, so only if asked for.
        mailer: None where no mail is sent; what needs it is then refused.
        require_email_verification: whether a person signs in only with an address that is theirs.
        send_on_sign_up: whether a sign-up sends the link that verifies the address.
        auto_sign_in_after_verification: whether following that link signs in.
        change_email: whether people may change their address.
        delete_user: whether people may delete their account.
        password_hash: by what new passwords are hashed.
        breached_passwords: the list of those that nobody may choose; None where there is none.
        user_fields: what people have beside Better Auth's own fields, by name.
        before: is asked about every request, after its origin and before its body is looked at.
        after: is told what came of each request that `before` has let through.
        session_ages: how long sessions live, and are fresh, and how many there may be.
        new_device_mail: whether people are told of a sign-in from a device that is new; only where
            mail is sent.
        account_path: where on the app's origin they end sessions and change their password.
    """

    base_url: str
    secrets: Secrets
    secure_cookies: bool
    trusted_origins: TrustedOrigins
    events: EventSink
    windows: Windows
    trusted_proxies: TrustedProxies
    wire: Wire = field(default_factory=Wire)
    bearer: bool = False
    mailer: Mailer | None = None
    require_email_verification: bool = False
    send_on_sign_up: bool = False
    auto_sign_in_after_verification: bool = False
    change_email: bool = False
    delete_user: bool = False
    password_hash: PasswordHash = PasswordHash.SCRYPT
    breached_passwords: BreachedPasswords | None = None
    user_fields: Mapping[str, UserField] = field(default_factory=dict)
    before: BeforeHook | None = None
    after: AfterHook | None = None
    session_ages: SessionAges = field(default_factory=SessionAges)
    new_device_mail: bool = False
    account_path: str = "/"
