"""`verify` is total: any bytes in, claims or one `TokenError` out."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.errors import JoseError

from gatepost.tokens import TokenFault, VerifiedClaims
from gatepost.tokens.strict_json import JsonFault
from tests.tokens.house import (
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

# joserfc warns of the name `EdDSA`, which is the one that Better Auth uses.
pytestmark = pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")

REASONS = {str(fault) for faults in (TokenFault, JsonFault) for fault in faults}

_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None))
    | st.sampled_from(["EdDSA", "none", "RS256", "ada", "https://issuer.test", 0, 2**63, -1])
)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
_objects = st.dictionaries(
    st.sampled_from(["iss", "aud", "sub", "sid", "exp", "iat", "nbf", "alg", "kid", "typ", "crit"])
    | st.text(),
    _values,
    max_size=8,
)


def _is_answered(token: bytes) -> bool:
    found = outcome(token)
    return isinstance(found, VerifiedClaims) or found in REASONS


@given(st.binary(max_size=2000))
def test_any_bytes(token: bytes) -> None:
    """Bytes from anywhere."""
    assert outcome(token) in REASONS


@given(
    st.from_regex(rb"[A-Za-z0-9_-]{1,80}\.[A-Za-z0-9_-]{1,80}\.[A-Za-z0-9_-]{1,80}", fullmatch=True)
)
def test_any_compact_shape(token: bytes) -> None:
    """What has the shape of a token and nothing else of one."""
    assert outcome(token) in REASONS


@given(st.binary(max_size=200), st.binary(max_size=400))
def test_any_signed_bytes(head: bytes, body: bytes) -> None:
    """Bytes that are no JSON, with a signature that holds."""
    assert outcome(signed_raw(head, body)) in REASONS


# How fast the machine draws is no matter of the token.
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(_objects, _objects)
def test_any_signed_json(head: dict[str, object], body: dict[str, object]) -> None:
    """Any header and payload, with a signature that holds."""
    assert _is_answered(signed({**header(), **head}, {**claims(), **body}))
    assert _is_answered(signed(header(), {**claims(), **body}))


@settings(max_examples=300)
@given(st.data())
def test_any_change_of_a_good_token(data: st.DataObject) -> None:
    """No changed token is believed: not one byte of it may be otherwise."""
    good = signed(header(), claims())
    token = bytearray(good)
    kind = data.draw(st.sampled_from(["replace", "insert", "delete", "swap"]))
    at = data.draw(st.integers(0, len(token) - 2))
    if kind == "replace":
        token[at] ^= data.draw(st.integers(1, 255))
    elif kind == "insert":
        token[at:at] = data.draw(st.binary(min_size=1, max_size=4))
    elif kind == "delete":
        del token[at : at + data.draw(st.integers(1, 4))]
    else:
        token[at], token[at + 1] = token[at + 1], token[at]
    assert outcome(bytes(token)) in REASONS or bytes(token) == good


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "ES512", "RS256", "PS256"])
@settings(max_examples=60)
@given(data=st.data())
def test_joserfc_agrees_on_signatures(algorithm: str, data: st.DataObject) -> None:
    """Two verifiers of different make believe the same signatures."""
    token = by_joserfc(algorithm, claims())
    signing_input, _, signature = token.rpartition(b".")
    raw = bytearray(from_base64url(signature))
    if data.draw(st.booleans()):
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        raw = raw[: data.draw(st.integers(1, len(raw)))]
    changed = signing_input + b"." + base64url(bytes(raw))
    try:
        jws.deserialize_compact(changed, signing_key(algorithm), algorithms=[algorithm])
        theirs = True
    except (JoseError, ValueError):
        theirs = False
    assert (outcome(changed) != TokenFault.BAD_SIGNATURE) == theirs


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 1_500,
        b'{"a":"' + b"[" * 5_000 + b'"}',
        b'{"exp":' + b"9" * 5_000 + b"}",
        b'{"exp":1e' + b"9" * 5_000 + b"}",
        b'{"exp":-' + b"9" * 21 + b"}",
        b'{"' + b"\\u0000" * 1_000 + b'":1}',
        json.dumps({str(number): number for number in range(500)}).encode(),
    ],
    ids=[
        "brackets",
        "objects",
        "brackets in a text",
        "digits",
        "exponent",
        "minus",
        "NULs",
        "wide",
    ],
)
def test_bombs(body: bytes) -> None:
    """Depth, digits and length end in a refusal."""
    assert outcome(signed_raw(b'{"alg":"EdDSA","kid":"EdDSA"}', body)) in REASONS
