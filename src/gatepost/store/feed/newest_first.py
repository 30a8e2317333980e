"""Reading many rows: in pages, and no more of them than a process should hold."""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from gatepost.principal import SessionId
from gatepost.tokens import Revocation

PAGE_ROWS = 10_000
MOST_ROWS = 100_000
"""So many rows are read one by one; what is older is then read as one row about everybody."""

ABOVE_ALL = 2**63 - 1


class Row(NamedTuple):
    """A row of the feed as it is stored, but for the time, in seconds since the epoch."""

    seq: int
    session_id: str | None
    subject: str | None
    key_id: str | None
    at: float

    def revocation(self) -> Revocation:
        """Return what it says."""
        session_id = None if self.session_id is None else SessionId(self.session_id)
        return Revocation(session_id, self.subject, self.key_id, self.at)


async def newest_first(
    page: Callable[[int], Awaitable[Sequence[Row]]],
    rest: Callable[[int], Awaitable[Sequence[Row]]],
) -> list[Row]:
    """Read page by page, and where there are too many rows the oldest ones as one.

    Fails closed within the bound: whoever's token is older than the rows that were read needs a
    new one. A session that had ended before then has no token that is younger.

    Args:
        page: the rows below a number, newest first, `PAGE_ROWS` of them at most.
        rest: what stands for all rows below a number: one without a name, at the time of the
            newest, and those about keys.
    """
    rows: list[Row] = []
    below = ABOVE_ALL
    while True:
        found = await page(below)
        rows += found
        if len(found) < PAGE_ROWS:
            return rows
        below = found[-1].seq
        if len(rows) >= MOST_ROWS:
            return [*rows, *await rest(below)]
