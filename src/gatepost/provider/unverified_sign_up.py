"""A sign-up that says nothing: the same answer, in the same time, for a new and a taken address.

Who signs up gets no session before the address is known to be theirs, so there is nothing that
only a new account would have.
"""

from gatepost.events.catalogue import EventName
from gatepost.provider.accounts import EmailTaken
from gatepost.provider.faults import SignUpFailure
from gatepost.provider.links import send_existing_account, send_verification, sign_for_nobody
from gatepost.provider.new_passwords import refuse_breached
from gatepost.provider.records import User, new_id
from gatepost.provider.services import Services
from gatepost.provider.verifications import Purpose


async def sign_up_unverified(
    services: Services, user: User, password: str, callback_url: str | None
) -> object:
    """Make the account, or tell its owner by mail that it is there; the caller learns neither."""
    known = await services.accounts.find(user.email)
    await refuse_breached(services, password)
    password_hash = await services.passwords.hash(password)
    if known is not None:
        await _as_if_made(services, known.user)
    else:
        try:
            await services.accounts.create(user, password_hash, None)
        except EmailTaken:
            # By somebody else in this very moment, who is being told already.
            services.reporter.report(EventName.USER_REFUSED, reason=SignUpFailure.EMAIL_TAKEN)
        else:
            services.reporter.report(EventName.USER_CREATED, user_id=user.id)
            if services.config.send_on_sign_up:
                send_verification(services, user, callback_url)
    return {"token": None, "user": user.shown()}


async def _as_if_made(services: Services, known: User) -> None:
    """Do the work of a sign-up: one transaction that is written, one token, one mail."""
    await services.verifications.issue(Purpose.RESET_PASSWORD, new_id(), None)
    services.reporter.report(EventName.USER_REFUSED, reason=SignUpFailure.EMAIL_TAKEN)
    sign_for_nobody(services, known.email)
    send_existing_account(services, known)
