"""`python -m benchmarks.provider`: measure everything, or with `--only` a part of it."""

from functools import partial

from benchmarks.gate.rounds import GREATEST_LOAD, LEAST_SERVER
from benchmarks.parts import Part, measure_parts
from benchmarks.provider.sessions import on_postgresql, on_sqlite
from benchmarks.provider.sign_in import measure_sign_in
from benchmarks.provider.storm import measure_storm
from benchmarks.report import Report

_STARTS = 2


def _parts(starts: int) -> dict[str, Part]:
    return {
        "sessions": partial(on_sqlite, starts=starts),
        "postgresql": on_postgresql,
        "sign_in": measure_sign_in,
        "storm": measure_storm,
    }


def main() -> None:
    """Measure and publish."""
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
    measure_parts(report, _parts, starts=_STARTS, description=str(__doc__))


if __name__ == "__main__":
    main()
