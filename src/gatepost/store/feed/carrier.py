"""What carries revocations from whoever ends a session to every process that verifies tokens."""

from collections.abc import Sequence
from typing import Protocol

from gatepost.tokens import Revocation


class CarrierLost(Exception):
    """The carrier cannot be reached, or did not answer in its time. The cause says why."""


class Carrier(Protocol):
    """A durable, sequenced record of revocations.

    One task uses it at a time. Every call ends within a bounded time, by itself.
    """

    sees_sessions: bool
    """Whether a row that leaves the table `session` is carried without a `publish`."""

    async def open(self) -> None:
        """Connect, and begin at the beginning: the next `read` gives everything that still counts.

        Also called after a loss, on the same object.

        Raises:
            CarrierLost: it cannot be reached.
        """

    async def read(self) -> Sequence[Revocation]:
        """Return what was committed since the last call; on the first, all that still counts.

        A revocation may come twice. None may be left out that was committed before the call.

        Raises:
            CarrierLost: it cannot be reached; `open` comes next.
        """

    async def wait(self, seconds: float) -> None:
        """Return when there may be something new, or after so many seconds.

        Raises:
            CarrierLost: it cannot be reached; `open` comes next.
        """

    async def publish(self, revocation: Revocation) -> None:
        """Make a revocation known to every process; when this returns it is durable.

        May be called at any time, by any task, whether or not the carrier is open.

        Raises:
            CarrierLost: it cannot be reached, and nobody knows.
        """

    async def close(self) -> None:
        """Let go of what `open` took; never raises."""
