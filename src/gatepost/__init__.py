"""Gatepost turns a FastAPI app into a real multi-user system.

Better Auth signs people in, every request is verified, every row stays with its owner.
"""

from gatepost.app import Gatepost
from gatepost.dependencies import CurrentUser, Profile, Rows
from gatepost.errors import (
    BadRequest,
    ConfigurationError,
    Conflict,
    Forbidden,
    GatepostError,
    NotFound,
    Refusal,
    ScopeViolation,
)
from gatepost.gate import public
from gatepost.principal import Principal
from gatepost.settings import Settings

__all__ = [
    "BadRequest",
    "ConfigurationError",
    "Conflict",
    "CurrentUser",
    "Forbidden",
    "Gatepost",
    "GatepostError",
    "NotFound",
    "Principal",
    "Profile",
    "Refusal",
    "Rows",
    "ScopeViolation",
    "Settings",
    "public",
]
