"""Preparing a request that the app would grant its owner: path, query, body and what they name."""

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode

from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.canaries import Canaries
from gatepost.attacks.making.harvest import called, owners_in, tables
from gatepost.attacks.making.identity import called_by, fitting, stands_for_person, tells_who
from gatepost.attacks.making.resources import Row, maker_of, noun_of, parsed, producer_of
from gatepost.attacks.making.values import Values
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange, Sender
from gatepost.attacks.targets.operation import Body, Operation, Schema
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.wire import RawRequest

_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_DEEPEST = 4

BodyFactory = Callable[[str, str], object]
"""An operation and a canary in, a body out, or None where it makes none for it."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request, and what it names.

    Attributes:
        operation: the one that it is for.
        values: of the parameters in its path.
        body: what is sent, before it is encoded.
        request: it, without any credential.
    """

    operation: Operation
    values: Mapping[str, str]
    body: object
    request: RawRequest


class Preparing:
    """Prepares requests for one person, and makes the rows that they need.

    Args:
        surface: the app's operations.
        sender: sends to the app.
        person: whose rows they are.
        canaries: theirs.
        listener: a URL for whatever is to be one.
    """

    def __init__(
        self, surface: Surface, sender: Sender, person: Person, canaries: Canaries, listener: str
    ) -> None:
        self.person = person
        self.canaries = canaries
        self._surface = surface
        self._sender = sender
        self._values = Values(canaries, listener, self._referred)
        self._rows: dict[tuple[str, tuple[tuple[str, str], ...]], Row] = {}
        self._made: list[Row] = []
        self._depth = 0
        self._writing: Operation | None = None
        self._told: tuple[object, ...] | None = None
        self.body_factory: BodyFactory = lambda _operation, _canary: None

    @property
    def made(self) -> tuple[Row, ...]:
        """Every row that was made, in order."""
        return tuple(self._made)

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
        known = {**self.path_values(operation, fresh=fresh, known=values or {})}
        body = self.body_of(operation)
        return Prepared(operation, known, body, self.write(operation, known, body))

    def write(self, operation: Operation, values: Mapping[str, str], body: object) -> RawRequest:
        """Write a request out of its parts; required queries and headers are filled in."""
        path = operation.path.rstrip("*")
        for name, value in values.items():
            path = path.replace(f"{{{name}}}", quote(value, safe="/" if "." in value else ""))
        query = {
            each.name: _text(self._values.of(each.schema, each.name))
            for each in operation.taken("query")
            if each.required
        }
        fields = [
            (each.name, _text(self._values.of(each.schema, each.name)))
            for each in operation.taken("header")
            if each.required and each.name.lower() not in {"authorization", *self._carried}
        ]
        target = f"{path}?{urlencode(query)}" if query else path
        if operation.body is None:
            return RawRequest(operation.method, target, fields)
        media_type, encoded = encode(operation.body, body)
        return RawRequest(
            operation.method, target, (*fields, ("Content-Type", media_type)), encoded
        )

    def body_of(self, operation: Operation) -> object:
        """Make a body that the operation takes, or None."""
        made = self.body_factory(str(operation), self.canaries.new())
        if made is not None:
            return made
        said = self._surface.file.bodies.get(str(operation))
        if said is not None:
            return {name: self._said(value) for name, value in said.items()}
        if operation.body is None:
            return None
        outer, self._writing = self._writing, operation
        try:
            return self._with_csrf_token(self._values.of(operation.body.schema))
        finally:
            self._writing = outer

    def value_of(self, schema: Schema, name: str) -> object:
        """Make one value."""
        return self._values.of(schema, name)

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
            if (myself := self._myself(operation, name)) is not None:
                values[name] = myself
                continue
            producer = producer_of(self._surface, operation, name)
            if producer is None or producer == operation:
                values[name] = self._chosen(operation, name)
                continue
            last = index == len(names) - 1
            row = self.row(producer, fresh=fresh and last, known=values)
            found = row.id_for(name) or self._listed(row, name)
            if found is None:
                raise Inconclusive(f"the answer of {producer} names no {name}")
            values = {**values, **{k: v for k, v in row.values.items() if k in names}, name: found}
        return values

    def row(
        self, producer: Operation, *, fresh: bool = False, known: Mapping[str, str] | None = None
    ) -> Row:
        """Return a row of this person's, made now or before.

        Raises:
            Inconclusive: the app refused to make it.
        """
        parents = {name: value for name, value in (known or {}).items() if name in producer.names}
        key = (str(producer), tuple(sorted(parents.items())))
        if not fresh and key in self._rows:
            return self._rows[key]
        if self._depth >= _DEEPEST:
            raise Inconclusive(f"{producer} needs itself to be made")
        self._depth += 1
        try:
            prepared = self.prepare(producer, values=parents)
        finally:
            self._depth -= 1
        exchange = self._sender.send(prepared.request, self.person)
        if not exchange.succeeded:
            raise Inconclusive(f"{producer} made nothing: {exchange.status} {_shown(exchange)}")
        return self._keep(key, prepared, exchange)

    def _listed(self, row: Row, name: str) -> str | None:
        """Return the id of a row out of the list that it is in, where making it has told none."""
        listing = self._surface.find("GET", row.by.path)
        marks = self.canaries.found_in(json.dumps(row.sent, default=str).encode())
        if listing is None or not marks:
            return None
        exchange = self._sender.send(self.write(listing, row.values, None), self.person)
        for table in tables(parsed(exchange.answered.body)):
            if set(marks) & {value for value in table.values() if isinstance(value, str)}:
                return Row(row.by, {}, table).id_for(name)
        return None

    @property
    def called(self) -> tuple[str, ...]:
        """What the app calls this person by, the likeliest first; their address is not in it."""
        if self._told is None:
            self._told = ()  # asking who they are must not ask for it again
            self._told = tuple(self._answers_of(tells_who(self._surface)))
        owners = (owner for row in self._made for owner in owners_in(row.answer))
        return tuple(dict.fromkeys([*called(self.person, self._told), *owners]))

    def _answers_of(self, operations: Iterable[Operation]) -> Iterator[object]:
        for operation in operations:
            with suppress(Inconclusive):
                request = self.prepare(operation).request
                yield parsed(self._sender.send(request, self.person).answered.body)

    def _myself(self, operation: Operation, name: str) -> str | None:
        """Return what a parameter of a path calls this person, where it stands for a person."""
        if not stands_for_person(self._surface, operation, name):
            return None
        words = called_by(name, self.person, self.called)
        return next(iter(fitting(operation, name, words)), None)

    def forget(self, row_values: Mapping[str, str]) -> None:
        """Make anew what was named by these values, the next time that it is needed."""
        gone = set(row_values.values())
        self._rows = {
            key: row
            for key, row in self._rows.items()
            if not gone & {row.id_for(name) for name in row_values}
        }

    def _keep(
        self, key: tuple[str, tuple[tuple[str, str], ...]], prepared: Prepared, exchange: Exchange
    ) -> Row:
        location = next(iter(exchange.answered.every("Location")), "")
        _, _, query = prepared.request.target.partition("?")
        sent = dict(parse_qsl(query)) if prepared.body is None else prepared.body
        answer = parsed(exchange.answered.body)
        row = Row(prepared.operation, prepared.values, answer, location, sent)
        self._rows[key] = row
        self._made.append(row)
        return row

    def _chosen(self, operation: Operation, name: str) -> str:
        """Make up what a caller may choose, the name of a file in `PUT /files/{name}`."""
        schema = next((each.schema for each in operation.taken("path") if each.name == name), {})
        return _text(self._values.of(schema, name))

    def _referred(self, name: str, schema: Schema) -> object:
        if name == "id":
            maker = self._written_about()
        elif not name.endswith(("_id", "Id", "_ids")) or schema.get("type") == "array":
            return None
        else:
            maker = maker_of(self._surface, noun_of(name))
        if maker is None:
            return None
        found = self.row(maker).id_for(name)
        numeric = schema.get("type") == "integer" and found is not None and found.isdigit()
        return int(found) if numeric and found is not None else found

    def _written_about(self) -> Operation | None:
        """Return what makes the rows that a body calls by `id`: those of its path's noun."""
        if self._writing is None:
            return None
        parts = [part for part in self._writing.path.split("/") if part and part[0] != "{"]
        makers = (maker_of(self._surface, noun_of(part)) for part in reversed(parts))
        return next((each for each in makers if each is not None and each != self._writing), None)

    def _said(self, value: object) -> object:
        """Fill `{POST /products:id}` of the attack file with a row that is made for it."""
        if not isinstance(value, str) or not (value.startswith("{") and value.endswith("}")):
            return self._canaries_in(value)
        what, _, member = value[1:-1].rpartition(":")
        method, _, path = what.partition(" ")
        producer = self._surface.find(method, path)
        if producer is None:
            raise Inconclusive(f"[bodies] names {what}, and there is no such operation")
        return self.row(producer).id_for(member)

    @property
    def _carried(self) -> frozenset[str]:
        """The headers that every request of this person carries anyway."""
        return frozenset(name.lower() for name in self.person.headers)

    def _with_csrf_token(self, body: object) -> object:
        if self.person.csrf_token is None or not isinstance(body, dict):
            return body
        return {
            name: self.person.csrf_token if "csrf" in name.lower() else value
            for name, value in body.items()
        }

    def _canaries_in(self, value: object) -> object:
        return self.canaries.new() if value == "{canary}" else value


