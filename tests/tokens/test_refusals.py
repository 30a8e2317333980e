"""Each bad token is refused, for the reason that is its own."""

import json
import time
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from gatepost.principal import SessionId, UserId
from gatepost.tokens import TokenFault, VerificationKey, VerifiedClaims
from gatepost.tokens.algorithms import ALGORITHMS, ASYMMETRIC_ALGORITHMS
from gatepost.tokens.compact import MAX_TOKEN_BYTES
from gatepost.tokens.strict_json import JsonFault
from tests.tokens.house import (
    TRUST,
    Terms,
    base64url,
    by_joserfc,
    claims,
    from_base64url,
    header,
    outcome,
    signed,
    signed_raw,
    signing_key,
)

GOOD_HEADER = b'{"alg":"EdDSA","kid":"EdDSA"}'


def _good() -> bytes:
    return signed(header(), claims())


def _swapped(index: int, part: bytes) -> bytes:
    parts = _good().split(b".")
    parts[index] = part
    return b".".join(parts)


def _loose_bits() -> bytes:
    """Spell the same signature otherwise, by the bits that its last character leaves unused."""
    token = _good()
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet.index(token[-1:])
    return token[:-1] + alphabet[last ^ 1 : (last ^ 1) + 1]


def _raw(payload: bytes) -> Callable[[], bytes]:
    return lambda: signed_raw(GOOD_HEADER, payload)


def _escaped(**changes: object) -> Callable[[], bytes]:
    # Made when it is wanted: it would expire while the tests before it run.
    return lambda: signed_raw(GOOD_HEADER, json.dumps(claims(**changes)).encode("ascii"))


def _claims(**changes: object) -> Callable[[], bytes]:
    return lambda: signed(header(), claims(**changes))


def _header(**changes: object) -> Callable[[], bytes]:
    return lambda: signed(header(**changes), claims())


def _at(name: str, seconds: int) -> Callable[[], bytes]:
    return lambda: signed(header(), claims(**{name: int(time.time()) + seconds}))


