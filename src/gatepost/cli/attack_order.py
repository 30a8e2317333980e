"""What `gatepost attack` was asked for."""

from dataclasses import dataclass
from pathlib import Path

STANDARD_OUTPUT = Path("-")
NOTHING_GOT_IN, GOT_IN, COULD_NOT, NOT_ALL_TRIED = range(4)


@dataclass(frozen=True, slots=True)
class Files:
    """What is written.

    Attributes:
        json: where the report goes as JSON; `-` is the standard output.
        html: as a page.
        sarif: as SARIF.
        junit: as JUnit XML.
        baseline: what is known.
        update: whether the baseline is written anew.
    """

    json: Path | None
    html: Path | None
    sarif: Path | None
    junit: Path | None
    baseline: Path | None
    update: bool

    @property
    def written(self) -> tuple[Path, ...]:
        """The files that will be written."""
        reports = (self.json, self.html, self.sarif, self.junit)
        every = (*reports, self.baseline if self.update else None)
        return tuple(each for each in every if each is not None and each != STANDARD_OUTPUT)


@dataclass(frozen=True, slots=True)
class Pacing:
    """How fast and how long.

    Attributes:
        rate: requests in a second; None for what is fit for the target.
        seconds: after which nothing new is tried.
        seed: the same bodies in every run.
    """

    rate: float | None
    seconds: float
    seed: int


@dataclass(frozen=True, slots=True)
class Order:
    """Everything that was asked for.

    Attributes:
        target: `module:app` or a URL; None where the attack file names it.
        factory: whether it is a function that makes the app.
        attack_file: where it is; None for where it stands by default.
        only: numbers of attacks, as they were typed; all where there are none.
        routes: patterns of routes.
        files: what is written.
        pacing: how fast and how long.
        owned: the host that is said to be somebody's own.
        allows_inconclusive: whether routes of which nothing can be said are let pass.
        asks: whether somebody may be asked whose host it is.
    """

    target: str | None
    factory: bool
    attack_file: Path | None
    only: str
    routes: tuple[str, ...]
    files: Files
    pacing: Pacing
    owned: str | None
    allows_inconclusive: bool
    asks: bool


def is_url(target: str) -> bool:
    """Whether a target is a running app."""
    return target.startswith(("http://", "https://"))
