"""Telling running workers, through the revocation feed, of what a command takes back."""

from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime

from gatepost.cli.deployment import Deployment
from gatepost.errors import ConfigurationError
from gatepost.principal import SessionId, UserId
from gatepost.store.bans import end_every_session
from gatepost.store.directory import find_sessions
from gatepost.store.feed import Carrier, CarrierLost
from gatepost.tokens import Revocation


async def tell(deployment: Deployment, revocation: Revocation) -> None:
    """Make known what is in no table that the feed sees.

    Raises:
        CarrierLost: the feed cannot be reached.
        ConfigurationError: it cannot be used.
    """
    carrier = await _carrier(deployment)
    if carrier is not None:
        await carrier.publish(revocation)


async def end_sessions_of(
    deployment: Deployment,
    user_id: UserId,
    end: Callable[[], Awaitable[Collection[SessionId]]],
    *,
    only: Collection[SessionId] | None = None,
) -> int:
    """End somebody's sessions, and every access token of them; return how many there were.

    A feed in the database sees the rows go. Any other is told before, so that where it cannot be
    nothing has been done, and once more of those that began meanwhile.

    Args:
        deployment: whose workers are told.
        user_id: whose sessions.
        end: deletes their rows, and returns their ids.
        only: which of them it ends, where that is not all.

    Raises:
        ConfigurationError: the feed cannot be reached, or not be used.
    """
    try:
        return await _end(deployment, user_id, end, only)
    except CarrierLost as lost:
        raise ConfigurationError(
            f"Running workers cannot be told, so that {user_id} could go on with what they have: "
            f"{lost}. Start the revocation feed's server, and run this again."
        ) from lost


async def end_everybodys_sessions(deployment: Deployment) -> int:
    """End every session, and every access token that was issued until now; return how many.

    Told before, so that where nobody can be told nothing has been done; and after, of what began
    meanwhile.

    Raises:
        ConfigurationError: as of `end_sessions_of`.
    """
    try:
        await tell(deployment, _everything_until_now())
        ended = await end_every_session(deployment.engine)
        await tell(deployment, _everything_until_now())
    except CarrierLost as lost:
        raise ConfigurationError(
            f"Running workers cannot be told, so that people could go on with what they have: "
            f"{lost}. Start the revocation feed's server, and run this again."
        ) from lost
    return ended


def _everything_until_now() -> Revocation:
    return Revocation(None, None, None, datetime.now(UTC).timestamp())


async def _end(
    deployment: Deployment,
    user_id: UserId,
    end: Callable[[], Awaitable[Collection[SessionId]]],
    only: Collection[SessionId] | None,
) -> int:
    carrier = await _carrier(deployment)
    if carrier is None or carrier.sees_sessions:
        return len(await end())
    if only is None:
        only = {session.id for session in await find_sessions(deployment.engine, user_id)}
    known = set(only)
    await _publish(carrier, user_id, known)
    ended = set(await end())
    await _publish(carrier, user_id, ended - known)
    return len(ended)


async def _publish(carrier: Carrier, user_id: UserId, ended: Collection[SessionId]) -> None:
    for session_id in ended:
        at = datetime.now(UTC).timestamp()
        await carrier.publish(Revocation(session_id, user_id, None, at))


async def _carrier(deployment: Deployment) -> Carrier | None:
    # Imported here: what carries revocations brings a driver, and few commands need it.
    from gatepost.store.feed.choosing import carrier_of  # noqa: PLC0415

    return await carrier_of(deployment.engine, deployment.settings.feed_url, provider_here=True)
