"""The gate: every route is closed but those declared public with a reason."""

from gatepost.gate.audit import table_of
from gatepost.gate.decision import GateRules
from gatepost.gate.gate import PRINCIPAL_KEY, ROLES_KEY, Gate
from gatepost.gate.policy import Declaration, Delegated, Public, SignedIn, fresh, public, requires
from gatepost.gate.routes import GuardedRoute, RouteTable
from gatepost.gate.seal import Seal, SealBroken

__all__ = [
    "PRINCIPAL_KEY",
    "ROLES_KEY",
    "Declaration",
    "Delegated",
    "Gate",
    "GateRules",
    "GuardedRoute",
    "Public",
    "RouteTable",
    "Seal",
    "SealBroken",
    "SignedIn",
    "fresh",
    "public",
    "requires",
    "table_of",
]
