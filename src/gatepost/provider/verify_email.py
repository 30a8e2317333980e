"""POST /send-verification-email and GET /verify-email."""

from collections.abc import Awaitable, Callable, Mapping

from gatepost.events.catalogue import EventName
from gatepost.provider.accounts import EmailTaken
from gatepost.provider.current_session import current_session
from gatepost.provider.email_tokens import EmailClaims, EmailPurpose, LinkRefused
from gatepost.provider.ending import open_session
from gatepost.provider.exchange import Exchange
from gatepost.provider.faults import (
    BANNED_USER,
    EMAIL_ALREADY_VERIFIED,
    EMAIL_MISMATCH,
    EMAIL_NOT_UPDATED,
    INVALID_EMAIL_TOKEN,
    INVALID_USER,
    USER_NOT_FOUND,
    VERIFICATION_EMAIL_NOT_ENABLED,
    LinkFault,
    SignInFailure,
    UserChange,
)
from gatepost.provider.links import send_change_verification, send_verification, sign_for_nobody
from gatepost.provider.origin_check import check_callback
from gatepost.provider.records import Session, User
from gatepost.provider.redirects import redirect_to, redirect_with_error
from gatepost.provider.services import Services
from gatepost.provider.session_cookies import begin_session, set_session
from gatepost.provider.sessions import UserBanned, UserGone, new_session
from gatepost.provider.validation import ValidBody


async def send_verification_email(
    services: Services, exchange: Exchange, body: ValidBody
) -> object:
    """Mail the link again, saying the same and taking as long whether or not anybody gets it."""
    if services.config.mailer is None:
        raise VERIFICATION_EMAIL_NOT_ENABLED.refusal()
    email, callback_url = body.text("email").lower(), body.optional_text("callbackURL")
    signed_in = await current_session(services, exchange)
    if signed_in is not None:
        _, user = signed_in
        if user.email.lower() != email:
            raise EMAIL_MISMATCH.refusal()
        if user.email_verified:
            raise EMAIL_ALREADY_VERIFIED.refusal()
        send_verification(services, user, callback_url)
        return {"status": True}
    known = await services.accounts.find(email)
    if known is not None and not known.user.email_verified:
        send_verification(services, known.user, callback_url)
    else:
        sign_for_nobody(services, email)
        reason = LinkFault.EMAIL_VERIFIED if known else LinkFault.UNKNOWN_USER
        services.reporter.report(EventName.LINK_REFUSED, reason=reason)
    return {"status": True}


async def verify_email(services: Services, exchange: Exchange, query: ValidBody) -> object:
    """Do what the token of a link allows, and go where the link says."""
    callback_url = query.optional_text("callbackURL")
    check_callback(callback_url, services.trusted_origins)
    try:
        claims = services.email_tokens.read(query.text("token"))
        answer = await _FOLLOWED[claims.purpose](services, exchange, claims)
    except LinkRefused as refused:
        services.reporter.report(EventName.LINK_REFUSED, reason=refused.reason)
        if callback_url:
            return redirect_with_error(callback_url, refused.fault.code)
        raise refused.fault.refusal() from None
    return redirect_to(callback_url) if callback_url else answer


async def _verify(services: Services, exchange: Exchange, claims: EmailClaims) -> object:
    known = await services.accounts.find(claims.email)
    if known is None:
        raise LinkRefused(USER_NOT_FOUND, LinkFault.UNKNOWN_USER)
    if known.user.id != claims.user_id:
        raise LinkRefused(INVALID_EMAIL_TOKEN, LinkFault.UNKNOWN_USER)
    if await services.changes.verify_email(known.user):
        services.reporter.report(
            EventName.USER_UPDATED, reason=UserChange.EMAIL_VERIFIED, user_id=known.user.id
        )
        if services.config.auto_sign_in_after_verification:
            await _sign_in(services, exchange, known.user)
    return {"status": True, "user": None}


async def _sign_in(services: Services, exchange: Exchange, user: User) -> None:
    remember = not exchange.cookies.dont_remember
    current = await current_session(services, exchange)
    if current is not None and current[1].id == user.id:
        set_session(services, exchange, current[0], remember=remember)
        return
    session = new_session(
        user.id,
        services.config.session_ages,
        remember=True,
        address=exchange.address,
        user_agent=exchange.user_agent,
    )
    try:
        await open_session(services, session)
    except UserGone:
        raise LinkRefused(USER_NOT_FOUND, LinkFault.UNKNOWN_USER) from None
    except UserBanned:
        services.reporter.report(EventName.LOGIN_FAIL, reason=SignInFailure.BANNED, user_id=user.id)
        raise BANNED_USER.refusal() from None
    begin_session(services, exchange, session, user, remember=remember)
    services.reporter.report_session(EventName.LOGIN_SUCCESS, session)
    services.reporter.report_session(EventName.SESSION_CREATED, session)


async def _confirm_change(services: Services, exchange: Exchange, claims: EmailClaims) -> object:
    user, _ = await _whose(services, exchange, claims)
    callback_url = exchange.query_text("callbackURL")
    send_change_verification(services, user, claims.new_email, callback_url)
    return {"status": True}


async def _verify_new(services: Services, exchange: Exchange, claims: EmailClaims) -> object:
    user, session = await _whose(services, exchange, claims)
    try:
        changed = await services.changes.change_email(user, claims.new_email)
    except EmailTaken:
        raise LinkRefused(EMAIL_NOT_UPDATED, LinkFault.EMAIL_TAKEN) from None
    if changed is None:
        raise LinkRefused(INVALID_EMAIL_TOKEN, LinkFault.EMAIL_CHANGED)
    services.reporter.report(EventName.USER_UPDATED, reason=UserChange.EMAIL, user_id=user.id)
    if session is not None:
        set_session(services, exchange, session, remember=not exchange.cookies.dont_remember)
    return {"status": True, "user": changed.shown()}


async def _whose(
    services: Services, exchange: Exchange, claims: EmailClaims
) -> tuple[User, Session | None]:
    """Return who wants another address, and their session, where this browser has one."""
    # Asked here as well: whoever knows the secret makes links that were never mailed.
    if not services.config.change_email:
        raise LinkRefused(INVALID_EMAIL_TOKEN, LinkFault.NOT_IN_USE)
    user = await services.accounts.find_by_id(claims.user_id)
    if user is None:
        raise LinkRefused(USER_NOT_FOUND, LinkFault.UNKNOWN_USER)
    if user.email.lower() != claims.email:
        raise LinkRefused(INVALID_EMAIL_TOKEN, LinkFault.EMAIL_CHANGED)
    current = await current_session(services, exchange)
    if current is not None and current[1].id != user.id:
        raise LinkRefused(INVALID_USER, LinkFault.FOREIGN_SESSION)
    return user, current[0] if current else None


_FOLLOWED: Mapping[EmailPurpose, Callable[[Services, Exchange, EmailClaims], Awaitable[object]]] = {
    EmailPurpose.VERIFY: _verify,
    EmailPurpose.CONFIRM_CHANGE: _confirm_change,
    EmailPurpose.VERIFY_NEW: _verify_new,
}
