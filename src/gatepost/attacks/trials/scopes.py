"""Scopes, 101: a token that has not the scope which an operation asks for is refused there.

They need the app's own key, and tokens that name scopes. Which scope is asked for is what the
app's OpenAPI declares; at the few others it is found out by taking away one after the other.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias
from urllib.parse import quote

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.forge import ABSENT, signed
from gatepost.attacks.material import claims_in
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable, remark
from gatepost.attacks.people.carrier import carrier_of
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.aiming import closed, the_few
from gatepost.attacks.trials.at_hand import at_hand
from gatepost.attacks.trials.door import Door, broke, door_of
from gatepost.attacks.trials.hostile_tokens import broken_by_the_key, why_not
from gatepost.attacks.trials.saying import with_query
from gatepost.attacks.wire import RawRequest, with_fields

_CLAIMS = ("scope", "scopes", "scp", "permissions")
_OTHER = "nothing:of-the-kind"
_MOST_TAKEN_AWAY = 12
_SHORTEST = 4
_HEADERS = ("X-Scope", "X-Scopes", "X-OAuth-Scopes", "X-Auth-Scope", "X-Permissions")


def scopes(surface: Surface) -> Iterator[Trial]:
    """Plan 101 where a scope is asked for, and at the few, where one may be."""
    few = the_few(surface)
    for operation in closed(surface):
        if operation.scopes or operation in few:
            for number, run in _RUNS.items():
                yield Trial(find(number), operation, partial(_tried, run, operation))


@dataclass(frozen=True, slots=True)
class _Gate:
    """A door behind which a scope is needed.

    Attributes:
        claim: that which names the scopes of a token.
        is_text: whether it is one text, with spaces between.
        separator: what stands between them there.
        own: what the owner's token names.
        wanted: what is needed.
        each: whether each of them is needed; else any of them may do.
    """

    door: Door
    claim: str
    is_text: bool
    separator: str
    own: frozenset[str]
    wanted: frozenset[str]
    each: bool = True

    def present(self, value: object, request: RawRequest | None = None) -> Exchange:
        """Try with a token that names these scopes, or has whatever else in that claim.

        Raises:
            Inconclusive: the owner has no token.
        """
        named = value
        if isinstance(value, frozenset):
            names = sorted(value)
            named = self.separator.join(names) if self.is_text else names
        material = at_hand(self.door.stage).material(self.door.owner)
        if material is None:
            raise Inconclusive("the owner's credential is no JWT")
        return self.door.present(signed({self.claim: named})(material), request)

    def without(self) -> list[object]:
        """Return what names none of the wanted scopes, or not all where all are needed."""
        rest = self.own - self.wanted
        missing = [rest | self.wanted - {one} for one in sorted(self.wanted)] if self.each else []
        return list(dict.fromkeys((rest | {_OTHER}, rest, *missing, frozenset(), ABSENT)))


_Run: TypeAlias = Callable[[_Gate], Verdict]


def _tried(run: _Run, operation: Operation, stage: Stage) -> Verdict:
    gate = stage.once(("scopes", str(operation)), lambda: _gate_or_why(operation, stage))
    if isinstance(gate, str):
        return not_applicable(gate)
    if run is not _missing and gate.present(gate.own - gate.wanted | {_OTHER}).succeeded:
        return not_applicable("a token without the scope is granted, as 101.1 says")
    return run(gate)


def _gate_or_why(operation: Operation, stage: Stage) -> _Gate | str:
    """Return the gate of an operation, or why there is none.

    Raises:
        Inconclusive: a token of the kit's that names every scope is refused as well.
    """
    door = door_of(stage, operation)
    if (closed_to_all := why_not(door)) is not None:
        return closed_to_all.says
    if at_hand(stage).private_key is None:
        return "the app's own key is needed: name it below [tokens] of the attack file"
    said = claims_in(door.carrier.token)
    claim = next((each for each in _CLAIMS if _names(said.get(each))), None)
    if claim is None:
        return "the app's tokens name no scopes"
    if operation.scopes and not _is_vocabulary(stage, claim):
        return f"what the OpenAPI declares are no names of the claim {claim}"
    wanted = frozenset[str]().union(*operation.scopes)
    is_text = isinstance(said[claim], str)
    separator = "," if is_text and "," in str(said[claim]) else " "
    gate = _Gate(
        door, claim, is_text, separator, _names(said[claim]), wanted, len(operation.scopes) < 2  # noqa: PLR2004 - the only way in
    )  # fmt: skip
    whole = gate.present(gate.own | wanted)
    if not whole.succeeded:
        raise Inconclusive(f"a token that names every scope is answered {whole.status}")
    return gate if wanted else _found_out(gate)


def _found_out(gate: _Gate) -> _Gate | str:
    """Find out which of the owner's scopes is needed."""
    if len(gate.own) > _MOST_TAKEN_AWAY or gate.present(frozenset({_OTHER})).succeeded:
        return "no scope is asked for, as far as the app tells"
    needed = [one for one in sorted(gate.own) if not gate.present(gate.own - {one}).succeeded]
    if not needed:
        return "any one of several scopes is enough"
    return _Gate(
        gate.door, gate.claim, gate.is_text, gate.separator, gate.own, frozenset(needed)
    )  # fmt: skip


