"""The world of the model: clocks that it moves, a feed that it loses, keys that it turns over.

What is tested is real: `Verifier`, `Trust`, `RevocationMemory`, `FeedFollower` and Ed25519. Around
them stand the two ports, in memory, and machines whose wall clocks can be set by an operator.
"""

import json
from collections.abc import Coroutine, Generator, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gatepost.errors import TokenError
from gatepost.store.feed import CarrierLost, FeedFollower
from gatepost.tokens import (
    Revocation,
    RevocationMemory,
    TokenFault,
    Trust,
    VerificationKey,
    Verifier,
)
from gatepost.tokens.algorithms import ALGORITHMS
from tests.tokens.house import AUDIENCE, ISSUER, base64url

LIFETIME, SKEW, STALENESS, GRACE = 60, 2, 5.0, 66.0
NEVER = 0.0

_PAIRS = [Ed25519PrivateKey.generate() for _ in range(64)]


class Clocks:
    """The time that it truly is, and whose clocks are read at the moment.

    Attributes:
        truth: seconds since the epoch.
        machine: the one whose code runs.
    """

    def __init__(self) -> None:
        self.truth = 0.0
        self.machine = Machine()

    def wall(self) -> float:
        """Return what the running machine believes that it is."""
        return self.truth + self.machine.wall_error

    def steady(self, _which: int) -> float:
        """Return what nobody sets, counted from when the running machine was switched on."""
        return self.truth - self.machine.switched_on_at


@dataclass
class Machine:
    """A machine has a wall clock, which may be wrong, and a steady one, which is its own."""

    wall_error: float = 0.0
    switched_on_at: float = 0.0


CLOCKS = Clocks()


class _Pause:
    """Where a reading waits for its answer until the model goes on with it."""

    def __await__(self) -> Generator[None, None, None]:
        yield


@dataclass
class Log:
    """The durable record that all workers share."""

    sees_sessions: bool
    entries: list[Revocation] = field(default_factory=list)


class LogCarrier:
    """A `Carrier` over a log: it can be cut off, answers when the model says so, and repeats."""

    def __init__(self, log: Log) -> None:
        self.sees_sessions = log.sees_sessions
        self.reachable = True
        self.repeats = 0
        self._log = log
        self._position = 0

    async def open(self) -> None:
        """Begin at the beginning."""
        self._check()
        self._position = 0

    async def read(self) -> Sequence[Revocation]:
        """Answer with what is there now, later."""
        self._check()
        start = max(0, self._position - self.repeats)
        found = self._log.entries[start:]
        self._position = len(self._log.entries)
        await _Pause()
        self._check()
        return found

    async def wait(self, _seconds: float) -> None:
        """Return at once."""

    async def publish(self, revocation: Revocation) -> None:
        """Write it down."""
        self._check()
        self._log.entries.append(revocation)

    async def close(self) -> None:
        """Have nothing to let go of."""

    def _check(self) -> None:
        if not self.reachable:
            raise CarrierLost("the model has cut it off")


@dataclass
class Row:
    """A row of the table of keys. The model's own truth, too.

    Attributes:
        generation: which key pair stands under this id; it can be replaced.
        until: the end of its grace.
    """

    key_id: str
    generation: int
    until: float | None = None

    @property
    def pair(self) -> Ed25519PrivateKey:
        """The key pair."""
        return _PAIRS[self.generation % len(_PAIRS)]


class KeyTable:
    """What all workers read their keys from: one that signs, one that will, and retired ones."""

    def __init__(self) -> None:
        self._made = 0
        self.rows: dict[str, Row] = {}
        self.current = self._add()
        self.next = self._add()

    def _add(self) -> Row:
        self._made += 1
        row = Row(f"k{self._made}", self._made)
        self.rows[row.key_id] = row
        return row

    def rotate(self, until: float) -> None:
        """Let the next key sign; the one that did verifies until the end of its grace."""
        if self.current.until is None:
            self.current.until = until
        self.current, self.next = self.next, self._add()

    def replace(self, key_id: str) -> None:
        """Put another key pair under an id."""
        self._made += 1
        self.rows[key_id].generation = self._made


class Keys:
    """The key source of one worker: what it last read of the table."""

    staleness_seconds = 0.0

    def __init__(self) -> None:
        self.is_away = False
        self._known: dict[str, VerificationKey] = {}

    def read(self, table: KeyTable) -> None:
        """Read the table; a key that has not changed stays the same object."""
        fresh = {
            row.key_id: VerificationKey(
                row.key_id, ALGORITHMS["EdDSA"], row.pair.public_key(), row.until
            )
            for row in table.rows.values()
        }
        before = self._known
        self._known = {
            key_id: before[key_id] if before.get(key_id) == key else key
            for key_id, key in fresh.items()
        }

    def find(self, key_id: str) -> VerificationKey | None:
        """Answer from memory."""
        if self.is_away:
            raise TokenError(TokenFault.KEYS_UNAVAILABLE)
        return self._known.get(key_id)

    async def refresh(self) -> None:
        """Have no way to ask."""


class Process:
    """What a worker is made of, from one start to the next."""

    def __init__(self, log: Log, capacity: int) -> None:
        self.carrier = LogCarrier(log)
        self.keys = Keys()
        self.follower = FeedFollower(
            self.carrier,
            RevocationMemory(
                token_lifetime_seconds=LIFETIME,
                clock_skew_seconds=SKEW,
                max_staleness_seconds=STALENESS,
                capacity=capacity,
            ),
        )
        trust = Trust(
            issuer=ISSUER,
            audience=AUDIENCE,
            algorithms=frozenset({"EdDSA"}),
            token_types=frozenset({""}),
            required_claims=frozenset(),
            clock_skew_seconds=SKEW,
            max_lifetime_seconds=LIFETIME,
            roles_claim="",
            subjects_are_user_ids=True,
            keys=self.keys,
            revocations=self.follower,
        )
        self.verifier = Verifier([trust])


def at_once(work: Coroutine[object, None, None]) -> None:
    """Run what waits for nothing but the model, to its end."""
    while step(work):
        pass


def step(work: Coroutine[object, None, None]) -> bool:
    """Run it to where it waits next; returns whether there is more."""
    try:
        work.send(None)
    except StopIteration:
        return False
    return True


def sign(row: Row, *, user: str, session: str | None, issued_at: int) -> bytes:
    """Make a token as an issuer would, with nothing of the code that is tested."""
    claims: dict[str, object] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": user,
        "iat": issued_at,
        "exp": issued_at + LIFETIME,
    }
    if session is not None:
        claims["sid"] = session
    parts = [base64url(json.dumps(part).encode()) for part in (header(row), claims)]
    signing_input = b".".join(parts)
    return signing_input + b"." + base64url(row.pair.sign(signing_input))


def header(row: Row) -> dict[str, object]:
    """Write a header."""
    return {"alg": "EdDSA", "kid": row.key_id}
