"""Sign-ins from a device that has not signed in to the account before: its person gets a mail."""

from datetime import timedelta

from gatepost.events.catalogue import EventName
from gatepost.limits import NotCounted
from gatepost.principal import UserId
from gatepost.provider.accounts import Credentials
from gatepost.provider.attempts import account_of
from gatepost.provider.device_marks import LIFETIME
from gatepost.provider.exchange import Exchange
from gatepost.provider.faults import RateLimitFault
from gatepost.provider.links import send_new_device
from gatepost.provider.records import Session
from gatepost.provider.services import Services
from gatepost.provider.sessions import now
from gatepost.rates import Limit

_FIRST_DAY = timedelta(days=1)


async def is_new_device(
    services: Services, exchange: Exchange, known: Credentials, session: Session
) -> bool:
    """Whether a sign-in is news to its person.

    The first one to an account that was just made is none: where an address is verified before
    anybody signs in, the sign-up itself leaves no mark on the device.

    Args:
        services: what the routes work with.
        exchange: has the cookie of the device.
        known: who signs in, and the hash that their password was compared with.
        session: the one that has just been made.
    """
    if not services.config.new_device_mail:
        return False
    marks, user = exchange.cookies.device_marks, known.user
    if services.device_marks.are_of(marks, user.id, known.password_hash or ""):
        return False
    if now() - user.created_at >= _FIRST_DAY:
        return True
    sessions = await services.sessions.all_of(user.id)
    return any(each.id != session.id for each in sessions)


async def settle_device(services: Services, exchange: Exchange) -> None:
    """Know the device of a sign-in from now on, and tell of it where it is new.

    Once the app has had its say: a sign-in that it refuses is none.
    """
    if exchange.begun is None:
        return
    session, user = exchange.begun
    await mark_device(services, exchange, user.id)
    if not exchange.is_from_new_device:
        return
    try:
        wait = await services.config.windows.hit(Limit.NOTICES, account_of(user.email.lower()))
    except NotCounted:
        wait = None  # nobody else signs in meanwhile, so that it cannot be many
    if wait is None:
        send_new_device(services, user, session)
    else:
        reason = RateLimitFault.NOTICES
        services.reporter.report_session(EventName.RATE_LIMITED, session, reason=reason)


async def mark_device(services: Services, exchange: Exchange, user_id: UserId) -> None:
    """Know the device of whoever has just shown that they know the password, as it is now."""
    if not services.config.new_device_mail:
        return
    credential = await services.accounts.credential(user_id)
    password_hash = "" if credential is None else credential.password_hash
    marks = services.device_marks.with_one_of(exchange.cookies.device_marks, user_id, password_hash)
    names = services.cookie_names
    exchange.set_cookies.add(
        names.known_device,
        ".".join(marks),
        secure=names.secure,
        max_age=int(LIFETIME.total_seconds()),
    )
