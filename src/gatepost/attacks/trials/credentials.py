"""Credentials that are guessed or computed: 36.3, 36.4, 47.9, 139 and 142.

What is no JWT is attacked here as well: an opaque token, a key, the cookie of a session.
"""

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.forge import signed
from gatepost.attacks.outcomes import (
    REFUSED,
    Outcome,
    Verdict,
    got_in,
    not_applicable,
    remark,
    worst,
)
from gatepost.attacks.people.carrier import carrier_of
from gatepost.attacks.session_cookies import (
    guessed_cookie_secret,
    is_signed_cookie,
    signed_cookie,
)
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.aiming import closed, probe, the_few
from gatepost.attacks.trials.at_hand import at_hand
from gatepost.attacks.trials.door import Door, door_of
from gatepost.attacks.trials.publicly_known import known_of

_HASHES = ("md5", "sha1", "sha256", "sha512")
_NEXT_TO_EACH_OTHER = 1_000

_DEVELOPERS = (
    "test", "admin", "dev", "debug", "secret", "token", "password", "changeme", "root", "demo",
    "letmein", "api-key", "apikey", "my-token", "test-token", "admin-token", "secret-token",
    "fake-super-secret-token", "fakesecrettoken", "coneofsilence", "johndoe", "123", "1",
)  # fmt: skip

