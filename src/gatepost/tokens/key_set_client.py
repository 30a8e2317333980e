"""The keys of an issuer elsewhere, held in memory so that no request waits for the issuer."""

import asyncio
import contextlib
import logging
import random
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from gatepost.errors import TokenError
from gatepost.tokens.algorithms import ASYMMETRIC_ALGORITHMS
from gatepost.tokens.discovery import KeySetLocation
from gatepost.tokens.faults import TokenFault
from gatepost.tokens.fetching import checked_url, fetch_document, trusted_authorities
from gatepost.tokens.jwk_set import parse_key_set
from gatepost.tokens.key_set_faults import KeySetFault, NoKeySet
from gatepost.tokens.keys import VerificationKey
from gatepost.tokens.revocations import steady_now

_JITTER = 0.1
# `asyncio.sleep` stands still in a suspended machine, which wakes up with an old set.
_LONGEST_NAP_SECONDS = 5.0
_MIN_SECONDS = 0.01
_MAX_SECONDS = {
    "fetch_seconds": 10.0,
    "refresh_seconds": 60 * 60.0,
    "keep_seconds": 24 * 60 * 60.0,
    "cool_down_seconds": 5 * 60.0,
    "first_retry_seconds": 5 * 60.0,
    "longest_retry_seconds": 5 * 60.0,
}

_log = logging.getLogger("gatepost")


@dataclass(frozen=True, slots=True)
class KeySetPolicy:
    """How often an issuer is asked, and for how long its last answer stands.

    Attributes:
        fetch_seconds: for one fetch, from the name's look-up to the last byte, discovery included;
            nobody waits for longer.
        refresh_seconds: from one good answer to the next question, give or take a tenth.
        keep_seconds: how long a set stands, counted from when it was asked for.
        cool_down_seconds: from one fetch that a token caused to the next.
        first_retry_seconds: from a failure to the next question; doubled each time.
        longest_retry_seconds: where the doubling ends.

    Raises:
        ValueError: one of them is out of its bounds, or a set would grow too old before it is
            asked for again.
    """

    fetch_seconds: float = 3.0
    refresh_seconds: float = 300.0
    keep_seconds: float = 3600.0
    cool_down_seconds: float = 5.0
    first_retry_seconds: float = 1.0
    longest_retry_seconds: float = 30.0

    def __post_init__(self) -> None:
        """Refuse what is out of bounds."""
        for name, highest in _MAX_SECONDS.items():
            if not _MIN_SECONDS <= getattr(self, name) <= highest:
                raise ValueError(f"{name} is {_MIN_SECONDS} to {highest}")
        if self.refresh_seconds * (1 + _JITTER) + self.fetch_seconds >= self.keep_seconds:
            raise ValueError("keep_seconds is longer than refresh_seconds and fetch_seconds")


