"""A set of keys from elsewhere: what is a key of ours, what is left out, what spoils the set."""

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from gatepost.tokens import UnverifiedToken, VerificationKey, verify
from gatepost.tokens.algorithms import ALGORITHMS, ASYMMETRIC_ALGORITHMS
from gatepost.tokens.jwk_set import (
    _SMALL_ORDER_POINTS,
    MAX_KEYS,
    PRIVATE_MEMBERS,
    parse_key_set,
)
from gatepost.tokens.key_set_faults import KeySetFault, NoKeySet
from gatepost.tokens.strict_json import JsonFault
from tests.tokens.house import Keys, Terms, by_joserfc, claims, signing_key

Jwk = dict[str, Any]

_P256_FIELD = 2**256 - 2**224 + 2**192 + 2**96 - 1
_P256_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
# The point whose x is zero: of few others does x + p still fit into 32 octets.
_P256_Y_OF_ZERO = pow(_P256_B, (_P256_FIELD + 1) // 4, _P256_FIELD)
_ED25519_FIELD = 2**255 - 19


def _public(algorithm: str, **changes: object) -> Jwk:
    """Return the test's public key with some members changed; one that is `...` is left out."""
    jwk: Jwk = {**signing_key(algorithm).as_dict(private=False), "kid": algorithm, "alg": algorithm}
    jwk |= changes
    return {name: value for name, value in jwk.items() if value is not ...}


def _set(*jwks: object, **members: object) -> bytes:
    return json.dumps({"keys": list(jwks), **members}).encode()


def _outcome(
    raw: bytes, algorithms: frozenset[str] = ASYMMETRIC_ALGORITHMS
) -> dict[str, str] | str:
    """Return each key's algorithm, or the fault; any other exception is the test's failure."""
    try:
        keys = parse_key_set(raw, algorithms)
    except NoKeySet as refused:
        return str(refused.fault)
    assert all(key_id == key.key_id for key_id, key in keys.items())
    return {key_id: key.algorithm.name for key_id, key in keys.items()}


def _number(value: int, octets: int | None = None) -> str:
    raw = value.to_bytes(octets or (value.bit_length() + 7) // 8)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _int(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


_GOOD = _public("EdDSA", kid="good")
_ED, _EC, _RSA = _public("EdDSA"), _public("ES256"), _public("RS256")
_OTHER_EC = ECKey.generate_key("P-256").as_dict(private=False)

# Beside a good key: left out, and the good one is there.
LEFT_OUT: dict[str, object] = {
    "no kid": _public("EdDSA", kid=...),
    "an empty kid": _public("EdDSA", kid=""),
    "a kid that is a number": _public("EdDSA", kid=1),
    "a kid that is null": _public("EdDSA", kid=None),
    "a kid that no token can name": _public("EdDSA", kid="k" * 257),
    "no kty": _public("EdDSA", kty=...),
    "another kty": _public("EdDSA", kty="AKP"),
    "a kty in lower case": _public("ES256", kty="ec"),
    "a kty that is a list": _public("EdDSA", kty=["OKP"]),
    "a symmetric key without its secret": {"kty": "oct", "kid": "x", "alg": "HS256"},
    "another curve": dict(OKPKey.generate_key("Ed448").as_dict(private=False), kid="x"),
    "a key-agreement curve": dict(OKPKey.generate_key("X25519").as_dict(private=False), kid="x"),
    "secp256k1": dict(ECKey.generate_key("secp256k1").as_dict(private=False), kid="x"),
    "no curve": _public("ES256", crv=...),
    "a curve that is a list": _public("ES256", crv=["P-256"]),
    "Ed25519 as an EC curve": _public("EdDSA", kty="EC"),
    "alg none": _public("EdDSA", alg="none"),
    "alg null": _public("EdDSA", alg=None),
    "alg a list": _public("EdDSA", alg=["EdDSA"]),
    "alg of another kind of key": _public("EdDSA", alg="RS256"),
    "alg of another curve": _public("ES256", alg="ES384"),
    "alg for encryption": _public("RS256", alg="RSA-OAEP-256"),
    "alg HS256 on a public key": _public("RS256", alg="HS256"),
    "alg in lower case": _public("EdDSA", alg="eddsa"),
    "an RSA key without alg, where two are taken": _public("RS256", alg=...),
    "use enc": _public("EdDSA", use="enc"),
    "use null": _public("EdDSA", use=None),
    "use a list": _public("EdDSA", use=["sig"]),
    "key_ops without verify": _public("EdDSA", key_ops=["deriveKey"]),
    "empty key_ops": _public("EdDSA", key_ops=[]),
    "key_ops a text": _public("EdDSA", key_ops="verify"),
    "key_ops an object": _public("EdDSA", key_ops={"verify": 1}),
    "no x": _public("EdDSA", x=...),
    "x null": _public("EdDSA", x=None),
    "x empty": _public("EdDSA", x=""),
    "x a number": _public("EdDSA", x=1),
    "x too short": _public("EdDSA", x=_ED["x"][:-4]),
    "x too long": _public("EdDSA", x=_ED["x"] + "AAAA"),
    "x padded": _public("EdDSA", x=_ED["x"] + "="),
    "x in another alphabet": _public("EdDSA", x="+" + _ED["x"][1:]),
    "x with a line break": _public("EdDSA", x=_ED["x"][:20] + "\n" + _ED["x"][20:]),
    "x not ASCII": _public("EdDSA", x="é" + _ED["x"][1:]),
    "x with trailing bits": _public("EdDSA", x=_ED["x"][:-1] + "B"),
    "x all zeros": _public("EdDSA", x="A" * 43),
    "x one, its sign bit set": _public("EdDSA", x=_number((1 << 248) | 0x80, 32)),
    "no y": _public("ES256", y=...),
    "a point that is not on the curve": _public("ES256", y=_OTHER_EC["y"]),
    "x and y exchanged": _public("ES256", x=_EC["y"], y=_EC["x"]),
    "the point at infinity": _public("ES256", x="A" * 43, y="A" * 43),
    "a coordinate beyond the field": _public(
        "ES256", x=_number(_P256_FIELD, 32), y=_number(_P256_Y_OF_ZERO, 32)
    ),
    "a point of another curve": _public("ES256", x=_public("ES384")["x"], y=_public("ES384")["y"]),
    "a coordinate without its leading zeros": _public("ES512", x=_number(1)),
    "a coordinate with more zeros": _public("ES256", x=_number(_int(_EC["x"]), 33)),
    "RSA of 1024 bits": _public("RS256", n=_number((1 << 1023) | 1)),
    "RSA of 2047 bits": _public("RS256", n=_number((1 << 2046) | 1)),
    "RSA of 8193 bits": _public("RS256", n=_number((1 << 8192) | 1)),
    "RSA of a million bits": _public("RS256", n=_number((1 << 1_000_000) | 1)),
    "an even modulus": _public("RS256", n=_number(_int(_RSA["n"]) - 1)),
    "a modulus with a zero in front": _public("RS256", n=_number(_int(_RSA["n"]), 257)),
    "no modulus": _public("RS256", n=""),
    "exponent zero": _public("RS256", e="AA"),
    "exponent one": _public("RS256", e="AQ"),
    "exponent three": _public("RS256", e="Aw"),
    "an even exponent": _public("RS256", e=_number(65538)),
    "an exponent with a zero in front": _public("RS256", e=_number(65537, 4)),
    "an exponent beyond 31 bits": _public("RS256", e=_number((1 << 32) | 1)),
    "an exponent as long as the modulus": _public("RS256", e=_number(_int(_RSA["n"]) - 2)),
    "an exponent that is a number": _public("RS256", e=65537),
    "an empty object": {},
}

REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", JsonFault.NOT_JSON),
    "HTML": (b"<!doctype html><title>Sign in</title>", JsonFault.NOT_JSON),
    "half a set": (_set(_GOOD)[:-20], JsonFault.NOT_JSON),
    "a set and more": (_set(_GOOD) * 2, JsonFault.NOT_JSON),
    "a list": (b"[]", JsonFault.NOT_AN_OBJECT),
    "UTF-16": (_set(_GOOD).decode().encode("utf-16"), JsonFault.NOT_UTF8),
    "keys twice": (b'{"keys":[],"keys":[]}', JsonFault.DUPLICATE_MEMBER),
    "kid twice in one key": (b'{"keys":[{"kid":"a","kid":"b"}]}', JsonFault.DUPLICATE_MEMBER),
    "deep": (b'{"keys":' + b"[" * 600 + b"]" * 600 + b"}", JsonFault.TOO_DEEP),
    "very deep": (b'{"keys":' + b"[" * 200_000, JsonFault.TOO_DEEP),
    "as deep as it may be": (b'{"keys":' + b"[" * 499 + b"]" * 499 + b"}", KeySetFault.NOT_A_SET),
    "deep, with an escape": (
        b'{"keys":' + b"[" * 499 + b'"\\u0061"' + b"]" * 499 + b"}",
        KeySetFault.NOT_A_SET,
    ),
    "an empty object": (b"{}", KeySetFault.NOT_A_SET),
    "a key by itself": (json.dumps(_GOOD).encode(), KeySetFault.NOT_A_SET),
    "keys null": (b'{"keys":null}', KeySetFault.NOT_A_SET),
    "keys an object": (b'{"keys":{"a":{}}}', KeySetFault.NOT_A_SET),
    "keys a text": (b'{"keys":"abc"}', KeySetFault.NOT_A_SET),
    "a key that is a text": (_set(_GOOD, "key"), KeySetFault.NOT_A_SET),
    "a key that is null": (_set(_GOOD, None), KeySetFault.NOT_A_SET),
    "a list among the keys": (_set(_GOOD, [_GOOD]), KeySetFault.NOT_A_SET),
    "an empty set": (_set(), KeySetFault.NO_USABLE_KEY),
    "nothing usable": (_set(_public("EdDSA", use="enc")), KeySetFault.NO_USABLE_KEY),
    "too many keys": (_set(_GOOD, *[{}] * MAX_KEYS), KeySetFault.TOO_MANY_KEYS),
    "one kid twice": (_set(_GOOD, _public("ES256", kid="good")), KeySetFault.DUPLICATE_KEY_ID),
    "one key twice": (_set(_GOOD, _GOOD), KeySetFault.DUPLICATE_KEY_ID),
    "one kid twice, once left out": (
        _set(_GOOD, _public("ES256", kid="good", use="enc")),
        KeySetFault.DUPLICATE_KEY_ID,
    ),
    "a symmetric key": (
        _set(_GOOD, dict(OctKey.generate_key(256).as_dict(), kid="x")),
        KeySetFault.PRIVATE_KEY,
    ),
    "a private key": (
        _set(_GOOD, dict(signing_key("ES256").as_dict(private=True), kid="x")),
        KeySetFault.PRIVATE_KEY,
    ),
    "a private key without kid": (
        _set(_GOOD, signing_key("RS256").as_dict(private=True)),
        KeySetFault.PRIVATE_KEY,
    ),
    **{
        f"the private member {member}": (
            _set(_GOOD, _public("ES256", **{member: "AA"})),
            KeySetFault.PRIVATE_KEY,
        )
        for member in sorted(PRIVATE_MEMBERS)
    },
    "a private member that is null": (_set(_public("EdDSA", d=None)), KeySetFault.PRIVATE_KEY),
}

TAKEN: dict[str, tuple[Jwk, frozenset[str], str]] = {
    **{
        f"{algorithm} by its name": (_public(algorithm), ASYMMETRIC_ALGORITHMS, algorithm)
        for algorithm in sorted(ASYMMETRIC_ALGORITHMS)
    },
    **{
        f"{algorithm} by its curve": (
            _public(algorithm, alg=...),
            ASYMMETRIC_ALGORITHMS,
            algorithm,
        )
        for algorithm in ("EdDSA", "ES256", "ES384", "ES512")
    },
    "Ed25519 by its new name": (_public("EdDSA", alg="Ed25519"), ASYMMETRIC_ALGORITHMS, "EdDSA"),
    "RSA without alg, where one is taken": (
        _public("RS256", alg=...),
        frozenset({"EdDSA", "PS256"}),
        "PS256",
    ),
    "a point whose x is zero": (
        _public("ES256", x="A" * 43, y=_number(_P256_Y_OF_ZERO, 32)),
        ASYMMETRIC_ALGORITHMS,
        "ES256",
    ),
    "use sig": (_public("EdDSA", use="sig"), ASYMMETRIC_ALGORITHMS, "EdDSA"),
    "key_ops with verify": (
        _public("EdDSA", key_ops=["verify"]),
        ASYMMETRIC_ALGORITHMS,
        "EdDSA",
    ),
    "members that nobody knows": (
        _public("EdDSA", x5c=["AA=="], iat=1, ext=True, **{"": None}),
        ASYMMETRIC_ALGORITHMS,
        "EdDSA",
    ),
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_left_out(name: str) -> None:
    """What is no key for us costs the others nothing."""
    assert _outcome(_set(LEFT_OUT[name], _GOOD)) == {"good": "EdDSA"}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_nothing_is_left(name: str) -> None:
    """A set of nothing that is for us is no set."""
    assert _outcome(_set(LEFT_OUT[name])) == KeySetFault.NO_USABLE_KEY


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """What is wrong with a set is wrong with all of it."""
    raw, fault = REFUSED[name]
    assert _outcome(raw) == fault


@pytest.mark.parametrize("name", TAKEN)
def test_taken(name: str) -> None:
    """A key has the algorithm that it names, or the only one that it fits."""
    jwk, algorithms, expected = TAKEN[name]
    assert _outcome(_set(jwk), algorithms) == {jwk["kid"]: expected}


@pytest.mark.parametrize("algorithm", sorted(ASYMMETRIC_ALGORITHMS))
def test_only_what_is_asked_for(algorithm: str) -> None:
    """A key for an algorithm that is not taken is left out."""
    others = ASYMMETRIC_ALGORITHMS - {algorithm}
    assert _outcome(_set(_public(algorithm)), others) == KeySetFault.NO_USABLE_KEY


@pytest.mark.parametrize("algorithms", [frozenset({"HS256"}), frozenset({"none"}), frozenset()])
def test_no_secret_comes_from_elsewhere(algorithms: frozenset[str]) -> None:
    """There is no algorithm list with which a set gives a shared secret."""
    assert _outcome(_set(_GOOD, _EC, _RSA), algorithms) == KeySetFault.NO_USABLE_KEY


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize("algorithm", sorted(ASYMMETRIC_ALGORITHMS))
def test_what_is_read_verifies(algorithm: str) -> None:
    """A token that joserfc signs is verified under the key that joserfc publishes."""
    keys = parse_key_set(_set(*map(_public, ASYMMETRIC_ALGORITHMS)), ASYMMETRIC_ALGORITHMS)

    class Published(Keys):
        def find(self, key_id: str) -> VerificationKey | None:
            return keys.get(key_id)

    trust = Terms(keys=Published()).trust()
    token = UnverifiedToken(by_joserfc(algorithm, claims()))
    assert verify(token, trust).key_id == algorithm


def test_a_full_set_is_read() -> None:
    """A hundred keys with every list that a key may have are not too deep."""
    jwks = [_public("EdDSA", kid=str(n), key_ops=["verify"], x5c=["AA=="]) for n in range(MAX_KEYS)]
    assert len(parse_key_set(_set(*jwks), ASYMMETRIC_ALGORITHMS)) == MAX_KEYS


def test_the_bounds_of_rsa_are_inclusive() -> None:
    """2,048 and 8,192 bits are enough and not too much."""
    for bits in (2048, 8192):
        modulus = _number((1 << (bits - 1)) | 1)
        assert _outcome(_set(_public("RS256", n=modulus))) == {"RS256": "RS256"}


def test_a_key_is_the_same_after_it_was_read_again() -> None:
    """Two readings of one set are equal, key by key; another alg makes another key."""
    raw = _set(*map(_public, ASYMMETRIC_ALGORITHMS))
    assert parse_key_set(raw, ASYMMETRIC_ALGORITHMS) == parse_key_set(raw, ASYMMETRIC_ALGORITHMS)
    first, second = (
        parse_key_set(_set(_public("RS256", alg=alg)), ASYMMETRIC_ALGORITHMS)["RS256"]
        for alg in ("RS256", "PS256")
    )
    assert first != second


def test_small_order_points_are_all_there() -> None:
    """Eight times each point of the list is the neutral one, and there are no others."""
    p = _ED25519_FIELD
    d = -121665 * pow(121666, -1, p) % p
    # y of the points of order 8 solves d·y⁴ + 2·y² - 1 = 0 (doubling them gives y = 0).
    ys = {0, 1, p - 1} | _square_roots_of_roots(d, p)
    encodings = ys | {y + p for y in ys if y + p < 2**255}
    assert {int.from_bytes(point, "little") for point in _SMALL_ORDER_POINTS} == encodings


def _square_roots_of_roots(d: int, p: int) -> set[int]:
    def roots(a: int) -> set[int]:
        root = pow(a, (p + 3) // 8, p)
        if root * root % p != a % p:
            root = root * pow(2, (p - 1) // 4, p) % p
        return {root, p - root} if root * root % p == a % p else set()

    squares = {(-1 + root) * pow(d, -1, p) % p for root in roots(1 + d)}
    return {y for square in squares for y in roots(square)}


_SOME_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
_MEMBERS = st.sampled_from(
    ["kid", "kty", "alg", "use", "key_ops", "crv", "x", "y", "n", "e", "d", "k", "x5c"]
)
_WORDS = st.sampled_from(
    ["RSA", "EC", "OKP", "oct", "P-256", "P-521", "Ed25519", "RS256", "ES256", "sig", "AQAB", "AA"]
)
_BASES = st.sampled_from([_ED, _EC, _RSA, _public("ES512"), {}])


def _is_total(raw: bytes) -> None:
    assert isinstance(_outcome(raw), dict | str)


@given(st.binary(max_size=400))
def test_no_other_exception(raw: bytes) -> None:
    """Any bytes give keys or a `NoKeySet`."""
    _is_total(raw)


@given(st.lists(st.tuples(_BASES, st.dictionaries(_MEMBERS, _SOME_JSON | _WORDS)), max_size=4))
def test_no_other_exception_for_almost_a_set(parts: list[tuple[Jwk, Mapping[str, object]]]) -> None:
    """Any JSON in any member gives keys or a `NoKeySet`."""
    _is_total(_set(*[{**base, **changes} for base, changes in parts]))


@given(
    st.binary(max_size=1100), st.binary(max_size=70), st.sampled_from(["RSA", "EC", "OKP"]), _WORDS
)
@settings(max_examples=200)
def test_no_other_exception_for_any_numbers(
    first: bytes, second: bytes, kind: str, curve: str
) -> None:
    """Any octets as the numbers of a key give keys or a `NoKeySet`."""
    one, two = (base64.urlsafe_b64encode(raw).rstrip(b"=").decode() for raw in (first, second))
    jwk = {"kty": kind, "crv": curve, "kid": "x", "alg": "RS256"}
    _is_total(_set({**jwk, "x": one, "y": two, "n": one, "e": two}))
    _is_total(_set({**jwk, "x": two, "y": two, "n": one, "e": "AQAB"}))


@given(st.data())
def test_no_other_exception_for_a_damaged_set(data: st.DataObject) -> None:
    """A set with any byte changed gives keys or a `NoKeySet`."""
    raw = bytearray(_set(_ED, _EC, _RSA))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    _is_total(bytes(raw))


def test_every_key_fits_its_algorithm() -> None:
    """What the parser calls an RSA key is one that `cryptography` made."""
    key = parse_key_set(_set(_RSA), frozenset({"RS256"}))["RS256"]
    assert isinstance(key.key, rsa.RSAPublicKey)
    assert key.algorithm is ALGORITHMS["RS256"]
    assert isinstance(signing_key("RS256"), RSAKey)
