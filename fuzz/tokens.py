"""`make fuzz-tokens`: whatever comes in, verification answers with claims or one `TokenError`.

The first byte chooses what the rest is: a token as a stranger would send it, the header or the
payload of a token whose signature holds, or a key set. Any other exception stops the run, and
libFuzzer leaves the input behind in a file `crash-…`.
"""

import contextlib
import json
import sys
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["gatepost.tokens", "json"]):
    from gatepost.errors import TokenError
    from gatepost.tokens import (
        NeverRevoked,
        Trust,
        UnverifiedToken,
        VerificationKey,
        VerifiedClaims,
        verify,
    )
    from gatepost.tokens.algorithms import ALGORITHMS, ASYMMETRIC_ALGORITHMS
    from gatepost.tokens.base64url import encode
    from gatepost.tokens.jwk_set import parse_key_set
    from gatepost.tokens.key_set_faults import NoKeySet

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_ISSUER = "https://issuer.test"
_SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
_KEY = VerificationKey("k", ALGORITHMS["EdDSA"], _SIGNER.public_key(), None)
_GOOD_HEADER = json.dumps({"alg": "EdDSA", "kid": "k"}).encode()


class _OneKey:
    """A key source that knows one key."""

    staleness_seconds = 0.0

    def find(self, key_id: str) -> VerificationKey | None:
        """Return it under its own id."""
        return _KEY if key_id == _KEY.key_id else None

    async def refresh(self) -> None:
        """Have nothing to look for."""


_TRUST = Trust(
    issuer=_ISSUER,
    audience=_ISSUER,
    algorithms=ASYMMETRIC_ALGORITHMS,
    token_types=frozenset({"", "jwt", "at+jwt"}),
    required_claims=frozenset(),
    clock_skew_seconds=5,
    max_lifetime_seconds=900,
    roles_claim="roles",
    subjects_are_user_ids=True,
    keys=_OneKey(),
    revocations=NeverRevoked(),
)


def _signed(header: bytes, payload: bytes) -> bytes:
    signing_input = f"{encode(header)}.{encode(payload)}".encode("ascii")
    return signing_input + b"." + encode(_SIGNER.sign(signing_input)).encode("ascii")


def _good_payload() -> bytes:
    now = int(time.time())
    claims = {"iss": _ISSUER, "aud": _ISSUER, "sub": "ada", "iat": now, "exp": now + 900}
    return json.dumps(claims).encode()


def _is_refused_or_believed(token: bytes) -> None:
    with contextlib.suppress(TokenError):
        claims = verify(UnverifiedToken(token), _TRUST)
        if not isinstance(claims, VerifiedClaims) or claims.issuer != _ISSUER:
            raise AssertionError("believed, and not what was asked for")


def one_input(data: bytes) -> None:
    """Try one input."""
    if not data:
        return
    kind, rest = data[0] % 4, data[1:]
    if kind == 0:
        _is_refused_or_believed(rest)
    elif kind == 1:
        _is_refused_or_believed(_signed(rest, _good_payload()))
    elif kind == 2:  # noqa: PLR2004 - the third of four kinds
        _is_refused_or_believed(_signed(_GOOD_HEADER, rest))
    else:
        with contextlib.suppress(NoKeySet):
            parse_key_set(rest, ASYMMETRIC_ALGORITHMS)


def _good_key_set() -> bytes:
    x = encode(_SIGNER.public_key().public_bytes_raw())
    curve = {"kty": "EC", "crv": "P-256", "kid": "e", "x": "AA", "y": "AA", "alg": "ES256"}
    modulus = {"kty": "RSA", "kid": "r", "n": "AA", "e": "AQAB", "key_ops": ["verify"]}
    edwards = {"kty": "OKP", "crv": "Ed25519", "kid": "k", "x": x, "use": "sig"}
    return json.dumps({"keys": [edwards, curve, modulus]}).encode()


def _plant_seeds(directory: Path) -> None:
    """Begin with what is good, one byte from which the interesting mistakes are."""
    seeds = (
        b"\0" + _signed(_GOOD_HEADER, _good_payload()),
        b"\1" + _GOOD_HEADER,
        b"\1" + json.dumps({"alg": "Ed25519", "kid": "k", "typ": "at+jwt"}).encode(),
        b"\2" + _good_payload(),
        b"\3" + _good_key_set(),
    )
    directory.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds):
        (directory / f"seed-{number}").write_bytes(seed)


def main() -> None:
    """Fuzz until told to stop; libFuzzer's own options may follow on the command line."""
    corpus = Path(".cache/fuzz/tokens")
    _plant_seeds(corpus)
    dictionary = Path(__file__).with_name("tokens.dict")
    atheris.Setup([*sys.argv, f"-dict={dictionary}", "-max_len=9000", str(corpus)], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