_INSTEAD: Mapping[str, Callable[[str], list[str]]] = {
    "139.2": lambda token: [token[: len(token) // 2], token[:8], token[:-2]],
    "139.3": lambda token: [token.swapcase()],
    "139.4": lambda _: ["' OR '1'='1", "' OR 1=1 -- ", "x' UNION SELECT 1 -- ", '" OR ""="'],
    "139.5": lambda token: ["%", "*", "_" * len(token), f"{token[:4]}%", ".*"],
    "139.6": lambda _: [
        "",
        "null",
        "undefined",
        "None",
        "0",
        "true",
        "{}",
        "[]",
        "\xe9\xff",
        "a" * 2_000,
    ],
    "139.7": lambda _: list(_DEVELOPERS),
}


def credentials(surface: Surface) -> Iterator[Trial]:
    """Plan what is tried with credentials of any kind."""
    for operation in closed(surface):
        yield Trial(find("139.1"), operation, partial(_any_text, operation))
    for operation in the_few(surface):
        for number in _INSTEAD:
            yield Trial(find(number), operation, partial(_instead, number, operation))
    yield Trial(find("47.9"), None, _private_keys)
    seen = probe(surface)
    if seen is not None:
        for number, run in (
            ("36.3", _guessed_secret), ("36.4", _guessed_cookie), ("142.1", _computed),
            ("142.2", _in_a_row),
        ):  # fmt: skip
            yield Trial(find(number), seen, partial(run, seen))


def _any_text(operation: Operation, stage: Stage) -> Verdict:
    door = door_of(stage, operation)
    exchange = door.nonsense()
    if exchange.succeeded and door.knock().succeeded:
        return not_applicable("no credential is needed at all, as 1.1 says")
    verdict = door.judge(exchange, "any text is granted as a credential")
    if verdict.outcome is Outcome.FINDING or exchange.status in {401, 403}:
        return verdict
    door.control()
    if exchange.status < 400:  # noqa: PLR2004 - RFC 9110, section 15.5
        return verdict
    return remark(f"what is no credential is answered {exchange.status}, and not 401", exchange)


def _instead(number: str, operation: Operation, stage: Stage) -> Verdict:
    door = door_of(stage, operation)
    door.control()
    if door.nonsense().succeeded:
        return not_applicable("any text is granted here, as 139.1 says")
    tokens = [each for each in _INSTEAD[number](door.carrier.token) if each != door.carrier.token]
    says = f"a text is granted that is nobody's credential: {find(number).name}"
    return worst([door.judge(door.present(token), says) for token in tokens])


def _guessed_secret(operation: Operation, stage: Stage) -> Verdict:
    door, known = door_of(stage, operation), at_hand(stage)
    material = known.material(door.owner)
    if material is None or known.sample is None or not known.sample.is_symmetric:
        return not_applicable("no secret signs the app's credentials")
    if known.guessed is None:
        return REFUSED
    door.control()
    exchange = door.present(signed()(replace(material, private_key=known.guessed)))
    says = f"the secret that signs the app's tokens is one that anybody guesses: {known.guessed!r}"
    return door.judge(exchange, says)


def _guessed_cookie(operation: Operation, stage: Stage) -> Verdict:
    door = door_of(stage, operation)
    value = door.carrier.token
    if not door.carrier.is_cookie or not is_signed_cookie(value):
        return not_applicable("no signed cookie is the app's credential")
    secret = guessed_cookie_secret(value, at_hand(stage).words)
    return REFUSED if secret is None else _forged_cookie(door, secret)


def _forged_cookie(door: Door, secret: bytes) -> Verdict:
    door.control()
    says = f"the secret that signs the session's cookie is one that anybody guesses: {secret!r}"
    return door.judge(door.present(signed_cookie(door.carrier.token, secret)), says)


def _computed(operation: Operation, stage: Stage) -> Verdict:
    door = door_of(stage, operation)
    if not stage.doors.opens_accounts:
        return not_applicable("the app has not made the credentials of the attack file")
    door.control()
    token = door.carrier.token
    for fact in known_of(stage, door.owner):
        for made in _made_of(fact):
            if made == token:
                return door.judge(
                    door.present(made),
                    f"a person's credential is computed from what everybody knows of them: {fact}",
                )
    return _made_of_anothers(door)


def _made_of_anothers(door: Door) -> Verdict:
    """Put what is known of the owner in the place of what is known of Bob in his credential."""
    stage, theirs = door.stage, carrier_of(door.stage.bob)
    token = "" if theirs is None else theirs.token
    facts = zip(known_of(stage, stage.bob), known_of(stage, door.owner), strict=False)
    for bobs, owners in facts:
        if bobs in token and token.replace(bobs, owners) == door.carrier.token:
            return door.judge(
                door.present(token.replace(bobs, owners)),
                f"Bob's credential with {owners} in the place of {bobs} is another person's",
            )
    return REFUSED


def _made_of(fact: str) -> Iterator[str]:
    raw = fact.encode()
    yield fact
    yield from (f"{before}{fact}" for before in ("user-", "user_", "user:", "token-", "token_"))
    yield from (f"{fact}{after}" for after in ("-token", "_token", ":token"))
    yield from (base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode().rstrip("="))
    yield raw.hex()
    for name in _HASHES:
        digest = hashlib.new(name, raw, usedforsecurity=False).digest()
        yield from (digest.hex(), base64.b64encode(digest).decode())


def _in_a_row(operation: Operation, stage: Stage) -> Verdict:
    door = door_of(stage, operation)
    if not stage.doors.opens_accounts:
        return not_applicable("the app has not made the credentials of the attack file")
    theirs = carrier_of(stage.bob)
    ours = _number(door.carrier.token)
    other = _number(theirs.token) if theirs is not None else None
    if ours is None or other is None or not 0 < abs(ours - other) <= _NEXT_TO_EACH_OTHER:
        return REFUSED
    return got_in(
        f"two people's credentials are numbers {abs(ours - other)} apart: the next are guessed",
        door.control(),
    )


def _number(token: str) -> int | None:
    for base in (10, 16):
        try:
            return int(token, base)
        except ValueError:
            continue
    return None


def _private_keys(stage: Stage) -> Verdict:
    published = at_hand(stage).publications
    if not published:
        return not_applicable("the app publishes no keys at the usual places")
    for each in published:
        if each.private:
            return got_in("the app publishes keys that sign its tokens", each.exchange)
    return REFUSED
