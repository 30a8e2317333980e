"""The list of ways: each is data, with the answer that Bob must get."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from sqlalchemy import Delete, Executable, Update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from gatepost.errors import NotFound, ScopeViolation
from tests.rows.lab import Lab, seen

Attempt: TypeAlias = Callable[[Lab], Awaitable[object]]
Dialect: TypeAlias = Literal["sqlite", "postgresql"]

REFUSED = ScopeViolation
MISSING = NotFound
COLLISION = IntegrityError
STALE = StaleDataError


@dataclass(frozen=True)
class Way:
    """One way to another person's rows.

    Attributes:
        name: unique; the test's id.
        family: what it goes round.
        attempt: what Bob does; returns what he gets to see.
        answer: what that must be: a value, an exception, or any of a tuple of these.
        only: the one kind of database that knows the statement.
        moves: Ada herself changes her rows during the attempt.
        known: why it stays open, where it must.
    """

    name: str
    family: str
    attempt: Attempt
    answer: object
    only: Dialect | None = None
    moves: bool = False
    known: str | None = None

    def is_stopped_by(self, error: Exception) -> bool:
        """Whether the error is one that may stop this way."""
        return any(isinstance(kind, type) and isinstance(error, kind) for kind in self._wanted)

    def allows(self, seen: object) -> bool:
        """Whether Bob may see this."""
        return any(not isinstance(value, type) and seen == value for value in self._wanted)

    @property
    def _wanted(self) -> tuple[object, ...]:
        return self.answer if isinstance(self.answer, tuple) else (self.answer,)


WAYS: dict[str, Way] = {}


def add(way: Way) -> None:
    """Put a way on the list."""
    if way.name in WAYS:
        raise ValueError(f"two ways are called {way.name}")
    WAYS[way.name] = way


def way(
    family: str,
    answer: object,
    *,
    only: Dialect | None = None,
    moves: bool = False,
    known: str | None = None,
) -> Callable[[Attempt], Attempt]:
    """Put a function on the list, under its own name."""

    def put(attempt: Attempt) -> Attempt:
        name = getattr(attempt, "__name__", "").replace("_", " ")
        add(Way(name, family, attempt, answer, only, moves, known))
        return attempt

    return put


def statements(
    family: str,
    table: dict[str, tuple[Callable[[], Executable], object]],
    *,
    only: Dialect | None = None,
) -> None:
    """Put statements on the list: each is executed on Bob's session."""
    for name, (statement, answer) in table.items():

        async def attempt(lab: Lab, statement: Callable[[], Executable] = statement) -> object:
            made = statement()
            result = await lab.bob.execute(made)
            if isinstance(made, Update | Delete) and not made.exported_columns:
                return getattr(result, "rowcount", None)
            return seen(result)

        add(Way(name, family, attempt, answer, only))


OPEN_WITHOUT_THE_FIRST = {
    "update of a reference to a subquery": (
        "it changes rows of one's own alone, to what one may see; the first wall refuses what "
        "nobody can look up beforehand"
    ),
}
"""Why a way stays open where row-level security stands alone, by its name."""
