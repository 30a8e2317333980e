"""What the people of one attack share."""

from collections.abc import Callable
from dataclasses import dataclass

from gatepost.attacks.making.identities import Identities
from gatepost.attacks.making.recipes import Recipes
from gatepost.attacks.making.referring import Friend
from gatepost.attacks.making.rows import Rows
from gatepost.attacks.people.person import Person


@dataclass(frozen=True, slots=True)
class Company:
    """What the people of one attack share.

    Attributes:
        listener: a URL for whatever is to be one.
        recipes: what the app was found to take.
        identities: who people are.
        friend: somebody who is neither owner nor attacker.
        outcast: somebody whom administrators may change and ban, and delete where told so.
        admin: the administrator's rows, where there is one.
    """

    listener: str
    recipes: Recipes
    identities: Identities
    friend: Friend = lambda: None
    outcast: Callable[[bool], Person | None] = lambda _: None
    admin: Callable[[], Rows | None] = lambda: None
