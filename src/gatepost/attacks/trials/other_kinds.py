"""Tokens of another kind, 84 and 85: what comes beside the access token opens nothing."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from gatepost.attacks.catalogue import find
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.people.carrier import carrier_of
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.aiming import probe
from gatepost.attacks.trials.sessions import granted, must_be_granted


def other_kinds(surface: Surface) -> Iterator[Trial]:
    """Plan what presents each other token as the access token."""
    seen = probe(surface)
    if seen is not None:
        for number, run in _RUNS.items():
            yield Trial(find(number), seen, run)


def _in_its_place(named: re.Pattern[str], what: str) -> Callable[[Stage], Verdict]:
    """Present what is named so, of what signing in gave, as the access token."""

    def run(stage: Stage) -> Verdict:
        carrier = carrier_of(stage.alice)
        places: tuple[Mapping[str, object], ...] = (stage.alice.signed_in, stage.alice.cookies)
        tokens = [
            value for place in places for name, value in place.items()
            if named.search(name) and isinstance(value, str) and len(value) >= 16  # noqa: PLR2004 - no token is shorter
        ]  # fmt: skip
        if carrier is None or not tokens:
            return not_applicable(f"signing in gives no {what}")
        must_be_granted(stage, stage.alice)
        for token in tokens:
            header, value = carrier.holding(token)
            holder = replace(stage.alice, headers={**stage.alice.headers, header: value.decode()})
            if token != carrier.token and (seen := granted(stage, holder)) is not None:
                return got_in(f"a token of another kind opens the app: the {what}", seen)
        return REFUSED

    return run


_RUNS: Mapping[str, Callable[[Stage], Verdict]] = {
    "84.6": _in_its_place(re.compile(r"id_?token", re.IGNORECASE), "ID token"),
    "85": _in_its_place(re.compile(r"^(token|session_?token)$"), "session token"),
    "85.1": _in_its_place(re.compile(r"refresh", re.IGNORECASE), "refresh token"),
}
