"""Run the model for long, by hand: `python -m tests.tokens.model_run EXAMPLES SEED`."""

import sys

import pytest
from hypothesis import Phase, seed

from tests.tokens import test_model
from tests.tokens.model_machine import TakingBack
from tests.tokens.model_truth import SEEN


def main(examples: int, number: int) -> None:
    """Run it and say how often each situation was met."""
    with pytest.MonkeyPatch.context() as patched:
        test_model.move_clocks(patched)
        test_model.PHASES = (Phase.generate,)
        test_model.run(examples, steps=50, machine=seed(number)(TakingBack))
    for situation, times in SEEN.most_common():
        sys.stdout.write(f"{times:9} {situation}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
