"""Carrying revocations by Valkey: one stream, and beside it a name by which its loss is noticed.

A stream can restart empty, be flushed, be evicted, or fall back behind what it had acknowledged
(a failover, a restart from an older file). Three rules make each of these fail closed:

- The stream is made only together with a new random identity and a first entry that ends
  everything issued until then; whoever finds one of the two missing does that. Nobody else makes
  the stream (`NOMKSTREAM`), so that it cannot come back quietly without what it held.
- Who finds another identity than the one it knew, or no longer finds the last entry that it had
  read or had been promised, adds an entry that ends everything: durably, for later processes too.
- Every reading also trims, which only a server that takes writes will do: a replica, which may be
  behind and not say so, cannot be followed.

What stays: a crash of the server that takes an entry with it which nobody had read and whose
writer crashed as well. `appendonly yes` keeps that to about a second.
"""

import logging
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from gatepost.store.feed.carrier import CarrierLost
from gatepost.store.feed.valkey_entry import (
    BEGINNING,
    EntryId,
    everything_until_now,
    fields_of,
    parse_id,
    revocation_of,
)
from gatepost.store.feed.valkey_server import ValkeyServer, command
from gatepost.tokens import Revocation

if TYPE_CHECKING:
    from valkey.asyncio import Valkey

# One hash tag, so that both lie in one slot of a cluster.
STREAM = "gatepost:{revocations}:stream"
IDENTITY = "gatepost:{revocations}:identity"

# No token lives longer than a day and three skews of five minutes (`Trust`, `RevocationMemory`).
_KEEP_MS = 25 * 60 * 60 * 1000
# An entry of this age may have been trimmed, by somebody whose clock is not quite ours.
_MAY_BE_TRIMMED_MS = _KEEP_MS - 30 * 60 * 1000
_PAGE = 1000
_ATTEMPTS = 5
_LONGEST_BLOCK_MS = 1000

_log = logging.getLogger("gatepost")


# With its content: after a fall back, another entry can get the number of one that was lost.
_Entry = tuple[EntryId, list[bytes]]
_NONE: _Entry = (BEGINNING, [])


class _Page(NamedTuple):
    identity: bytes | None
    exists: bool
    now_ms: int
    entries: list[_Entry]


