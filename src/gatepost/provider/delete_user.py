"""POST /delete-user and GET /delete-user/callback."""

import secrets
import string

from gatepost.events.catalogue import EventName
from gatepost.provider.current_session import current_session, required_session
from gatepost.provider.ending import refuse_tokens_of, report_deleted
from gatepost.provider.exchange import Exchange
from gatepost.provider.faults import (
    CREDENTIAL_ACCOUNT_NOT_FOUND,
    DELETE_CALLBACK_DISABLED,
    DELETE_USER_DISABLED,
    FAILED_TO_GET_USER_INFO,
    INVALID_DELETE_TOKEN,
    INVALID_PASSWORD,
    PASSWORD_TOO_LONG,
    SESSION_EXPIRED,
    LinkFault,
)
from gatepost.provider.guessing import begin_attempt
from gatepost.provider.links import send_deletion
from gatepost.provider.origin_check import check_callback
from gatepost.provider.passwords import MAXIMUM_LENGTH, UnreadableHash, utf16_length
from gatepost.provider.records import User
from gatepost.provider.redirects import redirect_to
from gatepost.provider.services import Services
from gatepost.provider.session_cookies import leave_browser
from gatepost.provider.sessions import is_fresh
from gatepost.provider.validation import ValidBody
from gatepost.provider.verifications import Purpose

_TOKEN_ALPHABET = string.digits + string.ascii_lowercase
_TOKEN_LENGTH = 32
_DELETED = {"success": True, "message": "User deleted"}
_MAILED = {"success": True, "message": "Verification email sent"}


async def delete_user(services: Services, exchange: Exchange, body: ValidBody) -> object:
    """Delete the account of the session: by a mailed token, or where no mail is sent, at once."""
    session, user = await required_session(services, exchange)
    if not services.config.delete_user:
        raise DELETE_USER_DISABLED.refusal()
    password, token = body.optional_text("password"), body.optional_text("token")
    if password:
        await _check_password(services, exchange, user, password)
    if token:
        await _redeem(services, exchange, user, token)
        return _DELETED
    if services.config.mailer is not None:
        token = "".join(secrets.choice(_TOKEN_ALPHABET) for _ in range(_TOKEN_LENGTH))
        await services.verifications.issue(Purpose.DELETE_USER, token, user.id)
        send_deletion(services, user, token, body.optional_text("callbackURL"))
        return _MAILED
    if not password and not is_fresh(session, services.config.session_ages):
        raise SESSION_EXPIRED.refusal()
    await _delete(services, exchange, user)
    return _DELETED


async def delete_user_callback(services: Services, exchange: Exchange, query: ValidBody) -> object:
    """Delete the account of the session, whose token a mailed link brings."""
    callback_url = query.optional_text("callbackURL")
    check_callback(callback_url, services.trusted_origins)
    if not services.config.delete_user:
        raise DELETE_CALLBACK_DISABLED.refusal()
    found = await current_session(services, exchange)
    if found is None:
        raise FAILED_TO_GET_USER_INFO.refusal()
    await _redeem(services, exchange, found[1], query.text("token"))
    return redirect_to(callback_url) if callback_url else _DELETED


async def _check_password(
    services: Services, exchange: Exchange, user: User, password: str
) -> None:
    if utf16_length(password) > MAXIMUM_LENGTH:
        raise PASSWORD_TOO_LONG.refusal()
    known = await services.accounts.credential(user.id)
    if known is None:
        raise CREDENTIAL_ACCOUNT_NOT_FOUND.refusal()
    await begin_attempt(services, exchange, user.email, user.id)
    try:
        right = await services.passwords.verify(known.password_hash, password)
    except UnreadableHash:
        right = False
    if not right:
        raise INVALID_PASSWORD.refusal()
    await services.attempts.succeed(user.email, exchange.address)


async def _redeem(services: Services, exchange: Exchange, user: User, token: str) -> None:
    if not await services.verifications.redeem(Purpose.DELETE_USER, token, user.id):
        services.reporter.report(
            EventName.LINK_REFUSED, reason=LinkFault.USED_OR_UNKNOWN, user_id=user.id
        )
        raise INVALID_DELETE_TOKEN.refusal()
    await _delete(services, exchange, user)


async def _delete(services: Services, exchange: Exchange, user: User) -> None:
    known = await refuse_tokens_of(services, user.id)
    deleted = await services.changes.delete(user.id)
    services.reporter.report(EventName.USER_DELETED, user_id=user.id)
    await report_deleted(services, deleted, known)
    leave_browser(services, exchange)
