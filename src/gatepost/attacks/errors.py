"""What goes wrong in an attack itself; what it finds is no error."""

from gatepost.errors import GatepostError


class AttackError(GatepostError):
    """The attack cannot begin or go on; the message says what to write or start."""


class NothingThere(Exception):
    """One trial has found nothing of the kind that it is for."""


class Inconclusive(Exception):
    """One trial cannot tell: its control failed, or something that it needs cannot be made."""
