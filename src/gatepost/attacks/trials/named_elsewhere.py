"""Another's rows named in a query, a header, a cookie or a body: 105.3 to 105.5 and 106.1."""

from collections.abc import Iterator
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.belongings import belongings_of
from gatepost.attacks.making.makers import is_private
from gatepost.attacks.making.preparing import Prepared
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.asking import like, own, path_of, send
from gatepost.attacks.trials.judging import alike, crash, leaked
from gatepost.attacks.trials.others_changed import Watched
from gatepost.attacks.trials.others_rows import is_for_everybody_signed_in
from gatepost.attacks.trials.slots import Slot, filled, slots_of
from gatepost.attacks.wire import RawRequest

_BY_PLACE = {"query": "105.3", "header": "105.4", "cookie": "105.4", "body": "105.5"}
_MOST_SLOTS = 6
_MOST_VIEWS = 3


def named_elsewhere(surface: Surface) -> Iterator[Trial]:
    """Plan a trial for each operation that takes a row's id elsewhere than in its path."""
    for operation in surface:
        if operation.is_websocket or not is_for_everybody_signed_in(surface, operation):
            continue
        slots = [each for each in slots_of(surface, operation) if each.maker is not None]
        if operation.changes and slots and surface.of_people(operation):
            run = partial(_changes, operation, slots[:_MOST_SLOTS])
            yield Trial(find("106.1"), operation, run)
        for attack_id in dict.fromkeys(_BY_PLACE[each.where] for each in slots):
            meant = [each for each in slots if _BY_PLACE[each.where] == attack_id]
            if not operation.changes:
                run = partial(_named, operation, meant[:_MOST_SLOTS])
                yield Trial(find(attack_id), operation, run)


def _prepared(stage: Stage, operation: Operation) -> Prepared:
    values = path_of(stage, operation, stage.bob, fresh=operation.changes)
    return stage.preparing(stage.bob).prepare(operation, values=values)


def _named(operation: Operation, slots: list[Slot], stage: Stage) -> Verdict:
    hers, tried = belongings_of(stage, stage.alice), False
    his = _prepared(stage, operation)
    for slot in slots:
        for value in slot.values_of(hers):
            tried = True
            if verdict := _read(stage, his, slot, value):
                return verdict
    return REFUSED if tried else not_applicable("Alice has nothing that goes there")


def _read(stage: Stage, his: Prepared, slot: Slot, value: object) -> Verdict | None:
    nobodys = like(str(value))
    typed: object = int(nobodys) if isinstance(value, int) else nobodys
    hers, none = (filled(his, stage.preparing(stage.bob), slot, each) for each in (value, typed))
    exchange = send(stage, hers, stage.bob)
    place = f"{slot.where} {slot.name!r}"
    if found := leaked(stage, exchange):
        says = f"Bob names Alice's in {place}, and is answered with what is hers: {found[0]}"
        return got_in(says, exchange)
    if failed := crash(exchange):
        return failed
    private = slot.maker is not None and is_private(stage.surface, slot.maker)
    if not (exchange.succeeded and private and stage.surface.of_people(his.operation)):
        return None
    twin, again = send(stage, none, stage.bob), send(stage, hers, stage.bob)
    ids = {str(value), nobodys}
    if alike(exchange.answered, twin.answered, ids):
        return None
    if not alike(exchange.answered, again.answered, ids):
        return None
    return got_in(f"{place} with Alice's id is answered otherwise than nobody's", exchange, twin)


def _changes(operation: Operation, slots: list[Slot], stage: Stage) -> Verdict:
    """Let Bob's own request do something to Alice's row; she sees no difference."""
    tried = False
    for slot in slots:
        if slot.maker is None or not is_private(stage.surface, slot.maker):
            continue  # what is for everybody may change by what they do: a stock, a rating
        row = stage.preparing(stage.alice).row(slot.maker, fresh=True)
        value = slot.of_row(row)
        if value is None:
            continue
        tried = True
        verdict = _change(operation, stage, (slot, slot.maker), value)
        stage.preparing(stage.alice).forget({slot.name: str(value)})
        if verdict is not None:
            return verdict
    return REFUSED if tried else not_applicable("Alice has nothing that goes there")


def _change(
    operation: Operation, stage: Stage, place: tuple[Slot, Operation], value: object
) -> Verdict | None:
    slot, maker = place
    watched = Watched.by(stage, stage.alice, _views(stage, maker))
    request = filled(_prepared(stage, operation), stage.preparing(stage.bob), slot, value)
    exchange = send(stage, request, stage.bob)
    says = f"Bob names Alice's in {slot.where} {slot.name!r}"
    if found := leaked(stage, exchange):
        return got_in(f"{says}, and is answered with what is hers: {found[0]}", exchange)
    if (difference := watched.difference(stage)) is not None:
        says = f"{says}, and it is not as it was for her: {difference}"
        return got_in(says, exchange)
    return crash(exchange)


def _views(stage: Stage, maker: Operation) -> list[RawRequest]:
    """Return Alice's requests that read what the maker of a slot's rows makes."""
    beginning = maker.path.rstrip("/")
    found = []
    for view in stage.surface.operations:
        near = view.path.startswith(beginning) and "*" not in view.path
        if view.method == "GET" and near and len(view.names) <= len(maker.names) + 1:
            try:
                found.append(own(stage, view, stage.alice))
            except Inconclusive:
                continue
    return found[:_MOST_VIEWS]
