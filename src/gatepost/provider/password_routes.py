"""POST /change-password and POST /verify-password."""

from gatepost.errors import Refusal
from gatepost.events.catalogue import EventName
from gatepost.provider.accounts import Credential
from gatepost.provider.current_session import required_session
from gatepost.provider.ending import end_sessions, open_session
from gatepost.provider.exchange import Exchange
from gatepost.provider.faults import (
    BANNED_USER,
    CREDENTIAL_ACCOUNT_NOT_FOUND,
    INVALID_PASSWORD,
    PASSWORD_TOO_LONG,
    PASSWORD_TOO_SHORT,
    UNAUTHORIZED,
    SignInFailure,
)
from gatepost.provider.guessing import begin_attempt
from gatepost.provider.new_devices import mark_device
from gatepost.provider.new_passwords import refuse_breached
from gatepost.provider.passwords import (
    MAXIMUM_LENGTH,
    MINIMUM_LENGTH,
    UnreadableHash,
    utf16_length,
)
from gatepost.provider.records import Session, User
from gatepost.provider.rehashing import rehash, still_right
from gatepost.provider.services import Services
from gatepost.provider.session_cookies import begin_session
from gatepost.provider.sessions import UserBanned, UserGone, is_remembered, new_session
from gatepost.provider.validation import ValidBody


async def change_password(services: Services, exchange: Exchange, body: ValidBody) -> object:
    """Replace a password by one who knows it; if asked, end every session and begin a new one."""
    session, user = await required_session(services, exchange)
    new, current = body.text("newPassword"), body.text("currentPassword")
    if utf16_length(new) < MINIMUM_LENGTH:
        raise PASSWORD_TOO_SHORT.refusal()
    if max(utf16_length(new), utf16_length(current)) > MAXIMUM_LENGTH:
        raise PASSWORD_TOO_LONG.refusal()
    known = await services.accounts.credential(user.id)
    if known is None:
        raise CREDENTIAL_ACCOUNT_NOT_FOUND.refusal()
    await refuse_breached(services, new)
    failure = await _failure(services, exchange, user, known, current)
    if failure is None:
        password_hash = await services.passwords.hash(new)
        if not await _replace(services, user, known, current, password_hash):
            failure = SignInFailure.WRONG_PASSWORD  # another request has just changed it
    if failure is not None:
        raise _refused(services, EventName.PASSWORD_CHANGE_FAIL, session, failure)
    services.reporter.report_session(EventName.PASSWORD_CHANGED, session)
    token = None
    if body.is_true("revokeOtherSessions"):
        token = await _begin_anew(services, exchange, session, user)
    else:
        await mark_device(services, exchange, user.id)
    return {"token": token, "user": user.shown()}


async def verify_password(services: Services, exchange: Exchange, body: ValidBody) -> object:
    """Say whether this is the password of whoever is signed in."""
    session, user = await required_session(services, exchange)
    password = body.text("password")
    if utf16_length(password) > MAXIMUM_LENGTH:
        raise PASSWORD_TOO_LONG.refusal()
    known = await services.accounts.credential(user.id)
    if known is None:
        raise _refused(services, EventName.PASSWORD_CHECK_FAIL, session, SignInFailure.NO_PASSWORD)
    failure = await _failure(services, exchange, user, known, password)
    if failure is not None:
        raise _refused(services, EventName.PASSWORD_CHECK_FAIL, session, failure)
    await rehash(services, known, password)
    return {"status": True}


async def _failure(
    services: Services, exchange: Exchange, user: User, known: Credential, password: str
) -> SignInFailure | None:
    await begin_attempt(services, exchange, user.email, user.id)
    try:
        right = await services.passwords.verify(known.password_hash, password)
    except UnreadableHash:
        return SignInFailure.UNREADABLE_HASH
    if not right:
        return SignInFailure.WRONG_PASSWORD
    await services.attempts.succeed(user.email, exchange.address)
    return None


async def _replace(
    services: Services, user: User, known: Credential, current: str, password_hash: str
) -> bool:
    if await services.accounts.replace_password(known, password_hash):
        return True
    # A sign-in may just have hashed the same password anew.
    anew = await still_right(services, user.id, known.password_hash, current)
    return anew is not None and await services.accounts.replace_password(anew, password_hash)


def _refused(
    services: Services, event: EventName, session: Session, reason: SignInFailure
) -> Refusal:
    services.reporter.report(event, reason=reason, user_id=session.user_id, session_id=session.id)
    return INVALID_PASSWORD.refusal()


async def _begin_anew(services: Services, exchange: Exchange, session: Session, user: User) -> str:
    """End every session of a person and begin one that lasts as the one at hand would have.

    They are listed after the password has changed, so that no sign-in with the old one is missed.
    """
    sessions = await services.sessions.all_of(session.user_id)
    await end_sessions(services, sessions, EventName.SESSION_REVOKED)
    ages = services.config.session_ages
    remember = is_remembered(session, ages) and not exchange.cookies.dont_remember
    begun = new_session(
        session.user_id,
        ages,
        remember=remember,
        address=exchange.address,
        user_agent=exchange.user_agent,
    )
    try:
        await open_session(services, begun)
    except UserGone:
        raise UNAUTHORIZED.refusal() from None
    except UserBanned:
        raise BANNED_USER.refusal() from None
    begin_session(services, exchange, begun, user, remember=remember)
    services.reporter.report_session(EventName.SESSION_CREATED, begun)
    return begun.token
