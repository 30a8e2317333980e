"""One answer that is other than Better Auth's, on purpose."""

from dataclasses import dataclass

from tests.provider.our_answers import Answer


@dataclass(frozen=True, slots=True)
class Difference:
    """What Gatepost answers instead.

    Attributes:
        row: of the table, by its first column.
        databases: on which; on the others the original answers as Gatepost does.
    """

    row: str
    answer: Answer
    databases: tuple[str, ...] = ("sqlite", "postgresql")