class ValkeyCarrier:
    """A `Carrier` whose record is a stream of Valkey (or Redis, from 6.2).

    Only one issuer's revocations may be in one database of the server.

    Args:
        url: `valkey://user:password@host:6379/0`, `valkeys://` for TLS, or `unix://` and a path;
            `redis://` and `rediss://` mean the same. TLS takes the options `ssl_ca_certs`,
            `ssl_certfile` and `ssl_keyfile`.

    Raises:
        ConfigurationError: the URL cannot be read, or the client is not installed.
    """

    sees_sessions = False

    def __init__(self, url: str) -> None:
        self._server = ValkeyServer(url)
        self._is_open = False
        self._is_advised = False
        self._identity: bytes | None = None
        self._start: EntryId = BEGINNING
        self._last: _Entry = _NONE
        self._promised: _Entry = _NONE

    async def open(self) -> None:
        """Connect, and begin at the beginning; what was known before must still be there."""
        if not self._is_open:
            self._is_open = True
            self._server.take()
        self._start = BEGINNING
        try:
            await self._server.ask(lambda client: command(client, "PING"))
            if not self._is_advised:
                await self._advise()
                self._is_advised = True
        except BaseException:
            await self.close()
            raise

    async def read(self) -> Sequence[Revocation]:
        """Return what is new; after a loss, an end to everything issued until now as well."""
        for _ in range(_ATTEMPTS):
            found = await self._read_to_the_end()
            if found is not None:
                return found
        raise CarrierLost(f"Valkey at {self._server.name}: what it holds keeps being replaced")

    async def wait(self, seconds: float) -> None:
        """Return at an entry that was not read, or after so many seconds."""
        # 0 would be for ever, and more than a second would look like a server that is frozen.
        block = min(max(1, int(seconds * 1000)), _LONGEST_BLOCK_MS)
        words = ("XREAD", "COUNT", 1, "BLOCK", block, "STREAMS", STREAM, str(self._last[0]))
        await self._server.ask(lambda client: command(client, *words))

    async def publish(self, revocation: Revocation) -> None:
        """Add an entry; returns when the server has it."""
        added = await self._add(revocation)
        if added is None:
            await self._begin_anew()
            added = await self._add(revocation)
        if added is None:
            raise CarrierLost(f"Valkey at {self._server.name}: the stream keeps vanishing")
        # A fall back takes the newest entries, so that the highest stands for all of them.
        fields = [word.encode() for word in fields_of(revocation)]
        self._promised = max(self._promised, (added, fields))

    async def close(self) -> None:
        """Disconnect, when the last `publish` is done."""
        if self._is_open:
            self._is_open = False
            await self._server.let_go()

    async def _read_to_the_end(self) -> list[Revocation] | None:
        """Return what is new, or None where a loss was found and written down: read once more."""
        # Settled first: what is promised while the pages come may be in none of them.
        must_see = [entry for entry in (self._last, self._promised) if entry != _NONE]
        last, found = (self._start, list[bytes]()), list[Revocation]()
        while True:
            first = last[0]
            page = await self._page(first)
            if page.identity is None or not page.exists:
                await self._begin_anew()
                self._forget()
                return None
            if self._identity not in (None, page.identity):
                await self._end_everything("it is not the one that was read before")
                return None
            self._identity = page.identity
            for last in page.entries:
                must_see = [entry for entry in must_see if entry != last]
                # The first is asked for again, to see that it is still there.
                if last[0] != first:
                    found.append(revocation_of(*last))
            if len(page.entries) < _PAGE:
                break
        if any(page.now_ms - lost.milliseconds < _MAY_BE_TRIMMED_MS for lost, _ in must_see):
            await self._end_everything("it lacks what it had acknowledged")
            return None
        self._last = max(last, self._last)
        self._start = self._last[0]
        return found

    async def _page(self, first: EntryId) -> _Page:
        """Read in one transaction, so that an identity and the entries beside it belong together.

        Trims by the earlier of two clocks: one that is ahead must not cut off what still counts.
        """

        async def exchange(client: "Valkey") -> _Page:
            seconds, _ = await command(client, "TIME")
            now_ms = min(int(seconds) * 1000, int(time.time() * 1000))
            async with client.pipeline(transaction=True) as pipe:
                pipe.execute_command("XTRIM", STREAM, "MINID", "~", max(0, now_ms - _KEEP_MS))
                pipe.execute_command("GET", IDENTITY)
                pipe.execute_command("EXISTS", STREAM)
                pipe.execute_command("XRANGE", STREAM, str(first), "+", "COUNT", _PAGE)
                _, identity, exists, entries = await pipe.execute()
            return _Page(identity, bool(exists), now_ms, [(parse_id(i), f) for i, f in entries])

        return await self._server.ask(exchange)

    async def _add(self, revocation: Revocation) -> EntryId | None:
        async def exchange(client: "Valkey") -> EntryId | None:
            added = await command(client, "XADD", STREAM, "NOMKSTREAM", "*", *fields_of(revocation))
            return None if added is None else parse_id(added)

        return await self._server.ask(exchange)

    async def _end_everything(self, why: str) -> None:
        """Write down that nobody knows what had been revoked until now, and begin again."""
        await self._add(everything_until_now())
        self._forget()
        _log.warning(
            "the revocation feed at %s has lost entries (%s): every token issued until now is "
            "refused",
            self._server.name,
            why,
        )

    async def _begin_anew(self) -> None:
        """Make the stream and its identity, unless somebody else just has."""
        from valkey.exceptions import WatchError  # noqa: PLC0415 - an extra

        async def exchange(client: "Valkey") -> bool:
            async with client.pipeline(transaction=True) as pipe:
                await pipe.watch(IDENTITY, STREAM)
                if await pipe.execute_command("EXISTS", IDENTITY, STREAM) == 2:  # noqa: PLR2004
                    return False
                pipe.multi()  # type: ignore[no-untyped-call]  # theirs
                pipe.execute_command("SET", IDENTITY, secrets.token_hex(16))
                pipe.execute_command("XADD", STREAM, "*", *fields_of(everything_until_now()))
                with suppress(WatchError):
                    await pipe.execute()
                    return True
                return False

        if await self._server.ask(exchange):
            _log.warning(
                "the revocation feed at %s was empty and begins anew: every token issued until "
                "now is refused",
                self._server.name,
            )

    async def _advise(self) -> None:
        """Warn of settings that lose revocations, where the server lets us see them."""

        async def exchange(client: "Valkey") -> dict[bytes, bytes]:
            said = await command(client, "CONFIG", "GET", "maxmemory-policy", "appendonly")
            return dict(zip(said[::2], said[1::2], strict=True))

        try:
            settings = await self._server.ask(exchange)
        except CarrierLost:
            return  # hidden from us, as on most rented servers; a real loss shows in `read`
        advice = []
        if settings.get(b"maxmemory-policy", b"").startswith(b"allkeys"):
            advice.append("`maxmemory-policy noeviction` (it evicts any key when memory is short)")
        if settings.get(b"appendonly") == b"no":
            advice.append("`appendonly yes` (it forgets at a crash what it had acknowledged)")
        for setting in advice:
            _log.warning(
                "the revocation feed at %s can lose entries, which signs everybody out: set %s",
                self._server.name,
                setting,
            )

    def _forget(self) -> None:
        self._identity = None
        self._start = BEGINNING
        self._last = self._promised = _NONE
