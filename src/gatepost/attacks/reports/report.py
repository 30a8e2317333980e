"""What every report says, before it has a format: the routes, what got in, and the counts."""

from collections import Counter
from dataclasses import dataclass, field

from gatepost.attacks.advice import Advice
from gatepost.attacks.baseline import Baseline, Fingerprint
from gatepost.attacks.catalogue.attack import Attack, Family
from gatepost.attacks.making.taking_away import Left
from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.reports.exchanges import ShownExchange
from gatepost.attacks.reports.places import ShownPlace
from gatepost.attacks.reports.route_states import RouteReport, RouteState

VERSION = 1
"""Of the JSON report; another one where a member goes or changes its meaning."""


@dataclass(frozen=True, slots=True)
class ShownTrial:
    """A trial and what it came to, without secrets.

    Attributes:
        attack: of the catalogue.
        family: of the attack.
        method: of the operation; empty where the app as a whole was attacked.
        path: as declared; empty likewise.
        outcome: what it came to.
        says: one sentence of what was seen.
        seconds: how long it took.
        cwe: the weakness that it shows.
        top_ten: the item of OWASP's API Security Top 10 2023.
        advice: why it matters, and what to do.
        place: where the handler is written, where that is known.
        code: the handler's first lines, where something got in.
        exchanges: the requests that show it.
        known: whether the baseline has it.
    """

    attack: Attack
    family: Family
    method: str
    path: str
    outcome: Outcome
    says: str
    seconds: float
    cwe: int
    top_ten: str
    advice: Advice
    place: ShownPlace | None
    code: str
    exchanges: tuple[ShownExchange, ...]
    known: bool

    @property
    def route(self) -> str:
        """`GET /notes`, or the app."""
        return f"{self.method} {self.path}" if self.path else "the app"

    @property
    def is_new(self) -> bool:
        """Whether something got in which the baseline has not."""
        return self.outcome is Outcome.FINDING and not self.known

    @property
    def fingerprint(self) -> Fingerprint:
        """What it is known by in a baseline."""
        return Fingerprint(self.path, self.method, self.attack.id)


@dataclass(frozen=True)
class Report:
    """What came of an attack.

    Attributes:
        target: the app or its URL, as it was named.
        seconds: how long it took.
        requests: how many were sent.
        routes: every method and path of the app.
        trials: all, in their order.
        baseline: what was known before.
        warnings: of the attack file: what it says of nothing that there is.
        stopped: why not everything was tried; empty where it was.
        left: what was taken away at the end.
    """

    target: str
    seconds: float
    requests: int
    routes: tuple[RouteReport, ...]
    trials: tuple[ShownTrial, ...]
    baseline: Baseline = field(default_factory=lambda: Baseline({}))
    warnings: tuple[str, ...] = ()
    stopped: str = ""
    left: Left | None = None

    def of(self, *outcomes: Outcome) -> tuple[ShownTrial, ...]:
        """Return the trials that ended so."""
        return tuple(each for each in self.trials if each.outcome in outcomes)

    @property
    def new(self) -> tuple[ShownTrial, ...]:
        """What got in and is not in the baseline."""
        return tuple(each for each in self.trials if each.is_new)

    @property
    def known(self) -> tuple[ShownTrial, ...]:
        """What got in and is in the baseline."""
        return tuple(each for each in self.of(Outcome.FINDING) if each.known)

    @property
    def gone(self) -> tuple[Fingerprint, ...]:
        """What the baseline has and did not get in any more."""
        return self.baseline.gone(self._tried, self._found)

    @property
    def next_baseline(self) -> Baseline:
        """The baseline that has what got in now."""
        return self.baseline.updated(self._tried, self._found)

    @property
    def counts(self) -> dict[str, int]:
        """How many trials ended how, by outcome; `known` are among the findings."""
        counted = Counter(each.outcome for each in self.trials)
        return {
            "trials": len(self.trials),
            **{outcome.value: counted[outcome] for outcome in Outcome},
            "known": len(self.known),
        }

    @property
    def untried(self) -> tuple[RouteReport, ...]:
        """The routes of which nothing can be said, and nobody has said that it need not."""
        undecided = {RouteState.INCONCLUSIVE, RouteState.NOT_RUN}
        return tuple(each for each in self.routes if each.state in undecided)

    @property
    def _tried(self) -> set[Fingerprint]:
        decided = (Outcome.FINDING, Outcome.REMARK, Outcome.REFUSED, Outcome.NOT_APPLICABLE)
        return {each.fingerprint for each in self.of(*decided)}

    @property
    def _found(self) -> set[Fingerprint]:
        return {each.fingerprint for each in self.of(Outcome.FINDING)}


def remarks(number: int) -> str:
    """Return the word for so many remarks."""
    return "remark" if number == 1 else "remarks"
