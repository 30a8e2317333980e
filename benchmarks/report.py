"""Measuring alternately, and reporting as a table and as JSON."""

import json
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

OUT = Path(__file__).parent / "out"


def alternating(ways: Mapping[str, Callable[[], int]], *, rounds: int) -> dict[str, list[float]]:
    """Run every way once a round, so that what disturbs the machine disturbs them alike.

    Args:
        ways: each does some work and returns how many times it did it.
        rounds: how often each runs.

    Returns:
        seconds for one time, by way, in the order of the rounds.
    """
    measured: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            started = time.perf_counter()
            times = way()
            measured[name].append((time.perf_counter() - started) / times)
    return measured


def ratio(over: list[float], under: list[float]) -> float:
    """Return the median of the ratios of rounds that ran side by side."""
    return statistics.median(a / b for a, b in zip(over, under, strict=True))


@dataclass(slots=True)
class Report:
    """What one benchmark found.

    Attributes:
        ratios: by the names in which bars are written down.
        absolute: seconds, microseconds or bytes, as each name says.
        bars: what a ratio, or an absolute value, should not exceed.
        floors: what it should reach.
    """

    name: str
    ratios: dict[str, float] = field(default_factory=dict)
    absolute: dict[str, float] = field(default_factory=dict)
    bars: dict[str, float] = field(default_factory=dict)
    floors: dict[str, float] = field(default_factory=dict)

    def publish(self) -> None:
        """Print the table and write `out/NAME.json`."""
        self.show()
        self.write()

    def show(self) -> None:
        """Print the table."""
        rows = [*self.ratios.items(), *self.absolute.items()]
        width = max(len(name) for name, _ in rows)
        print(f"{self.name}: {_machine()}")
        for name, value in rows:
            print(f"  {name:{width}}  {value:>12.3f}{self._aim(name, value)}")

    def _aim(self, name: str, value: float) -> str:
        if name in self.bars:
            bar = self.bars[name]
            return f"  (at most {bar:g}{'' if value <= bar else ': MISSED'})"
        if name in self.floors:
            floor = self.floors[name]
            return f"  (at least {floor:g}{'' if value >= floor else ': MISSED'})"
        return ""

    def write(self) -> None:
        """Write `out/NAME.json`."""
        OUT.mkdir(exist_ok=True)
        found = {"ratios": self.ratios, "absolute": self.absolute, "machine": _machine()}
        (OUT / f"{self.name}.json").write_text(json.dumps(found, indent=2) + "\n")


def _machine() -> str:
    return f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}"
