"""Ending every session of somebody: their tokens first, then the rows."""

from collections.abc import Iterable, Sequence

from gatepost.events.catalogue import EventName
from gatepost.principal import SessionId, UserId
from gatepost.provider.records import Session
from gatepost.provider.services import Services


async def end_sessions(services: Services, user_id: UserId) -> set[SessionId]:
    """Refuse the access tokens of every session of somebody; the rows are for the caller.

    Raises:
        Unavailable: it cannot be made known; nothing has been deleted.
    """
    sessions = await services.sessions.all_of(user_id)
    await _tell(services, sessions)
    return {session.id for session in sessions}


async def report_ended(
    services: Services, deleted: Sequence[Session], told: Iterable[SessionId]
) -> None:
    """Report the sessions that were deleted, and refuse the tokens of those that came meanwhile."""
    known = set(told)
    await _tell(services, [session for session in deleted if session.id not in known])
    for session in deleted:
        services.reporter.report_session(EventName.SESSION_LOGOUT, session)


async def _tell(services: Services, sessions: Iterable[Session]) -> None:
    for session in sessions:
        await services.ends.session_ends(session.id, session.user_id)
