"""The machine under the benchmark: whose its cores are."""

import os
from pathlib import Path

# Before anything is pinned. Empty where the system pins nothing.
_CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
_STAT = Path("/proc/stat")
_OF_PROGRAMS = slice(1, 4)  # user, nice and system, in clock ticks


def pin(process_id: int, core: int) -> None:
    """Keep a process, or with 0 this one, on one core, where the system can and has several."""
    if len(_CORES) > 1:
        os.sched_setaffinity(process_id, {_CORES[core % len(_CORES)]})


def cpu_seconds() -> float:
    """Return what all programs have used of all cores so far; NaN where the system does not say."""
    if not _STAT.exists():
        return float("nan")
    of_all_cores = _STAT.read_text().split("\n", 1)[0].split()
    return sum(map(int, of_all_cores[_OF_PROGRAMS])) / os.sysconf("SC_CLK_TCK")
