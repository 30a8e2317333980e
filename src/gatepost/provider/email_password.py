"""POST /sign-up/email and POST /sign-in/email."""

from gatepost.errors import Refusal
from gatepost.events.catalogue import EventName
from gatepost.principal import UserId
from gatepost.provider.accounts import Credentials, EmailTaken
from gatepost.provider.additional_fields import Unstorable, storable
from gatepost.provider.ending import end_sessions, open_session
from gatepost.provider.exchange import Exchange
from gatepost.provider.faults import (
    BANNED_USER,
    EMAIL_NOT_VERIFIED,
    FAILED_TO_CREATE_USER,
    INVALID_EMAIL,
    INVALID_EMAIL_OR_PASSWORD,
    PASSWORD_TOO_LONG,
    PASSWORD_TOO_SHORT,
    USER_ALREADY_EXISTS,
    Fault,
    SignInFailure,
    SignInNews,
    SignUpFailure,
)
from gatepost.provider.guessing import begin_attempt
from gatepost.provider.links import send_verification
from gatepost.provider.new_devices import is_new_device
from gatepost.provider.new_passwords import refuse_breached
from gatepost.provider.passwords import (
    MAXIMUM_LENGTH,
    MINIMUM_LENGTH,
    UnreadableHash,
    utf16_length,
)
from gatepost.provider.records import User, new_id
from gatepost.provider.redirects import header_value
from gatepost.provider.rehashing import rehash, still_right
from gatepost.provider.services import Services
from gatepost.provider.session_cookies import begin_session
from gatepost.provider.sessions import UserBanned, UserGone, new_session, now
from gatepost.provider.unverified_sign_up import sign_up_unverified
from gatepost.provider.validation import ValidBody, is_email


async def sign_up(services: Services, exchange: Exchange, body: ValidBody) -> object:
    """Make a user, their credential account and their first session, in one transaction."""
    password = body.text("password")
    if utf16_length(password) < MINIMUM_LENGTH:
        raise _refused(services, PASSWORD_TOO_SHORT, SignUpFailure.PASSWORD_TOO_SHORT)
    if utf16_length(password) > MAXIMUM_LENGTH:
        raise _refused(services, PASSWORD_TOO_LONG, SignUpFailure.PASSWORD_TOO_LONG)
    user = _new_user(services, body)
    callback_url = body.optional_text("callbackURL")
    if services.config.require_email_verification:
        return await sign_up_unverified(services, user, password, callback_url)
    if await services.accounts.email_taken(user.email):
        raise _refused(services, USER_ALREADY_EXISTS, SignUpFailure.EMAIL_TAKEN)
    await refuse_breached(services, password)
    # Hashed before the transaction opens: SQLite has one writer, and this takes 50 ms.
    password_hash = await services.passwords.hash(password)
    remember = not body.is_false("rememberMe")
    session = new_session(
        user.id,
        services.config.session_ages,
        remember=remember,
        address=exchange.address,
        user_agent=exchange.user_agent,
    )
    try:
        await services.accounts.create(user, password_hash, session)
    except EmailTaken:
        raise _refused(services, USER_ALREADY_EXISTS, SignUpFailure.EMAIL_TAKEN) from None
    begin_session(services, exchange, session, user, remember=remember)
    services.reporter.report(EventName.USER_CREATED, user_id=user.id)
    if services.config.send_on_sign_up:
        send_verification(services, user, callback_url)
    services.reporter.report_session(EventName.SESSION_CREATED, session)
    return {"token": session.token, "user": user.shown()}


def _refused(services: Services, fault: Fault, reason: SignUpFailure) -> Refusal:
    services.reporter.report(EventName.USER_REFUSED, reason=reason)
    return fault.refusal()


def _new_user(services: Services, body: ValidBody) -> User:
    image = body.optional_text("image")
    try:
        additional = services.additional_fields.created(body)
        name, image = storable(body.text("name")), image and storable(image)
    except Unstorable:
        failure = SignUpFailure.UNSTORABLE_VALUE
        raise _refused(services, FAILED_TO_CREATE_USER, failure) from None
    moment = now()
    return User(
        id=UserId(new_id()),
        name=name,
        email=body.text("email").lower(),
        email_verified=False,
        image=image,
        created_at=moment,
        updated_at=moment,
        additional=additional,
    )