class KeySetClient:
    """The key source of an issuer elsewhere.

    Args:
        location: where the set is.
        algorithms: canonical names, none of them for shared secrets.
        policy: how often and for how long.

    Raises:
        ValueError: algorithms for which no key comes from elsewhere.
    """

    def __init__(
        self, location: KeySetLocation, algorithms: frozenset[str], policy: KeySetPolicy
    ) -> None:
        if not algorithms or not algorithms <= ASYMMETRIC_ALGORITHMS:
            raise ValueError(f"algorithms must be some of {sorted(ASYMMETRIC_ALGORITHMS)}")
        self._location = location
        self._algorithms = algorithms
        self._policy = policy
        self._keys: Mapping[str, VerificationKey] = {}
        self._as_of = float("-inf")
        self._due = float("-inf")
        self._asked_for_at = float("-inf")
        self._lost = False
        self._retry_seconds = policy.first_retry_seconds
        self._flight: asyncio.Task[None] | None = None
        self._url: str | None = None
        self._tls: ssl.SSLContext | None = None

    def find(self, key_id: str) -> VerificationKey | None:
        """Return the key of that id from memory.

        Raises:
            TokenError: `KEYS_UNAVAILABLE`, where there is no set, or one that is too old.
        """
        if steady_now() - self._as_of > self._policy.keep_seconds:
            raise TokenError(TokenFault.KEYS_UNAVAILABLE)
        return self._keys.get(key_id)

    @property
    def staleness_seconds(self) -> float:
        """How old the set is; infinite before the first."""
        return steady_now() - self._as_of

    async def refresh(self) -> None:
        """Ask the issuer for a set from now on, or wait for the one that is on its way.

        Returns within `fetch_seconds`, whatever the issuer does; within a cool-down, at once.
        """
        running = self._flight
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._policy.fetch_seconds):
                # What is on its way may have been made before the key that is looked for.
                await _end_of(running)
                await _end_of(self._flight_for_a_token())

    @asynccontextmanager
    async def keeping(self) -> AsyncIterator[None]:
        """Keep the set fresh in the background while the block runs.

        The block begins with the first set in memory, or, where the issuer is away, without one
        after `fetch_seconds`.
        """
        keeper = asyncio.create_task(self._keep(), name="gatepost-keys")
        try:
            await asyncio.wait({self._take_off()}, timeout=self._policy.fetch_seconds)
            yield
        finally:
            tasks = [task for task in (keeper, self._flight) if task is not None]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep(self) -> None:
        while True:
            remaining = self._due - steady_now()
            if remaining > 0:
                await asyncio.sleep(min(remaining, _LONGEST_NAP_SECONDS))
            else:
                await asyncio.wait({self._take_off()})

    def _flight_for_a_token(self) -> asyncio.Task[None] | None:
        now = steady_now()
        if not self._is_flying():
            if now - self._asked_for_at < self._policy.cool_down_seconds:
                return None
            self._asked_for_at = now
        return self._take_off()

    def _is_flying(self) -> bool:
        return self._flight is not None and not self._flight.done()

    def _take_off(self) -> asyncio.Task[None]:
        """Return the one fetch that is running; begin it where none is."""
        if self._flight is None or self._flight.done():
            self._flight = asyncio.create_task(self._fetch(), name="gatepost-key-set")
        return self._flight

    async def _fetch(self) -> None:
        as_of = steady_now()
        try:
            async with asyncio.timeout(self._policy.fetch_seconds):
                keys = await self._read_set()
        except TimeoutError:
            self._lose(KeySetFault.TIMED_OUT)
        except NoKeySet as refused:
            self._lose(refused.fault)
        except Exception as error:  # noqa: BLE001 - a task that ends would let the set grow old
            self._lose(type(error).__name__)
        else:
            self._take(keys, as_of)

    async def _read_set(self) -> Mapping[str, VerificationKey]:
        if self._tls is None:
            self._tls = await trusted_authorities()
        fetch = partial(fetch_document, tls=self._tls)
        if self._url is None:
            self._url = checked_url(await self._location.find_out(fetch))
        return parse_key_set(await fetch(self._url), self._algorithms)

    def _take(self, keys: Mapping[str, VerificationKey], as_of: float) -> None:
        # The same object for the same key: what was verified under it is believed still.
        known = self._keys
        self._keys = {
            key_id: known[key_id] if known.get(key_id) == key else key
            for key_id, key in keys.items()
        }
        self._as_of = as_of
        self._due = steady_now() + _about(self._policy.refresh_seconds)
        self._retry_seconds = self._policy.first_retry_seconds
        if self._lost:
            self._lost = False
            _log.warning("the keys from %s are back", self._url)

    def _lose(self, reason: str) -> None:
        policy = self._policy
        if not self._lost:
            self._lost = True
            _log.warning(
                "no keys from %s: %s; the last ones stand for %d s more, and are asked for again",
                self._url or self._location.url,
                reason,
                max(policy.keep_seconds - self.staleness_seconds, 0),
            )
        self._due = steady_now() + _about(min(self._retry_seconds, policy.refresh_seconds))
        self._retry_seconds = min(2 * self._retry_seconds, policy.longest_retry_seconds)
        # An issuer may have moved its keys: it is asked for their place again.
        self._url = None


async def _end_of(flight: asyncio.Task[None] | None) -> None:
    if flight is not None and not flight.done():
        await asyncio.wait({flight})


def _about(seconds: float) -> float:
    # So that many workers do not ask at one moment.
    return seconds * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - nobody gains by guessing
