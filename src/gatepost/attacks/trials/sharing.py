"""What others are let into, 164: by whom, as what, and for how long."""

from collections.abc import Iterator
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.resources import Row
from gatepost.attacks.making.rows import Granted
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.memberships import (
    Membership,
    Sharing,
    accepting,
    bodies_naming,
    changing,
    let_in,
    seen_by,
    sharings,
    values_for,
)
from gatepost.attacks.trials.seeing import members_in, rewritten, row_of

_NOT_AT_ONCE = "whoever is let in does not get in at once, so that nothing can be told of it"
_FOR_EVERYBODY = "everybody sees it anyway"


def sharing(surface: Surface) -> Iterator[Trial]:
    """Plan attack 164 for each way of letting others in."""
    for way in sharings(surface):
        if not surface.of_people(way.invite):
            continue
        yield Trial(find("164.1"), way.invite, partial(_lets_himself_in, way))
        if accepting(surface, way):
            yield Trial(find("164.2"), way.invite, partial(_takes_anothers_invitation, way))
        change, remove = changing(surface, way, "PATCH"), changing(surface, way, "DELETE")
        if change is not None and way.role is not None and way.most is not None:
            yield Trial(find("164.3"), change, partial(_raises_his_role, way, change))
        if remove is not None:
            yield Trial(find("164.4"), remove, partial(_stays_in, way, remove))
        if remove is not None and way.least is not None:
            yield Trial(find("164.6"), remove, partial(_removes_others, way, remove))
        if way.least is not None:
            for operation in _writing(surface, way):
                yield Trial(find("164.5"), operation, partial(_writes_as_reader, way, operation))


def _writing(surface: Surface, way: Sharing) -> list[Operation]:
    """Return what changes something of what others are let into, but for who is in it."""
    return [
        each
        for each in surface
        if each.method in {"POST", "PUT", "PATCH", "DELETE"}
        and (each.path == way.below or each.path.startswith(f"{way.below}/"))
        and not each.path.startswith(f"{way.invite.path}/")
        and surface.of_people(each)
    ][:6]


def _lets_himself_in(way: Sharing, stage: Stage) -> Verdict:
    stage.control(way.invite)
    prepared = stage.prepare(way.invite, stage.alice, fresh=True)
    if seen_by(way, stage, prepared.values, stage.bob) is not None:
        return not_applicable(_FOR_EVERYBODY)
    for role in dict.fromkeys((way.least, way.most)):
        for body in bodies_naming(way, stage, prepared.body, stage.bob, role):
            request = rewritten(stage, stage.bob, way.invite, prepared.values, body)
            exchange = stage.send(request, stage.bob)
            if exchange.succeeded:
                return got_in("Bob has let himself in", exchange)
            if (seen := seen_by(way, stage, prepared.values, stage.bob)) is not None:
                return got_in("Bob sees it after a request that was refused", exchange, seen)
    return REFUSED


def _takes_anothers_invitation(way: Sharing, stage: Stage) -> Verdict:
    carol = stage.somebody("carol")
    prepared = stage.prepare(way.invite, stage.alice, fresh=True)
    bodies = bodies_naming(way, stage, prepared.body, carol, way.least)
    invited: Membership | None = None
    for body in bodies:
        request = rewritten(stage, stage.alice, way.invite, prepared.values, body)
        exchange = stage.send(request, stage.alice)
        if exchange.succeeded:
            invited = Membership(prepared.values, _row(way, prepared.values, exchange), exchange)
            break
    if invited is None:
        raise Inconclusive("Alice can invite nobody")
    for operation in accepting(stage.surface, way):
        values = values_for(operation, stage, invited, carol)
        known = {name: values[name] for name in operation.names}
        request = stage.prepare(operation, stage.bob, values=known).request
        exchange = stage.send(request, stage.bob)
        if exchange.succeeded:
            return got_in("Bob takes up an invitation that was sent to Carol", exchange)
        if (seen := seen_by(way, stage, prepared.values, stage.bob)) is not None:
            return got_in("Bob gets in by an invitation that was sent to Carol", exchange, seen)
        if not stage.send(request, carol).succeeded:
            raise Inconclusive("nor can Carol take up her own invitation")
    return REFUSED


