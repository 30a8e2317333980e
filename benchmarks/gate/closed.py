"""What a request costs: the gate's own ways, each over what it is held against."""

from contextlib import ExitStack
from pathlib import Path

from benchmarks.gate.caller import protected
from benchmarks.gate.rounds import Way, measure
from benchmarks.gate.server import serving
from benchmarks.report import Report, ratio


def measure_protected(report: Report, directory: Path, *, starts: int) -> None:
    """Measure the protected route over the bare one, a known token in its request."""
    found = measure(_protected, directory, starts=starts, rounds=120)
    for name in ("protected", "do_nothing"):
        report.ratios[f"{name}_over_bare_rps"] = found[name].rps_over(found["bare"])
    report.ratios["protected_over_bare_p99"] = ratio(found["protected"].p99, found["bare"].p99)
    for name, slices in found.items():
        slices.describe(name, report)


def measure_user(report: Report, directory: Path, *, starts: int) -> None:
    """Measure a handler that asks who calls over one with a dependency that does nothing."""
    found = measure(_user, directory, starts=starts, rounds=100)
    report.ratios["user_over_dependency_rps"] = found["user"].rps_over(found["dependency"])
    for name, slices in found.items():
        slices.describe(name, report)


def measure_cold(report: Report, directory: Path, *, starts: int) -> None:
    """Measure the protected route with tokens that nobody has seen: good ones, and forged ones."""
    found = measure(_cold, directory, starts=starts, rounds=50)
    for name in ("cold", "forged"):
        report.ratios[f"{name}_over_bare_rps"] = found[name].rps_over(found["bare"])
        found[name].describe(name, report)


def _protected(running: ExitStack, directory: Path) -> dict[str, Way]:
    caller = running.enter_context(protected("protected", directory))
    # The same request to all: that the gate has more to read is not what it costs.
    return {
        "bare": Way(running.enter_context(serving("bare", directory)), caller.known),
        "do_nothing": Way(running.enter_context(serving("nothing", directory)), caller.known),
        "protected": Way(caller.server, caller.known),
    }


def _user(running: ExitStack, directory: Path) -> dict[str, Way]:
    user = running.enter_context(protected("user", directory))
    dependency = running.enter_context(protected("dependency", directory))
    return {
        "user": Way(user.server, user.known),
        "dependency": Way(dependency.server, dependency.known),
    }


def _cold(running: ExitStack, directory: Path) -> dict[str, Way]:
    caller = running.enter_context(protected("protected", directory))
    return {
        "bare": Way(running.enter_context(serving("bare", directory)), caller.known),
        "cold": Way(caller.server, caller.new),
        "forged": Way(caller.server, caller.forged, status=b"401"),
    }
