"""The machine: what can happen to workers that share a feed and a set of keys, in any order."""

from collections.abc import Coroutine, Sequence
from typing import TypeVar

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
)

from gatepost.errors import TokenError
from gatepost.principal import SessionId, UserId
from gatepost.store.feed import CarrierLost
from gatepost.tokens import Revocation, UnverifiedToken, VerifiedClaims
from tests.tokens.model_truth import (
    SEEN,
    End,
    Kind,
    Session,
    Token,
    Worker,
    committed,
    must_be_accepted,
    reason_is_honest,
    why_not,
)
from tests.tokens.model_world import (
    CLOCKS,
    GRACE,
    NEVER,
    SKEW,
    KeyTable,
    Log,
    Machine,
    Process,
    at_once,
    sign,
    step,
)

_Thing = TypeVar("_Thing")

_WORKERS = 3
_EPOCH = 1_700_000_000.0
_workers = st.integers(0, _WORKERS - 1)
# Counted from the newest on: what has just been made is what is most often looked at again.
_which = st.integers(0, 5)
_mostly = st.sampled_from([True, True, False])
_seldom = st.sampled_from([False, False, False, True])
_users = st.sampled_from(["ada", "bob"])
_seconds = st.sampled_from([0.25, 1.0, 2.0, 3.0, 4.75, 5.0, 5.25, 20.0, 59.0, 72.0])
_errors = st.sampled_from([0, 0, 1, -1, -30, -70, -1000, 30, 1000, 5000, 86_400, 365 * 86_400])


