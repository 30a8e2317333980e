"""sign-in: closed loops by turns, beside bare scrypt on the same core."""

import statistics
import time
from contextlib import ExitStack
from pathlib import Path

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from benchmarks.gate import machine
from benchmarks.gate.load import closed_loop, connected, undisturbed
from benchmarks.provider.person import signed_up
from benchmarks.provider.servers import EVERY
from benchmarks.report import Report, ratio

_CONNECTIONS = 4
_SIGN_INS = 8
_HASHES = 4
_ROUNDS = 10


def measure_sign_in(report: Report, directory: Path) -> None:
    """Measure sign-ins over those of the others, and over bare hashes of the same cost."""
    each: dict[str, list[float]] = {name: [] for name in (*EVERY, "scrypt")}
    with ExitStack() as running:
        lanes = {}
        for name, start in EVERY.items():
            url = f"sqlite:///{directory / f'sign-in {name}'}.db"
            server = running.enter_context(start(directory, url))
            request = signed_up(server).signing_in()
            lanes[name] = (server, request)
        running.enter_context(undisturbed())
        for _ in range(_ROUNDS):
            for name, (server, request) in lanes.items():
                # Anew each time: one of the servers hangs up after five seconds of silence.
                with connected(server, _CONNECTIONS, b"200") as connections:
                    outcome = closed_loop(server, connections, [request] * _SIGN_INS)
                each[name].append(outcome.seconds_each)
            each["scrypt"].append(_seconds_for_one_hash())
    for name in ("better_auth", "better_auth_server", "scrypt"):
        report.ratios[f"sign_in_over_{name}"] = ratio(each[name], each["gatepost"])
    for name, seconds in each.items():
        label = "scrypt_per_second" if name == "scrypt" else f"{name}_sign_in_rps"
        report.absolute[label] = 1 / statistics.median(seconds)


def _seconds_for_one_hash() -> float:
    """Hash on the servers' core as Gatepost does, with the parameters of all three and no more."""
    with machine.starting_on(0):
        started = time.perf_counter()
        for number in range(_HASHES):
            salt = b"%032x" % number
            Scrypt(salt=salt, length=64, n=16384, r=16, p=1).derive(b"password")
        return (time.perf_counter() - started) / _HASHES
