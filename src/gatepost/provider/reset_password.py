"""POST /request-password-reset, GET /reset-password/:token and POST /reset-password."""

from gatepost.events.catalogue import EventName
from gatepost.provider.ending import refuse_tokens_of, report_deleted
from gatepost.provider.exchange import Exchange
from gatepost.provider.faults import (
    INVALID_RESET_TOKEN,
    PASSWORD_TOO_LONG,
    PASSWORD_TOO_SHORT,
    RESET_PASSWORD_DISABLED,
    RESET_USER_NOT_FOUND,
    LinkFault,
)
from gatepost.provider.links import send_reset
from gatepost.provider.new_passwords import refuse_breached
from gatepost.provider.origin_check import check_callback
from gatepost.provider.outcomes import Redirect
from gatepost.provider.passwords import MAXIMUM_LENGTH, MINIMUM_LENGTH, utf16_length
from gatepost.provider.records import User, new_id
from gatepost.provider.redirects import redirect_with
from gatepost.provider.services import Services
from gatepost.provider.validation import ValidBody
from gatepost.provider.verifications import Purpose

_TOKEN_LENGTH = 24
_REQUESTED = {
    "status": True,
    "message": "If this email exists in our system, check your email for the reset link",
}


async def request_password_reset(
    services: Services, _exchange: Exchange, body: ValidBody
) -> object:
    """Mail a link to whoever has the address; the answer and its time are the same for nobody."""
    if services.config.mailer is None:
        raise RESET_PASSWORD_DISABLED.refusal()
    known = await services.accounts.find(body.text("email").lower())
    token = new_id(_TOKEN_LENGTH)
    user_id = known.user.id if known else None
    await services.verifications.issue(Purpose.RESET_PASSWORD, token, user_id)
    if known is None:
        services.reporter.report(EventName.LINK_REFUSED, reason=LinkFault.UNKNOWN_USER)
    else:
        send_reset(services, known.user, token, body.optional_text("redirectTo"))
    return _REQUESTED


async def reset_password_callback(
    services: Services, exchange: Exchange, query: ValidBody
) -> object:
    """Take the browser to the page where a new password is typed, the token with it."""
    callback_url = query.text("callbackURL")
    check_callback(callback_url, services.trusted_origins)
    token, base_url = exchange.path_value, services.config.base_url
    if not callback_url:
        return Redirect(f"{services.auth_url}/error?error={INVALID_RESET_TOKEN.code}")
    if await services.verifications.find(Purpose.RESET_PASSWORD, token) is None:
        services.reporter.report(EventName.LINK_REFUSED, reason=LinkFault.USED_OR_UNKNOWN)
        return redirect_with(callback_url, "error", INVALID_RESET_TOKEN.code, base_url=base_url)
    return redirect_with(callback_url, "token", token, base_url=base_url)


async def reset_password(services: Services, exchange: Exchange, body: ValidBody) -> object:
    """Put a new password in place for whoever shows a token, and end every session of theirs."""
    token = body.optional_text("token") or exchange.query_text("token")
    if not token:
        raise INVALID_RESET_TOKEN.refusal()
    password = body.text("newPassword")
    if utf16_length(password) < MINIMUM_LENGTH:
        raise PASSWORD_TOO_SHORT.refusal()
    if utf16_length(password) > MAXIMUM_LENGTH:
        raise PASSWORD_TOO_LONG.refusal()
    user = await _whose(services, token)
    await refuse_breached(services, password)
    # Hashed before the token is spent, so that a process that stops meanwhile costs nobody a link.
    password_hash = await services.passwords.hash(password)
    if not await services.verifications.redeem(Purpose.RESET_PASSWORD, token, user.id):
        services.reporter.report(
            EventName.LINK_REFUSED, reason=LinkFault.USED_OR_UNKNOWN, user_id=user.id
        )
        raise INVALID_RESET_TOKEN.refusal()
    known = await refuse_tokens_of(services, user.id)
    deleted = await services.changes.set_password(user, password_hash)
    services.reporter.report(EventName.PASSWORD_CHANGED, user_id=user.id)
    await services.attempts.proved(user.email.lower(), exchange.address)
    await report_deleted(services, deleted, known)
    return {"status": True}


async def _whose(services: Services, token: str) -> User:
    user_id = await services.verifications.find(Purpose.RESET_PASSWORD, token)
    if user_id is None:
        services.reporter.report(EventName.LINK_REFUSED, reason=LinkFault.USED_OR_UNKNOWN)
        raise INVALID_RESET_TOKEN.refusal()
    user = await services.accounts.find_by_id(user_id)
    if user is None:
        services.reporter.report(EventName.LINK_REFUSED, reason=LinkFault.UNKNOWN_USER)
        raise RESET_USER_NOT_FOUND.refusal()
    return user
