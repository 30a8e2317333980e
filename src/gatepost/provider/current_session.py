"""Whose request this is: the session behind the signed cookie, and nothing else."""

from collections.abc import Sequence

from gatepost.events.catalogue import EventName
from gatepost.provider.ending import end_sessions
from gatepost.provider.exchange import Exchange
from gatepost.provider.faults import SESSION_NOT_FRESH, UNAUTHORIZED, SessionFault
from gatepost.provider.records import Session, User
from gatepost.provider.services import Services
from gatepost.provider.session_cookies import clear_session_data, expire_session, set_session
from gatepost.provider.sessions import is_fresh, is_live, should_slide, why_ended


async def current_session(services: Services, exchange: Exchange) -> tuple[Session, User] | None:
    """Return the live session of this request, slid where it is time; None where there is none.

    A good signature on a session that is gone takes the cookies away. A bad one leaves them: it
    may stand beside a good one that belongs to another app of the same domain.
    """
    clear_session_data(services, exchange)
    tokens = exchange.cookies.session_tokens
    if not tokens:
        return None
    found = await services.sessions.find(tokens)
    ages = services.config.session_ages
    live = next((pair for pair in found if is_live(pair[0], ages)), None)
    if live is None:
        expire_session(services, exchange)
        expired = [session for session, _ in found]
        _report_use_after_end(services, expired)
        for session in expired:
            why = why_ended(session)
            await end_sessions(services, [session], EventName.SESSION_EXPIRED, reason=why)
        return None
    session, user = live
    if exchange.cookies.dont_remember or exchange.query.get("disableRefresh"):
        return live
    if not should_slide(session, ages):
        return live
    slid = await services.sessions.slide(session)
    if slid is None:  # signed out elsewhere in this very moment
        expire_session(services, exchange)
        return None
    set_session(services, exchange, slid, remember=True)
    services.reporter.report_session(EventName.SESSION_RENEWED, slid)
    return slid, user


def _report_use_after_end(services: Services, expired: Sequence[Session]) -> None:
    """Report a session whose signature is good and that lives no more, whosever it was."""
    if not expired:
        services.reporter.report(EventName.SESSION_USED_AFTER_END, reason=SessionFault.ENDED)
    for session in expired:
        services.reporter.report(
            EventName.SESSION_USED_AFTER_END,
            reason=SessionFault.EXPIRED,
            user_id=session.user_id,
            session_id=session.id,
        )


async def required_session(services: Services, exchange: Exchange) -> tuple[Session, User]:
    """Return the live session of this request.

    Raises:
        Unauthenticated: there is none.
    """
    found = await current_session(services, exchange)
    if found is None:
        services.reporter.report(EventName.ACCESS_REFUSED, reason=SessionFault.NONE)
        raise UNAUTHORIZED.refusal()
    return found


async def fresh_session(services: Services, exchange: Exchange) -> tuple[Session, User]:
    """Return the live session of this request, of somebody who signed in a short while ago.

    Raises:
        Unauthenticated: there is none.
        Forbidden: it was made longer ago; that it is in use does not make it fresh.
    """
    session, user = await required_session(services, exchange)
    if not is_fresh(session, services.config.session_ages):
        services.reporter.report(
            EventName.ACCESS_REFUSED,
            reason=SessionFault.NOT_FRESH,
            user_id=user.id,
            session_id=session.id,
        )
        raise SESSION_NOT_FRESH.refusal()
    return session, user
