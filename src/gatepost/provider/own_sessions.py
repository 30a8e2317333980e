"""What somebody does with their sessions: list them, end one, all or the others."""

from gatepost.events.catalogue import EventName
from gatepost.provider.current_session import fresh_session, required_session
from gatepost.provider.ending import end_sessions
from gatepost.provider.exchange import Exchange
from gatepost.provider.faults import NO_FIELDS_TO_UPDATE, SessionFault
from gatepost.provider.services import Services
from gatepost.provider.session_cookies import leave_browser
from gatepost.provider.sessions import is_live, shown
from gatepost.provider.validation import ValidBody

_DONE = {"status": True}


async def list_sessions(services: Services, exchange: Exchange, _body: ValidBody) -> object:
    """Show every session of this person, token included: it is what ends one."""
    _, user = await fresh_session(services, exchange)
    sessions, ages = await services.sessions.all_of(user.id), services.config.session_ages
    return [shown(session, ages) for session in sessions if is_live(session, ages)]


async def revoke_session(services: Services, exchange: Exchange, body: ValidBody) -> object:
    """End one session; that of another person goes on, and who asked learns nothing of it."""
    session, user = await required_session(services, exchange)
    token = body.text("token")
    # PostgreSQL's text cannot hold a NUL, not even to be compared.
    found = [] if "\x00" in token else await services.sessions.find([token])
    for named, _ in found:
        if named.user_id == user.id:
            await end_sessions(services, [named], EventName.SESSION_REVOKED)
        else:
            services.reporter.report(
                EventName.FOREIGN_ROW,
                reason=SessionFault.OF_ANOTHER,
                user_id=user.id,
                session_id=named.id,
            )
    if token == session.token:
        leave_browser(services, exchange)
    return _DONE


async def revoke_sessions(services: Services, exchange: Exchange, _body: ValidBody) -> object:
    """End every session of this person, the one at hand included."""
    _, user = await required_session(services, exchange)
    sessions = await services.sessions.all_of(user.id)
    await end_sessions(services, sessions, EventName.SESSION_REVOKED)
    leave_browser(services, exchange)
    return _DONE


async def revoke_other_sessions(services: Services, exchange: Exchange, _body: ValidBody) -> object:
    """End every session of this person but the one at hand; the original ends a hundred at most."""
    session, user = await required_session(services, exchange)
    sessions = await services.sessions.all_of(user.id)
    others = [other for other in sessions if other.id != session.id]
    await end_sessions(services, others, EventName.SESSION_REVOKED)
    return _DONE


async def update_session(services: Services, exchange: Exchange, _body: ValidBody) -> object:
    """Refuse: of what a session is made of, nothing is for its person to write."""
    await required_session(services, exchange)
    raise NO_FIELDS_TO_UPDATE.refusal()
