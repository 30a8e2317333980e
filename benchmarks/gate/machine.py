"""The machine under the benchmark: whose its cores are."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Before anything is pinned. Empty where the system pins nothing.
_CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
_STAT = Path("/proc/stat")
_OF_PROGRAMS = slice(1, 4)  # user, nice and system, in clock ticks


def pin(process_id: int, core: int) -> None:
    """Keep a process, or with 0 this one, on one core, where the system can and has several."""
    if len(_CORES) > 1:
        os.sched_setaffinity(process_id, {_CORES[core % len(_CORES)]})


@contextmanager
def starting_on(*cores: int) -> Iterator[None]:
    """Let what is started in the block run on these cores alone, with every thread of it."""
    if len(_CORES) < 2:  # noqa: PLR2004 - nothing to choose from
        yield
        return
    own = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {_CORES[core % len(_CORES)] for core in cores})
    try:
        yield
    finally:
        os.sched_setaffinity(0, own)


def cpu_seconds() -> float:
    """Return what all programs have used of all cores so far; NaN where the system does not say."""
    if not _STAT.exists():
        return float("nan")
    of_all_cores = _STAT.read_text().split("\n", 1)[0].split()
    return sum(map(int, of_all_cores[_OF_PROGRAMS])) / os.sysconf("SC_CLK_TCK")


def loopback_addresses(count: int) -> list[str]:
    """Return so many of this machine's own addresses; the same one where it has a single one."""
    if sys.platform != "linux":
        return ["127.0.0.1"] * count
    return [f"127.0.0.{number}" for number in range(1, count + 1)]


def peak_memory_mib(process_id: int) -> float:
    """Return the most memory that a process has had; NaN where the system does not say."""
    status = Path(f"/proc/{process_id}/status")
    if not status.exists():
        return float("nan")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024
