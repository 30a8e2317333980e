"""The catalogue: every attack as data. The numbers are those of the fact sheet, 1 to 138."""

from gatepost.attacks.catalogue.any_token import CLAIMS_OF_ANY_APP, GUESSES, SIGNATURE_OF_ANY_APP
from gatepost.attacks.catalogue.anybody import ANYBODY
from gatepost.attacks.catalogue.attack import (
    Attack,
    Family,
    KeySetAttack,
    LeftOut,
    RequestAttack,
    TokenAttack,
)
from gatepost.attacks.catalogue.browser import BROWSER
from gatepost.attacks.catalogue.browser import COOKIE_MODE as COOKIE_MODE_PAGES
from gatepost.attacks.catalogue.changes import CHANGES
from gatepost.attacks.catalogue.claims import CLAIMS
from gatepost.attacks.catalogue.hostile import HOSTILE
from gatepost.attacks.catalogue.key_sets import KEY_SETS
from gatepost.attacks.catalogue.lifecycle import (
    ACCOUNTS,
    LIFECYCLE,
    LIFECYCLE_LEFT_OUT,
    LIFECYCLE_OF_ANY_APP,
)
from gatepost.attacks.catalogue.objects import OBJECTS, OBJECTS_LEFT_OUT
from gatepost.attacks.catalogue.pages import PAGES
from gatepost.attacks.catalogue.reading import READING
from gatepost.attacks.catalogue.signature import SIGNATURE
from gatepost.attacks.catalogue.transport import COOKIE_MODE, TRANSPORT, WEBSOCKETS

__all__ = [
    "BROWSER",
    "CATALOGUE",
    "CLAIMS",
    "KEY_SETS",
    "LEFT_OUT",
    "LIFECYCLE",
    "OBJECTS",
    "READING",
    "SIGNATURE",
    "TRANSPORT",
    "WEBSOCKETS",
    "Attack",
    "Family",
    "KeySetAttack",
    "LeftOut",
    "RequestAttack",
    "TokenAttack",
]

CATALOGUE: dict[Family, tuple[Attack, ...]] = {
    Family.TRANSPORT: (*TRANSPORT, *WEBSOCKETS, *COOKIE_MODE, *ANYBODY),
    Family.SIGNATURE: (*SIGNATURE, *SIGNATURE_OF_ANY_APP, *GUESSES),
    Family.KEY_SETS: KEY_SETS,
    Family.CLAIMS: (*CLAIMS, *CLAIMS_OF_ANY_APP),
    Family.LIFECYCLE: (*LIFECYCLE, *LIFECYCLE_OF_ANY_APP, *ACCOUNTS),
    Family.OBJECTS: (*OBJECTS, *READING, *CHANGES),
    Family.BROWSER: (*BROWSER, *COOKIE_MODE_PAGES, *PAGES),
    Family.HOSTILE: HOSTILE,
}
"""Every attack, by family."""

LEFT_OUT: tuple[LeftOut, ...] = (
    *LIFECYCLE_LEFT_OUT,
    *OBJECTS_LEFT_OUT,
)
"""The numbers that are not attacked yet, each with its reason."""

_BY_ID: dict[str, Attack] = {
    attack.id: attack for attacks in CATALOGUE.values() for attack in attacks
}


def find(attack_id: str) -> Attack:
    """Return an attack by its id.

    Raises:
        KeyError: there is none.
    """
    return _BY_ID[attack_id]
