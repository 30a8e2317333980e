"""Private keys at rest, as Better Auth seals them."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.settings import Secret, Secrets
from gatepost.store.sealed import CannotUnseal, is_outdated, seal, unseal
from tests.services.node import DIRECTORY, run_node

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


OLD, NEW = SECRET, Secret("a-newer-secret-of-the-tests-and-nothing-else")
ALONE = Secrets.of(OLD)
LEARNT = Secrets(((1, OLD), (2, NEW)), None)
BROUGHT_IN = Secrets(((2, NEW), (1, OLD)), None)
WITH_LEGACY = Secrets(((2, NEW),), OLD)
DROPPED = Secrets(((2, NEW),), None)
NEVER_OLD = Secrets(((7, NEW),), Secret("somebody-else-s-secret-of-no-use-to-anyone"))

# Sealed with the first, opened with the second; each also by the real Better Auth where it can.
OPENS = {
    "the same alone": (ALONE, ALONE, True),
    "the same in versions": (BROUGHT_IN, BROUGHT_IN, True),
    "first step by second": (LEARNT, BROUGHT_IN, True),
    "second step by first": (BROUGHT_IN, LEARNT, True),
    "bare by legacy": (ALONE, WITH_LEGACY, True),
    "bare by its number": (ALONE, BROUGHT_IN, True),
    "its number by the one alone": (LEARNT, ALONE, True),
    "new by old": (BROUGHT_IN, ALONE, False),
    "old where it was dropped": (LEARNT, DROPPED, False),
    "bare where it was dropped": (ALONE, DROPPED, False),
    "an unknown number": (DROPPED, NEVER_OLD, False),
}
# Gatepost opens these two and Better Auth does not: it has one secret for what has no number.
MORE_THAN_BETTER_AUTH = {"bare by its number", "its number by the one alone"}


@pytest.mark.parametrize("name", OPENS)
def test_whoever_has_the_secret_opens(name: str) -> None:
    """At every step of bringing in a secret, what is sealed is opened by who should."""
    sealing, opening, opens = OPENS[name]
    sealed = seal("text", sealing)
    version = sealing.current_version
    assert sealed.startswith("$ba$") == (version is not None)
    if opens:
        assert unseal(sealed, opening) == "text"
    else:
        with pytest.raises(CannotUnseal):
            unseal(sealed, opening)


def _asked(secrets: Secrets, **what: str) -> str:
    revealed = [(version, secret.reveal()) for version, secret in secrets.versioned]
    alone = None if secrets.unversioned is None else secrets.unversioned.reveal()
    return json.dumps({"secrets": {"versioned": revealed, "unversioned": alone}, **what})


@pytest.mark.parametrize("name", [name for name in OPENS if OPENS[name][2]])
def test_the_real_better_auth_opens_ours_and_we_open_its(node_modules: Path, name: str) -> None:
    """Both read each other's rows, with one secret and with several."""
    assert node_modules.is_dir()
    sealing, opening, _ = OPENS[name]
    script = DIRECTORY / "keys_at_rest.mjs"
    theirs = json.loads(run_node(script, _asked(sealing, seal="Zürich ✓")))
    assert unseal(theirs, opening) == "Zürich ✓"
    if name not in MORE_THAN_BETTER_AUTH:
        ours = seal("Zürich ✓", sealing)
        assert json.loads(run_node(script, _asked(opening, open=ours))) == "Zürich ✓"


OUTDATED = [
    (ALONE, ALONE, False),
    (ALONE, LEARNT, False),
    (ALONE, BROUGHT_IN, True),
    (LEARNT, BROUGHT_IN, True),
    (BROUGHT_IN, BROUGHT_IN, False),
    (BROUGHT_IN, LEARNT, False),
    (BROUGHT_IN, ALONE, False),
]


@pytest.mark.parametrize(("sealing", "running", "outdated"), OUTDATED)
def test_sealing_anew_goes_forwards(sealing: Secrets, running: Secrets, *, outdated: bool) -> None:
    """What an older secret has sealed is outdated; what a newer one has is not."""
    assert is_outdated(seal("text", sealing), running) is outdated


@pytest.mark.parametrize(
    "front", ["$ba$", "$ba$x$", "$ba$-1$", "$ba$01$", "$ba$2", "$ba$9999999999$"]
)
def test_a_broken_number_is_refused(front: str) -> None:
    """What is no version is not taken for one."""
    with pytest.raises(CannotUnseal):
        unseal(front + GOOD, Secrets(((2, SECRET), (1, SECRET)), SECRET))
