"""What is installed, against what Gatepost says it needs. Offline: nothing is asked of anybody."""

import re
from importlib.metadata import PackageNotFoundError, distribution

from gatepost.doctor.findings import Check, Finding

_LIBRARIES = Check("libraries", "Below these versions are mistakes that others know of.")
_NEEDED = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?>=(?P<least>[0-9.]+)(?P<extra>;.*)?")
_NUMBERS = re.compile(r"\d+(?:\.\d+)*")


def library_check() -> Finding:
    """Compare the installed distributions with the bounds of Gatepost's own metadata."""
    ours = distribution("gatepost")
    return library_finding(ours.version, ours.requires or [])


def library_finding(version: str, requirements: list[str]) -> Finding:
    """Judge requirements such as `httpx>=0.28`; those of an extra count where it is installed."""
    old, seen = [], 0
    for requirement in requirements:
        needed = _NEEDED.fullmatch(requirement.replace(" ", ""))
        if needed is None:
            continue
        name, least = needed["name"], needed["least"]
        try:
            installed = distribution(name).version
        except PackageNotFoundError:
            if needed["extra"] is None:
                old.append(f"{name} is not installed (needs {least})")
            continue
        seen += 1
        if _numbers(installed) < _numbers(least):
            old.append(f"{name} {installed} (needs {least})")
    if old:
        return _LIBRARIES.fail(f"{', '.join(old)}.", "Run `pip install --upgrade gatepost`.")
    return _LIBRARIES.ok(
        f"Gatepost {version}; {seen} libraries, none older than it needs. Advisories are not asked "
        "for: run pip-audit in CI."
    )


def _numbers(version: str) -> tuple[int, ...]:
    found = _NUMBERS.match(version)
    numbers = [] if found is None else [int(part) for part in found[0].split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()  # 48 and 48.0 are one
    return tuple(numbers)
