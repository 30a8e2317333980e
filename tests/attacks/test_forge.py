"""The forger's tools: each token is the lie that it says it is, and no accident."""

import hashlib
import hmac
import json
import time

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gatepost.attacks import TokenAttack
from gatepost.attacks.catalogue import CLAIMS, SIGNATURE
from gatepost.attacks.forge import (
    ABSENT,
    FromNow,
    Material,
    Raw,
    base64url,
    changed,
    hmac_signed,
    signed,
    unbase64url,
)
from gatepost.attacks.strangers import malleated, public_pem, trailing_bits


@pytest.fixture(scope="module")
def material() -> Material:
    """A token and its key, of nobody."""
    key = Ed25519PrivateKey.generate()
    x = base64url(key.public_key().public_bytes_raw())
    now = int(time.time())
    claims = {
        "sub": "s",
        "iss": "http://127.0.0.1:1",
        "aud": "a",
        "sid": "i",
        "iat": now,
        "exp": now,
    }
    blank = Material("", {"x": x, "kty": "OKP"}, key, "http://127.0.0.1:9", "session", now)
    segments = [json.dumps({"alg": "EdDSA", "kid": "k"}), json.dumps(claims)]
    head = ".".join(base64url(segment.encode()) for segment in segments)
    token = f"{head}.{base64url(key.sign(head.encode()))}"
    return Material(token, blank.jwk, key, blank.listener, blank.session_token, now)


def _verifies(material: Material, token: bytes) -> bool:
    signing_input, _, signature = token.rpartition(b".")
    assert isinstance(material.public_key, Ed25519PublicKey)
    try:
        material.public_key.verify(unbase64url(signature.decode()), signing_input)
    except InvalidSignature:
        return False
    return True


def test_changes_are_written_as_they_are_meant() -> None:
    """A change sets, removes, dates or spells a member, and leaves the others alone."""
    changes = {"b": ABSENT, "c": Raw("NaN"), "d": FromNow(5), "e": lambda old: [old]}
    text = changed({"a": 1, "b": 2, "e": 3}, changes, now=100)
    assert text == '{"a":1,"e":[3],"c":NaN,"d":105}'


def test_a_signed_lie_is_really_signed(material: Material) -> None:
    """What `signed` makes verifies under the published key."""
    assert _verifies(material, signed({"sub": "somebody"})(material))


@pytest.mark.parametrize("attack", CLAIMS, ids=str)
def test_claims_are_attacked_with_good_signatures(attack: TokenAttack, material: Material) -> None:
    """Every attack on claims carries a signature that holds, so that only the claim can fail."""
    token = attack.forger(material)
    if token != material.session_token.encode() and str(attack) != "89.6-token-in-pieces":
        assert _verifies(material, token)


@pytest.mark.parametrize("attack", [*SIGNATURE, *CLAIMS], ids=str)
def test_no_token_is_refused_for_its_length_alone(attack: TokenAttack, material: Material) -> None:
    """Every hostile token fits where a real one fits, and is not the real one."""
    token = attack.forger(material)
    assert len(token) <= 8_192
    assert token != material.token.encode()


def test_a_confused_verifier_would_believe_the_hmac(material: Material) -> None:
    """The HMAC token verifies under the PEM of the public key, as in CVE-2015-9235."""
    signing_input, _, signature = hmac_signed(public_pem)(material).rpartition(b".")
    digest = hmac.digest(public_pem(material), signing_input, hashlib.sha256)
    assert unbase64url(signature.decode()) == digest


def test_other_spellings_decode_to_the_same_signature(material: Material) -> None:
    """Trailing bits change the text and not the bytes; malleation changes S and not R."""
    real = unbase64url(material.segments[2])
    assert unbase64url(trailing_bits(material).decode().split(".")[2]) == real
    assert unbase64url(malleated(material).decode().split(".")[2])[:32] == real[:32]