def _is_vocabulary(stage: Stage, claim: str) -> bool:
    """Whether what the app declares are names that its tokens have: roles may stand there too."""
    declared = {name for each in stage.surface for way in each.scopes for name in way}
    people = [each for each in (stage.alice, stage.bob, stage.admin) if each is not None]
    carriers = [carrier_of(each) for each in people]
    tokens = [each.token for each in carriers if each is not None and each.is_jwt]
    return any(declared & _names(claims_in(token).get(claim)) for token in tokens)


def _names(value: object) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset(value.replace(",", " ").split())
    if isinstance(value, list):
        return frozenset(each for each in value if isinstance(each, str) and each)
    return frozenset()


def _missing(gate: _Gate) -> Verdict:
    for value in gate.without():
        exchange = gate.present(value)
        if exchange.succeeded:
            lacking = ", ".join(sorted(gate.wanted))
            return got_in(f"a token is granted that lacks a scope which is asked for: {lacking}",
                          exchange)  # fmt: skip
        if broke(exchange):
            return broken_by_the_key(exchange)
    return REFUSED


def _in_the_request(gate: _Gate) -> Verdict:
    texts = {"scope": " ".join(sorted(gate.wanted))}
    request = with_query(gate.door.request(), "scope={scope}&scopes={scope}", texts)
    request = with_fields(request, *((name, texts["scope"]) for name in _HEADERS))
    if gate.door.owner.cookie is None:
        request = with_fields(request, ("Cookie", f"scope={quote(texts['scope'])}"))
    exchange = gate.present(gate.own - gate.wanted | {_OTHER}, request)
    if exchange.succeeded:
        return got_in("a scope that the request names itself is granted", exchange)
    return REFUSED


def _of_a_like_name(gate: _Gate) -> Verdict:
    one = max(gate.wanted, key=len)
    rest = gate.own - gate.wanted | gate.wanted - {one}
    longer = [f"{one}x", f"x{one}", f"x{one}x"]
    shorter = [one[:-1], one[1:], one[1:-1]] if len(one) >= _SHORTEST else []
    for name in (*shorter, *longer):
        exchange = gate.present(rest | {name})
        if exchange.succeeded:
            return got_in(f"the scope {name} opens what asks for {one}", exchange)
    for name in {one.upper(), one.lower(), one.title()} - {one}:
        exchange = gate.present(rest | {name})
        if exchange.succeeded:
            return remark(f"the scope {name} opens what asks for {one}: case counts", exchange)
    return REFUSED


def _of_another_type(gate: _Gate) -> Verdict:
    one = max(gate.wanted, key=len)
    every = sorted(gate.wanted | gate.own)
    values: list[object] = [
        dict.fromkeys(every, False), {"names": one}, {"scope": " ".join(every)}, [every],
        [{"name": each} for each in every], True, 1,
    ]  # fmt: skip
    for value in values:
        exchange = gate.present(value)
        if exchange.succeeded:
            return remark(
                f"a claim {gate.claim} of another type is taken for scopes, where a refusal is "
                "owed", exchange,
            )  # fmt: skip
        if broke(exchange):
            return broken_by_the_key(exchange)
    return REFUSED


_RUNS: Mapping[str, _Run] = {
    "101.1": _missing,
    "101.2": _in_the_request,
    "101.3": _of_a_like_name,
    "101.4": _of_another_type,
}
