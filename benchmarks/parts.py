"""A benchmark of several parts: all of them, published, or one of them, roughly."""

import argparse
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.gate.machine import pin
from benchmarks.report import Report

Part = Callable[[Report, Path], None]


def measure_parts(
    report: Report, parts: Callable[[int], Mapping[str, Part]], *, starts: int, description: str
) -> None:
    """Measure what the command line asks for, and show it; the whole is written as well.

    Args:
        report: where the figures go.
        parts: gives each part by its name, told how often to start the servers.
        starts: how often for the whole; a part by itself starts them once.
        description: what `--help` says.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m benchmarks.{report.name}", description=description
    )
    parser.add_argument("--only", choices=parts(1), help="measure this part, roughly")
    only: str | None = parser.parse_args().only
    pin(0, 1)
    with tempfile.TemporaryDirectory() as directory:
        for name, measure in parts(starts if only is None else 1).items():
            if only in (None, name):
                measure(report, Path(directory))
    report.show()
    if only is None:
        report.write()
