"""The view of an attack while it runs: drawn on a terminal, and lines anywhere else."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from gatepost.attacks.baseline import Baseline, fingerprint
from gatepost.attacks.campaign import Campaign, Result
from gatepost.attacks.outcomes import Outcome

_TENTHS = 10

Told = Callable[[Campaign], None]
Mask = Callable[[str], str]


class Watching:
    """Tells of what got in as it comes, each once.

    Args:
        console: where it is told.
        baseline: what need not be told again.
        mask: takes the secrets out of a text.
    """

    def __init__(self, console: Console, baseline: Baseline, mask: Mask) -> None:
        self._console = console
        self._baseline = baseline
        self._mask = mask
        self._seen = 0
        self.got_in = 0

    def see(self, campaign: Campaign) -> None:
        """Look at what has come since."""
        for result in campaign.results[self._seen :]:
            if self._is_new(result):
                self.got_in += 1
                told = self._mask(f"{result.trial.name}: {result.verdict.says}")
                self._console.print(Text.assemble(("got in  ", "bold red"), told), soft_wrap=True)
        self._seen = len(campaign.results)

    def _is_new(self, result: Result) -> bool:
        is_finding = result.verdict.outcome is Outcome.FINDING
        return is_finding and fingerprint(result.trial) not in self._baseline


@contextmanager
def live_view(console: Console, baseline: Baseline, mask: Mask) -> Iterator[Told]:
    """Show an attack; yields what is to be told of it after each trial."""
    if console.is_terminal:
        with _progress(console) as progress:
            yield _drawn(progress, Watching(progress.console, baseline, mask))
    else:
        yield _Lines(console, Watching(console, baseline, mask))


def _progress(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("[bold red]{task.fields[got_in]}"),
        console=console,
        transient=True,
        # What the app prints is turned away from here already, and would be drawn over the view.
        redirect_stdout=False,
        redirect_stderr=False,
    )


def _drawn(progress: Progress, watching: Watching) -> Told:
    task = progress.add_task("Attacking", total=None, got_in="")

    def told(campaign: Campaign) -> None:
        watching.see(campaign)
        last = campaign.results[-1].trial.name if campaign.results else ""
        progress.update(
            task,
            total=len(campaign.trials),
            completed=len(campaign.results),
            description=last[:60].ljust(60).replace("[", r"\["),
            got_in=f"{watching.got_in} got in" if watching.got_in else "",
        )

    return told


class _Lines:
    """Says a line for each tenth of the attack."""

    def __init__(self, console: Console, watching: Watching) -> None:
        self._console = console
        self._watching = watching
        self._began = time.monotonic()
        self._tenths = 0

    def __call__(self, campaign: Campaign) -> None:
        self._watching.see(campaign)
        done, every = len(campaign.results), max(len(campaign.trials), 1)
        tenths = done * _TENTHS // every
        if tenths > self._tenths:
            self._tenths = tenths
            left = (time.monotonic() - self._began) / done * (every - done)
            got_in = self._watching.got_in
            self._console.print(
                f"{done} of {every} attacks, {got_in} got in, about {left:.0f} s left"
            )
