"""The runs of a comparison, kept as they are made, so that it can go on where it was stopped."""

import hashlib
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from benchmarks.attacks.findings import Finding, Outcome, Tool
from benchmarks.attacks.holes import sources
from benchmarks.attacks.target import Planted


@dataclass(frozen=True, slots=True)
class Run:
    """A tool, what it attacks, and the how-manieth time of the clean twin."""

    tool: Tool
    planted: Planted
    time: int = 1

    @property
    def kept_as(self) -> Path:
        """Where the result is, below the directory of results."""
        name = self.planted.hole or f"clean-{self.time}"
        return Path(self.tool.name, self.planted.app, f"{name}.json")

    @property
    def of(self) -> str:
        """A digest of the app and the tool: a result of other ones is of no use."""
        digest = hashlib.sha256()
        for path in (*sources(self.planted.app), *self.tool.version):
            digest.update(path.read_bytes())
        return digest.hexdigest()


class _Kept(BaseModel):
    of: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Made:
    """A run, and what came of it."""

    run: Run
    outcome: Outcome

    @property
    def findings(self) -> set[Finding]:
        """What the tool has reported; nothing where it did not get to an end.

        Raises:
            pydantic.ValidationError: the report is not what it should be.
        """
        return set() if self.outcome.trouble else self.run.tool.read(self.outcome.report)


def all_runs(tools: Sequence[Tool], apps: Iterable[str], holes: Iterable[Planted]) -> list[Run]:
    """Return what there is to run: the clean twins, then the holes, the tools by turns."""
    clean = [
        Run(tool, Planted(app, None), time + 1)
        for app in apps
        for tool in tools
        for time in range(tool.clean_times)
    ]
    return [*clean, *(Run(tool, hole) for hole in holes for tool in tools)]


def make(runs: Sequence[Run], kept: Path, *, jobs: int) -> list[Made]:
    """Make the runs whose results are not there, and return all of them.

    Args:
        runs: which.
        kept: the directory of results.
        jobs: how many at a time.
    """
    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(lambda run: Made(run, _kept_or_made(run, kept)), runs))


def _kept_or_made(run: Run, kept: Path) -> Outcome:
    path = kept / run.kept_as
    of = run.of
    if path.exists():
        known = _Kept.model_validate_json(path.read_text())
        if known.of == of and not known.outcome.trouble:
            return known.outcome
    outcome = _made(run)
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_suffix(".part")
    written.write_text(_Kept(of=of, outcome=outcome).model_dump_json(indent=1))
    written.replace(path)
    said = outcome.trouble or f"{outcome.seconds:.0f} s"
    print(f"{run.kept_as.with_suffix('')}: {said}", flush=True)
    return outcome


def _made(run: Run) -> Outcome:
    with tempfile.TemporaryDirectory() as directory:
        try:
            return run.tool.run(run.planted, Path(directory))
        except Exception as error:  # noqa: BLE001 - it is told, and the others go on
            return Outcome(trouble=f"{type(error).__name__}: {error}")
