"""Keys: how they sign, where they are found, and what is forged with them in every algorithm."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from gatepost.attacks import TokenAttack
from gatepost.attacks.attack_file import TokensSection
from gatepost.attacks.catalogue import CLAIMS, SIGNATURE
from gatepost.attacks.catalogue.any_token import CLAIMS_OF_ANY_APP, SIGNATURE_OF_ANY_APP
from gatepost.attacks.errors import AttackError
from gatepost.attacks.forge import base64url, signed
from gatepost.attacks.key_finding import Sample, guessed_secret, key_in_this_process, named_key
from gatepost.attacks.material import DoesNotApply, KeyNeeded, Material
from gatepost.attacks.session_cookies import (
    guessed_cookie_secret,
    is_signed_cookie,
    signed_cookie,
)
from gatepost.attacks.signing_keys import (
    PrivateKey,
    jwk_of,
    key_of_jwk,
    sign,
    strangers_key,
    verifies,
)
from gatepost.attacks.strangers import malleated

ALGORITHMS = (
    "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256",
    "ES384", "ES512", "ES256K", "EdDSA",
)  # fmt: skip


_Kind: TypeAlias = type[OctKey] | type[RSAKey] | type[ECKey] | type[OKPKey]
_KINDS: dict[str, _Kind] = {"H": OctKey, "R": RSAKey, "P": RSAKey, "E": ECKey, "O": OKPKey}


def _material(algorithm: str, *, key: PrivateKey | None = None) -> Material:
    used = key or strangers_key(algorithm)
    now = int(time.time())
    claims = {"sub": "s", "iss": "https://a.example", "aud": "a", "exp": now + 60, "type": "access"}
    parts = [json.dumps({"alg": algorithm, "kid": "k"}), json.dumps(claims)]
    signing_input = ".".join(base64url(part.encode()) for part in parts)
    token = f"{signing_input}.{base64url(sign(used, algorithm, signing_input.encode()))}"
    jwk = {} if isinstance(used, bytes) else jwk_of(used)
    return Material(token, jwk, used, "http://127.0.0.1:9", "session", now, other_token=token)


def _believed(token: bytes, algorithm: str, key: PrivateKey) -> bool:
    """Whether a library that shares nothing with the kit believes a token."""
    kind = _KINDS["O" if algorithm == "EdDSA" else algorithm[0]]
    registry = jws.JWSRegistry(algorithms=[algorithm])
    try:
        jws.deserialize_compact(token, kind.import_key({**jwk_of(key)}), registry=registry)
    except Exception:  # noqa: BLE001 - whatever it raises, it does not believe
        return False
    return True


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_what_is_signed_again_is_believed(algorithm: str) -> None:
    """A lie that is signed with the app's key is believed by a library of others."""
    material = _material(algorithm)
    assert material.private_key is not None
    assert _believed(signed({"sub": "x"})(material), algorithm, material.private_key)
    assert not _believed(material.token[:-4].encode(), algorithm, material.private_key)


@pytest.mark.parametrize("algorithm", ["HS256", "RS256", "PS384", "ES512", "EdDSA"])
@pytest.mark.parametrize(
    "attack", [*SIGNATURE, *SIGNATURE_OF_ANY_APP, *CLAIMS, *CLAIMS_OF_ANY_APP], ids=str
)
def test_every_attack_is_forged_in_every_algorithm_or_says_why_not(
    attack: TokenAttack, algorithm: str
) -> None:
    """An attack makes a token of any app's token, or says that there is nothing to make."""
    material, said = _material(algorithm), ""
    try:
        token = attack.forger(material)
    except DoesNotApply as reason:
        token, said = b"", str(reason)
    assert token or said or attack.id == "24.2"


def test_what_needs_the_key_says_so() -> None:
    """Without the app's key a signed lie cannot be made, and an unsigned one can."""
    material = replace(_material("HS256"), private_key=None)
    with pytest.raises(KeyNeeded, match="key is needed"):
        signed()(material)


@pytest.mark.parametrize("algorithm", [*(name for name in ALGORITHMS if name[0] != "H"), "Ed448"])
def test_a_key_is_the_same_as_its_jwk(algorithm: str) -> None:
    """A public key that is written as a JWK and read again verifies the same signatures."""
    key = strangers_key(algorithm)
    signature = sign(key, algorithm, b"input")
    assert verifies(key_of_jwk(jwk_of(key)), algorithm, b"input", signature)
    assert not verifies(key_of_jwk(jwk_of(key)), algorithm, b"other", signature)


