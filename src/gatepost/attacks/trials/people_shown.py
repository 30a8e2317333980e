"""People as others see them, 150: a name, and neither an address nor what is personal."""

import re
from collections.abc import Iterator
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.making.belongings import belongings_of
from gatepost.attacks.making.harvest import members, tables
from gatepost.attacks.making.identities import called_by, fitting
from gatepost.attacks.making.resources import parsed
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable, remark
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.asking import ask, is_profile, send
from gatepost.attacks.trials.hidden_members import secrets_in
from gatepost.attacks.trials.judging import crash, leaked
from gatepost.attacks.trials.others_rows import is_for_everybody_signed_in
from gatepost.attacks.wire import RawRequest

_PERSONAL = re.compile(
    r"e?mail|phone|mobile|address|birth|^dob$|^ssn$|salary|balance|iban|card|tax|passport|"
    r"last_?login|last_?seen|ip_?address|^ip$|stripe|customer_?id|religion|gender|income|diagnos"
)
_MOST_WORDS = 3


def people_shown(surface: Surface) -> Iterator[Trial]:
    """Plan attack 150 for each operation that shows whoever its path names, or everybody."""
    for operation in surface:
        if operation.method != "GET" or not is_for_everybody_signed_in(surface, operation):
            continue
        if is_profile(surface, operation):
            yield Trial(find("150"), operation, partial(_profile, operation))
        elif not operation.names and _is_directory(operation):
            yield Trial(find("150.1"), operation, partial(_directory, operation))


def _is_directory(operation: Operation) -> bool:
    last = operation.path.rstrip("/").rsplit("/", 1)[-1]
    return (
        re.fullmatch(r"(users|people|members|accounts|profiles|directory|contacts)", last)
        is not None
    )


def _profile(operation: Operation, stage: Stage) -> Verdict:
    last = operation.names[-1]
    called = called_by(last, stage.alice, belongings_of(stage, stage.alice).ids)
    words = fitting(operation, last, called)
    seen = False
    for word in words[:_MOST_WORDS]:
        request = ask(stage, operation, stage.alice, {**_parents(operation), last: word})
        hers = send(stage, request, stage.alice)
        if not hers.succeeded:
            continue
        seen = True
        if verdict := _judged(operation, stage, request, hers):
            return verdict
    return REFUSED if seen else not_applicable("nothing is known that Alice is called by there")


def _parents(operation: Operation) -> dict[str, str]:
    return dict.fromkeys(operation.names[:-1], "1")


def _judged(
    operation: Operation, stage: Stage, request: RawRequest, hers: Exchange
) -> Verdict | None:
    exchange = send(stage, request, stage.bob)
    if failed := crash(exchange, hers):
        return failed
    if not exchange.succeeded:
        return None
    shown = leaked(stage, exchange) or _personal(exchange)
    if not shown:
        return None
    shared = stage.surface.shared(operation) is not None
    says = f"whoever is signed in sees of Alice: {shown[0]}"
    return (remark if shared else got_in)(says, exchange)


def _personal(exchange: Exchange) -> list[str]:
    answer = parsed(exchange.answered.body)
    told = [
        name
        for name, value in members(answer)
        if _PERSONAL.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower())
        and value not in (None, "", False, [], {})
    ]
    return [*told, *secrets_in(answer, strict=True)]


def _directory(operation: Operation, stage: Stage) -> Verdict:
    """Look for Alice in a list of people."""
    request = stage.preparing(stage.bob).prepare(operation).request
    exchange = send(stage, request, stage.bob)
    if not exchange.succeeded:
        return not_applicable("Bob is shown no list")
    hers = set(belongings_of(stage, stage.alice).ids)
    found = leaked(stage, exchange)
    for table in tables(parsed(exchange.answered.body)):
        if hers & {str(value) for value in table.values() if isinstance(value, str | int)}:
            found += secrets_in(dict(table), strict=True)
    if not found:
        return REFUSED
    shared = stage.surface.shared(operation) is not None
    only_address = found == [stage.alice.email.lower()]
    says = f"a list of people shows of Alice: {found[0]}"
    return (remark if shared and only_address else got_in)(says, exchange)
