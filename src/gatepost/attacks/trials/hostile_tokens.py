"""One hostile token at one door: how it is forged, presented and judged."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gatepost.attacks.answers import Expected
from gatepost.attacks.catalogue.any_token import CLAIMS_OF_ANY_APP, SIGNATURE_OF_ANY_APP
from gatepost.attacks.catalogue.attack import TokenAttack
from gatepost.attacks.catalogue.claims import CLAIMS
from gatepost.attacks.catalogue.signature import SIGNATURE
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.forge import signed
from gatepost.attacks.material import DoesNotApply, KeyNeeded, Material
from gatepost.attacks.outcomes import Outcome, Verdict, not_applicable, remark, worst
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.trials.at_hand import at_hand
from gatepost.attacks.trials.door import Door, broke, door_of

_UNSIGNED = next(each for each in SIGNATURE_OF_ANY_APP if each.id == "25.1")
_PLAIN_LIES = {
    name: next(each for each in (*CLAIMS, *CLAIMS_OF_ANY_APP) if each.id == number)
    for name, number in (("aud", "75.1"), ("iss", "88.1"), ("exp", "64.4"))
}
_TOLD_ANYWAY = frozenset({"20", "25.1", "25.2", "64.4", "75.1", "88.1"})
_GETS_IN = frozenset({Expected.OK, Expected.IGNORED})


@dataclass(frozen=True, slots=True)
class Forged:
    """A hostile token.

    Attributes:
        by_key: whether it could be made with the app's own key only.
    """

    token: bytes
    by_key: bool


def is_refusal(attack: TokenAttack) -> bool:
    """Whether a refusal is owed; the rest of the catalogue's tokens are controls."""
    return attack.expected not in _GETS_IN


def hostile_token(attack: TokenAttack, operation: Operation, stage: Stage) -> Verdict:
    """Try one token of the catalogue; each published key is tried where it is made of one."""
    door = door_of(stage, operation)
    if (closed := why_not(door)) is not None:
        return closed
    plainer = _plainer_than(attack)
    try:
        forged = list(forgeries(attack, door))
        if plainer is not None and _is_taken(plainer, door):
            return not_applicable(f"a plainer one is taken: {plainer.id} {plainer.name}")
    except DoesNotApply as error:
        return not_applicable(str(error))
    return worst([_tried(attack, door, each) for each in forged])


def _plainer_than(attack: TokenAttack) -> TokenAttack | None:
    """Return an attack without which this one says nothing new: one hole is told once."""
    if attack.id in _TOLD_ANYWAY:
        return None
    if attack in (*SIGNATURE, *SIGNATURE_OF_ANY_APP):
        return _UNSIGNED
    return next((_PLAIN_LIES[name] for name in _PLAIN_LIES if name in attack.about), None)


def _is_taken(plainer: TokenAttack, door: Door) -> bool:
    known = at_hand(door.stage).taken
    key = (plainer.id, str(door.operation))
    if key not in known:
        tokens = forgeries(plainer, door)
        known[key] = any(door.grants(door.present(each.token)) for each in tokens)
    return known[key]


def why_not(door: Door) -> Verdict | None:
    """Return why no token can be tried at a door, or None where the owner gets in by theirs.

    Raises:
        Inconclusive: the owner does not get in.
    """
    try:
        _material_of(door)
    except DoesNotApply as error:
        return not_applicable(str(error))
    door.control()
    if door.nonsense().succeeded:
        return not_applicable("any text is granted here, as 139.1 says")
    return None


def forgeries(attack: TokenAttack, door: Door) -> Iterator[Forged]:
    """Yield the tokens of an attack that can be made of what is at hand.

    Raises:
        DoesNotApply: there are none, for a reason that its message says.
    """
    known, material = at_hand(door.stage), _material_of(door)
    if attack.about and not attack.about & set(material.claims):
        raise DoesNotApply(f"the app's tokens have no {' or '.join(sorted(attack.about))}")
    by_key = _needs_the_key(attack, material)
    if by_key and material.private_key is None:
        raise KeyNeeded("the app's own key is needed: name it below [tokens] of the attack file")
    try:
        made = [attack.forger(material)]
    except DoesNotApply:
        made = [
            attack.forger(replace(material, jwk=dict(jwk))) for jwk in known.public_keys
        ]  # fmt: skip
        if not made:
            raise
    hostile = [token for token in made if token not in {b"", material.token.encode()}]
    if by_key:
        # A signature of ECDSA is another one each time.
        same = signed()(material).rpartition(b".")[0]
        hostile = [token for token in hostile if token.rpartition(b".")[0] != same]
    if not hostile:
        raise DoesNotApply("that would be the real token")
    yield from (Forged(token, by_key) for token in hostile)


def _material_of(door: Door) -> Material:
    material = at_hand(door.stage).material(door.owner)
    if material is None:
        raise DoesNotApply("the app's credentials are no JWTs")
    return material


def _needs_the_key(attack: TokenAttack, material: Material) -> bool:
    try:
        attack.forger(replace(material, private_key=None))
    except KeyNeeded:
        return True
    except DoesNotApply:
        return False
    return False


def signed_again(door: Door) -> None:
    """Make sure that what the kit signs is believed: else a refusal shows nothing of the claims.

    Raises:
        Inconclusive: it is not.
    """
    known = at_hand(door.stage)
    believed = known.believed.get(str(door.operation))
    if believed is None:
        exchange = door.present(signed()(_material_of(door)))
        believed = exchange.succeeded or exchange.status != door.nonsense().status
        known.believed[str(door.operation)] = believed
    if not believed:
        raise Inconclusive("the same claims, signed again with the app's key, are refused")


def _tried(attack: TokenAttack, door: Door, forged: Forged) -> Verdict:
    if forged.by_key:
        signed_again(door)
    exchange = door.present(forged.token)
    if forged.by_key and broke(exchange, door.control()):
        return broken_by_the_key(exchange)
    verdict = door.judge(exchange, f"a token is taken that should be refused: {attack.name}")
    if verdict.outcome is Outcome.FINDING:
        return replace(verdict, exchanges=(*verdict.exchanges, door.nonsense()))
    return verdict


def broken_by_the_key(exchange: Exchange) -> Verdict:
    """Remark on a break that nobody reaches who has not the app's key."""
    return remark(
        f"the app breaks ({exchange.status}) over a token that only its own key can sign", exchange
    )
