"""`make bench-tokens`: what verifying costs, hot and cold, and what bad tokens cost."""

import functools
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc import jwt
from tests.tokens.house import (
    TRUST,
    base64url,
    by_joserfc,
    claims,
    from_base64url,
    header,
    signed,
    signing_key,
    verification_key,
)

from benchmarks.report import Report, alternating, ratio
from gatepost.errors import TokenError
from gatepost.tokens import UnverifiedToken, Verifier

_FRESH_TOKENS = 600
_HOT_TIMES = 20_000
_BAD_TOKENS = 1_000_000
_ROUNDS = 21
_IMPORTS = 15


def main() -> None:
    """Measure everything and publish it."""
    report = Report(
        "tokens",
        bars={
            "hot_verify_us": 2.0,
            "cold_verify_over_raw": 1.15,
            "import_over_deps": 1.25,
            "memory_after_a_million_bad": 1.05,
        },
    )
    _verification(report)
    _bad_tokens(report)
    _imports(report)
    report.publish()


def _verification(report: Report) -> None:
    key = verification_key("EdDSA").key
    if not isinstance(key, Ed25519PublicKey):
        raise TypeError("the key of the benchmark is not Ed25519")
    tokens = [signed(header(), claims(sub=f"person {n}")) for n in range(_FRESH_TOKENS)]
    signatures = [
        (from_base64url(signature), signing_input)
        for signing_input, _, signature in (token.rpartition(b".") for token in tokens)
    ]
    hot = Verifier([TRUST])
    hot.verify(UnverifiedToken(tokens[0]))
    ways: dict[str, Callable[[], int]] = {
        "raw": lambda: _each(lambda pair: key.verify(*pair), signatures),
        "cold": lambda: _each(Verifier([TRUST]).verify, tokens),
        "joserfc": lambda: _each(_by_joserfc, tokens[:100]),
        "hot": lambda: _each(hot.verify, _copies(tokens[0])),
    }
    for algorithm in ("ES256", "RS256"):
        others = [by_joserfc(algorithm, claims(sub=str(n))).decode() for n in range(100)]
        ways[f"cold_{algorithm}"] = functools.partial(_cold, others)
    measured = alternating(ways, rounds=_ROUNDS)
    report.ratios["cold_verify_over_raw"] = ratio(measured["cold"], measured["raw"])
    report.ratios["joserfc_over_raw"] = ratio(measured["joserfc"], measured["raw"])
    report.ratios["hot_over_cold"] = ratio(measured["hot"], measured["cold"])
    # Not a ratio, and named among them by the bar that is held against it.
    report.ratios["hot_verify_us"] = statistics.median(measured.pop("hot")) * 1e6
    for name, seconds in measured.items():
        report.absolute[f"{name}_verify_us"] = statistics.median(seconds) * 1e6


def _each(verify: Callable[..., object], tokens: Sequence[object]) -> int:
    for token in tokens:
        verify(token)
    return len(tokens)


def _cold(tokens: Sequence[str]) -> int:
    return _each(Verifier([TRUST]).verify, [token.encode() for token in tokens])


@functools.cache
def _copies(token: bytes) -> list[bytes]:
    return [bytes(bytearray(token)) for _ in range(_HOT_TIMES)]


def _by_joserfc(token: bytes) -> None:
    registry = jwt.JWTClaimsRegistry(leeway=5, iss={"value": TRUST.issuer})
    found = jwt.decode(token, signing_key("EdDSA"), algorithms=["EdDSA"])
    registry.validate(found.claims)


def _bad_tokens(report: Report) -> None:
    verifier = Verifier([TRUST])
    good = signed(header(), claims())
    head, body, signature = good.split(b".")
    unknown = base64url(b'{"alg":"EdDSA","kid":"nobody"}')
    kinds: dict[str, Callable[[int], bytes]] = {
        "malformed": lambda n: b"%s.%s" % (head, body) + b"%d" % n,
        "bad_json": lambda n: b"%s.%s.%s" % (head, base64url(b'{"n":%d' % n), signature),
        "unknown_kid": lambda n: b"%s.%s.%s" % (unknown, base64url(b'{"n":%d}' % n), signature),
        "distinct_headers": lambda n: (
            b"%s.%s.%s" % (base64url(b'{"alg":"EdDSA","kid":"%d"}' % n), body, signature)
        ),
    }
    share = _BAD_TOKENS // len(kinds)
    _refuse(verifier, kinds["malformed"], range(1000))
    before = _resident_bytes()
    spent = {}
    for name, make in kinds.items():
        started = time.perf_counter()
        _refuse(verifier, make, range(share))
        both = time.perf_counter() - started
        started = time.perf_counter()
        for number in range(share):
            make(number)
        spent[name] = (both - (time.perf_counter() - started)) / share
    after = _resident_bytes()
    report.ratios["memory_after_a_million_bad"] = after / before
    report.absolute["memory_after_a_million_bad_mib"] = (after - before) / 2**20
    raw = report.absolute["raw_verify_us"]
    for name, seconds in spent.items():
        report.ratios[f"refusing_{name}_over_raw"] = seconds * 1e6 / raw


def _refuse(verifier: Verifier, make: Callable[[int], bytes], numbers: range) -> None:
    for number in numbers:
        try:
            verifier.verify(UnverifiedToken(make(number)))
        except TokenError:
            continue
        raise AssertionError("a bad token was believed")


def _resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _imports(report: Report) -> None:
    ours = "import gatepost"
    theirs = "import fastapi, sqlalchemy.orm, sqlalchemy.ext.asyncio"
    seconds: dict[str, list[float]] = {ours: [], theirs: []}
    for _ in range(_IMPORTS):
        for statement, found in seconds.items():
            found.append(_import_seconds(statement))
    report.ratios["import_over_deps"] = ratio(seconds[ours], seconds[theirs])
    report.absolute["import_ms"] = statistics.median(seconds[ours]) * 1e3


def _import_seconds(statement: str) -> float:
    program = f"import time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    command = [sys.executable, "-c", program]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


if __name__ == "__main__":
    main()