def encode(body: Body, value: object) -> tuple[str, bytes]:
    """Return the media type and the bytes of a body."""
    if body.media_type == _FORM:
        members = value if isinstance(value, dict) else {}
        return _FORM, urlencode({name: _text(each) for name, each in members.items()}).encode()
    if body.media_type == _MULTIPART:
        return _multipart(body.schema, value if isinstance(value, dict) else {})
    if "json" in body.media_type:
        return body.media_type, json.dumps(value).encode()
    return body.media_type, _text(value).encode()


def _multipart(schema: Schema, members: Mapping[str, object]) -> tuple[str, bytes]:
    boundary = secrets.token_hex(16)
    declared = schema.get("properties")
    parts: list[bytes] = []
    for name, value in members.items():
        part = declared.get(name, {}) if isinstance(declared, dict) else {}
        is_file = "binary" in str(part) or "contentMediaType" in str(part)
        head = f'Content-Disposition: form-data; name="{name}"'
        if is_file:
            head += '; filename="file.txt"\r\nContent-Type: text/plain'
        parts.extend(
            f"--{boundary}\r\n{head}\r\n\r\n{_text(each)}\r\n".encode()
            for each in (value if isinstance(value, list) else [value])
        )
    return f"{_MULTIPART}; boundary={boundary}", b"".join([*parts, f"--{boundary}--\r\n".encode()])


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value)


def _shown(exchange: Exchange) -> str:
    return exchange.answered.body[:200].decode(errors="replace")
