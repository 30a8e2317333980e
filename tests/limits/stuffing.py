"""Credential stuffing against the real limits, on a clock that an hour costs nothing of.

What a sign-in is asked before its password is looked at (`seconds_to_wait`, `SignInAttempts.begin`)
is asked here in the same order; a guess that gets through would cost the provider a hash, and here
only counts. Whoever guesses comes back the moment that they are let, or without regard to it.

    python -m tests.limits.stuffing

prints the table of docs/limits.md.
"""

import asyncio
import json
import resource
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from math import inf

from gatepost.limits import Windows, local_windows
from gatepost.provider.attempts import SignInAttempts, TooManyAttempts
from gatepost.provider.rate_limits import seconds_to_wait
from gatepost.rates import Rates

HOUR = 3600
NAMES, ADDRESSES = 10_000, 1_000
OWNER = "owner@example.com"
_HOME, _ELSEWHERE, _LINKED = "192.0.2.1", "192.0.2.2", "192.0.2.3"
_ARRIVES = HOUR / 2 + 0.37  # at no moment that a guess comes at
_ENDS = 1.25 * HOUR
_ASKS_EVERY = 60
_SIGN_IN = "/sign-in/email"


@dataclass(slots=True)
class Site:
    """The limits of a provider, and a clock that is set by hand."""

    now: float = 1_000_000.0
    windows: Windows = field(init=False)
    attempts: SignInAttempts = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing counted."""
        self.windows = local_windows(Rates(), lambda: self.now)
        self.attempts = SignInAttempts(self.windows)

    async def sign_in(self, email: str, address: str, *, right: bool = False) -> int:
        """Return 0 where the password was looked at; else in how many seconds it would be."""
        wait = await seconds_to_wait(self.windows, _SIGN_IN, address)
        if wait is not None:
            return wait
        try:
            await self.attempts.begin(email, address)
        except TooManyAttempts as many:
            return many.seconds
        if right:
            await self.attempts.succeed(email, address)
        return 0


@dataclass(slots=True)
class Outcome:
    """What came of it.

    Attributes:
        offered: guesses in the first hour.
        looked_at: those of them that were compared with a password.
        of_one_account: those for the account that had most.
        of_one_address: those from the address that had most.
        seconds: when the last of them was.
        home: how long the owner waited where they had signed in before, in seconds, at most.
        elsewhere: the same at a new address; None where the guesses did not let them in.
        told: the longest that they were told to wait there.
        linked: how long they waited at a new address with a mailed link.
    """

    offered: int = 0
    looked_at: int = 0
    of_one_account: int = 0
    of_one_address: int = 0
    seconds: float = 0.0
    home: int = 0
    elsewhere: int | None = None
    told: int = 0
    linked: int = 0


Guess = tuple[float, str, str]
"""When, for whom, from where."""


def one_address() -> Iterator[Guess]:
    """10,000 names, one address, five times a second."""
    for number in range(int(_ENDS) * 5):
        yield number / 5, _name(number % NAMES), _address(0)


def one_name() -> Iterator[Guess]:
    """One name, 1,000 addresses, each once a minute."""
    for minute in range(int(_ENDS) // 60):
        for number in range(ADDRESSES):
            yield 60 * (minute + number / ADDRESSES), OWNER, _address(number)


def one_list() -> Iterator[Guess]:
    """10,000 names with one password each, ten from each of 1,000 addresses, three in 10 s."""
    for turn in range(NAMES // ADDRESSES):
        for number in range(ADDRESSES):
            at = 10 * (turn // 3) + 3 * (turn % 3) + 3 * number / ADDRESSES
            yield at, _name(turn * ADDRESSES + number), _address(number)


ATTACKS = {"one address": one_address, "one name": one_name, "one list": one_list}


def _name(number: int) -> str:
    return OWNER if number == NAMES // 2 else f"person{number}@example.com"


def _address(number: int) -> str:
    return f"2001:0db8:{number:04x}:0000:0000:0000:0000:0000"


async def simulate(attack: str) -> Outcome:
    """Guess for more than an hour; the owner signs in meanwhile. The first hour is counted."""
    site, outcome = Site(), Outcome()
    assert await site.sign_in(OWNER, _HOME, right=True) == 0
    began = site.now = site.now + HOUR  # nothing of that is in any window
    owner = _Owner(site, outcome)
    accounts, addresses = Counter[str](), Counter[str]()
    for at, email, address in ATTACKS[attack]():
        await owner.until(at)
        site.now = began + at
        passed = await site.sign_in(email, address) == 0
        if at >= HOUR:
            continue
        outcome.offered += 1
        if passed:
            accounts[email] += 1
            addresses[address] += 1
            outcome.seconds = at
    await owner.until(_ENDS)
    outcome.looked_at = accounts.total()
    outcome.of_one_account = max(accounts.values())
    outcome.of_one_address = max(addresses.values())
    return outcome


class _Owner:
    """Signs in at home each minute; and elsewhere, when they arrive and whenever they are told."""

    def __init__(self, site: Site, outcome: Outcome) -> None:
        self._site = site
        self._outcome = outcome
        self._began = site.now
        self._at_home = 0.0
        self._elsewhere = _ARRIVES

    async def until(self, at: float) -> None:
        """Do what comes before a moment, in its order."""
        while (moment := min(self._at_home, self._elsewhere)) <= at:
            self._site.now = self._began + moment
            if moment == self._at_home:
                self._at_home += _ASKS_EVERY
                await self._sign_in_at_home()
            else:
                await self._sign_in_elsewhere()

    async def _sign_in_at_home(self) -> None:
        """Mistype once, and then not."""
        for right in (False, True):
            wait = await self._site.sign_in(OWNER, _HOME, right=right)
            self._outcome.home = max(self._outcome.home, wait)

    async def _sign_in_elsewhere(self) -> None:
        at = self._elsewhere
        wait = await self._site.sign_in(OWNER, _ELSEWHERE, right=True)
        self._outcome.told = max(self._outcome.told, wait)
        self._elsewhere = at + wait if wait else inf
        if not wait:
            self._outcome.elsewhere = round(at - _ARRIVES)
        if at == _ARRIVES:
            await self._site.attempts.proved(OWNER, _LINKED)
            self._outcome.linked = await self._site.sign_in(OWNER, _LINKED, right=True)


_COLUMNS = (
    *("who guesses", "guesses in the first hour", "looked at", "of one account"),
    *("the owner waits at a known address", "at a new one", "with a mailed link"),
)
_SAID = {
    "one address": "10,000 names from one address, five a second",
    "one name": "one name from 1,000 addresses, each once a minute",
    "one list": "10,000 names, each once, from 1,000 addresses",
}


def table(outcomes: dict[str, Outcome]) -> str:
    """Show them as the documentation does."""
    lines = [
        f"| {' | '.join(_COLUMNS)} |",
        "|---|---|---|---|---|---|---|",
    ]
    for attack, said in _SAID.items():
        each = outcomes[attack]
        elsewhere = "as long as it goes on" if each.elsewhere is None else f"{each.elsewhere} s"
        lines.append(
            f"| {said} | {each.offered:,} | {each.looked_at:,} | {each.of_one_account} | "
            f"{each.home} s | {elsewhere} | {each.linked} s |"
        )
    return "\n".join(lines)


def _held() -> int:
    # Kibibytes on Linux, bytes on macOS.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (
        1024 if sys.platform == "darwin" else 1
    )


def _main() -> None:
    before = _held()
    outcomes = {attack: asyncio.run(simulate(attack)) for attack in ATTACKS}
    if sys.argv[1:] == ["--json"]:
        shown = {attack: asdict(outcome) for attack, outcome in outcomes.items()}
        said = json.dumps({"outcomes": shown, "kibibytes": _held() - before})
    else:
        said = table(outcomes)
    sys.stdout.write(f"{said}\n")


if __name__ == "__main__":
    _main()
