"""Ending sessions, with everything that was handed out for them."""

from collections.abc import Sequence
from enum import StrEnum

from gatepost.errors import Unavailable
from gatepost.events.catalogue import EventName
from gatepost.principal import SessionId, UserId
from gatepost.provider.faults import SessionEnd
from gatepost.provider.records import Session
from gatepost.provider.services import Services


async def open_session(services: Services, session: Session) -> None:
    """Write a new session, and end the oldest of its person where they would have too many.

    Raises:
        UserGone: its user was deleted a moment ago.
        UserBanned: its user is banned, or is being banned in this very moment.
        Unavailable: nobody can be told of an end; then there is no new session either.
    """
    surplus = await services.sessions.create(session)
    try:
        await end_sessions(services, surplus, EventName.SESSION_REVOKED, reason=SessionEnd.TOO_MANY)
    except Unavailable:
        await services.sessions.delete([session])  # nobody has it yet
        raise


async def end_sessions(
    services: Services,
    sessions: Sequence[Session],
    event: EventName,
    *,
    reason: StrEnum | None = None,
) -> None:
    """Refuse the access tokens of these sessions, delete their rows, report each one once.

    In this order: a row that is gone while its tokens still count could not be ended any more.

    Raises:
        Unavailable: nobody can be told of an end; the rows stay, so that it can be tried again.
    """
    if not sessions:
        return
    for session in sessions:
        await services.ends.session_ends(session.id, session.user_id)
    deleted = await services.sessions.delete(sessions)
    for session in sessions:
        if session.id in deleted:
            for name in (EventName.TOKEN_REVOKED, event):
                services.reporter.report_session(name, session, reason=reason)


async def refuse_tokens_of(services: Services, user_id: UserId) -> frozenset[SessionId]:
    """Refuse the access tokens of every session of somebody; the rows are the caller's to delete.

    Returns:
        the sessions that are known to have ended.

    Raises:
        Unavailable: nobody can be told of an end; nothing has been deleted.
    """
    sessions = await services.sessions.all_of(user_id)
    for session in sessions:
        await services.ends.session_ends(session.id, session.user_id)
    return frozenset(session.id for session in sessions)


async def report_deleted(
    services: Services, deleted: Sequence[Session], known: frozenset[SessionId]
) -> None:
    """Report sessions whose rows are gone, and refuse the tokens of those that came meanwhile."""
    for session in deleted:
        if session.id not in known:
            await services.ends.session_ends(session.id, session.user_id)
    for session in deleted:
        services.reporter.report_session(EventName.TOKEN_REVOKED, session)
        services.reporter.report_session(EventName.SESSION_REVOKED, session)
