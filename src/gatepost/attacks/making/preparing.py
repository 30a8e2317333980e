"""Preparing a request that the app would grant its owner: path, query, body and what they name."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from urllib.parse import quote, urlencode

from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.canaries import Canaries
from gatepost.attacks.making.company import Company
from gatepost.attacks.making.consuming import consumes
from gatepost.attacks.making.encoding import as_text, encode
from gatepost.attacks.making.harvest import called, owners_in
from gatepost.attacks.making.identities import tells_who
from gatepost.attacks.making.parts import Parts
from gatepost.attacks.making.prepared import BodyFactory, Prepared
from gatepost.attacks.making.producers import producer_of
from gatepost.attacks.making.resources import Row, parsed
from gatepost.attacks.making.rows import Granted, Rows
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Sender
from gatepost.attacks.targets.operation import Operation, Schema
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.wire import RawRequest

__all__ = ["BodyFactory", "Prepared", "Preparing", "encode"]

_OF_THE_ROWS = frozenset({404, 409, 410})

_NEVER_MADE_UP = frozenset({"authorization", "cookie"})


class Preparing:
    """Prepares requests for one person, and makes the rows that they need.

    Args:
        surface: the app's operations.
        sender: sends to the app.
        person: whose rows they are.
        canaries: theirs.
        company: what is shared with the other people.
    """

    def __init__(
        self,
        surface: Surface,
        sender: Sender,
        person: Person,
        canaries: Canaries,
        company: Company,
    ) -> None:
        self.person = person
        self.canaries = canaries
        self._surface = surface
        self._sender = sender
        self._company = company
        self._rows = Rows(surface, sender, person, self, self._above)
        self._parts = Parts(surface, person, canaries, self._rows, company)
        self._told: tuple[object, ...] | None = None
        self.body_factory: BodyFactory = lambda _operation, _canary: None

    @property
    def made(self) -> tuple[Row, ...]:
        """Every row that was made, in order."""
        return tuple(self._rows.made)

    def prepare(
        self,
        operation: Operation,
        *,
        fresh: bool = False,
        values: Mapping[str, str] | None = None,
    ) -> Prepared:
        """Write the request of an operation.

        Args:
            operation: the one.
            fresh: whether the row that it names is to be a new one, and not that of before.
            values: of parameters of the path, where they are known.

        Raises:
            Inconclusive: something that it needs cannot be made.
        """
        known = self.path_values(operation, fresh=fresh, known=values or {})
        body = self.body_of(operation)
        return Prepared(operation, known, body, self.write(operation, known, body))

    def granted(
        self,
        operation: Operation,
        *,
        fresh: bool = False,
        values: Mapping[str, str] | None = None,
    ) -> Granted:
        """Send a request of an operation as its person, mended after each refusal.

        Returns:
            The last request and its answer: a refusal where nothing was left to mend.

        Raises:
            Inconclusive: something that it needs cannot be made.
        """
        recipe = self._company.recipes.of(operation)
        cleared = False
        while True:
            prepared = self.prepare(operation, fresh=fresh, values=values)
            exchange = self._sender.send(prepared.request, self.person)
            if exchange.status in _OF_THE_ROWS and not cleared and self._rows.any_kept:
                # What was made before is gone or used up: everything anew, once.
                cleared = True
                self._rows.clear()
            elif not recipe.learn(exchange):
                if exchange.succeeded and consumes(operation):
                    self._rows.forget([prepared.values, prepared.body])
                return Granted(operation, prepared.values, prepared.body, exchange)

    def write(self, operation: Operation, values: Mapping[str, str], body: object) -> RawRequest:
        """Write a request out of its parts; required queries and headers are filled in."""
        path = operation.path.rstrip("*")
        for name, value in values.items():
            path = path.replace(f"{{{name}}}", quote(value, safe="/" if "." in value else ""))
        query = self._parts.taken(operation, "query")
        carried = {name.lower() for name in self.person.headers} | _NEVER_MADE_UP
        fields = [
            (name, as_text(value))
            for name, value in self._parts.taken(operation, "header").items()
            if name.lower() not in carried
        ]
        spelled = {
            name: [as_text(each) for each in value] if isinstance(value, list) else as_text(value)
            for name, value in query.items()
        }
        target = f"{path}?{urlencode(spelled, doseq=True)}" if query else path
        if operation.body is None and body is None:
            return RawRequest(operation.method, target, fields)
        media_type, encoded = encode(operation.body, body)
        content = ("Content-Type", media_type)
        return RawRequest(operation.method, target, (*fields, content), encoded)

    def body_of(self, operation: Operation) -> object:
        """Make a body that the operation takes, or None."""
        made = self.body_factory(str(operation), self.canaries.new())
        return self._parts.body_of(operation) if made is None else made

    def value_of(self, schema: Schema, name: str) -> object:
        """Make one value."""
        return self._parts.value_of(schema, name)

    def path_values(
        self, operation: Operation, *, fresh: bool = False, known: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """Return values for the parameters of a path, each naming a row of this person's.

        Raises:
            Inconclusive: there is nothing that makes such a row.
        """
        values = dict(known or {})
        names = operation.names
        for index, name in enumerate(names):
            if name in values:
                continue
            chosen = self._parts.without_a_row(operation, name)
            if chosen is not None:
                values[name] = chosen
                continue
            producer = producer_of(self._surface, operation, name)
            if producer is None or producer == operation:
                values[name] = self._parts.chosen(operation, name)
                continue
            anew = fresh and index == len(names) - 1
            try:
                row = self.row(producer, fresh=anew, known=values)
            except Inconclusive:
                if not anew or index == 0 or names[index - 1] in (known or {}):
                    raise
                # There may be one of a kind only below each: one below something new, then.
                values |= self._above_anew(operation, index - 1, values)
                row = self.row(producer, fresh=True, known=values)
            found = row.id_for(name)
            if found is None:
                raise Inconclusive(f"the answer of {producer} names no {name}, nor does a list")
            values = {**values, **{k: v for k, v in row.values.items() if k in names}, name: found}
        return values

    def _above_anew(
        self, operation: Operation, index: int, values: Mapping[str, str]
    ) -> dict[str, str]:
        """Return the value of a parameter that names something new."""
        name = operation.names[index]
        producer = producer_of(self._surface, operation, name)
        if producer is None or producer == operation:
            return {}
        found = self.row(producer, fresh=True, known=values).id_for(name)
        return {} if found is None else {name: found}

    def row(
        self, producer: Operation, *, fresh: bool = False, known: Mapping[str, str] | None = None
    ) -> Row:
        """Return a row of this person's, made now or before.

        Raises:
            Inconclusive: the app refused to make it.
        """
        return self._rows.row(producer, fresh=fresh, known=known)

    def forget(self, gone: object) -> None:
        """Make anew what was named by these values, the next time that it is needed."""
        self._rows.forget(gone)

    def unmade(self, operation: Operation) -> list[str]:
        """Return the parameters of a path for which no row could be made, nor is one listed."""
        return [
            name
            for name in operation.names
            if self._parts.without_a_row(operation, name) is None
            and producer_of(self._surface, operation, name) in (None, operation)
        ]

    @property
    def rows(self) -> Rows:
        """The rows that were made for this person."""
        return self._rows

    @property
    def called(self) -> tuple[str, ...]:
        """What the app calls this person by, the likeliest first; their address is not in it."""
        if self._told is None:
            self._told = ()  # asking who they are must not ask for it again
            self._told = tuple(self._answers_of(tells_who(self._surface)))
        owners = (owner for row in self.made for owner in owners_in(row.answer))
        return tuple(dict.fromkeys([*called(self.person, self._told), *owners]))

    def _answers_of(self, operations: Iterable[Operation]) -> Iterator[object]:
        for operation in operations:
            with suppress(Inconclusive):
                request = self.prepare(operation).request
                yield parsed(self._sender.send(request, self.person).answered.body)

    def _above(self, producer: Operation) -> Rows | None:
        """Return the administrator's rows where only they may make one."""
        if self._surface.administrative(producer) is None:
            return None
        admin = self._company.admin()
        return None if admin is self._rows else admin
