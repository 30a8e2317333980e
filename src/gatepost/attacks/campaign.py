"""A campaign: every trial on an app, one after the other, within a time."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.listener import Listener
from gatepost.attacks.outcomes import Outcome, Verdict, got_in
from gatepost.attacks.sending import Sender
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.fetching import fetched_operations
from gatepost.attacks.targets.routes import allowed_origins_of, operations_of_app
from gatepost.attacks.targets.serving import serving_app
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials import plan

DEFAULT_RATE = 500.0
"""Requests in a second at most, to an app on this machine."""

DEFAULT_TIME_LIMIT = 900.0
"""Seconds after which what has not been tried is left."""


@dataclass(frozen=True, slots=True)
class Result:
    """A trial and what it came to.

    Attributes:
        seconds: how long it took.
    """

    trial: Trial
    verdict: Verdict
    seconds: float


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast and how long.

    Attributes:
        per_second: requests in a second at most.
        seconds: after which nothing new is tried.
        seed: what makes bodies the same in every run, and the order of what is sampled.
    """

    per_second: float = DEFAULT_RATE
    seconds: float = DEFAULT_TIME_LIMIT
    seed: int = 0


@dataclass
class Campaign:
    """What has been tried so far.

    Attributes:
        surface: the app's operations.
        trials: all that were planned.
        results: of those that have run.
    """

    surface: Surface
    trials: tuple[Trial, ...]
    results: list[Result] = field(default_factory=list)

    @property
    def findings(self) -> list[Result]:
        """What got in."""
        return [each for each in self.results if each.verdict.outcome is Outcome.FINDING]


@contextmanager
def staged(target: str, file: AttackFile, pace: Pace, *, factory: bool = False) -> Iterator[Stage]:
    """Serve an app, or go to a running one, and sign its people in; they are gone afterwards.

    Args:
        target: `module:app`, or the origin of a running app.
        file: what the kit cannot know from the app.
        pace: how fast and how long.
        factory: whether `module:app` names a function which makes the app.

    Raises:
        AttackError: the app does not start, or its people cannot sign in.
    """
    with Listener() as listener:
        if target.startswith(("http://", "https://")):
            url = target.rstrip("/")
            sender = Sender(url, per_second=pace.per_second)
            surface = Surface(fetched_operations(sender), file)
            yield Stage(surface, sender, listener, seed=pace.seed)
            return
        with serving_app(target, file.app.environment, factory=factory) as (app, url):
            sender = Sender(url, per_second=pace.per_second)
            surface = Surface(operations_of_app(app), file, allowed_origins_of(app))
            yield Stage(surface, sender, listener, seed=pace.seed)


def attack(
    stage: Stage,
    pace: Pace,
    told: Callable[[Campaign], None],
    trials: Iterable[Trial] | None = None,
) -> Campaign:
    """Try everything, and tell of it after each trial.

    Args:
        stage: the app and its people.
        pace: how long.
        told: called with what there is so far.
        trials: those to try; all, unless given.
    """
    campaign = Campaign(stage.surface, tuple(plan(stage.surface) if trials is None else trials))
    until = time.monotonic() + pace.seconds
    for trial in campaign.trials:
        if time.monotonic() > until:
            verdict, taken = Verdict(Outcome.NOT_RUN, "the time was over"), 0.0
        else:
            began = time.monotonic()
            verdict, taken = run(trial, stage), time.monotonic() - began
        campaign.results.append(Result(trial, verdict, taken))
        told(campaign)
    return campaign


def run(trial: Trial, stage: Stage) -> Verdict:
    """Run one trial; whatever it sent, nobody may have called the attacker's server."""
    before = stage.listener.callers
    try:
        verdict = trial.run(stage)
    except Inconclusive as error:
        return Verdict(Outcome.INCONCLUSIVE, str(error))
    if stage.listener.callers > before and verdict.outcome is not Outcome.FINDING:
        return got_in("the app called a URL that came with the request", *verdict.exchanges)
    return verdict
