"""What Valkey carries is known everywhere at once, and what Valkey loses is not forgiven."""

import asyncio
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import cast

import pytest

from gatepost.principal import SessionId, UserId
from gatepost.store.feed import CarrierLost, FeedFollower
from gatepost.store.feed.valkey import IDENTITY, STREAM, ValkeyCarrier
from gatepost.store.feed.valkey_entry import fields_of
from gatepost.tokens import Revocation, RevocationMemory, TokenFault, VerifiedClaims, steady_now
from tests.services.valkey import Valkey

_PATIENCE_SECONDS = 30
_HOUR_MS = 60 * 60 * 1000
_ELSEWHERE = """
import asyncio, os, time
from gatepost.store.feed.valkey import ValkeyCarrier
from gatepost.tokens import Revocation
carrier = ValkeyCarrier(os.environ["FEED_URL"])
asyncio.run(carrier.publish(Revocation("a", "ada", None, time.time())))
print(time.monotonic())
"""


@pytest.fixture
def server(valkey: Valkey) -> Iterator[Valkey]:
    """The session's server, with nothing in it."""
    valkey.command("FLUSHALL")
    yield valkey
    valkey.command("FLUSHALL")


def claims(session: str, *, issued: float | None = None) -> VerifiedClaims:
    """Return claims of a session of Ada's, issued a minute from now unless said otherwise."""
    issued_at = int(time.time() + 60 if issued is None else issued)
    return VerifiedClaims(
        issuer="https://issuer.test",
        subject="ada",
        user_id=UserId("ada"),
        audience="https://app.test",
        issued_at=issued_at,
        expires_at=issued_at + 900,
        session_id=SessionId(session),
        key_id="k",
    )


def ended(session: str) -> Revocation:
    """Write the end of a session."""
    return Revocation(SessionId(session), "ada", None, time.time())


@asynccontextmanager
async def following(server: Valkey, *, staleness: float = 30.0) -> AsyncIterator[FeedFollower]:
    """Follow the server's feed, with clocks that agree."""
    memory = RevocationMemory(
        token_lifetime_seconds=900,
        clock_skew_seconds=0,
        max_staleness_seconds=staleness,
        capacity=100_000,
    )
    feed = FeedFollower(ValkeyCarrier(server.url), memory)
    async with feed.following():
        yield feed


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not is_so():  # noqa: ASYNC110 - it happens in another process
            await asyncio.sleep(0.002)


async def a_second_passes() -> int:
    """Wait until a token can be issued after all that was until now; return when that is."""
    issued = int(time.time()) + 1
    await until(lambda: time.time() > issued)
    return issued


@asynccontextmanager
async def reading(server: Valkey) -> AsyncIterator[ValkeyCarrier]:
    """Open a carrier, without having read."""
    carrier = ValkeyCarrier(server.url)
    await carrier.open()
    try:
        yield carrier
    finally:
        await carrier.close()


def test_another_process_is_heard_within_a_second(server: Valkey) -> None:
    """What one process revokes every other refuses within a second."""

    async def scenario() -> float:
        async with following(server) as feed:
            assert feed.fault(claims("a")) is None
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", _ELSEWHERE),
                env={**os.environ, "FEED_URL": server.url},
                stdout=asyncio.subprocess.PIPE,
            )
            await until(lambda: feed.fault(claims("a")) is TokenFault.REVOKED)
            heard = time.monotonic()
            said, _ = await process.communicate()
            assert feed.fault(claims("b")) is None
            return heard - float(said)

    assert asyncio.run(scenario()) < 1


def test_who_comes_later_knows_what_ended_before(server: Valkey) -> None:
    """A process refuses from its first request what was revoked before it started."""

    async def scenario() -> None:
        await ValkeyCarrier(server.url).publish(ended("a"))
        async with following(server) as feed:
            assert feed.fault(claims("a")) is TokenFault.REVOKED
            assert feed.fault(claims("b")) is None

    asyncio.run(scenario())


def test_catching_up_asks_at_once(server: Valkey) -> None:
    """After a catch-up everything is known that was published before it."""

    async def scenario() -> None:
        async with following(server) as feed:
            for number in range(20):
                await ValkeyCarrier(server.url).publish(ended(str(number)))
                await feed.catch_up()
                assert feed.fault(claims(str(number))) is TokenFault.REVOKED

    asyncio.run(scenario())


