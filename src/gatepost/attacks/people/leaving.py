"""Deleting the accounts of people whom the attack has made."""

from collections.abc import Iterable
from dataclasses import replace

from gatepost.attacks.attack_file import PeopleSection, Step
from gatepost.attacks.errors import AttackError
from gatepost.attacks.people.patience import sent_patiently
from gatepost.attacks.people.person import Person
from gatepost.attacks.people.signing_in import Doors
from gatepost.attacks.sending import Exchange, Sender

_UNAUTHORIZED = 401


def accounts_among(people: Iterable[Person], doors: Doors) -> tuple[Person, ...]:
    """Return those who were signed up by the attack, each with the newest credential.

    Args:
        people: everybody with every credential that they have had, the oldest first.
        doors: how they sign up.
    """
    admin = doors.section.admin
    if not doors.opens_accounts or doors.sign_up_step is None:
        return ()
    known = "" if admin is None else admin.email
    newest = {each.email: each for each in people if each.password and each.email != known}
    return tuple(newest.values())


def leave(person: Person, doors: Doors, sender: Sender) -> bool:
    """Delete somebody's account; return whether it has gone.

    Raises:
        Inconclusive: no answer came.
        OutOfTime: the time is over.
    """
    step = leaving_step(doors.section)
    if step is None:
        return False
    exchange = _asked(step, person, doors, sender)
    if exchange.status == _UNAUTHORIZED:
        try:
            exchange = _asked(step, doors.sign_in(person), doors, sender)
        except AttackError:
            return False
    # Better Auth answers as gladly where it has only mailed a link.
    return exchange.succeeded and b"email sent" not in exchange.answered.body


def leaving_step(section: PeopleSection) -> Step | None:
    """Return how people delete their accounts, where they can."""
    if section.kind == "better-auth":
        body: dict[str, object] = {"password": "{password}"}
        return Step(path=f"{section.base_path}/delete-user", body=body)
    return section.delete_account


def _asked(step: Step, person: Person, doors: Doors, sender: Sender) -> Exchange:
    if doors.section.kind == "better-auth" and person.cookies:
        cookie = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
        person = replace(person, headers={"Cookie": cookie})
    return sent_patiently(sender, doors.request(step, person), person)
