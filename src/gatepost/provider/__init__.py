"""Better Auth's wire protocol, in Python."""

from gatepost.provider.app import Provider
from gatepost.provider.port import ProviderConfig, SessionEnds, SignedToken, TokenSigner

__all__ = ["Provider", "ProviderConfig", "SessionEnds", "SignedToken", "TokenSigner"]
