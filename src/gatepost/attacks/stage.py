"""The stage of an attack: the running app, the people in it, and what they have made."""

from collections.abc import Callable, Hashable, Mapping
from http import HTTPStatus
from typing import TypeVar, cast
from urllib.parse import unquote_to_bytes

from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.ledger import Ledger
from gatepost.attacks.listener import Listener
from gatepost.attacks.making.canaries import Canaries, leaks_in
from gatepost.attacks.making.company import Company
from gatepost.attacks.making.consuming import consumed
from gatepost.attacks.making.identities import Identities
from gatepost.attacks.making.preparing import BodyFactory, Prepared, Preparing
from gatepost.attacks.making.recipes import Recipes
from gatepost.attacks.making.rows import Rows
from gatepost.attacks.making.said_bodies import what_to_write
from gatepost.attacks.people.cast import Cast
from gatepost.attacks.people.csrf import without_origin
from gatepost.attacks.people.person import Person
from gatepost.attacks.people.signing_in import Doors
from gatepost.attacks.sending import Exchange, Sender
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.wire import RawRequest

T = TypeVar("T")


class Stage:
    """Everything that a trial has.

    Args:
        surface: the app's operations and the attack file.
        sender: sends to the app.
        listener: the attacker's server, at which nobody must ever call.
        seed: what makes the bodies the same in every run.

    Raises:
        AttackError: the people cannot sign in.

    Attributes:
        ledger: what the app has made for the attack, and for whom.
        body_factory: makes the body of an operation out of a canary, or returns None.
    """

    def __init__(
        self, surface: Surface, sender: Sender, listener: Listener, *, seed: int | None = None
    ) -> None:
        self.surface = surface
        self.sender = sender
        self.listener = listener
        self.ledger = Ledger(surface)
        sender.witness, sender.objection = self.ledger.see, self.ledger.object_to
        self.doors = Doors(surface.file.people, sender)
        self.seed = seed
        self.body_factory: BodyFactory = _no_body
        self.identities = Identities(surface, sender)
        self._cast = Cast(self.doors, surface, sender)
        self._company = Company(
            listener.url,
            Recipes(),
            self.identities,
            lambda: self._cast.somebody_or_none("carol"),
            lambda deleted: self._cast.somebody_or_none("outcast", new=deleted),
            self._rows_of_admin,
        )
        self._preparing: dict[tuple[str, str], Preparing] = {}
        self._controls: dict[str, Exchange | Inconclusive] = {}
        self._kept: dict[Hashable, object] = {}
        self._knock_without_an_origin_if_owed()

    @property
    def alice(self) -> Person:
        """An owner of rows."""
        return self._cast.alice

    @property
    def bob(self) -> Person:
        """A stranger to them, signed in as well."""
        return self._cast.bob

    @property
    def admin(self) -> Person | None:
        """The administrator, where the attack file names one."""
        return self._cast.admin

    def preparing(self, person: Person) -> Preparing:
        """Return what prepares the requests of one person."""
        key = (person.name, person.email)
        found = self._preparing.get(key)
        if found is None:
            # People of one name are still several people.
            count = sum(name == person.name for name, _ in self._preparing)
            owner = f"{person.name} {count}" if count else person.name
            canaries = Canaries(owner, self.seed)
            found = Preparing(self.surface, self.sender, person, canaries, self._company)
            self._preparing[key] = found
        found.body_factory = self.body_factory
        return found

    def new_person(self, name: str) -> Person:
        """Sign somebody up who may be signed out, changed and deleted in a trial.

        Raises:
            Inconclusive: the app's people are those that the attack file names.
        """
        return self._cast.new_person(name)

    def sign_in_again(self, person: Person) -> Person:
        """Sign somebody in once more; returns them with the credential of the new session.

        Raises:
            Inconclusive: the app refuses, or there is no way to sign in.
        """
        return self._cast.sign_in_again(person)

    def somebody(self, name: str) -> Person:
        """Return a person of the kit's own by name, signed up the first time that they are wanted.

        Raises:
            Inconclusive: nobody new can sign up.
        """
        return self._cast.somebody(name)

    def send(self, request: RawRequest, person: Person | None = None) -> Exchange:
        """Send a request as somebody, or as nobody; what it may have taken is made anew."""
        exchange = self.sender.send(request, person)
        if exchange.succeeded and (gone := consumed(request)):
            for each in self._preparing.values():
                each.forget(gone)
        return exchange

    def prepare(
        self,
        operation: Operation,
        person: Person | None = None,
        *,
        fresh: bool = False,
        values: Mapping[str, str] | None = None,
    ) -> Prepared:
        """Write a request of an operation that names somebody's rows: Alice's, unless said.

        Raises:
            Inconclusive: something that it needs cannot be made.
        """
        whose = person or self.owner_of(operation)
        if person is None and fresh and self.surface.ends_sessions(operation):
            whose = self.new_person("leaver")
        return self.preparing(whose).prepare(operation, fresh=fresh, values=values)

    def owner_of(self, operation: Operation) -> Person:
        """Return who may call an operation: the administrator where only they may, else Alice."""
        administrative = self.surface.administrative(operation) is not None
        if administrative and self.admin is None:
            raise Inconclusive("only administrators may, and [people.admin] names none")
        return self.admin if administrative and self.admin is not None else self.alice

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is made for several trials, when the first of them asks for it."""
        if key not in self._kept:
            self._kept[key] = make()
        return cast("T", self._kept[key])

    def control(self, operation: Operation) -> Exchange:
        """Let the owner do it, once: what the owner cannot do shows nothing when it is refused.

        Raises:
            Inconclusive: the owner cannot do it either.
        """
        known = self._controls.get(str(operation))
        if known is None:
            known = self._controls[str(operation)] = self._try_as_owner(operation)
        if isinstance(known, Inconclusive):
            raise known
        return known

    def leaked(self, exchange: Exchange, owner: Person | None = None) -> list[str]:
        """Return the canaries of somebody, Alice's unless said, that came with an answer.

        What the request itself has named and the answer repeats has not leaked.
        """
        request = exchange.request
        sent = unquote_to_bytes(request.target) + request.body + repr(request.fields).encode()
        found = leaks_in(exchange.answered, self.preparing(owner or self.alice).canaries)
        return [each for each in found if each.encode() not in sent]

    def _is_plain_post(self, operation: Operation) -> bool:
        return (
            operation.method == "POST"
            and not operation.names
            and self.surface.of_people(operation)
            and not self.surface.ends_sessions(operation)
        )

    def _knock_without_an_origin_if_owed(self) -> None:
        """Send no Origin where the app's own is another than the one that it is served at now."""
        first = next((each for each in self.surface if self._is_plain_post(each)), None)
        if first is None or self.alice.cookie is None:
            return
        try:
            request = self.prepare(first).request
            with_it = self.send(request, self.alice)
            without = self.send(request, without_origin(self.alice))
        except Inconclusive:
            return
        if with_it.status == HTTPStatus.FORBIDDEN and without.succeeded:
            self._cast.name_no_origin()
            self._preparing.clear()

    def _try_as_owner(self, operation: Operation) -> Exchange | Inconclusive:
        try:
            owner = self.owner_of(operation)
            if owner is self.alice and self.surface.ends_sessions(operation):
                owner = self.new_person("leaver")
            granted = self.preparing(owner).granted(operation, fresh=operation.changes)
        except Inconclusive as error:
            return error
        exchange = granted.exchange
        if exchange.status >= 400:  # noqa: PLR2004 - RFC 9110, section 15.5
            shown = exchange.answered.body[:200].decode(errors="replace")
            advice = what_to_write(operation, self.preparing(owner).unmade(operation))
            return Inconclusive(
                f"the owner's own request is answered {exchange.status} {shown}. {advice}"
            )
        return exchange

    def _rows_of_admin(self) -> Rows | None:
        return None if self.admin is None else self.preparing(self.admin).rows


def _no_body(_operation: str, _canary: str) -> object:
    return None
