"""What is true in the model, kept beside what is tested and sharing no code with it."""

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum

from gatepost.tokens import TokenFault
from tests.tokens.model_world import (
    CLOCKS,
    LIFETIME,
    SKEW,
    STALENESS,
    KeyTable,
    Log,
    Machine,
    Process,
)

# For how long an end is remembered, on a clock that nobody sets. After it every token of it has
# expired by a clock that is right; one that is set back far enough lets it live again, as it does
# with any expired token. The model says so by `Knowledge.has_forgotten`.
REMEMBERED = LIFETIME + 3 * SKEW + 5
CLOCK_ERROR = 3600

SEEN: Counter[str] = Counter()
"""How often each situation was met."""


class Kind(Enum):
    """What can end."""

    SESSION = "session"
    PERSON = "person"
    EVERYTHING = "everything"
    KEY = "key"


@dataclass
class Session:
    """A row of the table `session`."""

    name: str
    user: str
    is_there: bool = True


@dataclass(frozen=True)
class Token:
    """A token and what is true of it."""

    raw: bytes
    session: Session
    names_session: bool
    issued_at: int
    key_id: str
    generation: int

    @property
    def expires_at(self) -> int:
        """Seconds since the epoch."""
        return self.issued_at + LIFETIME


@dataclass(eq=False)
class End:
    """Something that has ended.

    Attributes:
        at: when, by the clock of whoever wrote it down, which was wrong by `error`.
        committed_at: when it was in the log for everybody to read; None while it is not.
    """

    kind: Kind
    name: str
    user: str
    at: float
    error: float
    committed_at: float | None = None

    def covers(self, token: Token, skew: float = 0) -> bool:
        """Whether the token may not be accepted by anybody who knows; more of them with a skew."""
        in_time = token.issued_at <= self.at + skew
        if self.kind is Kind.KEY:
            return token.key_id == self.name
        if self.kind is Kind.EVERYTHING:
            return in_time
        if self.kind is Kind.PERSON:
            return token.session.user == self.name and in_time
        if token.names_session:
            return token.session.name == self.name
        return token.session.user == self.user and in_time


@dataclass
class Knowledge:
    """What a worker must know, from what it was given to read and what it did itself.

    Attributes:
        heard: each end, and when the reading that brought it began.
        passed_over: what its wall clock and the writer's, together wrong by over an hour, made it
            take for old.
        news_as_of: when the last reading that came to its end had begun.
        best_error: the least that its wall clock has been behind since its start.
    """

    heard: dict[End, float] = field(default_factory=dict)
    passed_over: set[End] = field(default_factory=set)
    news_as_of: float | None = None
    read_up_to: int = 0
    best_error: float = float("-inf")
    clock_was_set: bool = False

    def hears(self, end: End, began: float, error: float) -> None:
        """Take note of what a worker is told."""
        looks_old = CLOCKS.truth + error - end.at > REMEMBERED + CLOCK_ERROR
        if looks_old and end.error < -SKEW and end.kind is not Kind.KEY:
            if end not in self.heard:
                self.passed_over.add(end)
            return
        self.passed_over.discard(end)
        self.heard[end] = began

    def has_forgotten(self, end: End, token: Token, *, is_full: bool) -> bool:
        """Whether it may have: after all that time, or for lack of memory.

        Where memory runs out, what was issued until then is refused instead. That is not all where
        the clock was never right, or where a row outlived the end of its session.
        """
        if end.kind in (Kind.KEY, Kind.EVERYTHING):
            return False
        if is_full and (self.best_error < -SKEW or token.issued_at > end.at + SKEW):
            return True
        return CLOCKS.truth - self.heard[end] > REMEMBERED


@dataclass
class Worker:
    """One worker: a machine, the process on it, and what it must know."""

    machine: Machine
    process: Process
    capacity: int
    knows: Knowledge = field(default_factory=Knowledge)
    keys: dict[str, tuple[int, float | None]] = field(default_factory=dict)
    is_open: bool = False

    @property
    def wall(self) -> float:
        """What it believes that it is."""
        return CLOCKS.truth + self.machine.wall_error

    def looks_at_its_clock(self) -> None:
        """Take note of how wrong it is."""
        self.knows.best_error = max(self.knows.best_error, self.machine.wall_error)

    def reads_keys(self, table: KeyTable) -> None:
        """Read the table of keys."""
        self.process.keys.read(table)
        self.keys = {row.key_id: (row.generation, row.until) for row in table.rows.values()}


def why_not(token: Token, worker: Worker, ends: list[End]) -> str | None:
    """Return why a worker must not accept a token at this moment, or None where it may."""
    as_of = worker.knows.news_as_of
    if worker.wall >= token.expires_at + SKEW:
        return "it has expired"
    if as_of is None or CLOCKS.truth - as_of > STALENESS:
        return "the news is old"
    return _why_not_its_key(token, worker) or _what_has_ended(token, worker, ends)


def _why_not_its_key(token: Token, worker: Worker) -> str | None:
    generation, until = worker.keys.get(token.key_id, (None, None))
    if worker.process.keys.is_away:
        return "no keys are known"
    if generation != token.generation:
        return "its key is another"
    if until is not None and until <= worker.wall:
        return "its key's grace is over"
    return None


def _what_has_ended(token: Token, worker: Worker, ends: list[End]) -> str | None:
    knows = worker.knows
    is_full = 2 * len(ends) > worker.capacity
    for end in ends:
        if not end.covers(token):
            continue
        if end in knows.heard:
            if not knows.has_forgotten(end, token, is_full=is_full):
                return f"its {end.kind.value} has ended, which is known"
            SEEN["what may have been forgotten"] += 1
        elif end in knows.passed_over:
            SEEN["clocks an hour apart"] += 1
        elif end.committed_at is not None and CLOCKS.truth - end.committed_at > STALENESS:
            return f"its {end.kind.value} has ended, and that is no news"
    return None


def must_be_accepted(token: Token, worker: Worker, ends: list[End]) -> bool:
    """Whether there is no reason to refuse it: its session lives, and all clocks are right."""
    knows = worker.knows
    return (
        why_not(token, worker, ends) is None
        and worker.machine.wall_error == 0
        and not knows.clock_was_set
        and 2 * len(ends) <= worker.capacity
        and token.issued_at <= worker.wall + SKEW
        and not any(end.covers(token, SKEW) for end in ends)
    )


def reason_is_honest(reason: object, token: Token, worker: Worker, ends: list[End]) -> bool:
    """Whether a refusal that blames us, and not the token, is true."""
    if reason is TokenFault.KEYS_UNAVAILABLE:
        return worker.process.keys.is_away
    if reason is TokenFault.REVOCATIONS_UNAVAILABLE:
        as_of = worker.knows.news_as_of
        return as_of is None or CLOCKS.truth - as_of > STALENESS
    if reason is TokenFault.REVOKED:
        unsure = worker.knows.clock_was_set or 2 * len(ends) > worker.capacity
        return unsure or any(end.covers(token, SKEW) for end in ends)
    return True


def committed(end: End, log: Log, log_ends: list[End]) -> None:
    """Take note that the log has one entry more."""
    log_ends.append(end)
    end.committed_at = CLOCKS.truth
    assert len(log.entries) == len(log_ends)
