"""Gatepost turns a FastAPI app into a real multi-user system.

Better Auth signs people in, every request is verified, every row stays with its owner.
"""

from gatepost.app import Gatepost
from gatepost.dependencies import (
    CurrentGatepost,
    CurrentHealth,
    CurrentRoles,
    CurrentUser,
    Profile,
    Rows,
)
from gatepost.errors import (
    BadRequest,
    ConfigurationError,
    Conflict,
    Forbidden,
    GatepostError,
    NotFound,
    PreconditionFailed,
    Refusal,
    ScopeViolation,
    Unavailable,
)
from gatepost.etags import EntityTags, ETags
from gatepost.exporting import ExportFile
from gatepost.gate import Declaration, fresh, public, requires
from gatepost.health import Health
from gatepost.hooks import AuthOutcome, AuthRequest, NewSession
from gatepost.issuers import BetterAuthServer, BuiltIn, OpenIdProvider, SharedSecretIssuer
from gatepost.pages import page_headers, serve_page
from gatepost.principal import Principal
from gatepost.settings import Settings
from gatepost.store.people import Person
from gatepost.user_fields import UserField

__all__ = [
    "AuthOutcome",
    "AuthRequest",
    "BadRequest",
    "BetterAuthServer",
    "BuiltIn",
    "ConfigurationError",
    "Conflict",
    "CurrentGatepost",
    "CurrentHealth",
    "CurrentRoles",
    "CurrentUser",
    "Declaration",
    "ETags",
    "EntityTags",
    "ExportFile",
    "Forbidden",
    "Gatepost",
    "GatepostError",
    "Health",
    "NewSession",
    "NotFound",
    "OpenIdProvider",
    "Person",
    "PreconditionFailed",
    "Principal",
    "Profile",
    "Refusal",
    "Rows",
    "ScopeViolation",
    "Settings",
    "SharedSecretIssuer",
    "Unavailable",
    "UserField",
    "fresh",
    "page_headers",
    "public",
    "requires",
    "serve_page",
]
