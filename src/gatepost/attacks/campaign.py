"""A campaign: every trial on an app, one after the other, within a time."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.errors import AppGone, AttackError, Inconclusive, NothingThere, OutOfTime
from gatepost.attacks.hosts import origin_of
from gatepost.attacks.listener import Listener
from gatepost.attacks.making.taking_away import Left, take_away
from gatepost.attacks.outcomes import Outcome, Verdict, got_in, not_applicable
from gatepost.attacks.pace import Pace
from gatepost.attacks.sending import Sender
from gatepost.attacks.stage import Stage
from gatepost.attacks.stopping import verdict_on
from gatepost.attacks.targets.fetching import fetched_operations
from gatepost.attacks.targets.routes import allowed_origins_of, operations_of_app
from gatepost.attacks.targets.serving import serving_app
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials import plan

TIDYING_SECONDS = 60.0
"""How long the attack tries to take away what it has made."""


@dataclass(frozen=True, slots=True)
class Result:
    """A trial and what it came to.

    Attributes:
        seconds: how long it took.
    """

    trial: Trial
    verdict: Verdict
    seconds: float


@dataclass
class Campaign:
    """What has been tried so far.

    Attributes:
        surface: the app's operations.
        trials: all that were planned.
        results: of those that have run.
        stopped: why the others have not, if there are any.
        left: what was taken away at the end, once it has been.
    """

    surface: Surface
    trials: tuple[Trial, ...]
    results: list[Result] = field(default_factory=list)
    stopped: str = ""
    left: Left | None = None


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
            url = origin_of(target)
            sender = Sender(url, per_second=pace.per_second)
            surface = Surface(fetched_operations(sender, target, file), file)
            yield _set(surface, sender, listener, pace)
            return
        with serving_app(target, file.app.environment, factory=factory) as (app, url):
            sender = Sender(url, per_second=pace.per_second)
            surface = Surface(operations_of_app(app), file, allowed_origins_of(app))
            yield _set(surface, sender, listener, pace)


def _set(surface: Surface, sender: Sender, listener: Listener, pace: Pace) -> Stage:
    """Set the stage; an app that gives no answer to its first people cannot be attacked."""
    try:
        return Stage(surface, sender, listener, seed=pace.seed)
    except Inconclusive as error:
        raise AttackError(f"Nobody could be signed in: {error}.") from error


def attack(
    stage: Stage,
    pace: Pace,
    told: Callable[[Campaign], None],
    trials: Iterable[Trial] | None = None,
) -> Campaign:
    """Try everything, tell of it after each trial, and take away what was made.

    Ctrl-C and the end of the time stop it: what has not been tried is NOT RUN.

    Args:
        stage: the app and its people.
        pace: how long.
        told: called with what there is so far.
        trials: those to try; all, unless given.
    """
    campaign = Campaign(stage.surface, tuple(plan(stage.surface) if trials is None else trials))
    stage.sender.until = time.monotonic() + pace.seconds
    try:
        _try_each(campaign, stage, told)
    except KeyboardInterrupt:
        campaign.stopped = "somebody stopped the attack"
    except AppGone as error:
        campaign.stopped = str(error)
    for trial in campaign.trials[len(campaign.results) :]:
        verdict = Verdict(Outcome.NOT_RUN, campaign.stopped)
        campaign.results.append(Result(trial, verdict, 0.0))
    stage.sender.until = time.monotonic() + TIDYING_SECONDS
    with suppress(KeyboardInterrupt):  # pressed again: it is left as it is
        campaign.left = take_away(stage)
    told(campaign)
    return campaign


def _try_each(campaign: Campaign, stage: Stage, told: Callable[[Campaign], None]) -> None:
    for trial in campaign.trials:
        began = time.monotonic()
        try:
            verdict = run(trial, stage)
        except OutOfTime:
            campaign.stopped = "the time was over"
            return
        except AppGone:
            raise
        except Exception as error:  # noqa: BLE001 - a fault of one trial must not cost the others
            verdict = verdict_on(error)
        campaign.results.append(Result(trial, verdict, time.monotonic() - began))
        told(campaign)


def run(trial: Trial, stage: Stage) -> Verdict:
    """Run one trial; whatever it sent, nobody may have called the attacker's server."""
    before = stage.listener.callers
    try:
        verdict = trial.run(stage)
    except Inconclusive as error:
        return Verdict(Outcome.INCONCLUSIVE, str(error))
    except NothingThere as error:
        return not_applicable(str(error))
    if stage.listener.callers > before and verdict.outcome is not Outcome.FINDING:
        return got_in("the app called a URL that came with the request", *verdict.exchanges)
    return verdict