@pytest.mark.parametrize("algorithm", ["ES256", "ES256K"])
def test_the_other_signature_of_ecdsa_holds(algorithm: str) -> None:
    """The malleated signature is another text for which the same equation holds."""
    material = _material(algorithm)
    token = malleated(material)
    assert token != material.token.encode()
    signing_input, _, signature = token.rpartition(b".")
    assert material.private_key is not None
    raw = base64.urlsafe_b64decode(signature + b"==")
    assert verifies(material.private_key, algorithm, signing_input, raw)


@pytest.mark.parametrize(
    ("secret", "words", "found"),
    [
        ("secret", [], True),
        ("your-256-bit-secret", [], True),
        ("09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7", [], True),
        ("my_super_secret_key", [], True),
        ("SECRET_KEY", [], True),
        ("harbour-notes-secret", ["Harbour Notes"], True),
        ("HarbourNotes2025", ["Harbour Notes"], True),
        ("harbour_notes_jwt_secret_key", ["Harbour Notes"], True),
        ("vu2Sh0yd3_CbEh3r0QPUUCRy336-OUpaAhrYofX2FPk", ["Harbour Notes"], False),
    ],
)
def test_a_secret_is_guessed_or_not(secret: str, words: list[str], *, found: bool) -> None:
    """What tutorials have, and what is made of the app's name, is guessed; a random one is not."""
    sample = Sample.of(_material("HS256", key=secret.encode()).token)
    assert guessed_secret(sample, words) == (secret.encode() if found else None)


def test_a_named_key_is_read_from_wherever_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`[tokens]` names a secret, a variable or a file; a key that signed nothing is an error."""
    secret = "vu2Sh0yd3_CbEh3r0QPUUCRy336-OUpaAhrYofX2FPk"
    sample = Sample.of(_material("HS384", key=secret.encode()).token)
    monkeypatch.setenv("LAB_SECRET", secret)
    assert named_key(TokensSection(secret=secret), sample) == secret.encode()
    assert named_key(TokensSection(secret_variable="LAB_SECRET"), sample) == secret.encode()
    assert named_key(TokensSection(), sample) is None
    key = strangers_key("ES256")
    assert not isinstance(key, bytes)
    file = tmp_path / "key.pem"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    signed_by_file = Sample.of(_material("ES256", key=key).token)
    assert named_key(TokensSection(private_key=file), signed_by_file) is not None
    with pytest.raises(AttackError, match="has not signed"):
        named_key(TokensSection(private_key=file), sample)
    with pytest.raises(AttackError, match="cannot be read"):
        named_key(TokensSection(private_key=tmp_path / "none.pem"), sample)


class _Settings:
    """Settings of an app, as they lie in a module."""

    def __init__(self) -> None:
        self.secret = base64.b64encode(secrets.token_bytes(32)).decode()


SETTINGS = _Settings()


def test_a_key_in_the_settings_of_this_process_is_found() -> None:
    """A secret is found in the members of an object, also where it is written in base64."""
    raw = base64.b64decode(SETTINGS.secret)
    for key in (SETTINGS.secret.encode(), raw):
        assert key_in_this_process(Sample.of(_material("HS256", key=key).token)) == key
    assert key_in_this_process(Sample.of(_material("HS256").token)) is None


def _cookie(secret: str, content: bytes = b'{"user": 1}') -> str:
    stamped = f"{base64.b64encode(content).decode()}.{base64url(int(time.time()).to_bytes(4))}"
    key = hashlib.sha1(b"itsdangerous.Signer" + b"signer" + secret.encode()).digest()  # noqa: S324 - what is imitated
    return f"{stamped}.{base64url(hmac.digest(key, stamped.encode(), 'sha1'))}"


def test_the_secret_of_a_session_cookie_is_guessed_or_not() -> None:
    """A signed cookie is known by its shape, its secret guessed, and its content signed anew."""
    weak, strong = _cookie("change-me"), _cookie("vu2Sh0yd3_CbEh3r0QPUUCRy336-OUpaAhrYofX2FPk")
    assert is_signed_cookie(weak)
    assert not is_signed_cookie("opaque")
    assert guessed_cookie_secret(weak, []) == b"change-me"
    assert guessed_cookie_secret(strong, []) is None
    again = signed_cookie(weak, b"change-me")
    assert guessed_cookie_secret(again, []) == b"change-me"
    assert again.startswith(weak.split(".", maxsplit=1)[0])
