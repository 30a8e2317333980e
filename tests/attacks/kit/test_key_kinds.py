"""Keys of a wrong kind, keys that are none, and tokens whose claims are of other shapes."""

import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from fastapi import FastAPI, Response

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.catalogue.any_token import (
    CLAIMS_OF_ANY_APP,
    anothers_payload,
    subject_of_nobody,
)
from gatepost.attacks.dictionary import secrets_of
from gatepost.attacks.forge import base64url
from gatepost.attacks.key_finding import Sample, key_in_this_process
from gatepost.attacks.material import DoesNotApply, Material, claims_in
from gatepost.attacks.people.carrier import is_jwt
from gatepost.attacks.published_keys import publications
from gatepost.attacks.sending import Sender
from gatepost.attacks.signing_keys import (
    UnfitKeyError,
    jwk_of,
    key_of_jwk,
    private_key_of,
    public_key_of,
    public_of,
    sign,
    strangers_key,
)
from gatepost.attacks.targets import Surface
from gatepost.attacks.targets.routes import operations_of_app
from tests.serving import serving

_PUBLIC = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
_SECRET = b"vu2Sh0yd3_CbEh3r0QPUUCRy336-OUpaAhrYofX2FPk"


def _private_pem(
    key: ec.EllipticCurvePrivateKey | x25519.X25519PrivateKey,
    encryption: KeySerializationEncryption,
) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


@pytest.mark.parametrize(
    ("kind", "algorithm"),
    [("HS256", "RS256"), ("EdDSA", "ES256"), ("ES256", "EdDSA"), ("RS256", "ES256")],
)
def test_a_key_signs_only_what_is_of_its_kind(kind: str, algorithm: str) -> None:
    """A key of one kind makes no signature of another's algorithm."""
    with pytest.raises(UnfitKeyError, match=f"does not sign {algorithm}"):
        sign(strangers_key(kind), algorithm, b"input")


def test_a_secret_has_no_public_half() -> None:
    """What signs with HMAC also verifies with it, and there is nothing to publish."""
    with pytest.raises(UnfitKeyError, match="no public half"):
        public_of(_SECRET)


_CURVE = jwk_of(strangers_key("ES256"))


_NO_KEYS: dict[str, dict[str, str]] = {
    "nothing": {},
    "RSA by half": {"kty": "RSA", "n": "AQAB"},
    "RSA too small": {"kty": "RSA", "n": "AQ", "e": "Aw"},
    "off the curve": {**_CURVE, "y": _CURVE["x"]},
    "no curve": {**_CURVE, "crv": "P-999"},
    "Ed25519 too short": {"kty": "OKP", "crv": "Ed25519", "x": "AA"},
    "Ed448 too short": {"kty": "OKP", "crv": "Ed448", "x": "AA"},
}


@pytest.mark.parametrize("name", _NO_KEYS)
def test_a_jwk_that_is_no_key_is_told(name: str) -> None:
    """A JWK without its numbers, or off its curve, is no key, and nothing is forged by it."""
    with pytest.raises(UnfitKeyError, match="no key"):
        key_of_jwk(_NO_KEYS[name])
    with pytest.raises(DoesNotApply):
        _ = replace(_material({"sub": "s"}), jwk=_NO_KEYS[name]).public_key


def test_a_pem_holds_a_key_that_signs_tokens_or_none() -> None:
    """Of PEMs only those of the four kinds are taken, and only those without a passphrase."""
    key, other = ec.generate_private_key(ec.SECP256R1()), x25519.X25519PrivateKey.generate()
    assert isinstance(private_key_of(_private_pem(key, NoEncryption())), ec.EllipticCurvePrivateKey)
    public = public_key_of(key.public_key().public_bytes(*_PUBLIC))
    assert jwk_of(public) == jwk_of(key)
    locked = _private_pem(key, BestAvailableEncryption(b"passphrase"))
    for text in (b"-----BEGIN NOTHING", locked):
        with pytest.raises(UnfitKeyError, match="no private key"):
            private_key_of(text)
    with pytest.raises(UnfitKeyError, match="signs no tokens"):
        private_key_of(_private_pem(other, NoEncryption()))
    with pytest.raises(UnfitKeyError, match="no public key"):
        public_key_of(b"-----BEGIN PUBLIC KEY-----")
    with pytest.raises(UnfitKeyError, match="verifies no tokens"):
        public_key_of(other.public_key().public_bytes(*_PUBLIC))


KEY_OF_AN_APP = strangers_key("ES384")