def test_frozen_server_closes_the_door(server: Valkey) -> None:
    """When the server answers nothing, no token is judged; when it does, the news comes first."""

    async def scenario() -> None:
        acknowledged: list[float] = []

        def revoke() -> None:
            server.command("XADD", STREAM, "*", *fields_of(ended("b")))
            acknowledged.append(steady_now())

        async with following(server, staleness=1.0) as feed:
            await feed.catch_up()
            assert feed.fault(claims("a")) is None
            revoking = threading.Thread(target=revoke)
            with server.frozen():
                revoking.start()
                await until(lambda: feed.fault(claims("a")) is not None)
                assert feed.fault(claims("a")) is TokenFault.REVOCATIONS_UNAVAILABLE
                with pytest.raises(CarrierLost, match="Timeout"):
                    await feed.take_back(ended("c"))

            def told() -> bool:
                as_of = steady_now() - feed.staleness_seconds
                knows = bool(acknowledged) and as_of > acknowledged[0]
                assert not knows or feed.fault(claims("b")) is TokenFault.REVOKED
                return knows

            await until(told)
            await until(lambda: feed.fault(claims("a")) is None)
            revoking.join()

    asyncio.run(scenario())


def test_restart_with_its_data_changes_nothing(server: Valkey) -> None:
    """A server that comes back with what it held refuses that, and nobody else."""

    async def scenario() -> None:
        async with following(server) as feed:
            issued = await a_second_passes()
            await feed.take_back(ended("a"))
            await asyncio.to_thread(server.restart, with_data=True)
            await ValkeyCarrier(server.url).publish(ended("b"))
            await until(lambda: feed.fault(claims("b")) is TokenFault.REVOKED)
            assert feed.fault(claims("c", issued=issued)) is None
        async with following(server) as later:
            assert later.fault(claims("a")) is TokenFault.REVOKED
            assert later.fault(claims("c", issued=issued)) is None

    asyncio.run(scenario())


def _fall_back(server: Valkey, earlier: bytes) -> None:
    server.command("RESTORE", STREAM, 0, earlier, "REPLACE")


def _fall_back_and_go_on(server: Valkey, earlier: bytes) -> None:
    _fall_back(server, earlier)
    server.command("XADD", STREAM, "*", *fields_of(ended("other")))


def _come_back_without(server: Valkey, _earlier: bytes) -> None:
    server.command("DEL", STREAM)
    server.command("XADD", STREAM, "*", *fields_of(ended("other")))


LOSSES: dict[str, Callable[[Valkey, bytes], object]] = {
    "restarted without its data": lambda server, _: server.restart(with_data=False),
    "flushed": lambda server, _: server.command("FLUSHALL"),
    "the stream evicted": lambda server, _: server.command("DEL", STREAM),
    "the identity evicted": lambda server, _: server.command("DEL", IDENTITY),
    "another server's data": lambda server, _: server.command("SET", IDENTITY, "other"),
    "fallen back": _fall_back,
    "fallen back, and gone on": _fall_back_and_go_on,
    "made again by somebody else": _come_back_without,
}


@pytest.mark.parametrize("how", LOSSES)
def test_loss_refuses_what_came_before(
    how: str, server: Valkey, caplog: pytest.LogCaptureFixture
) -> None:
    """When the server lost entries, tokens from before are refused, here and later; new ones not.

    A process that starts after the loss learns of it from the one that saw it.
    """

    async def scenario() -> None:
        async with following(server) as feed, following(server) as other:
            issued = await a_second_passes()
            earlier = await asyncio.to_thread(server.command, "DUMP", STREAM)
            await feed.take_back(ended("a"))
            await until(lambda: other.fault(claims("a")) is TokenFault.REVOKED)
            assert feed.fault(claims("b", issued=issued)) is None
            caplog.clear()
            await asyncio.to_thread(LOSSES[how], server, earlier)
            for each in (feed, other):
                await until(lambda: each.fault(claims("b", issued=issued)) is not None)  # noqa: B023 - used at once
                await until(lambda: each.fault(claims("b")) is None)  # noqa: B023 - used at once
                assert each.fault(claims("b", issued=issued)) is TokenFault.REVOKED
        async with following(server) as later:
            assert later.fault(claims("b", issued=issued)) is TokenFault.REVOKED
            assert later.fault(claims("b")) is None
        assert "every token issued until now is refused" in caplog.text

    asyncio.run(scenario())


@pytest.mark.parametrize("had", ["read", "published"])
def test_fall_back_is_noticed_by_whoever_knew(had: str, server: Valkey) -> None:
    """One who read, or only published, an entry that is then lost notices, whatever comes next."""

    async def scenario() -> None:
        async with reading(server) as carrier:
            await carrier.read()
            earlier = server.command("DUMP", STREAM)
            if had == "read":
                await ValkeyCarrier(server.url).publish(ended("a"))
                await carrier.read()
            else:
                await carrier.publish(ended("a"))
            number = cast("list[list[bytes]]", server.command("XRANGE", STREAM, "-", "+"))[-1][0]
            _fall_back(server, earlier)
            server.command("XADD", STREAM, number, *fields_of(ended("other")))
            everything = [one for one in await carrier.read() if one.session_id is None]
            assert len(everything) == 2
            assert await carrier.read() == []

    asyncio.run(scenario())


