"""Private keys at rest, as Better Auth seals them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.settings import Secret
from gatepost.store.sealed import CannotUnseal, seal, unseal

SECRET = Secret("a-secret-of-the-tests-and-of-nothing-else")

# Made by `symmetricEncrypt` of npm's better-auth 1.7.25 with the secret above; what `seal` makes
# was opened there by `symmetricDecrypt`.
BY_BETTER_AUTH = {
    '{"crv":"Ed25519","x":"Zürich ✓"}': (
        "536da6dcc0baca31290dc9c9b315c852420eb3413bff5dc175eb2cab592d1e8e19c6f733b09b2da92fe38db4"
        "fed55b223614940d12b427a6d381d5a33d53376cd4e78d524915fcd966ca56"
    ),
    "": "716a89d43824ee7e9a32395c86c7ce0aed0463210d351241bf48d02a70b7e52954a5e2b0acaf8849",
}


@pytest.mark.parametrize(("text", "sealed"), BY_BETTER_AUTH.items())
def test_what_better_auth_sealed_is_opened(text: str, sealed: str) -> None:
    """Rows of a real Better Auth can be taken over."""
    assert unseal(sealed, SECRET) == text


@given(st.text(st.characters(codec="utf-8")))
def test_round_trip(text: str) -> None:
    """What is sealed is opened again, and never looks the same twice."""
    sealed = seal(text, SECRET)
    assert unseal(sealed, SECRET) == text
    assert sealed != seal(text, SECRET)
    assert sealed == sealed.lower()


GOOD = BY_BETTER_AUTH['{"crv":"Ed25519","x":"Zürich ✓"}']
BROKEN = {
    "nothing": "",
    "no hex": "zz",
    "half a digit": GOOD[:-1],
    "nonce alone": GOOD[:48],
    "less than a nonce": GOOD[:20],
    "tag changed": GOOD[:-2] + "00",
    "nonce changed": "00" + GOOD[2:],
    "text changed": GOOD[:50] + "00" + GOOD[52:],
    "shortened": GOOD[:-2],
    "lengthened": GOOD + "00",
    "other digits": GOOD.replace("5", "５"),
    "JSON": json.dumps(GOOD),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_changed_text_is_refused(name: str) -> None:
    """Not one digit may be otherwise."""
    with pytest.raises(CannotUnseal):
        unseal(BROKEN[name], SECRET)


def test_another_secret_is_refused() -> None:
    """Without the secret there is nothing to read."""
    with pytest.raises(CannotUnseal):
        unseal(GOOD, Secret("another-secret-of-the-tests-and-nothing"))
