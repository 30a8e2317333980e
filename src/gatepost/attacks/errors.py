"""What goes wrong in an attack itself; what it finds is no error."""

from gatepost.errors import GatepostError


class AttackError(GatepostError):
    """The attack cannot begin or go on; the message says what to write or start."""


class AppGone(AttackError):
    """Nothing listens any more where the app was."""


class NothingThere(Exception):
    """One trial has found nothing of the kind that it is for."""


class Inconclusive(Exception):
    """One trial cannot tell: its control failed, or something that it needs cannot be made."""


class OutOfTime(Exception):
    """The time of the attack was over before a trial had come to an end."""