async def sign_in(services: Services, exchange: Exchange, body: ValidBody) -> object:
    """Open a session for whoever knows the password."""
    known, failures = await _authenticate(services, exchange, body)
    user = known.user
    remember = not body.is_false("rememberMe")
    session = new_session(
        user.id,
        services.config.session_ages,
        remember=remember,
        address=exchange.address,
        user_agent=exchange.user_agent,
    )
    try:
        await open_session(services, session)
    except UserGone:
        raise _failed(
            services, INVALID_EMAIL_OR_PASSWORD, SignInFailure.UNKNOWN_USER, user.id
        ) from None
    except UserBanned:
        raise _failed(services, BANNED_USER, SignInFailure.BANNED, user.id) from None
    password = body.text("password")
    credential = await still_right(services, user.id, known.password_hash, password)
    if credential is None:
        # Another worker changed the password while this one compared it, and ended every session
        # that it saw; this one may have come a moment later.
        await end_sessions(services, [session], EventName.SESSION_REVOKED)
        raise _failed(services, INVALID_EMAIL_OR_PASSWORD, SignInFailure.WRONG_PASSWORD, user.id)
    await rehash(services, credential, password)
    begin_session(services, exchange, session, user, remember=remember)
    exchange.is_from_new_device = await is_new_device(services, exchange, known, session)
    news = SignInNews.NEW_DEVICE if exchange.is_from_new_device else None
    services.reporter.report_session(EventName.LOGIN_SUCCESS, session, reason=news)
    if failures:
        name = EventName.LOGIN_SUCCESS_AFTER_FAIL
        services.reporter.report(name, user_id=user.id, session_id=session.id, count=failures)
    services.reporter.report_session(EventName.SESSION_CREATED, session)
    url = body.optional_text("callbackURL")
    answer: dict[str, object] = {"redirect": bool(url), "token": session.token}
    if url is not None:
        answer["url"] = url
    if url:
        exchange.reply_headers.append(("location", header_value(url)))
    return {**answer, "user": user.shown()}


async def _authenticate(
    services: Services, exchange: Exchange, body: ValidBody
) -> tuple[Credentials, int]:
    """Return whose password it is, and how often it was missed before."""
    email, password = body.text("email"), body.text("password")
    if not is_email(email):
        raise _failed(services, INVALID_EMAIL, SignInFailure.MALFORMED_EMAIL)
    if utf16_length(password) > MAXIMUM_LENGTH:
        raise _failed(services, PASSWORD_TOO_LONG, SignInFailure.PASSWORD_TOO_LONG)
    known = await services.accounts.find(email.lower())
    await begin_attempt(services, exchange, email.lower(), known.user.id if known else None)
    failure = await _failure(services, known, password)
    if known is None or failure is not None:
        user_id = known.user.id if known else None
        raise _failed(
            services, INVALID_EMAIL_OR_PASSWORD, failure or SignInFailure.UNKNOWN_USER, user_id
        )
    failures = await services.attempts.succeed(email.lower(), exchange.address)
    if services.config.require_email_verification and not known.user.email_verified:
        raise _failed(services, EMAIL_NOT_VERIFIED, SignInFailure.EMAIL_NOT_VERIFIED, known.user.id)
    return known, failures


async def _failure(
    services: Services, known: Credentials | None, password: str
) -> SignInFailure | None:
    """Compare, at the same cost whoever is asked for: one look-up and one hash."""
    stored = known.password_hash if known else None
    try:
        right = await services.passwords.verify(stored, password)
    except UnreadableHash:
        return SignInFailure.UNREADABLE_HASH
    if known is None:
        return SignInFailure.UNKNOWN_USER
    if not known.has_account:
        return SignInFailure.NO_CREDENTIAL_ACCOUNT
    if not stored:
        return SignInFailure.NO_PASSWORD
    return None if right else SignInFailure.WRONG_PASSWORD


def _failed(
    services: Services, fault: Fault, reason: SignInFailure, user_id: UserId | None = None
) -> Refusal:
    services.reporter.report(EventName.LOGIN_FAIL, reason=reason, user_id=user_id)
    return fault.refusal()
