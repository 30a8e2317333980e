"""Whatever happens, in whatever order: no token is accepted after its end.

A machine of rules moves several workers (`model_machine`) in a world of its own (`model_world`).
What it must come to is kept apart from what is tested (`model_truth`).
"""

import time

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from gatepost.store.feed import follower
from tests.tokens.model_machine import TakingBack
from tests.tokens.model_truth import SEEN
from tests.tokens.model_world import CLOCKS

PHASES = tuple(Phase)

_REACHED = 10
_MUST_BE_REACHED = {
    *(f"{way} and accepted" for way in ("hot", "cold")),
    *(
        f"{way} and refused: {why}"
        for way in ("hot", "cold")
        for why in (
            "it has expired",
            "the news is old",
            "its key is another",
            "no keys are known",
            "its session has ended, which is known",
            "its person has ended, which is known",
        )
    ),
    # Refused from the cache for the same reason it is a case of test_verifier: here it is too rare.
    "cold and refused: its everything has ended, which is known",
    "still holds",
    "holds no more",
    "news in pieces",
    "an answer that was long under way",
    "an end that cannot be published",
}


def move_clocks(patched: pytest.MonkeyPatch) -> None:
    """Let the model move both clocks, and take in a few news as if they were many."""
    patched.setattr(time, "time", CLOCKS.wall)
    patched.setattr(time, "clock_gettime", CLOCKS.steady)
    patched.setattr(follower, "_AT_ONCE", 2)


def run(examples: int, steps: int, machine: type[TakingBack] = TakingBack) -> None:
    """Run the machine."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
            phases=PHASES,
        ),
    )


def test_no_token_is_accepted_after_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """In any order of events; and a good one is accepted."""
    move_clocks(monkeypatch)
    SEEN.clear()
    run(examples=500, steps=50)
    missed = {situation for situation in _MUST_BE_REACHED if SEEN[situation] < _REACHED}
    assert not missed, "\n".join(f"{n:7} {s}" for s, n in SEEN.most_common())