def test_ordinary_start_refuses_nobody(server: Valkey) -> None:
    """Only the very first start, on an empty server, ends what was issued before it."""

    async def scenario() -> None:
        carriers = [ValkeyCarrier(server.url) for _ in range(5)]
        try:
            await asyncio.gather(*(carrier.open() for carrier in carriers))
            firsts = await asyncio.gather(*(carrier.read() for carrier in carriers))
        finally:
            await asyncio.gather(*(carrier.close() for carrier in carriers))
        assert {tuple(first) for first in firsts} == {tuple(firsts[0])}
        assert len(firsts[0]) == 1
        issued = await a_second_passes()
        async with following(server) as feed:
            assert feed.fault(claims("a", issued=issued)) is None

    asyncio.run(scenario())


def test_trimming_is_no_loss(server: Valkey, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is older than any token goes from the server, and nobody takes it for a loss."""

    async def scenario() -> None:
        old = int(time.time() * 1000) - 26 * _HOUR_MS
        server.command("SET", IDENTITY, "some")
        for number in range(300):
            server.command("XADD", STREAM, f"{old + number}-0", *fields_of(ended(str(number))))
        async with reading(server) as carrier:
            with monkeypatch.context() as patch:
                patch.setattr(time, "time", lambda: old / 1000)
                assert len(await carrier.read()) == 300
            assert await carrier.read() == []
            assert server.command("XLEN", STREAM) < 300
            await carrier.open()
            assert None not in [one.session_id for one in await carrier.read()]
            await carrier.publish(ended("a"))
            assert [one.session_id for one in await carrier.read()] == ["a"]

    asyncio.run(scenario())


def test_burst_comes_whole_and_in_order(server: Valkey) -> None:
    """Five thousand sessions that end at once are all known, each once and in their order."""

    async def scenario() -> None:
        async with reading(server) as carrier, reading(server) as writer:
            await carrier.read()
            names = [str(number) for number in range(5000)]
            for name in names:
                await writer.publish(ended(name))
            assert [one.session_id for one in await carrier.read()] == names
            await carrier.open()
            assert [one.session_id for one in await carrier.read()] == [None, *names]

    asyncio.run(scenario())


MALFORMED: dict[str, tuple[str | bytes, ...]] = {
    "no time": ("session", "a"),
    "a name that nobody knows": ("session", "a", "at", "1", "device", "d"),
    "a name twice": ("session", "a", "session", "b", "at", "1"),
    "an empty name": ("session", "", "at", "1"),
    "a time that is none": ("session", "a", "at", "soon"),
    "a time without end": ("session", "a", "at", "inf"),
    "a time before time": ("session", "a", "at", "-1"),
    "not text": ("session", b"\xff", "at", "1"),
    "a key and a session": ("session", "a", "key", "k", "at", "1"),
    "nothing at all": ("", ""),
}


@pytest.mark.parametrize("how", MALFORMED)
def test_malformed_entry_ends_everything_up_to_it(how: str, server: Valkey) -> None:
    """What cannot be read might be a revocation, so that all it could have named is refused."""

    async def scenario() -> None:
        async with reading(server) as carrier:
            await carrier.read()
            before = time.time() - 0.001
            server.command("XADD", STREAM, "*", *MALFORMED[how])
            server.command("XADD", STREAM, "9999999999999-0", *MALFORMED[how])
            await carrier.publish(ended("b"))
            *malformed, proper = await carrier.read()
            for one in malformed:
                assert (one.session_id, one.subject, one.key_id) == (None, None, None)
                assert before <= one.at <= time.time()
            assert len(malformed) == 2
            assert proper.session_id == "b"

    asyncio.run(scenario())


NAMED = [
    Revocation(SessionId("a"), "ada", None, 1.25),
    Revocation(SessionId("a"), None, None, 1.25),
    Revocation(None, "Ada ☃ \r\n", None, 1764000000.1234567),
    Revocation(None, None, "key", 0.0),
    Revocation(None, None, None, 1764000000),
]


@pytest.mark.parametrize("revocation", NAMED, ids=str)
def test_entry_says_what_was_published(revocation: Revocation, server: Valkey) -> None:
    """A revocation arrives as it was sent."""

    async def scenario() -> None:
        async with reading(server) as carrier:
            await carrier.read()
            await carrier.publish(revocation)
            assert await carrier.read() == [revocation]

    asyncio.run(scenario())


def test_replica_is_not_followed(server: Valkey) -> None:
    """A server that takes no writes may be behind without a word, and counts as lost."""

    async def scenario() -> None:
        async with reading(server) as carrier:
            await carrier.read()
            server.command("REPLICAOF", "127.0.0.1", "1")
            try:
                with pytest.raises(CarrierLost):
                    await carrier.read()
            finally:
                server.command("REPLICAOF", "NO", "ONE")
            await carrier.open()
            await carrier.read()

    asyncio.run(scenario())
