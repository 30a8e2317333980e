"""Which cookies a session gets, and how they go."""

from gatepost.provider.exchange import Exchange
from gatepost.provider.records import Session, User
from gatepost.provider.services import Services
from gatepost.provider.sessions import now


def begin_session(
    services: Services, exchange: Exchange, session: Session, user: User, *, remember: bool
) -> None:
    """Give the browser a session that was made a moment ago."""
    set_session(services, exchange, session, remember=remember)
    exchange.begun = (session, user)


def withhold_session(services: Services, exchange: Exchange) -> None:
    """Give the browser no session after all, and no token of one."""
    exchange.exposed.clear()
    exchange.set_cookies.withhold(services.cookie_names.session_token)
    exchange.set_cookies.withhold(services.cookie_names.dont_remember)


def set_session(
    services: Services, exchange: Exchange, session: Session, *, remember: bool
) -> None:
    """Give the browser a session; for as long as it lives, or until the browser is closed."""
    names, signer = services.cookie_names, services.cookie_signer
    ages = services.config.session_ages
    lifetime = min(ages.expires_in, session.created_at + ages.ends_after - now())
    exchange.set_cookies.add(
        names.session_token,
        signer.sign(session.token),
        secure=names.secure,
        max_age=int(lifetime.total_seconds()) if remember else None,
    )
    if not remember:
        exchange.set_cookies.add(
            names.dont_remember, signer.sign("true"), secure=names.secure, max_age=None
        )
    elif exchange.cookies.dont_remember:
        exchange.set_cookies.expire(names.dont_remember, secure=names.secure)


def expire_session(services: Services, exchange: Exchange) -> None:
    """Take the session's cookies away."""
    names = services.cookie_names
    exchange.set_cookies.expire(names.session_token, secure=names.secure)
    exchange.set_cookies.expire(names.session_data, secure=names.secure)
    clear_session_data(services, exchange)
    exchange.set_cookies.expire(names.dont_remember, secure=names.secure)


def leave_browser(services: Services, exchange: Exchange) -> None:
    """Take away the cookies of a session that its person has ended, and what the browser kept.

    The HTTP cache and the back-forward cache go (Clear Site Data, section 3.1). "cookies" would
    take those of the sibling hosts as well, and "storage" what the app keeps for itself.
    """
    expire_session(services, exchange)
    exchange.set_header("clear-site-data", '"cache"')


def clear_session_data(services: Services, exchange: Exchange) -> None:
    """Take away what a Better Auth with a cookie cache has left behind."""
    for name in exchange.cookies.session_data:
        exchange.set_cookies.add(name, "", secure=services.cookie_names.secure, max_age=0)
