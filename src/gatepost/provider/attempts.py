"""How often a password may be guessed.

A wrong password counts against its account and the address it came from, so that whoever guesses is
slowed down and the owner, elsewhere, is not. Guesses from many addresses count together; there the
owner is told from the rest by an address from which somebody has signed in to this account in the
last 30 days, or chosen a new password by a mailed link: it is neither held up by the others'
guesses nor counted among them.

Each attempt counts when it begins, so that a hundred at once are a hundred, and a right password
takes the count back. An address without an account is counted like any other, so that nothing
here tells whether there is one.
"""

import hashlib

from gatepost.limits import Windows
from gatepost.provider.faults import RateLimitFault
from gatepost.rates import Limit


class TooManyAttempts(Exception):
    """No password is looked at now."""

    def __init__(self, seconds: int, reason: RateLimitFault) -> None:
        super().__init__(reason.value)
        self.seconds = seconds
        self.reason = reason


class SignInAttempts:
    """Counts attempts to sign in.

    Args:
        windows: keeps the counts.
    """

    def __init__(self, windows: Windows) -> None:
        self._windows = windows

    async def begin(self, email: str, address: str) -> None:
        """Count an attempt.

        Args:
            email: in lower case; whether somebody has it makes no difference.
            address: the caller's, or "".

        Raises:
            TooManyAttempts: there were too many that failed.
        """
        account = account_of(email)
        seconds = await self._windows.hit(Limit.FAILURES, account, address)
        if seconds is not None:
            raise TooManyAttempts(seconds, RateLimitFault.FAILURES)
        if await self._is_known(account, address):
            return
        seconds = await self._windows.hit(Limit.FAILURES_ANYWHERE, account)
        if seconds is not None:
            raise TooManyAttempts(seconds, RateLimitFault.FAILURES_ANYWHERE)

    async def succeed(self, email: str, address: str) -> int:
        """Take back what was counted, and know the address from now on.

        Returns:
            how many attempts from this address stood beside the one that has succeeded.
        """
        account = account_of(email)
        counted = await self._windows.count(Limit.FAILURES, account, address)
        await self._windows.clear(Limit.FAILURES, account, address)
        if not await self._is_known(account, address):
            await self._windows.clear(Limit.FAILURES_ANYWHERE, account)
        await self._know(account, address)
        return max(0, counted - 1)

    async def proved(self, email: str, address: str) -> None:
        """Know the address of whoever has followed a mailed link: nobody's guesses hold it up.

        Those of all addresses stay counted, because the new password can be guessed as well.
        """
        account = account_of(email)
        await self._windows.clear(Limit.FAILURES, account, address)
        await self._know(account, address)

    async def _know(self, account: str, address: str) -> None:
        if address:
            await self._windows.remember(account, address)

    async def _is_known(self, account: str, address: str) -> bool:
        return bool(address) and await self._windows.remembers(account, address)


def account_of(email: str) -> str:
    """Return by what an account is counted: what keeps the counts need not know who is here."""
    return hashlib.sha256(email.encode("utf-8", "replace")).hexdigest()[:32]
