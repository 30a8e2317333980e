"""The cast of an attack: who is in it, and how more of them come."""

from gatepost.attacks.errors import AttackError, Inconclusive
from gatepost.attacks.people.csrf import as_own_page, without_origin
from gatepost.attacks.people.person import Person
from gatepost.attacks.people.signing_in import Doors
from gatepost.attacks.sending import Sender
from gatepost.attacks.targets.surface import Surface


class Cast:
    """Signs people in, as the app's own page would.

    Args:
        doors: how people sign in.
        surface: the app's operations.
        sender: sends to the app.

    Raises:
        AttackError: Alice, Bob or the administrator cannot sign in.

    Attributes:
        alice: an owner of rows.
        bob: a stranger to them, signed in as well.
        admin: the administrator, where the attack file names one.
    """

    def __init__(self, doors: Doors, surface: Surface, sender: Sender) -> None:
        self._doors, self._surface, self._sender = doors, surface, sender
        self._sends_origin = True
        self._somebody: dict[str, Person | Inconclusive] = {}
        self._new_people = 0
        self.alice = self._on_own_page(doors.new("alice"))
        self.bob = self._on_own_page(doors.new("bob"))
        known = doors.administrator()
        self.admin = None if known is None else self._on_own_page(known)

    def new_person(self, name: str) -> Person:
        """Sign somebody up who is not needed by anybody else.

        Raises:
            Inconclusive: the app's people are those that the attack file names.
        """
        if not self._doors.opens_accounts:
            raise Inconclusive("nobody new can sign up: the attack file names who there is")
        # Two of one name would share what is remembered of their rows.
        self._new_people += 1
        try:
            return self._on_own_page(self._doors.new(f"{name}-{self._new_people}"))
        except AttackError as error:
            raise Inconclusive(str(error)) from error

    def sign_in_again(self, person: Person) -> Person:
        """Sign somebody in once more; returns them with the credential of the new session.

        Raises:
            Inconclusive: the app refuses, or there is no way to sign in.
        """
        try:
            return self._on_own_page(self._doors.sign_in(person))
        except AttackError as error:
            raise Inconclusive(str(error)) from error

    def somebody(self, name: str) -> Person:
        """Return a person by name, signed up the first time that they are wanted.

        Raises:
            Inconclusive: nobody new can sign up.
        """
        known = self._somebody.get(name)
        if known is None:
            try:
                known = self.new_person(name)
            except Inconclusive as error:
                known = error
            self._somebody[name] = known
        if isinstance(known, Inconclusive):
            raise known
        return known

    def somebody_or_none(self, name: str, *, new: bool = False) -> Person | None:
        """Return a person by name, a new one if asked to; None where nobody new can sign up."""
        try:
            return self.new_person(name) if new else self.somebody(name)
        except Inconclusive:
            return None

    def name_no_origin(self) -> None:
        """Let nobody send the Origin of the app's page from here on."""
        self._sends_origin = False
        self.alice, self.bob = without_origin(self.alice), without_origin(self.bob)
        self.admin = None if self.admin is None else without_origin(self.admin)

    def _on_own_page(self, person: Person) -> Person:
        return as_own_page(person, self._surface, self._sender, origin=self._sends_origin)
