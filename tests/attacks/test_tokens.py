"""Signature and claims, 20 to 90, against Tasks."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Engine, event

from gatepost.attacks import Answered, Expected, Material, TokenAttack, complaints
from gatepost.attacks.catalogue import CLAIMS, SIGNATURE
from gatepost.attacks.listener import Listener
from gatepost.attacks.strangers import stranger_signed, under_an_unknown_kid
from tests.attacks.conftest import CANARY, Deployment

_CLOSED = "/api/tasks"


def _shown(deployment: Deployment, token: bytes) -> Answered:
    return deployment.get(_CLOSED, ("Authorization", b"Bearer " + token))


@pytest.mark.parametrize("attack", [*SIGNATURE, *CLAIMS], ids=str)
def test_a_hostile_token_is_refused_without_a_word(
    attack: TokenAttack, deployment: Deployment, material: Material, listener: Listener
) -> None:
    """A hostile token gets the answer that plain nonsense gets, and nobody calls the attacker."""
    assert _shown(deployment, material.token.encode()).status == 200, "INCONCLUSIVE"
    nonsense = _shown(deployment, b"nonsense")
    now = replace(material, now=int(time.time()))
    answered = _shown(deployment, attack.forger(now))
    gets_in = attack.expected in (Expected.OK, Expected.IGNORED)
    canary = b"" if gets_in else CANARY.encode()
    assert complaints(attack.expected, answered, twin=nonsense, canary=canary) == []
    assert gets_in == (CANARY.encode() in answered.body)
    assert listener.callers == 0


def test_a_thousand_unknown_keys_cost_few_look_ups(
    deployment: Deployment, material: Material
) -> None:
    """Tokens with a thousand unknown key ids make the server read its keys four times a second."""
    reads: list[str] = []

    def count(*arguments: object) -> None:
        if "jwks" in str(arguments[2]):
            reads.append(str(arguments[2]))

    forge = stranger_signed(under_an_unknown_kid)
    started = time.monotonic()
    event.listen(Engine, "before_cursor_execute", count)
    try:
        with ThreadPoolExecutor(50) as strangers:
            tokens = [forge(material) for _ in range(1_000)]
            statuses = strangers.map(lambda token: _shown(deployment, token).status, tokens)
            assert set(statuses) == {401}
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert 1 <= len(reads) <= 4 * (time.monotonic() - started) + 3
