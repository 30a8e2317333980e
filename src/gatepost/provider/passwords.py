"""Passwords: scrypt with Better Auth's parameters, off the event loop, a few at once."""

import asyncio
import hashlib
import hmac
import os
import secrets
import sys
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor

MINIMUM_LENGTH = 8
MAXIMUM_LENGTH = 128
_N = 16384
_R = 16
_P = 1
_KEY_BYTES = 64
_SALT_BYTES = 16
# OpenSSL wants 128·N·r bytes (32 MiB) and a little more.
_MEMORY = 128 * _N * _R * 2
# About a tenth of a core's time where another thread wants all of it: requests go first, and
# sign-ins still go on.
_NICENESS = 10
_BLANK_SALT = "0" * (2 * _SALT_BYTES)


def utf16_length(text: str) -> int:
    """Return JavaScript's `length`, by which the original counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class UnreadableHash(Exception):
    """What the database has for a password is not `salt:key` in hex."""


class Passwords:
    """Hashes and compares, on threads of its own.

    scrypt lets go of the interpreter lock, so the event loop runs on; but each hash takes a core
    for some 50 ms and 32 MiB. One core is left to the other requests; what is more than the
    threads waits its turn, and a request that is cancelled while it waits gives up its place.

    Args:
        at_once: how many hashes may run at the same time.
    """

    def __init__(self, at_once: int | None = None) -> None:
        workers = at_once or max(1, (os.cpu_count() or 2) - 1)
        self._threads = ThreadPoolExecutor(
            workers, thread_name_prefix="gatepost-scrypt", initializer=_step_back
        )

    async def hash(self, password: str) -> str:
        """Return `salt:key` with a new salt."""
        salt = secrets.token_hex(_SALT_BYTES)
        key = await self._key(password, salt)
        return f"{salt}:{key.hex()}"

    async def verify(self, stored: str | None, password: str) -> bool:
        """Compare; None, for nobody, costs the same and is never right.

        Raises:
            UnreadableHash: after it has cost the same.
        """
        salt, _, expected = (stored or "").partition(":")
        readable = bool(salt and expected)
        key = await self._key(password, salt if readable else _BLANK_SALT)
        if stored is None:
            return False
        if not readable:
            raise UnreadableHash
        given = key.hex().encode("ascii")
        return hmac.compare_digest(given, expected.encode("utf-8", "replace"))

    async def _key(self, password: str, salt: str) -> bytes:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _scrypt, password, salt)


def _step_back() -> None:
    """Let every other thread go first on a core that it wants, where threads have priorities."""
    if sys.platform == "linux":
        # Linux has a niceness for each thread, setpriority(2) notwithstanding POSIX.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


def _scrypt(password: str, salt: str) -> bytes:
    # The salt is the text of the hex digits, not what they stand for.
    return hashlib.scrypt(
        unicodedata.normalize("NFKC", password).encode("utf-8", "replace"),
        salt=salt.encode("utf-8", "replace"),
        n=_N,
        r=_R,
        p=_P,
        maxmem=_MEMORY,
        dklen=_KEY_BYTES,
    )