def _from(seconds: int, lifetime: int) -> Callable[[], bytes]:
    def make() -> bytes:
        start = int(time.time()) + seconds
        return signed(header(), claims(iat=start, exp=start + lifetime))

    return make


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", TokenFault.NOT_COMPACT),
    "dots": (lambda: b"..", TokenFault.NOT_COMPACT),
    "two parts": (lambda: b"e30.e30", TokenFault.NOT_COMPACT),
    "four parts": (lambda: _good() + b".e30", TokenFault.NOT_COMPACT),
    "five parts": (lambda: b"a.b.c.d.e", TokenFault.NOT_COMPACT),
    "no signature": (lambda: _swapped(2, b""), TokenFault.NOT_COMPACT),
    "no payload": (lambda: _swapped(1, b""), TokenFault.NOT_COMPACT),
    "padding": (lambda: _good() + b"==", TokenFault.NOT_COMPACT),
    "space before": (lambda: b" " + _good(), TokenFault.NOT_COMPACT),
    "line break after": (lambda: _good() + b"\n", TokenFault.NOT_COMPACT),
    "NUL after": (lambda: _good() + b"\0", TokenFault.NOT_COMPACT),
    "standard alphabet": (lambda: _swapped(2, b"+/" * 43), TokenFault.NOT_COMPACT),
    "not ASCII": ("é.é.é".encode, TokenFault.NOT_COMPACT),
    "UTF-16": (lambda: _good().decode().encode("utf-16"), TokenFault.NOT_COMPACT),
    "JSON serialization": (lambda: b'{"payload":"","signatures":[]}', TokenFault.NOT_COMPACT),
    "too long": (lambda: b"a" * (MAX_TOKEN_BYTES + 1), TokenFault.TOO_LONG),
    "a megabyte": (_claims(x="y" * 1_000_000), TokenFault.TOO_LONG),
    "one character too few": (lambda: _swapped(2, b"A" * 85), TokenFault.NOT_BASE64URL),
    "unused bits": (_loose_bits, TokenFault.NOT_BASE64URL),
    "signature of another": (
        lambda: _swapped(2, base64url(bytes(64))),
        TokenFault.BAD_SIGNATURE,
    ),
    "signature too short": (lambda: _swapped(2, base64url(bytes(63))), TokenFault.BAD_SIGNATURE),
    "signature too long": (
        lambda: _swapped(2, base64url(from_base64url(_good().split(b".")[2]) + b"\0")),
        TokenFault.BAD_SIGNATURE,
    ),
    "payload changed": (
        lambda: _swapped(1, base64url(json.dumps(claims(sub="bob")).encode())),
        TokenFault.BAD_SIGNATURE,
    ),
    "header changed": (
        lambda: _swapped(0, base64url(b'{"alg":"EdDSA","kid":"EdDSA" }')),
        TokenFault.BAD_SIGNATURE,
    ),
    "none": (_header(alg="none"), TokenFault.WRONG_ALGORITHM),
    "None": (_header(alg="None"), TokenFault.WRONG_ALGORITHM),
    "eddsa": (_header(alg="eddsa"), TokenFault.WRONG_ALGORITHM),
    "Ed448": (_header(alg="Ed448"), TokenFault.WRONG_ALGORITHM),
    "HS256": (_header(alg="HS256"), TokenFault.WRONG_ALGORITHM),
    "RS256 on an Ed25519 key": (_header(alg="RS256"), TokenFault.WRONG_ALGORITHM),
    "empty alg": (_header(alg=""), TokenFault.WRONG_ALGORITHM),
    "no alg": (_header(alg=...), TokenFault.NO_ALGORITHM),
    "alg null": (_header(alg=None), TokenFault.NO_ALGORITHM),
    "alg list": (_header(alg=["EdDSA"]), TokenFault.NO_ALGORITHM),
    "no kid": (_header(kid=...), TokenFault.NO_KEY_ID),
    "empty kid": (_header(kid=""), TokenFault.NO_KEY_ID),
    "kid number": (_header(kid=1), TokenFault.NO_KEY_ID),
    "kid too long": (_header(kid="k" * 257), TokenFault.NO_KEY_ID),
    "kid unknown": (_header(kid="nobody"), TokenFault.UNKNOWN_KEY),
    "kid a path": (_header(kid="../../dev/null"), TokenFault.UNKNOWN_KEY),
    "kid SQL": (_header(kid="' OR 1=1 --"), TokenFault.UNKNOWN_KEY),
    "kid NUL": (_header(kid="EdDSA\0"), TokenFault.UNKNOWN_KEY),
    "typ of another": (_header(typ="dpop+jwt"), TokenFault.WRONG_TYPE),
    "typ of an id token": (_header(typ="id+jwt"), TokenFault.WRONG_TYPE),
    "typ list": (_header(typ=["JWT"]), TokenFault.WRONG_TYPE),
    "typ null": (_header(typ=None), TokenFault.WRONG_TYPE),
    **{
        f"header {name}": (_header(**{name: value}), TokenFault.REFUSED_HEADER_MEMBER)
        for name, value in {
            "jwk": {"kty": "OKP"},
            "jku": "https://evil.test/jwks",
            "x5c": ["x"],
            "x5u": "https://evil.test/x",
            "x5t": "x",
            "crit": ["exp"],
            "b64": False,
            "enc": "A256GCM",
            "zip": "DEF",
            "epk": {},
            "p2c": 10**9,
            "cty": "JWT",
        }.items()
    },
    "empty crit": (_header(crit=[]), TokenFault.REFUSED_HEADER_MEMBER),
    "x5t#S256": (_header(**{"x5t#S256": "x"}), TokenFault.REFUSED_HEADER_MEMBER),
    "header no object": (lambda: signed_raw(b"[]", b"{}"), JsonFault.NOT_AN_OBJECT),
    "header twice alg": (
        lambda: signed_raw(b'{"alg":"none","alg":"EdDSA","kid":"EdDSA"}', b"{}"),
        JsonFault.DUPLICATE_MEMBER,
    ),
    "payload no JSON": (_raw(b"hello"), JsonFault.NOT_JSON),
    "payload no object": (_raw(b'"hello"'), JsonFault.NOT_AN_OBJECT),
    "payload twice sub": (_raw(b'{"sub":"ada","sub":"bob"}'), JsonFault.DUPLICATE_MEMBER),
    "payload twice, escaped": (
        _raw(b'{"sub":"ada","s\\u0075b":"bob"}'),
        JsonFault.DUPLICATE_MEMBER,
    ),
    "payload deep": (_raw(b'{"a":' * 500 + b"1" + b"}" * 500), JsonFault.TOO_DEEP),
    "payload UTF-16": (_raw("{}".encode("utf-16")), JsonFault.NOT_UTF8),
    "payload with a BOM": (_raw(b"\xef\xbb\xbf{}"), JsonFault.NOT_JSON),
    "exp not a number": (_raw(b'{"exp":NaN}'), JsonFault.NOT_JSON),
    "no iss": (_claims(iss=...), TokenFault.MISSING_CLAIM),
    "no aud": (_claims(aud=...), TokenFault.MISSING_CLAIM),
    "no sub": (_claims(sub=...), TokenFault.MISSING_CLAIM),
    "no exp": (_claims(exp=...), TokenFault.MISSING_CLAIM),
    "no iat": (_claims(iat=...), TokenFault.MISSING_CLAIM),
    "no sid": (_claims(sid=...), TokenFault.MISSING_CLAIM),
    "iss of another": (_claims(iss="https://evil.test"), TokenFault.WRONG_ISSUER),
    "iss with a slash": (_claims(iss="https://issuer.test/"), TokenFault.WRONG_ISSUER),
    "iss prefix": (_claims(iss="https://issuer.test.evil.test"), TokenFault.WRONG_ISSUER),
    "iss list": (_claims(iss=["https://issuer.test"]), TokenFault.WRONG_ISSUER),
    "iss null": (_claims(iss=None), TokenFault.WRONG_ISSUER),
    "aud of another": (_claims(aud="https://evil.test"), TokenFault.WRONG_AUDIENCE),
    "aud with company": (
        _claims(aud=["https://app.test", "https://evil.test"]),
        TokenFault.WRONG_AUDIENCE,
    ),
    "aud empty list": (_claims(aud=[]), TokenFault.WRONG_AUDIENCE),
    "aud nested": (_claims(aud=[["https://app.test"]]), TokenFault.WRONG_AUDIENCE),
    "aud object": (_claims(aud={"https://app.test": 1}), TokenFault.WRONG_AUDIENCE),
    "sub empty": (_claims(sub=""), TokenFault.BAD_SUBJECT),
    "sub number": (_claims(sub=1), TokenFault.BAD_SUBJECT),
    "sub true": (_claims(sub=True), TokenFault.BAD_SUBJECT),
    "sub list": (_claims(sub=["ada"]), TokenFault.BAD_SUBJECT),
    "sub null": (_claims(sub=None), TokenFault.BAD_SUBJECT),
    "sub NUL": (_claims(sub="ada\0"), TokenFault.BAD_SUBJECT),
    "sub line break": (_claims(sub="ada\nlevel=info"), TokenFault.BAD_SUBJECT),
    "sub invisible": (_claims(sub="ada\u200b"), TokenFault.BAD_SUBJECT),
    "sub from right to left": (_claims(sub="\u202eada"), TokenFault.BAD_SUBJECT),
    "sub too long": (_claims(sub="a" * 256), TokenFault.BAD_SUBJECT),
    "sub lone surrogate": (_claims(sub="\ud800"), JsonFault.LONE_SURROGATE),
    "sid empty": (_claims(sid=""), TokenFault.BAD_SESSION),
    "sid null": (_claims(sid=None), TokenFault.BAD_SESSION),
    "sid number": (_claims(sid=1), TokenFault.BAD_SESSION),
    "exp text": (_claims(exp="9999999999"), TokenFault.BAD_TIME),
    "exp fraction": (_claims(exp=time.time() + 60.5), TokenFault.BAD_TIME),
    "exp true": (_claims(exp=True), TokenFault.BAD_TIME),
    "exp null": (_claims(exp=None), TokenFault.BAD_TIME),
    "exp negative": (_claims(exp=-1), TokenFault.BAD_TIME),
    "exp infinite": (
        _raw(json.dumps(claims(exp=0)).replace('"exp": 0', '"exp": 1e999').encode()),
        TokenFault.BAD_TIME,
    ),
    "exp of 21 digits": (_claims(exp=10**20), JsonFault.NOT_JSON),
    "exp of 20 digits": (_claims(exp=10**19), TokenFault.LIVES_TOO_LONG),
    "iat text": (_claims(iat="0"), TokenFault.BAD_TIME),
    "nbf text": (_claims(nbf="0"), TokenFault.BAD_TIME),
    "over": (_from(-1000, 900), TokenFault.EXPIRED),
    "over to the second": (_from(-905, 900), TokenFault.EXPIRED),
    "not yet": (_at("nbf", 60), TokenFault.NOT_YET_VALID),
    "issued ahead": (_from(60, 900), TokenFault.ISSUED_AHEAD),
    "lives too long": (_from(0, 901), TokenFault.LIVES_TOO_LONG),
    "lives a century": (_from(0, 100 * 365 * 86400), TokenFault.LIVES_TOO_LONG),
    "issued in the beginning": (_claims(iat=0), TokenFault.LIVES_TOO_LONG),
    "over before it began": (_from(3, -1), TokenFault.LIVES_TOO_LONG),
}

