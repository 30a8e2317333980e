"""What the provider needs of the rest of the house: a signer and somewhere to report an end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from gatepost.events.port import EventSink
from gatepost.limits import Windows
from gatepost.origins import TrustedOrigins
from gatepost.principal import SessionId, UserId
from gatepost.proxies import TrustedProxies
from gatepost.settings import Secrets
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
    """

    base_url: str
    secrets: Secrets
    secure_cookies: bool
    trusted_origins: TrustedOrigins
    events: EventSink
    windows: Windows
    trusted_proxies: TrustedProxies
    wire: Wire = field(default_factory=Wire)
