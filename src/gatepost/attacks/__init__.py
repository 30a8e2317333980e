"""The attack kit: hostile tokens and requests as data, and oracles that tell what is owed.

Needs `pip install gatepost[attacks]`. It imports nothing of the house that verifies or decides.
"""

from gatepost.attacks.answers import Answered, Expected, complaints
from gatepost.attacks.catalogue import (
    CATALOGUE,
    LEFT_OUT,
    Attack,
    Family,
    LeftOut,
    RequestAttack,
    TokenAttack,
)
from gatepost.attacks.forge import Forger, Material
from gatepost.attacks.wire import RawRequest, send

__all__ = [
    "CATALOGUE",
    "LEFT_OUT",
    "Answered",
    "Attack",
    "Expected",
    "Family",
    "Forger",
    "LeftOut",
    "Material",
    "RawRequest",
    "RequestAttack",
    "TokenAttack",
    "complaints",
    "send",
]
