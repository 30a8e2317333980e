"""Better Auth's wire protocol, in Python."""

from gatepost.provider.app import Provider
from gatepost.provider.port import ProviderConfig, SessionEnds, SignedToken, TokenSigner
from gatepost.provider.routes import PATHS

__all__ = ["PATHS", "Provider", "ProviderConfig", "SessionEnds", "SignedToken", "TokenSigner"]
