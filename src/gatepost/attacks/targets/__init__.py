"""What is attacked: a running app, and every way into it."""

from gatepost.attacks.targets.operation import Body, Operation, Parameter, Place, Schema
from gatepost.attacks.targets.surface import Surface

__all__ = ["Body", "Operation", "Parameter", "Place", "Schema", "Surface"]
