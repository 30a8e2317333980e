"""What Alice is answered when she asks for her own: asked once, and looked at by several trials."""

from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.trials.asking import answered


def hers(stage: Stage, operation: Operation) -> Exchange:
    """Return the answer to Alice's own request of an operation that reads.

    Raises:
        Inconclusive: she cannot, or something that it needs cannot be made.
    """

    def asked() -> Exchange:
        return answered(stage, operation, stage.alice)

    return stage.once(("hers", str(operation)), asked)
