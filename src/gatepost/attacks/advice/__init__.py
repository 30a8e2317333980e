"""Why an attack matters and how the hole is mended, by number of the catalogue."""

from gatepost.attacks.advice.advice import Advice
from gatepost.attacks.advice.beyond import BEYOND
from gatepost.attacks.advice.browsers import BROWSERS
from gatepost.attacks.advice.credentials import CREDENTIALS
from gatepost.attacks.advice.rows import ROWS
from gatepost.attacks.advice.sessions import SESSIONS
from gatepost.attacks.advice.tokens import TOKENS
from gatepost.attacks.catalogue.attack import Attack, Family

__all__ = ["Advice", "advice_on"]

_BY_NUMBER: dict[int, Advice] = {
    number: advice
    for advice in (*CREDENTIALS, *TOKENS, *SESSIONS, *ROWS, *BROWSERS, *BEYOND)
    for number in advice.numbers
}
_BY_FAMILY: dict[Family, int] = {
    Family.TRANSPORT: 1,
    Family.SIGNATURE: 25,
    Family.KEY_SETS: 45,
    Family.CLAIMS: 64,
    Family.LIFECYCLE: 91,
    Family.OBJECTS: 105,
    Family.BROWSER: 131,
}
"""For a number that nobody has written of: what the family is about."""


def advice_on(attack: Attack, family: Family) -> Advice:
    """Return why an attack matters and what to do.

    Args:
        attack: of the catalogue.
        family: in which it stands there.
    """
    return _BY_NUMBER.get(attack.number) or _BY_NUMBER[_BY_FAMILY.get(family, 1)]