def test_a_key_object_of_this_process_is_found() -> None:
    """A key that lies in a constant as an object, and not as a text, is found as well."""
    token = f"{_segments('ES384', {'sub': 's'})}"
    signature = base64url(sign(KEY_OF_AN_APP, "ES384", token.encode()))
    assert key_in_this_process(Sample.of(f"{token}.{signature}")) is KEY_OF_AN_APP


def _segments(algorithm: str, claims: dict[str, object]) -> str:
    return ".".join(base64url(json.dumps(each).encode()) for each in ({"alg": algorithm}, claims))


def _material(claims: dict[str, object], **more: str) -> Material:
    token = _segments("HS256", claims)
    signature = base64url(sign(_SECRET, "HS256", token.encode()))
    return Material(f"{token}.{signature}", {}, _SECRET, "http://127.0.0.1:9", "", 0, **more)


@pytest.mark.parametrize("known", [7, "41", "ada@example.com", "5f0c-1f0e"])
def test_nobody_has_a_name_of_the_same_shape(known: object) -> None:
    """A subject of nobody is a number, an address or an id, as the real one is."""
    material = _material({"user_id": known, "sub": "app"}, subject="user_id")
    claims = claims_in(subject_of_nobody(material).decode())
    nobody = claims["user_id"]
    assert type(nobody) is type(known)
    assert nobody != known
    assert str(nobody).isdigit() == str(known).isdigit()
    assert ("@" in str(nobody), "-" in str(nobody)[:5]) == ("@" in str(known), known == "5f0c-1f0e")
    assert claims["sub"] == "app"


@pytest.mark.parametrize(
    ("audience", "longer"),
    [("a", "a.attacker.example"), (["a", "b"], ["a.attacker.example", "b.attacker.example"])],
)
def test_an_audience_is_longer_in_each_of_its_members(audience: object, longer: object) -> None:
    """Where a token is for several, each of them is another in the lie."""
    attack = next(each for each in CLAIMS_OF_ANY_APP if each.id == "75.4")
    token = attack.forger(_material({"sub": "s", "aud": audience}))
    assert claims_in(token.decode())["aud"] == longer


def test_anothers_payload_needs_another() -> None:
    """Without a second token there is no signature to put a payload under."""
    mine = _material({"sub": "s"})
    with pytest.raises(DoesNotApply, match="no second token"):
        anothers_payload(mine)
    other = _material({"sub": "t"}).token
    header, payload, signature = anothers_payload(replace(mine, other_token=other)).split(b".")
    assert payload.decode() == mine.segments[1]
    assert b".".join([header, signature]).decode() == ".".join(other.split(".")[::2])


def test_a_word_without_letters_makes_no_secret() -> None:
    """A title of signs alone is passed over, and the next word is taken."""
    assert list(secrets_of(["—", "…"])) == []
    assert "harbour-secret" in set(secrets_of(["—", "harbour"]))


@pytest.mark.parametrize("text", ["v1.2.3", "a.b.c", f"{base64url(b'[]')}.{base64url(b'{}')}.c"])
def test_three_segments_are_not_yet_a_jwt(text: str) -> None:
    """A JWT begins with a table that names an algorithm; a version number does not."""
    assert not is_jwt(text)


_DISCOVERY = "/.well-known/openid-configuration"


def _publishing(where: object) -> tuple[FastAPI, dict[str, str]]:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.public_key().public_bytes(*_PUBLIC).decode()
    app = FastAPI(openapi_url=None)

    @app.get("/signing/certs.pem")
    def as_text() -> Response:
        broken = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"
        return Response(broken + pem, media_type="text/plain")

    @app.get("/elsewhere")
    def as_set() -> dict[str, list[object]]:
        return {"keys": [jwk_of(key), {"of": "no kind"}, "none"]}

    @app.get("/auth/jwks")
    def in_a_member() -> dict[str, str]:
        return {"public_key": pem}

    @app.get("/jwks")
    def broken_off() -> Response:
        return Response(b"half", headers={"Content-Length": "8"})

    @app.get(_DISCOVERY)
    def discovery() -> object:
        return {"jwks_uri": where}

    return app, jwk_of(key)


@pytest.mark.parametrize(
    ("where", "also"), [("https://a.example/elsewhere", {"/elsewhere"}), (7, set())]
)
def test_keys_are_read_however_they_are_published(where: object, also: set[str]) -> None:
    """A key is found in a PEM, in a member, and where discovery says; what breaks off is none."""
    app, jwk = _publishing(where)
    operations = operations_of_app(app)
    with serving(app) as url:
        found = publications(Surface(operations, AttackFile()), Sender(url, per_second=5_000))
    assert {each.exchange.request.target: each.keys for each in found} == dict.fromkeys(
        {"/signing/certs.pem", "/auth/jwks", *also}, (jwk,)
    )
