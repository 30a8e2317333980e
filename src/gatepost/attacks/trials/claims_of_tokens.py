"""Claims, 64 to 90: tokens that the app's own key has signed, and that lie.

They need that key: the attack file names it, or it is guessed, or it lies in the process of an app
that is attacked there. Each claim is looked at by the dependency that verifies the token, so that
one door of each kind gets the whole list, as `aiming.the_few` says, and every other one what has
expired. What is a matter of policy is tried together, as 149.2.

Not tried on the apps of others: 90, for who has the key may write any role. That a role is read
from the token, 90.1, is a remark: it lives as long as the token, unless the app ends that when the
role is taken away, which 162.3 tries. 69, 79, 81 to 84 and 89 are in 149.2.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.catalogue.any_token import CLAIMS_OF_ANY_APP
from gatepost.attacks.catalogue.claims import CLAIMS
from gatepost.attacks.forge import signed
from gatepost.attacks.material import claims_in
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable, remark
from gatepost.attacks.people.carrier import Carrier, carrier_of
from gatepost.attacks.people.person import Person
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.aiming import closed, probe, the_few
from gatepost.attacks.trials.at_hand import OF_THE_MOMENT, at_hand
from gatepost.attacks.trials.door import door_of
from gatepost.attacks.trials.hostile_tokens import hostile_token, is_refusal

_HANDFUL = frozenset({"64.4"})
_SESSIONS = frozenset({"sid", "jti", "session_id", "session"})
_DAY = 86_400
_LONG, _TOO_LONG = 31 * _DAY, 364 * _DAY


def claims(surface: Surface) -> Iterator[Trial]:
    """Plan the attacks on claims."""
    few = the_few(surface)
    for operation in closed(surface):
        for attack in (*CLAIMS, *CLAIMS_OF_ANY_APP):
            aimed = operation in few or attack.id in _HANDFUL
            if aimed and attack.lets_in and is_refusal(attack) and attack.number != 85:  # noqa: PLR2004 - `refreshing` has it
                yield Trial(attack, operation, partial(hostile_token, attack, operation))
    for operation in few:
        if surface.administrative(operation) is not None:
            yield Trial(find("90.1"), operation, partial(_role_of_the_token, operation))
    seen = probe(surface)
    if seen is not None:
        yield Trial(find("140.1"), seen, partial(_without_an_end, seen))
        yield Trial(find("140.2"), seen, partial(_for_years, seen))


def _role_of_the_token(operation: Operation, stage: Stage) -> Verdict:
    material, request = at_hand(stage).material(stage.alice), door_of(stage, operation).request()
    carrier, said = carrier_of(stage.alice), _said_of_administrators(stage)
    if carrier is None or material is None or not said:
        return not_applicable("the tokens of administrators say nothing more than others do")
    if material.private_key is None:
        return not_applicable("the app's own key is needed: name it below [tokens]")
    stage.control(operation)
    plain, raised = (
        stage.send(request, _holding(carrier, forge(material), stage.alice))
        for forge in (signed(), signed(said))
    )
    if not raised.succeeded or plain.succeeded:
        return REFUSED
    return remark(
        f"who is an administrator is read from the token ({', '.join(said)}): whoever no longer is "
        "one stays so until its end, unless it is revoked",
        raised,
        plain,
    )


def _said_of_administrators(stage: Stage) -> dict[str, object]:
    """Return the claims in which an administrator's token differs, and no two people's do."""
    carriers = [carrier_of(each) for each in (stage.admin, stage.alice, stage.bob) if each]
    known = [claims_in(each.token) for each in carriers if each is not None and each.is_jwt]
    if len(known) < 3:  # noqa: PLR2004 - the three of them
        return {}
    admins, alices, bobs = known
    return {
        name: value
        for name, value in admins.items()
        if name not in OF_THE_MOMENT
        and alices.get(name) == bobs.get(name)
        and value != alices.get(name)
    }


def _holding(carrier: Carrier, token: bytes, person: Person) -> Person:
    header, value = carrier.holding(token)
    return replace(person, headers={**person.headers, header: value.decode("latin-1")})


def _without_an_end(operation: Operation, stage: Stage) -> Verdict:
    said = _claims_of(operation, stage)
    if said is None:
        return not_applicable("the app's credentials are no JWTs")
    if "exp" in said:
        return REFUSED
    if _SESSIONS & set(said):
        return remark("the app's tokens never expire by themselves: they end with their session")
    return got_in("the app gives out tokens that never expire", door_of(stage, operation).control())


def _for_years(operation: Operation, stage: Stage) -> Verdict:
    said = _claims_of(operation, stage)
    if said is None:
        return not_applicable("the app's credentials are no JWTs")
    ends, began = said.get("exp"), said.get("iat")
    if not isinstance(ends, int | float):
        return not_applicable("the app's tokens say no end")
    known = began if isinstance(began, int | float) else time.time()
    days = round((ends - known) / _DAY)
    if ends - known >= _TOO_LONG and not _SESSIONS & set(said):
        return got_in(
            f"the app gives out tokens that are good for {days} days",
            door_of(stage, operation).control(),
        )
    if ends - known > _LONG:
        return remark(f"the app gives out tokens that are good for {days} days")
    return REFUSED


def _claims_of(operation: Operation, stage: Stage) -> dict[str, object] | None:
    carrier = door_of(stage, operation).carrier
    return claims_in(carrier.token) if carrier.is_jwt else None
