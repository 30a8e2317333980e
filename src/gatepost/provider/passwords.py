"""Passwords: hashed and compared off the event loop, a few at once."""

import asyncio
import os
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from gatepost.errors import ConfigurationError
from gatepost.password_hash import PasswordHash
from gatepost.provider.scrypt import Scrypt

MINIMUM_LENGTH = 8
MAXIMUM_LENGTH = 128


def utf16_length(text: str) -> int:
    """Return JavaScript's `length`, by which the original counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class UnreadableHash(Exception):
    """What the database has for a password is no hash that can be computed here."""


class _Kind(Protocol):
    """One way to hash; what is stored says by which it was."""

    @property
    def blank(self) -> str: ...

    def hash(self, password: bytes) -> str: ...

    def reads(self, stored: str) -> bool: ...

    def verify(self, stored: str, password: bytes) -> bool: ...

    def is_newest(self, stored: str) -> bool: ...


class Passwords:
    """Hashes and compares, on threads of its own.

    The functions let go of the interpreter lock, so the event loop runs on; but each hash takes a
    core for some 50 ms, and up to 32 MiB. One core is left to the other requests; what is more than
    the threads waits its turn, and a request that is cancelled while it waits gives up its place.

    Args:
        chosen: by what new passwords are hashed; those that are hashed otherwise are read as well.
        at_once: how many hashes may run at the same time.

    Raises:
        ConfigurationError: the library of that function is not installed.
    """

    def __init__(
        self, chosen: PasswordHash = PasswordHash.SCRYPT, *, at_once: int | None = None
    ) -> None:
        self._kinds = _installed_kinds()
        if chosen not in self._kinds:
            raise ConfigurationError(
                f"GATEPOST_PASSWORD_HASH is {chosen}, whose library is not installed. Write "
                "`pip install 'gatepost[argon2]'`."
            )
        self._newest = self._kinds[chosen]
        workers = at_once or max(1, (os.cpu_count() or 2) - 1)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="gatepost-hash")

    async def hash(self, password: str) -> str:
        """Hash with a new salt, by the function that was chosen."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._newest.hash, _normalized(password))

    async def verify(self, stored: str | None, password: str) -> bool:
        """Compare; None is for nobody, and never right.

        A right password costs one hash. Any other costs one of each kind that can be read here,
        so that neither who exists nor how their password is hashed shows in the time.

        Raises:
            UnreadableHash: after it has cost the same.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._compare, stored, password)

    def is_outdated(self, stored: str) -> bool:
        """Whether the same password would be hashed otherwise now."""
        return not self._newest.is_newest(stored)

    def _compare(self, stored: str | None, password: str) -> bool:
        given = _normalized(password)
        its_own = None if stored is None else self._kind_of(stored)
        if stored is not None and its_own is not None and its_own.verify(stored, given):
            return True
        for kind in self._kinds.values():
            if kind is not its_own:
                kind.verify(kind.blank, given)
        if stored is not None and its_own is None:
            raise UnreadableHash
        return False

    def _kind_of(self, stored: str) -> _Kind | None:
        return next((kind for kind in self._kinds.values() if kind.reads(stored)), None)


def _installed_kinds() -> dict[PasswordHash, _Kind]:
    kinds: dict[PasswordHash, _Kind] = {PasswordHash.SCRYPT: Scrypt()}
    try:
        from gatepost.provider.argon2id import Argon2id  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        return kinds
    return {**kinds, PasswordHash.ARGON2ID: Argon2id()}


def _normalized(password: str) -> bytes:
    # As the original does; so that one password is one, however a keyboard composes it.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace")
