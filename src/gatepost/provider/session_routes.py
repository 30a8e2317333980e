"""GET /get-session, GET /token, GET /jwks, POST /sign-out, GET /ok."""

from gatepost.events.catalogue import EventName
from gatepost.provider.current_session import current_session, required_session
from gatepost.provider.ending import end_sessions
from gatepost.provider.exchange import Exchange
from gatepost.provider.faults import DEFER_SESSION_REQUIRED
from gatepost.provider.records import Session
from gatepost.provider.services import Services
from gatepost.provider.session_cookies import leave_browser
from gatepost.provider.sessions import shown
from gatepost.provider.validation import ValidBody

_JWT_HEADER = "set-auth-jwt"


async def get_session(services: Services, exchange: Exchange, _body: ValidBody) -> object:
    """Say who is signed in, and hand out an access token on the way; `null` for nobody."""
    exchange.reply_headers.append(("pragma", "no-cache"))
    found = await current_session(services, exchange)
    if found is None:
        return None
    session, user = found
    exchange.expose(_JWT_HEADER, await _access_token(services, exchange, session))
    ages = services.config.session_ages
    return {"session": shown(session, ages), "user": user.shown()}


async def post_session(_services: Services, exchange: Exchange, _body: ValidBody) -> object:
    """Refuse, as the original does where it does not defer the sliding of sessions."""
    exchange.reply_headers.append(("pragma", "no-cache"))
    raise DEFER_SESSION_REQUIRED.refusal()


async def token(services: Services, exchange: Exchange, _body: ValidBody) -> object:
    """Hand out an access token for the session of the cookie."""
    session, _ = await required_session(services, exchange)
    return {"token": await _access_token(services, exchange, session)}


async def jwks(services: Services, _exchange: Exchange, _body: ValidBody) -> object:
    """Publish the keys by which access tokens are verified."""
    return {"keys": [dict(key) for key in await services.signer.public_jwks()]}


async def sign_out(services: Services, exchange: Exchange, _body: ValidBody) -> object:
    """End the session and every access token of it; the cookies go in any case."""
    tokens = exchange.cookies.session_tokens
    found = await services.sessions.find(tokens) if tokens else []
    await end_sessions(services, [session for session, _ in found], EventName.SESSION_LOGOUT)
    leave_browser(services, exchange)
    return {"success": True}


async def ok(_services: Services, _exchange: Exchange, _body: ValidBody) -> object:
    """Say that the provider is there."""
    return {"ok": True}


async def _access_token(services: Services, exchange: Exchange, session: Session) -> str:
    signed = await services.signer.issue(
        session.user_id,
        session.id,
        signed_in_at=session.created_at.timestamp(),
        seen_at=exchange.received_at,
    )
    services.reporter.report(
        EventName.TOKEN_CREATED,
        user_id=session.user_id,
        session_id=session.id,
        key_id=signed.key_id,
    )
    return signed.compact
