"""POST /change-email."""

from gatepost.events.catalogue import EventName
from gatepost.provider.current_session import required_session
from gatepost.provider.exchange import Exchange
from gatepost.provider.faults import (
    CHANGE_EMAIL_DISABLED,
    CHANGE_EMAIL_UNVERIFIABLE,
    EMAIL_IS_THE_SAME,
    LinkFault,
)
from gatepost.provider.links import (
    send_change_confirmation,
    send_change_verification,
    sign_for_nobody,
)
from gatepost.provider.services import Services
from gatepost.provider.validation import ValidBody


async def change_email(services: Services, exchange: Exchange, body: ValidBody) -> object:
    """Mail the first link of the way to another address, which nobody learns is taken.

    A verified address has its say before the new one: a stolen session takes no account over.
    """
    _, user = await required_session(services, exchange)
    if not services.config.change_email:
        raise CHANGE_EMAIL_DISABLED.refusal()
    new_email, callback_url = body.text("newEmail").lower(), body.optional_text("callbackURL")
    if new_email == user.email:
        raise EMAIL_IS_THE_SAME.refusal()
    if services.config.mailer is None:
        raise CHANGE_EMAIL_UNVERIFIABLE.refusal()
    if await services.accounts.email_taken(new_email):
        sign_for_nobody(services, user.email)
        services.reporter.report(
            EventName.LINK_REFUSED, reason=LinkFault.EMAIL_TAKEN, user_id=user.id
        )
    elif user.email_verified:
        send_change_confirmation(services, user, new_email, callback_url)
    else:
        send_change_verification(services, user, new_email, callback_url)
    return {"status": True}
