"""What the people of one attack share."""

from collections.abc import Callable
from dataclasses import dataclass

from gatepost.attacks.making.identities import Identities
from gatepost.attacks.making.recipes import Recipes
from gatepost.attacks.making.referring import Friend
from gatepost.attacks.making.rows import Rows


@dataclass(frozen=True, slots=True)
class Company:
    """What the people of one attack share.

    Attributes:
        listener: a URL for whatever is to be one.
        recipes: what the app was found to take.
        identities: who people are.
        friend: somebody who is neither owner nor attacker.
        admin: the administrator's rows, where there is one.
    """

    listener: str
    recipes: Recipes
    identities: Identities
    friend: Friend = lambda: None
    admin: Callable[[], Rows | None] = lambda: None
