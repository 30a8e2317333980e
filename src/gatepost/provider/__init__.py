"""Better Auth's wire protocol, in Python."""

from gatepost.provider.app import Provider
from gatepost.provider.breached_passwords import BreachedPasswords
from gatepost.provider.port import (
    Mailer,
    MailKind,
    Notice,
    ProviderConfig,
    SeenSignIn,
    SessionEnds,
    SignedToken,
    TokenSigner,
)
from gatepost.provider.routes import PATHS

__all__ = [
    "PATHS",
    "BreachedPasswords",
    "MailKind",
    "Mailer",
    "Notice",
    "Provider",
    "ProviderConfig",
    "SeenSignIn",
    "SessionEnds",
    "SignedToken",
    "TokenSigner",
]