GOOD: dict[str, Callable[[], bytes]] = {
    "plain": _good,
    "Ed25519": _header(alg="Ed25519"),
    "typ JWT": _header(typ="JWT"),
    "typ jwt": _header(typ="jwt"),
    "typ at+jwt": _header(typ="at+jwt"),
    "typ application/at+jwt": _header(typ="application/at+jwt"),
    "unknown header member": _header(flavour="mint"),
    "aud list of one": _claims(aud=["https://app.test"]),
    "unknown claims": _claims(email="ada@example.com", nested={"a": [1, 2.5, None, True]}),
    "nbf past": _at("nbf", -60),
    "within the skew, ahead": _from(4, 900),
    "within the skew, over": _from(-902, 900),
    "longest sub": _claims(sub="a" * 255),
    "sub in another script": _claims(sub="Ада-愛"),
    "astral escapes": _escaped(name="\U0001f600"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_token_is_refused_for_its_own_reason(name: str) -> None:
    """The event log learns which of all reasons it was."""
    make, reason = BAD[name]
    assert outcome(make()) == reason


@pytest.mark.parametrize("name", GOOD)
def test_good_token_is_believed(name: str) -> None:
    """What a specification allows, and nothing of ours forbids, is believed."""
    assert isinstance(outcome(GOOD[name]()), VerifiedClaims)


def test_claims_are_those_of_the_token() -> None:
    """What comes out is what the issuer said."""
    said = claims(sub="grace", sid="her-session")
    found = outcome(signed(header(), said))
    assert found == VerifiedClaims(
        issuer="https://issuer.test",
        subject="grace",
        user_id=UserId("grace"),
        audience="https://app.test",
        issued_at=int(str(said["iat"])),
        expires_at=int(str(said["exp"])),
        session_id=SessionId("her-session"),
        key_id="EdDSA",
    )


def test_ended_session_is_refused() -> None:
    """A token whose session has ended is no good, the others of the same person are."""
    terms = Terms()
    terms.revocations.end("ended")
    trust = terms.trust()
    assert outcome(signed(header(), claims(sid="ended")), trust) == TokenFault.REVOKED
    assert isinstance(outcome(signed(header(), claims(sid="other")), trust), VerifiedClaims)


def test_trust_that_asks_no_session_takes_a_token_without_one() -> None:
    """`sid` is required where the trust says so, and checked wherever it is."""
    trust = Terms(required_claims=frozenset()).trust()
    found = outcome(signed(header(), claims(sid=...)), trust)
    assert isinstance(found, VerifiedClaims)
    assert found.session_id is None
    assert outcome(signed(header(), claims(sid=None)), trust) == TokenFault.BAD_SESSION


WEAK: dict[str, dict[str, object]] = {
    "no issuer": {"issuer": ""},
    "no audience": {"audience": ""},
    "no algorithms": {"algorithms": frozenset()},
    "none": {"algorithms": frozenset({"none"})},
    "HS256": {"algorithms": frozenset({"EdDSA", "HS256"})},
    "an alias for a name": {"algorithms": frozenset({"Ed25519"})},
    "negative skew": {"clock_skew_seconds": -1},
    "no lifetime": {"max_lifetime_seconds": 0},
    "negative lifetime": {"max_lifetime_seconds": -900},
    "a skew of a year": {"clock_skew_seconds": 365 * 86400},
    "a lifetime of a century": {"max_lifetime_seconds": 100 * 365 * 86400},
}


@pytest.mark.parametrize("name", WEAK)
def test_weak_trust_cannot_be_made(name: str) -> None:
    """A field that would trust everything or nothing is refused where it is written."""
    with pytest.raises(ValueError, match=r"."):
        Terms(**WEAK[name]).trust()  # type: ignore[arg-type] # as data


def test_trust_cannot_be_changed() -> None:
    """The terms are fixed when they are made."""
    with pytest.raises(AttributeError):
        TRUST.issuer = "https://evil.test"  # type: ignore[misc] # that is the point


def test_key_that_does_not_fit_is_refused() -> None:
    """A key is bound to one algorithm, and only to one that it is for."""
    rsa_key = rsa.generate_private_key(65537, 1024).public_key()  # noqa: S505 - that is the point
    p256 = ec.generate_private_key(ec.SECP256R1()).public_key()
    k256 = ec.generate_private_key(ec.SECP256K1()).public_key()
    for name, key in (
        ("RS256", rsa_key),
        ("PS512", rsa_key),
        ("ES384", p256),
        ("ES256", k256),
        ("EdDSA", p256),
        ("RS256", p256),
    ):
        with pytest.raises(ValueError, match="is not a key for"):
            VerificationKey("k", ALGORITHMS[name], key, None)


# joserfc warns of the name `EdDSA`, which is the one that Better Auth uses.
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize("algorithm", sorted(ASYMMETRIC_ALGORITHMS))
def test_every_algorithm_is_understood_and_none_for_another(algorithm: str) -> None:
    """A token of joserfc's is believed under its own algorithm and under no other."""
    token = by_joserfc(algorithm, claims())
    assert isinstance(outcome(token), VerifiedClaims)
    only_others = Terms(algorithms=ASYMMETRIC_ALGORITHMS - {algorithm}).trust()
    assert outcome(token, only_others) == TokenFault.WRONG_ALGORITHM
    for other in ASYMMETRIC_ALGORITHMS:
        if other != algorithm:
            body = token.split(b".", 1)[1]
            relabelled = base64url(json.dumps({"alg": other, "kid": algorithm}).encode())
            assert outcome(relabelled + b"." + body) == TokenFault.WRONG_ALGORITHM
            under = base64url(json.dumps({"alg": other, "kid": other}).encode())
            assert outcome(under + b"." + body) == TokenFault.BAD_SIGNATURE


@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "ES512"])
def test_ecdsa_signature_has_one_form(algorithm: str) -> None:
    """DER, zeros, and numbers beyond the curve's order are no signatures."""
    token = by_joserfc(algorithm, claims())
    signing_input, _, signature = token.rpartition(b".")
    raw = from_base64url(signature)
    half = len(raw) // 2
    private = signing_key(algorithm).private_key
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    forms = {
        "zeros": bytes(len(raw)),
        "r zero": bytes(half) + raw[half:],
        "s zero": raw[:half] + bytes(half),
        "ones": b"\xff" * len(raw),
        "longer": raw + b"\0",
        "shorter": raw[:-1],
        "padded": b"\0" + raw[:half] + b"\0" + raw[half:],
        "swapped": raw[half:] + raw[:half],
        "empty r": raw[half:],
    }
    for form in forms.values():
        assert outcome(signing_input + b"." + base64url(form)) == TokenFault.BAD_SIGNATURE
