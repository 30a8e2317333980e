"""What came of each route: attacked, waived with its reason, or inconclusive with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from gatepost.attacks.outcomes import Outcome, Verdict
from gatepost.attacks.reports.places import ShownPlace
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface

_DECIDED = {Outcome.FINDING, Outcome.REMARK, Outcome.REFUSED}


class RouteState(StrEnum):
    """The states of a route."""

    ATTACKED = "attacked"
    WAIVED = "waived"
    """Not attacked, or open to all, for a reason that the attack file gives."""
    INCONCLUSIVE = "inconclusive"
    """Something could not be tried as its owner, so that a refusal tells nothing."""
    NOT_RUN = "not run"
    """The time was over, or somebody stopped the attack."""
    LEFT_OUT = "left out"
    """Not among what was chosen on the command line."""


@dataclass(frozen=True, slots=True)
class RouteReport:
    """One method and path.

    Attributes:
        method: the HTTP method, or `WEBSOCKET`.
        path: as declared.
        place: where its handler is written.
        state: what came of it.
        reason: why, unless it was attacked.
        in_schema: whether the app's OpenAPI shows it.
    """

    method: str
    path: str
    place: ShownPlace | None
    state: RouteState
    reason: str
    in_schema: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def state_of(
    operation: Operation, surface: Surface, verdicts: Iterable[Verdict], *, chosen: bool
) -> tuple[RouteState, str]:
    """Return the state of a route, and its reason.

    Args:
        operation: the route.
        surface: what the attack file says of it.
        verdicts: of every trial on it.
        chosen: whether only some attacks or routes were asked for.
    """
    waived, every = surface.waived(operation), tuple(verdicts)
    if waived is not None:
        return RouteState.WAIVED, waived
    for outcome, state in (
        (Outcome.NOT_RUN, RouteState.NOT_RUN),
        (Outcome.INCONCLUSIVE, RouteState.INCONCLUSIVE),
    ):
        undecided = [each for each in every if each.outcome is outcome]
        if undecided:
            return state, f"{len(undecided)} of {len(every)} attacks: {undecided[0].says}"
    if any(each.outcome in _DECIDED for each in every):
        return RouteState.ATTACKED, ""
    public = surface.public(operation)
    if public is not None:
        return RouteState.WAIVED, f"public: {public}"
    return _untouched(every, chosen=chosen)


def _untouched(every: tuple[Verdict, ...], *, chosen: bool) -> tuple[RouteState, str]:
    if every:
        return RouteState.INCONCLUSIVE, f"no attack applies: {every[0].says}"
    if chosen:
        return RouteState.LEFT_OUT, "not among what was asked for"
    return RouteState.INCONCLUSIVE, "no attack of the catalogue is aimed at it"
