"""Asking a Valkey server: bounded in time, and with no error that holds the password."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from gatepost.errors import ConfigurationError
from gatepost.store.feed.carrier import CarrierLost

if TYPE_CHECKING:
    from valkey.asyncio import Valkey

ANSWER_SECONDS = 2.0
"""How long a server may take to answer, the way to it and the sign-in included."""

_CONNECTIONS = 16
_PLAIN, _TLS = frozenset({"valkey", "redis"}), frozenset({"valkeys", "rediss"})
# `ssl_cert_reqs=none` and its like would turn a protection off.
_TLS_OPTIONS = frozenset({"ssl_ca_certs", "ssl_certfile", "ssl_keyfile"})
_HOW_TO_WRITE = (
    "The feed's URL cannot be used: {why}. Write valkey://user:password@host:6379/0 (valkeys:// "
    "for TLS, unix:///path for a socket), special characters percent-encoded."
)
# Servers repeat a command that they do not know, and the argument of AUTH with it.
_REPEATED = re.compile(r",? with args beginning with.*", re.DOTALL)

_T = TypeVar("_T")


class ValkeyServer:
    """A server, and the connections to it while there is anybody who uses them.

    Args:
        url: where it is and how to sign in.

    Raises:
        ConfigurationError: the URL cannot be read, or the client is not installed.
    """

    def __init__(self, url: str) -> None:
        parts = _split(url)
        self.name = (
            parts.path if parts.scheme == "unix" else f"{parts.hostname}:{parts.port or 6379}"
        )
        self._url = url
        raw = parts.password or ""
        self._passwords = [said for said in (unquote(raw), raw) if said]
        self._users = 0
        # Connects to nothing yet, and says now what it would say later.
        self._client: Valkey | None = _client(url)

    def take(self) -> None:
        """Keep connections from now on; whoever takes lets go."""
        if self._client is None:
            self._client = _client(self._url)
        self._users += 1

    async def let_go(self) -> None:
        """Close the connections, if nobody else uses them; never raises."""
        self._users -= 1
        if not self._users and self._client is not None:
            client, self._client = self._client, None
            with suppress(Exception):
                await client.aclose()

    async def ask(
        self,
        exchange: "Callable[[Valkey], Awaitable[_T]]",
        *,
        seconds: float = ANSWER_SECONDS,
    ) -> _T:
        """Run an exchange to its end.

        Raises:
            CarrierLost: it took longer than `seconds`, or failed in whatever way.
        """
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - this is a coroutine
        cancelled_before = task.cancelling()
        cause: ConnectionError | None = None
        self.take()
        try:
            assert self._client is not None  # noqa: S101 - just taken
            async with asyncio.timeout(seconds):
                answer = await exchange(self._client)
        except Exception as error:  # noqa: BLE001 - whatever the client raises, nobody knows
            cause = ConnectionError(self._without_password(error))
        finally:
            await self.let_go()
        # The client sends under `wait_for`, which before Python 3.12 can swallow a cancellation;
        # whoever cancelled would wait for ever.
        if task.cancelling() > cancelled_before:
            raise asyncio.CancelledError
        if cause is None:
            return answer
        # Not in the handler: the client's error has frames and arguments that hold the password.
        raise CarrierLost(f"Valkey at {self.name}: {cause}") from cause

    def _without_password(self, error: Exception) -> str:
        said = _REPEATED.sub("", str(error))
        for password in self._passwords:
            said = said.replace(password, "***")
        return f"{type(error).__name__}: {said}" if said else type(error).__name__


async def command(client: "Valkey", *words: str | int) -> Any:
    """Send one command; the answer is as the protocol has it: bytes, int, None or a list."""
    return await client.execute_command(*words)  # type: ignore[no-untyped-call]  # theirs


def _split(url: str) -> SplitResult:
    # No error of urlsplit's is passed on: some repeat a part of the URL, which may be a password.
    try:
        parts = urlsplit(url)
        database, _ = parts.path.strip("/"), parts.port
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True))
    except ValueError:
        parts, database, options = urlsplit(""), "", {}
    why = None
    if parts.scheme == "unix":
        if not parts.path or not options.keys() <= {"db"} or parts.hostname:
            why = "a socket has a path, and no option but `db`"
    elif parts.scheme not in _PLAIN | _TLS or not parts.hostname or parts.fragment:
        why = "it is none, or names no host"
    elif not (database or "0").isascii() or not (database or "0").isdigit():
        why = "the database after the host is not a number"
    elif not options.keys() <= (_TLS_OPTIONS if parts.scheme in _TLS else frozenset[str]()):
        why = "it has an option that is not known, or would weaken TLS"
    if why is not None:
        raise ConfigurationError(_HOW_TO_WRITE.format(why=why))
    return parts


def _client(url: str) -> "Valkey":
    try:
        from valkey.asyncio import BlockingConnectionPool, Valkey  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            "The feed is to be carried by Valkey. Write `pip install gatepost[valkey]`."
        ) from error
    # The client itself would take any name in a certificate.
    tls = {"ssl_check_hostname": True} if urlsplit(url).scheme in _TLS else {}
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=_CONNECTIONS,
        timeout=ANSWER_SECONDS,
        socket_timeout=ANSWER_SECONDS,  # also where the client tidies up after a timeout of ours
        socket_connect_timeout=ANSWER_SECONDS,
        **tls,
    )
    client = Valkey.from_pool(pool)
    client.response_callbacks.clear()  # they would make a dict of an entry, and lose a name in it
    return client