class TakingBack(RuleBasedStateMachine):
    """Tokens are issued, shown and taken back; clocks, feed and keys fail."""

    @initialize(sees_sessions=st.booleans(), capacity=st.sampled_from([4, 1000, 1000]))
    def begin(self, sees_sessions: bool, capacity: int) -> None:  # noqa: FBT001 - by name
        """Start all workers on an empty log."""
        CLOCKS.truth = _EPOCH
        self.log, self.table = Log(sees_sessions), KeyTable()
        self.capacity = capacity
        self.sessions: list[Session] = []
        self.tokens: list[Token] = []
        self.half_issued: list[tuple[Session, bool, int]] = []
        self.half_ended: list[tuple[Session, End]] = []
        self.accepted: list[tuple[Worker, VerifiedClaims, Token]] = []
        self.ends: list[End] = []
        self.logged: list[End] = []
        self.readings: dict[int, tuple[Coroutine[object, None, None], float, int]] = {}
        self.workers: list[Worker] = []
        for number in range(_WORKERS):
            self.workers.append(self._started(Machine(0.0, _EPOCH - 1000 * number)))
            self._read(number)
        self.arrive("ada", names=True)

    def _started(self, machine: Machine) -> Worker:
        CLOCKS.machine = machine
        worker = Worker(machine, Process(self.log, self.capacity), self.capacity)
        worker.knows.clock_was_set = machine.wall_error != 0
        worker.looks_at_its_clock()
        worker.reads_keys(self.table)
        return worker

    def _at(self, number: int) -> Worker:
        worker = self.workers[number]
        CLOCKS.machine = worker.machine
        return worker

    # -- people ------------------------------------------------------------------------------

    @rule(user=_users, names=_mostly)
    def arrive(self, user: str, names: bool) -> None:  # noqa: FBT001 - by name
        """Somebody signs in, gets a token, and shows it everywhere."""
        self.sign_in(user)
        self.begin_issuing(0, names, 0)
        self.issue(0)
        for number in range(_WORKERS):
            self._show(number, self.tokens[-1])

    @rule(user=_users)
    def sign_in(self, user: str) -> None:
        """Somebody gets a session."""
        self.sessions.append(Session(f"s{len(self.sessions)}", user))

    @precondition(lambda self: self.sessions)
    @rule(which=_which, names=_mostly, error=st.integers(-SKEW, SKEW))
    def begin_issuing(self, which: int, names: bool, error: int) -> None:  # noqa: FBT001
        """The issuer has looked at the time and then found the session."""
        session = _newest(self.sessions, which)
        if session.is_there:
            self.half_issued.append((session, names, int(CLOCKS.truth) + error))

    @precondition(lambda self: self.half_issued)
    @rule(which=_which)
    def issue(self, which: int) -> None:
        """The issuer signs, and has not looked again."""
        session, names, issued_at = _newest(self.half_issued, which)
        self.half_issued.remove((session, names, issued_at))
        if not session.is_there:
            _met("issued after the session's end")
        row = self.table.current
        name = session.name if names else None
        raw = sign(row, user=session.user, session=name, issued_at=issued_at)
        self.tokens.append(Token(raw, session, names, issued_at, row.key_id, row.generation))

    @precondition(lambda self: self.tokens)
    @rule(number=_workers, which=_which, times=st.sampled_from([1, 2, 2]))
    def show(self, number: int, which: int, times: int) -> None:
        """A token is shown to a worker, in fresh bytes and perhaps again."""
        for _ in range(times):
            self._show(number, _newest(self.tokens, which))

    @precondition(lambda self: self.tokens)
    @rule()
    def show_all(self) -> None:
        """The newest tokens are shown everywhere."""
        for number in range(_WORKERS):
            for token in self.tokens[-6:]:
                self._show(number, token)

    @precondition(lambda self: self.accepted)
    @rule(which=_which)
    def ask_again(self, which: int) -> None:
        """A websocket that was opened with a token asks whether it still holds."""
        worker, claims, token = _newest(self.accepted, which)
        CLOCKS.machine = worker.machine
        if worker.process.verifier.still_holds(claims):
            why = why_not(token, worker, self.ends)
            # Claims do not say which key pair it was that stood under the id.
            assert why in (None, "its key is another"), why
            assert token.key_id in worker.keys
            _met("still holds")
        else:
            assert worker.wall >= token.expires_at or not self._must(token, worker)
            _met("holds no more")

    def _must(self, token: Token, worker: Worker) -> bool:
        return must_be_accepted(token, worker, self.ends)

    def _show(self, number: int, token: Token) -> None:
        worker = self._at(number)
        fresh = UnverifiedToken(bytes(bytearray(token.raw)))
        is_hot = fresh in worker.process.verifier._believed  # noqa: SLF001 - only to count it
        why = why_not(token, worker, self.ends)
        try:
            claims = worker.process.verifier.verify(fresh)
        except TokenError as error:
            reason = error.reason
            _met(f"{'hot' if is_hot else 'cold'} and refused: {why or 'for no great reason'}")
        else:
            _met(f"{'hot' if is_hot else 'cold'} and accepted")
            assert why is None, why
            assert claims.subject == token.session.user
            self.accepted.append((worker, claims, token))
            return
        assert not self._must(token, worker), reason
        assert reason_is_honest(reason, token, worker, self.ends), reason

    # -- ends --------------------------------------------------------------------------------

    @precondition(lambda self: self.sessions)
    @rule(number=_workers, which=_which, at_once_too=st.booleans())
    def sign_out(self, number: int, which: int, at_once_too: bool) -> None:  # noqa: FBT001
        """A worker ends a session: it refuses from now on, and deletes the row now or later."""
        session = _newest(self.sessions, which)
        if not session.is_there:
            return
        end = self._end(Kind.SESSION, session.name, session.user, number)
        worker = self._at(number)
        work = worker.process.follower.session_ends(SessionId(session.name), UserId(session.user))
        if not self._hears_itself(worker, end, work):
            return  # nobody else could be told, so that the row stays
        if not self.log.sees_sessions:
            committed(end, self.log, self.logged)
        self.half_ended.append((session, end))
        if at_once_too:
            self.delete_row(0)

    @precondition(lambda self: self.half_ended)
    @rule(which=_which)
    def delete_row(self, which: int) -> None:
        """The row goes; where the log sees that, it writes it down itself."""
        session, _ = ended = _newest(self.half_ended, which)
        self.half_ended.remove(ended)
        if session.is_there:
            self._delete(session)

    @precondition(lambda self: self.sessions and self.log.sees_sessions)
    @rule(which=_which)
    def session_ends_elsewhere(self, which: int) -> None:
        """A row is deleted behind everybody's back."""
        session = _newest(self.sessions, which)
        if session.is_there:
            self._delete(session)

    def _delete(self, session: Session) -> None:
        session.is_there = False
        if self.log.sees_sessions:
            end = self._end(Kind.SESSION, session.name, session.user, None)
            self.log.entries.append(
                Revocation(SessionId(session.name), session.user, None, CLOCKS.truth)
            )
            committed(end, self.log, self.logged)

    @rule(user=_users, number=st.none() | _workers)
    def revoke_person(self, user: str, number: int | None) -> None:
        """A role is lowered: at a worker, or in the database behind everybody's back."""
        self._take_back(Kind.PERSON, user, number)

    @rule(number=st.none() | _workers, so_it_is=_seldom)
    def revoke_everything(self, number: int | None, so_it_is: bool) -> None:  # noqa: FBT001
        """Nobody knows any more what was taken back."""
        if so_it_is:
            self._take_back(Kind.EVERYTHING, "", number)

    @rule(number=_workers, which=_which)
    def retire_key(self, number: int, which: int) -> None:
        """A key is believed no more: the table says so, and the feed."""
        row = _newest(list(self.table.rows.values()), which)
        if row is not self.table.current and row is not self.table.next:
            row.until = NEVER
            self._take_back(Kind.KEY, row.key_id, number)

    def _take_back(self, kind: Kind, name: str, number: int | None) -> None:
        end = self._end(kind, name, name, number)
        subject = name if kind is Kind.PERSON else None
        revocation = Revocation(None, subject, name if kind is Kind.KEY else None, end.at)
        if number is None:
            self.log.entries.append(revocation)
            committed(end, self.log, self.logged)
            return
        worker = self._at(number)
        if self._hears_itself(worker, end, worker.process.follower.take_back(revocation)):
            committed(end, self.log, self.logged)

    def _end(self, kind: Kind, name: str, user: str, number: int | None) -> End:
        error = 0.0 if number is None else self.workers[number].machine.wall_error
        end = End(kind, name, user, CLOCKS.truth + error, error)
        self.ends.append(end)
        return end

    def _hears_itself(self, worker: Worker, end: End, work: Coroutine[object, None, None]) -> bool:
        worker.knows.hears(end, CLOCKS.truth, worker.machine.wall_error)
        worker.looks_at_its_clock()
        try:
            at_once(work)
        except CarrierLost:
            _met("an end that cannot be published")
            return False
        return True

    # -- keys --------------------------------------------------------------------------------

    @rule(grace=st.sampled_from([GRACE, GRACE, 5.0]))
    def rotate(self, grace: float) -> None:
        """The next key signs; the last one has its grace."""
        self.table.rotate(CLOCKS.truth + grace)

    @rule(which=_which)
    def replace_key(self, which: int) -> None:
        """Another key pair stands under the same id."""
        self.table.replace(_newest(list(self.table.rows), which))

    @rule(number=_workers)
    def read_keys(self, number: int) -> None:
        """A worker reads the table of keys."""
        self._at(number).reads_keys(self.table)

    @rule(number=_workers, is_away=_seldom)
    def keys_go_and_come(self, number: int, is_away: bool) -> None:  # noqa: FBT001
        """What a worker knows of keys is too old, or is not any more."""
        self.workers[number].process.keys.is_away = is_away

    # -- the feed ----------------------------------------------------------------------------

    @rule(number=_workers)
    def read(self, number: int) -> None:
        """A worker reads all news at once."""
        self._read(number)

    @rule()
    def all_is_well(self) -> None:
        """Every worker reads its keys and its news."""
        self.restore()
        for number in range(_WORKERS):
            self.keys_go_and_come(number, is_away=False)
            self._at(number).reads_keys(self.table)
            self._read(number)

    def _read(self, number: int) -> None:
        self.begin_reading(number)
        while number in self.readings:
            self.go_on_reading(number)

    @rule(number=_workers)
    def begin_reading(self, number: int) -> None:
        """A worker asks for news, and what it will get is decided now."""
        if number in self.readings:
            return
        worker = self._at(number)
        carrier = worker.process.carrier
        work = worker.process.follower.read_news()
        try:
            if not worker.is_open:
                at_once(carrier.open())
                worker.is_open, worker.knows.read_up_to = True, 0
            assert step(work)
        except CarrierLost:
            work.close()
            worker.is_open = False
        else:
            self.readings[number] = (work, CLOCKS.truth, len(self.log.entries))

    @precondition(lambda self: self.readings)
    @rule(number=_workers)
    def go_on_reading(self, number: int) -> None:
        """The answer comes, and is taken in piece by piece."""
        if number not in self.readings:
            return
        worker = self._at(number)
        work, began, up_to = self.readings[number]
        try:
            if step(work):
                _met("news in pieces")
                return
        except CarrierLost:
            _met("lost in the middle of a reading")
            worker.is_open = False
        else:
            knows = worker.knows
            if CLOCKS.truth > began:
                _met("an answer that was long under way")
            for end in self.logged[knows.read_up_to : up_to]:
                knows.hears(end, began, worker.machine.wall_error)
            knows.read_up_to = up_to
            knows.news_as_of = began
            worker.looks_at_its_clock()
        del self.readings[number]

    @rule(number=st.none() | _workers)
    def lose(self, number: int | None) -> None:
        """The feed cannot be reached, by one worker or by all."""
        for each in range(_WORKERS) if number is None else [number]:
            self.workers[each].process.carrier.reachable = False

    @rule()
    def restore(self) -> None:
        """The feed is back."""
        for worker in self.workers:
            worker.process.carrier.reachable = True

    @rule(number=_workers, repeats=st.integers(0, 3))
    def repeat(self, number: int, repeats: int) -> None:
        """The feed says some things twice from now on."""
        self.workers[number].process.carrier.repeats = repeats

    # -- machines and clocks -----------------------------------------------------------------

    @rule(number=_workers, cut_off=_seldom)
    def restart(self, number: int, cut_off: bool) -> None:  # noqa: FBT001 - by name
        """A worker starts again with nothing but what it reads, if it can, and is asked at once."""
        if number in self.readings:
            self.readings.pop(number)[0].close()
        self.workers[number] = self._started(self.workers[number].machine)
        self.workers[number].process.carrier.reachable = not cut_off
        self._read(number)
        for token in self.tokens[-3:]:
            self._show(number, token)

    @rule(seconds=_seconds)
    def time_passes(self, seconds: float) -> None:
        """Nobody does anything for a while."""
        CLOCKS.truth += seconds

    @rule(number=_workers, seconds=_seconds)
    def suspend(self, number: int, seconds: float) -> None:
        """A machine sleeps for a while in which the others go on."""
        CLOCKS.truth += seconds
        for other in range(_WORKERS):
            if other != number:
                self._read(other)

    @rule(number=_workers, error=_errors)
    def set_wall_clock(self, number: int, error: int) -> None:
        """An operator sets a machine's wall clock, rightly or wrongly."""
        worker = self.workers[number]
        if worker.machine.wall_error:
            error = 0
        worker.machine.wall_error = error
        worker.knows.clock_was_set = True

    def teardown(self) -> None:
        """Show everything everywhere once more."""
        if hasattr(self, "tokens"):
            self.show_all()
        for work, _, _ in getattr(self, "readings", {}).values():
            work.close()


def _newest(things: Sequence[_Thing], which: int) -> _Thing:
    return things[-1 - which % len(things)]


def _met(situation: str) -> None:
    SEEN[situation] += 1
    event(situation)
