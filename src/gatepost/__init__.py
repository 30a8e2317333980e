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
from gatepost.pages import PAGE_HEADERS, serve_page
from gatepost.principal import Principal
from gatepost.settings import Settings
from gatepost.store.people import Person

__all__ = [
    "PAGE_HEADERS",
    "BadRequest",
    "ConfigurationError",
    "Conflict",
    "CurrentUser",
    "Forbidden",
    "Gatepost",
    "GatepostError",
    "NotFound",
    "Person",
    "Principal",
    "Profile",
    "Refusal",
    "Rows",
    "ScopeViolation",
    "Settings",
    "public",
    "serve_page",
]
