"""Where an issuer's key set is: as configured, or as its discovery document says."""

from dataclasses import dataclass
from typing import Protocol

from gatepost.tokens.fetching import Fetch, checked_url
from gatepost.tokens.key_set_faults import KeySetFault, NoKeySet
from gatepost.tokens.strict_json import JsonRefused, parse_object

# Most members of the document are lists.
_MAX_BRACKETS = 512


class KeySetLocation(Protocol):
    """Knows, or finds out, where a key set is. Nothing in a token has a say in it."""

    @property
    def url(self) -> str:
        """The URL to begin with."""

    async def find_out(self, fetch: Fetch) -> str:
        """Return the URL of the key set.

        Args:
            fetch: gets a document.

        Raises:
            NoKeySet: it cannot be found out.
        """


@dataclass(frozen=True, slots=True)
class JwksUrl:
    """A key set at a fixed URL.

    Attributes:
        url: https, or http on this machine; no user information, no fragment.

    Raises:
        ValueError: another URL.
    """

    url: str

    def __post_init__(self) -> None:
        """Refuse a URL from which no key may come."""
        checked_url(self.url)

    async def find_out(self, _fetch: Fetch) -> str:
        """Return the URL."""
        return self.url


@dataclass(frozen=True, slots=True)
class DiscoveredUrl:
    """The key set of an OpenID Connect issuer (OpenID Connect Discovery 1.0, section 4).

    Attributes:
        issuer: the exact `iss`; https, or http on this machine; no query, no fragment.

    Raises:
        ValueError: another URL.
    """

    issuer: str

    def __post_init__(self) -> None:
        """Refuse an issuer that no document can be about."""
        checked_url(self.issuer)
        if "?" in self.issuer:
            raise ValueError("an issuer has no query (OpenID Connect Core, section 2)")

    @property
    def url(self) -> str:
        """Where the discovery document is."""
        return self.issuer.removesuffix("/") + "/.well-known/openid-configuration"

    async def find_out(self, fetch: Fetch) -> str:
        """Read `jwks_uri` from the discovery document.

        Raises:
            NoKeySet: no document, one of another issuer, or a URL from which no key may come.
        """
        try:
            document = parse_object(await fetch(self.url), max_brackets=_MAX_BRACKETS)
        except JsonRefused as refused:
            raise NoKeySet(refused.fault) from None
        # Section 4.3: exactly the same, or one issuer could speak for another.
        if document.get("issuer") != self.issuer:
            raise NoKeySet(KeySetFault.WRONG_ISSUER)
        url = document.get("jwks_uri")
        # An issuer elsewhere must not send us to a door of this machine.
        if not isinstance(url, str) or (_is_https(self.issuer) and not _is_https(url)):
            raise NoKeySet(KeySetFault.BAD_URL)
        try:
            return checked_url(url)
        except ValueError:
            raise NoKeySet(KeySetFault.BAD_URL) from None


def _is_https(url: str) -> bool:
    return url.lower().startswith("https:")
