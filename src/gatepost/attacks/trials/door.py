"""The door of one operation: who may open it, and what came of trying with something else."""

import uuid
from collections.abc import Mapping
from http import HTTPStatus

from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in
from gatepost.attacks.people.carrier import Carrier, bare, carrier_of
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation, Schema
from gatepost.attacks.trials.aiming import probe
from gatepost.attacks.wire import RawRequest, with_fields

NONSENSE = b"nonsense"
"""What is no credential by any rule."""


class Door:
    """Opens to its owner, and is tried by everybody else.

    Args:
        stage: the app and its people.
        operation: what is behind the door.
    """

    def __init__(self, stage: Stage, operation: Operation) -> None:
        self.stage = stage
        self.operation = operation
        self._owner: Person | None = None
        self._control: Exchange | None = None
        self._nonsense: Exchange | None = None
        self._stranger: Exchange | None = None
        self._values: Mapping[str, str] = {}

    @property
    def owner(self) -> Person:
        """Who may open it; where that would end their session, somebody who is not needed again.

        Raises:
            Inconclusive: there is nobody.
        """
        if self._owner is None:
            ends = self.stage.surface.ends_sessions(self.operation)
            self._owner = (
                self.stage.new_person("leaver") if ends else self.stage.owner_of(self.operation)
            )
        return self._owner

    @property
    def carrier(self) -> Carrier:
        """Where the owner's credential stands.

        Raises:
            Inconclusive: their requests carry nothing that looks like one.
        """
        found = carrier_of(self.owner)
        if found is None:
            raise Inconclusive("nothing in a signed-in person's headers looks like a credential")
        return found

    def request(self) -> RawRequest:
        """Write the owner's request, without any credential.

        Where the row or the body that it needs cannot be made it names some other: the door stands
        before both, and `control` tells whether that can be seen.

        Raises:
            Inconclusive: there is no owner, or nothing can be written at all.
        """
        owner = self.owner
        try:
            prepared = self.stage.prepare(self.operation, owner)
        except Inconclusive:
            return any_request(self.stage, self.operation)
        self._values = prepared.values
        return prepared.request

    def control(self) -> Exchange:
        """Let the owner in, once.

        An answer that only the owner gets shows as much as a success: that no row was found, or
        that the body is not as it should be, is said behind the door.

        Raises:
            Inconclusive: the owner is refused as strangers are.
        """
        if self._control is None:
            if self.stage.surface.ends_sessions(self.operation):
                self._control = self._seen_elsewhere()
            else:
                try:
                    self._control = self.stage.control(self.operation)
                except Inconclusive:
                    self._control = self.stage.send(self.request(), self.owner)
        nonsense = self.nonsense()
        if self._control.status == nonsense.status and not self._control.succeeded:
            raise Inconclusive(
                f"the owner is answered {self._control.status}, and so is who sends nonsense"
            )
        return self._control

    def nonsense(self) -> Exchange:
        """Try with what is no credential by any rule, once."""
        if self._nonsense is None:
            self._nonsense = self.present(NONSENSE)
        return self._nonsense

    def stranger(self) -> Exchange:
        """Try without any credential, once."""
        if self._stranger is None:
            self._stranger = self.knock()
        return self._stranger

    def present(self, token: str | bytes, request: RawRequest | None = None) -> Exchange:
        """Try with another credential in the place of the owner's, in their request or another."""
        written = self.request() if request is None else request
        request = with_fields(written, self.carrier.holding(token))
        return self._sent(self.stage.send(request, self.owner))

    def knock(self, request: RawRequest | None = None) -> Exchange:
        """Send the request, or another, without the owner's credential."""
        written = self.request() if request is None else request
        return self._sent(self.stage.send(written, bare(self.owner)))

    def judge(self, exchange: Exchange, says: str, *, lets_in: bool = True) -> Verdict:
        """Tell what came of trying.

        Args:
            exchange: the hostile request and its answer.
            says: what is granted, if it is.
            lets_in: whether a grant is a finding.

        Raises:
            Inconclusive: the app asks for patience.
        """
        if exchange.status == HTTPStatus.TOO_MANY_REQUESTS:
            raise Inconclusive("the app limits how often it is asked: allow more for the attack")
        granted = self.grants(exchange)
        if granted and not lets_in:
            return REFUSED
        if leaked := self.stage.leaked(exchange, self.owner):
            return got_in(
                f"{says}: the answer has what is {self.owner.name}'s: {leaked[0]}", exchange
            )
        if exchange.succeeded:
            return got_in(says, exchange)
        if broke(exchange, self._control):
            return got_in(f"the app breaks: {exchange.status}", exchange)
        if granted:
            return got_in(f"{says}: the answer is the owner's, {exchange.status}", exchange)
        return REFUSED

    def grants(self, exchange: Exchange) -> bool:
        """Whether an answer is a success, or what the owner is told and no stranger is."""
        if exchange.succeeded:
            return True
        if self._control is None or self._nonsense is None or self._control.succeeded:
            return False
        same = (exchange.status, exchange.answered.body) == (
            self._control.status, self._control.answered.body,
        )  # fmt: skip
        return same and exchange.status != self._nonsense.status

    def _seen_elsewhere(self) -> Exchange:
        seen = probe(self.stage.surface)
        if seen is None:
            raise Inconclusive("nothing tells whether a credential is good")
        return self.stage.send(self.stage.prepare(seen, self.owner).request, self.owner)

    def _sent(self, exchange: Exchange) -> Exchange:
        """Forget what a grant may have changed: the row that is gone, the session that is over."""
        if exchange.succeeded and self.operation.changes:
            self.stage.preparing(self.owner).forget(self._values)
            if self.stage.surface.ends_sessions(self.operation):
                self._owner = None
        return exchange


def broke(exchange: Exchange, control: Exchange | None = None) -> bool:
    """Whether the app broke over a request, where it does not break over a proper one.

    That it cannot tell now, or has no such method, is an answer and no break.
    """
    calm = {HTTPStatus.NOT_IMPLEMENTED, HTTPStatus.SERVICE_UNAVAILABLE}
    proper = control is None or control.status < HTTPStatus.INTERNAL_SERVER_ERROR
    return (
        exchange.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        and exchange.status not in calm
        and proper
    )


def any_request(stage: Stage, operation: Operation) -> RawRequest:
    """Write some request of an operation, for a door that may stand before row and body."""
    preparing = stage.preparing(stage.alice)
    schemas = {each.name: each.schema for each in operation.taken("path")}
    values = {name: _some_value(schemas.get(name, {})) for name in operation.names}
    return preparing.write(operation, values, {})


def _some_value(schema: Schema) -> str:
    return str(uuid.uuid4()) if "uuid" in str(schema.get("format")) else "1"


def door_of(stage: Stage, operation: Operation) -> Door:
    """Return the door of an operation, the same one for every trial."""
    return stage.once(("door", str(operation)), lambda: Door(stage, operation))
