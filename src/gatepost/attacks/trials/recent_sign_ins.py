"""A recent sign-in, 102: a token of an old one is refused where the app asks for a new one.

They need the app's own key. How old a sign-in may be is what the app's OpenAPI says of its
refusals: `max_age` in a challenge (RFC 9470, section 3).
"""

from collections.abc import Iterator
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.forge import ABSENT, Changes, FromNow, signed
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.aiming import closed
from gatepost.attacks.trials.at_hand import at_hand
from gatepost.attacks.trials.door import Door, broke, door_of
from gatepost.attacks.trials.hostile_tokens import broken_by_the_key, why_not

_SIGNED_IN = "auth_time"
_LEEWAY = 600
_YEAR = 365 * 86_400


def recent_sign_ins(surface: Surface) -> Iterator[Trial]:
    """Plan 102 where the app says that it asks for a recent sign-in."""
    for operation in closed(surface):
        if operation.max_age is not None:
            yield Trial(find("102.1"), operation, partial(_tried, operation, ("iat", _SIGNED_IN)))
            yield Trial(find("102.2"), operation, partial(_tried, operation, (_SIGNED_IN,)))
            yield Trial(find("102.3"), operation, partial(_at_no_time, operation))


def _tried(operation: Operation, aged: tuple[str, ...], stage: Stage) -> Verdict:
    door = door_of(stage, operation)
    claims = _claims_of(door)
    if isinstance(claims, str):
        return not_applicable(claims)
    old = [each for each in aged if each in claims]
    if not old:
        return not_applicable("the app's tokens do not say when somebody has signed in")
    _must_be_granted(door, claims)
    longest = operation.max_age or 0
    for age in (2 * longest + _LEEWAY, max(_YEAR, 2 * longest)):
        exchange = _presented(door, dict.fromkeys(old, FromNow(-age)))
        if exchange.succeeded:
            return got_in(
                f"a sign-in of {age} s ago is taken, where one within {longest} s is asked for",
                exchange,
            )
        if broke(exchange):
            return broken_by_the_key(exchange)
    return REFUSED


def _at_no_time(operation: Operation, stage: Stage) -> Verdict:
    door = door_of(stage, operation)
    claims = _claims_of(door)
    if isinstance(claims, str):
        return not_applicable(claims)
    if _SIGNED_IN not in claims:
        return not_applicable(f"the app's tokens have no {_SIGNED_IN}")
    _must_be_granted(door, claims)
    exchange = _presented(door, {_SIGNED_IN: ABSENT})
    if exchange.succeeded:
        return got_in(
            "a token that does not say when somebody has signed in is taken, where a recent "
            "sign-in is asked for",
            exchange,
        )
    return broken_by_the_key(exchange) if broke(exchange) else REFUSED


def _claims_of(door: Door) -> dict[str, object] | str:
    """Return the claims of the owner's token, or why nothing can be tried with them."""
    if (closed_to_all := why_not(door)) is not None:
        return closed_to_all.says
    material = at_hand(door.stage).material(door.owner)
    if material is None or material.private_key is None:
        return "the app's own key is needed: name it below [tokens] of the attack file"
    return material.claims


def _must_be_granted(door: Door, claims: dict[str, object]) -> None:
    """Make sure that a sign-in of this moment is recent enough.

    Raises:
        Inconclusive: it is not.
    """
    exchange = door.stage.once(
        ("signed in just now", str(door.operation)),
        lambda: _presented(
            door, {each: FromNow(0) for each in ("iat", _SIGNED_IN) if each in claims}
        ),
    )
    if not exchange.succeeded:
        raise Inconclusive(f"a token of a sign-in just now is answered {exchange.status}")


def _presented(door: Door, changes: Changes) -> Exchange:
    material = at_hand(door.stage).material(door.owner)
    if material is None:
        raise Inconclusive("the owner's credential is no JWT")
    return door.present(signed(changes)(material))
