"""Keys in memory: how they are renewed, looked for, and dropped."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from gatepost.tokens import UnverifiedToken, Verifier
from gatepost.tokens.algorithms import ASYMMETRIC_ALGORITHMS
from gatepost.tokens.discovery import JwksUrl
from gatepost.tokens.fetching import Fetch
from gatepost.tokens.key_set_client import KeySetClient, KeySetPolicy
from tests.tokens.hostile_issuer import (
    Answer,
    HostileIssuer,
    hostile_issuer,
    stalls_before_the_head,
)
from tests.tokens.house import TRUST, by_joserfc, claims
from tests.tokens.kept_keys import GOOD, QUICK, finds, is_unavailable, jwk, publishes, until

# Nothing happens by itself, on however busy a machine: no fetch is cut short, and none takes longer
# than a cool-down.
_QUIET = replace(
    QUICK,
    fetch_seconds=10.0,
    refresh_seconds=600.0,
    keep_seconds=3600.0,
    cool_down_seconds=60.0,
)


@asynccontextmanager
async def _kept(
    issuer: HostileIssuer, policy: KeySetPolicy = _QUIET
) -> AsyncIterator[KeySetClient]:
    client = KeySetClient(JwksUrl(issuer.url), ASYMMETRIC_ALGORITHMS, policy)
    async with client.keeping():
        yield client


def _run(test: Callable[[HostileIssuer], Coroutine[None, None, None]], answer: Answer) -> None:
    with hostile_issuer(answer) as issuer:
        asyncio.run(test(issuer))


def test_a_thousand_unknown_keys_at_once() -> None:
    """A thousand tokens with unknown keys at one moment make one fetch."""

    async def test(issuer: HostileIssuer) -> None:
        async with _kept(issuer) as client:
            await asyncio.gather(*(client.refresh() for _ in range(1000)))
            assert issuer.asked == 2  # with the one at the start

    _run(test, GOOD)


def test_a_thousand_unknown_keys_over_a_second() -> None:
    """A thousand tokens with unknown keys, one after another, make one fetch in a cool-down."""

    async def test(issuer: HostileIssuer) -> None:
        async with _kept(issuer) as client:
            for _ in range(1000):
                await client.refresh()
                await asyncio.sleep(0.001)
            assert issuer.asked == 2

    _run(test, GOOD)


def test_the_next_cool_down_asks_again() -> None:
    """After a cool-down an unknown key is looked for again."""

    async def test(issuer: HostileIssuer) -> None:
        async with _kept(issuer, replace(_QUIET, cool_down_seconds=0.2)) as client:
            await client.refresh()
            await asyncio.sleep(0.3)
            await client.refresh()
            assert issuer.asked == 3

    _run(test, GOOD)


def test_nobody_waits_for_longer_than_a_fetch() -> None:
    """A thousand callers wait for one stalling fetch, no longer than its bound, and go on."""

    async def test(issuer: HostileIssuer) -> None:
        policy = replace(_QUIET, fetch_seconds=1.5)
        async with _kept(issuer, policy) as client:
            issuer.answer = stalls_before_the_head
            begin = time.monotonic()
            await asyncio.gather(*(client.refresh() for _ in range(1000)))
            assert 1.4 < time.monotonic() - begin < 5
            begin = time.monotonic()
            await client.refresh()
            assert time.monotonic() - begin < 1
            assert issuer.asked == 2

    _run(test, GOOD)


def test_a_caller_that_leaves_takes_nothing_along() -> None:
    """The fetch goes on when the request that caused it is cancelled."""

    async def test(issuer: HostileIssuer) -> None:
        async with _kept(issuer) as client:
            issuer.answer = publishes(jwk("EdDSA", "new"))
            leaving = asyncio.create_task(client.refresh())
            await until(lambda: issuer.asked == 2)
            leaving.cancel()
            await until(lambda: client.find("new") is not None)
            assert issuer.asked == 2

    _run(test, GOOD)


def test_rotation() -> None:
    """A refresh finds the new key, keeps the object of one that stays, and drops one that left."""

    async def test(issuer: HostileIssuer) -> None:
        async with _kept(issuer) as client:
            stays = client.find("EdDSA")
            assert stays is not None
            assert client.find("ES256") is not None
            issuer.answer = publishes(jwk("EdDSA"), jwk("ES384"))
            await client.refresh()
            assert client.find("EdDSA") is stays
            assert client.find("ES384") is not None
            assert client.find("ES256") is None

    _run(test, GOOD)


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_an_issuer_that_rotates_without_a_word() -> None:
    """Tokens of a key that appears with the first of them are verified, every one."""

    async def test(issuer: HostileIssuer) -> None:
        async with _kept(issuer) as client:
            verifier = Verifier([replace(TRUST, keys=client)])
            issuer.answer = publishes(jwk("EdDSA"), jwk("ES384"))
            tokens = [by_joserfc("ES384", claims(sub=f"user-{n}")) for n in range(100)]
            tokens += [by_joserfc(key_id, claims()) for key_id in ("EdDSA", "ES384")]
            verified = await asyncio.gather(
                *(verifier.authenticate(UnverifiedToken(token)) for token in tokens)
            )
            assert {found.key_id for found in verified} == {"EdDSA", "ES384"}
            assert issuer.asked == 2

    _run(test, GOOD)


def test_another_key_under_the_same_id_is_another_object() -> None:
    """What was verified under the key of before is not believed under its successor."""

    async def test(issuer: HostileIssuer) -> None:
        async with _kept(issuer) as client:
            before = client.find("EdDSA")
            issuer.answer = publishes(jwk("ES256", "EdDSA"))
            await client.refresh()
            after = client.find("EdDSA")
            assert after is not None
            assert after is not before

    _run(test, GOOD)


def test_a_key_that_was_published_while_a_fetch_was_on_its_way() -> None:
    """A caller who finds a fetch under way waits for it, and for one that began after the key."""

    async def test(issuer: HostileIssuer) -> None:
        released = asyncio.Event()
        loop = asyncio.get_running_loop()

        def old_set_late(*arguments: object) -> None:
            issuer.answer = publishes(jwk("EdDSA", "new"))
            asyncio.run_coroutine_threadsafe(released.wait(), loop).result(20)
            GOOD(*arguments)  # type: ignore[arg-type] # the arguments of an answer, passed on

        issuer.answer = old_set_late
        client = KeySetClient(JwksUrl(issuer.url), ASYMMETRIC_ALGORITHMS, _QUIET)
        async with asyncio.TaskGroup() as group:
            keeping = client.keeping()
            starting = group.create_task(keeping.__aenter__())
            await until(lambda: issuer.asked == 1)
            asking = group.create_task(client.refresh())
            await asyncio.sleep(0)
            released.set()
            await asyncio.gather(starting, asking)
            assert client.find("new") is not None
            await keeping.__aexit__(None, None, None)
        assert issuer.asked == 2

    _run(test, GOOD)


def test_an_app_starts_without_its_issuer() -> None:
    """The block begins although the issuer stalls; until a set has come nothing is believed."""

    async def test(issuer: HostileIssuer) -> None:
        client = KeySetClient(JwksUrl(issuer.url), ASYMMETRIC_ALGORITHMS, QUICK)
        assert is_unavailable(client)
        assert client.staleness_seconds == float("inf")
        begin = time.monotonic()
        async with client.keeping():
            assert time.monotonic() - begin < 5
            assert is_unavailable(client)
            issuer.answer = GOOD
            await until(lambda: finds(client, "EdDSA") is not None)
            assert client.staleness_seconds < QUICK.keep_seconds

    _run(test, stalls_before_the_head)


def test_an_app_stops_while_its_issuer_stalls() -> None:
    """The end of the block does not wait for a fetch."""

    async def test(issuer: HostileIssuer) -> None:
        async with _kept(issuer) as client:
            issuer.answer = stalls_before_the_head
            asking = asyncio.create_task(client.refresh())
            await until(lambda: issuer.asked == 2)
            begin = time.monotonic()
        assert time.monotonic() - begin < 5
        await asking

    _run(test, GOOD)


def test_the_set_is_renewed_before_it_grows_old() -> None:
    """With a good issuer keys are there at every moment, for longer than one set lives."""

    async def test(issuer: HostileIssuer) -> None:
        policy = replace(QUICK, refresh_seconds=0.05, keep_seconds=2.0)
        async with _kept(issuer, policy) as client:
            key = client.find("EdDSA")
            end = time.monotonic() + 2 * policy.keep_seconds
            while time.monotonic() < end:
                assert client.find("EdDSA") is key
                await asyncio.sleep(0.01)

    _run(test, GOOD)


@dataclass
class _BrokenAtFirst:
    url: str
    broken: bool = True

    async def find_out(self, _fetch: Fetch) -> str:
        if self.broken:
            raise RuntimeError("a location with a bug")
        return self.url


def test_a_bug_does_not_end_the_keeping(caplog: pytest.LogCaptureFixture) -> None:
    """Whatever goes wrong in a fetch, the next one is tried, and the log names it."""

    async def test(issuer: HostileIssuer) -> None:
        location = _BrokenAtFirst(issuer.url)
        client = KeySetClient(location, ASYMMETRIC_ALGORITHMS, QUICK)
        async with client.keeping():
            assert is_unavailable(client)
            assert f"no keys from {issuer.url}: RuntimeError;" in caplog.text
            location.broken = False
            await until(lambda: finds(client, "EdDSA") is not None)

    _run(test, GOOD)


POLICIES: dict[str, dict[str, float]] = {
    "no time for a fetch": {"fetch_seconds": 0},
    "a negative time": {"refresh_seconds": -1},
    "not a number": {"keep_seconds": float("nan")},
    "for ever": {"keep_seconds": float("inf")},
    "more than a day": {"keep_seconds": 24 * 3600 + 1},
    "a fetch that takes long": {"fetch_seconds": 11},
    "no cool-down": {"cool_down_seconds": 0},
    "no pause": {"first_retry_seconds": 0, "longest_retry_seconds": 0},
    "too old before it is renewed": {"refresh_seconds": 300, "keep_seconds": 300},
}


@pytest.mark.parametrize("name", POLICIES)
def test_policies_out_of_bounds(name: str) -> None:
    """A policy has its bounds."""
    with pytest.raises(ValueError, match="_seconds"):
        KeySetPolicy(**POLICIES[name])


@pytest.mark.parametrize("algorithms", [set(), {"HS256"}, {"HS256", "EdDSA"}, {"none"}])
def test_algorithms_that_no_set_has(algorithms: set[str]) -> None:
    """A client without algorithms, or with one for shared secrets, cannot be made."""
    with pytest.raises(ValueError, match="algorithms"):
        KeySetClient(JwksUrl("https://issuer.test/"), frozenset(algorithms), KeySetPolicy())
