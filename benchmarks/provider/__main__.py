"""`python -m benchmarks.provider`: measure everything, or with `--only` a part of it."""

import argparse
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.gate.machine import pin
from benchmarks.gate.rounds import GREATEST_LOAD, LEAST_SERVER
from benchmarks.provider.sessions import on_postgresql, on_sqlite
from benchmarks.provider.sign_in import measure_sign_in
from benchmarks.provider.storm import measure_storm
from benchmarks.report import Report

_STARTS = 2


def _parts(starts: int) -> dict[str, Callable[[Report, Path], None]]:
    return {
        "sessions": partial(on_sqlite, starts=starts),
        "postgresql": on_postgresql,
        "sign_in": measure_sign_in,
        "storm": measure_storm,
    }


def main() -> None:
    """Measure and publish."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.provider", description=__doc__)
    parser.add_argument("--only", choices=_parts(1), help="measure this part, roughly")
    only: str | None = parser.parse_args().only
    report = Report(
        "provider",
        bars={"storm_p99_over_quiet": 2.0, GREATEST_LOAD: 0.7},
        floors={
            "get_session_over_better_auth": 4.0,
            "token_over_better_auth": 4.0,
            "sign_in_over_better_auth": 1.0,
            LEAST_SERVER: 0.9,
        },
    )
    pin(0, 1)
    with tempfile.TemporaryDirectory() as directory:
        for name, measure in _parts(_STARTS if only is None else 1).items():
            if only in (None, name):
                measure(report, Path(directory))
    report.show()
    if only is None:
        report.write()


if __name__ == "__main__":
    main()
