"""What Alice is answered when she asks for her own: asked once, and looked at by several trials."""

from gatepost.attacks.errors import Inconclusive, NothingThere
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.trials.asking import answered
from gatepost.attacks.trials.judging import is_stream


def never_ends(stage: Stage, operation: Operation) -> bool:
    """Whether an operation answers with a stream of events, which is waited for in vain."""
    try:
        return is_stream(hers(stage, operation))
    except (Inconclusive, NothingThere):
        return False


def hers(stage: Stage, operation: Operation) -> Exchange:
    """Return the answer to Alice's own request of an operation that reads.

    Raises:
        Inconclusive: she cannot, or something that it needs cannot be made.
    """

    def asked() -> Exchange:
        return answered(stage, operation, stage.alice)

    return stage.once(("hers", str(operation)), asked)
