"""POST /update-user."""

from gatepost.events.catalogue import EventName
from gatepost.provider.additional_fields import Unstorable, Values, storable
from gatepost.provider.current_session import required_session
from gatepost.provider.exchange import Exchange
from gatepost.provider.faults import (
    EMAIL_CAN_NOT_BE_UPDATED,
    FAILED_TO_UPDATE_USER,
    NO_FIELDS_TO_UPDATE,
    UNAUTHORIZED,
)
from gatepost.provider.services import Services
from gatepost.provider.session_cookies import set_session
from gatepost.provider.sessions import is_remembered
from gatepost.provider.validation import ValidBody

_OWN_TO_WRITE = ("name", "image")


async def update_user(services: Services, exchange: Exchange, body: ValidBody) -> object:
    """Write a person's name, picture and additional fields; nothing else is theirs to write."""
    session, user = await required_session(services, exchange)
    if body.is_truthy("email"):
        raise EMAIL_CAN_NOT_BE_UPDATED.refusal()
    try:
        profile = _profile(services, body)
    except Unstorable:
        raise FAILED_TO_UPDATE_USER.refusal() from None
    if not profile:
        raise NO_FIELDS_TO_UPDATE.refusal()
    if not await services.accounts.update_profile(user.id, profile):
        raise UNAUTHORIZED.refusal()
    outlives = is_remembered(session, services.config.session_ages)
    remember = outlives and not exchange.cookies.dont_remember
    set_session(services, exchange, session, remember=remember)
    services.reporter.report_session(EventName.USER_UPDATED, session)
    return {"status": True}


def _profile(services: Services, body: ValidBody) -> Values:
    own = {name: body.optional_text(name) for name in _OWN_TO_WRITE if body.says(name)}
    additional = services.additional_fields.updated(body)
    return {**{name: text and storable(text) for name, text in own.items()}, **additional}