def _row(way: Sharing, values: object, exchange: Exchange) -> Row:
    known = values if isinstance(values, dict) else {}
    return row_of(Granted(way.invite, known, None, exchange))


def _raises_his_role(way: Sharing, change: Operation, stage: Stage) -> Verdict:
    dave = stage.somebody("dave")
    membership = _entered(way, stage, dave, way.least)
    if membership is None:
        return not_applicable(_NOT_AT_ONCE)
    values = values_for(change, stage, membership, dave)
    prepared = stage.prepare(change, stage.alice, values=values)
    body = {**(prepared.body if isinstance(prepared.body, dict) else {}), str(way.role): way.most}
    exchange = stage.send(rewritten(stage, dave, change, prepared.values, body), dave)
    if exchange.succeeded and members_in(exchange).get(str(way.role), way.most) == way.most:
        return got_in(f"a member has made themselves {way.most}", exchange)
    own = stage.send(rewritten(stage, stage.alice, change, prepared.values, body), stage.alice)
    if not own.succeeded:
        raise Inconclusive(f"Alice cannot change a role either: {own.status}")
    return REFUSED


def _stays_in(way: Sharing, remove: Operation, stage: Stage) -> Verdict:
    dave = stage.somebody("dave")
    membership = _entered(way, stage, dave, way.least)
    if membership is None:
        return not_applicable(_NOT_AT_ONCE)
    values = values_for(remove, stage, membership, dave)
    removed = stage.send(stage.prepare(remove, stage.alice, values=values).request, stage.alice)
    if not removed.succeeded:
        raise Inconclusive(f"Alice cannot remove a member: {removed.status}")
    seen = seen_by(way, stage, membership.values, dave)
    if seen is None:
        return REFUSED
    if seen_by(way, stage, membership.values, stage.bob) is not None:
        return not_applicable(_FOR_EVERYBODY)
    return got_in("a member who was removed sees it still", removed, seen)


def _removes_others(way: Sharing, remove: Operation, stage: Stage) -> Verdict:
    dave, carol = stage.somebody("dave"), stage.somebody("carol")
    membership = _entered(way, stage, dave, way.least)
    if membership is None:
        return not_applicable(_NOT_AT_ONCE)
    second = _invited_too(way, stage, membership, carol)
    values = values_for(remove, stage, second, carol)
    request = stage.prepare(remove, stage.alice, values=values).request
    exchange = stage.send(request, dave)
    if exchange.succeeded:
        return got_in("the least of the members has removed another one", exchange)
    if not stage.send(request, stage.alice).succeeded:
        raise Inconclusive("Alice cannot remove a member either")
    return REFUSED


def _invited_too(way: Sharing, stage: Stage, membership: Membership, who: Person) -> Membership:
    prepared = stage.prepare(way.invite, stage.alice, values=membership.values)
    for body in bodies_naming(way, stage, prepared.body, who, way.least):
        request = rewritten(stage, stage.alice, way.invite, prepared.values, body)
        exchange = stage.send(request, stage.alice)
        if exchange.succeeded:
            return Membership(membership.values, _row(way, membership.values, exchange), exchange)
    raise Inconclusive("Alice cannot let a second one in")


def _writes_as_reader(way: Sharing, operation: Operation, stage: Stage) -> Verdict:
    stage.control(operation)
    dave = stage.somebody("dave")
    membership = _entered(way, stage, dave, way.least)
    if membership is None:
        return not_applicable(_NOT_AT_ONCE)
    known = {name: membership.values[name] for name in operation.names if name in membership.values}
    prepared = stage.prepare(operation, stage.alice, values=known)
    exchange = stage.send(prepared.request, dave)
    if exchange.succeeded:
        return got_in(f"whoever is let in as {way.least!r} may change it", exchange)
    return REFUSED


def _entered(way: Sharing, stage: Stage, who: Person, role: object) -> Membership | None:
    """Let somebody into something new; None where they do not see it then."""
    membership = let_in(way, stage, who, role)
    return membership if seen_by(way, stage, membership.values, who) is not None else None
