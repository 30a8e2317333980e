"""Which passwords nobody may choose: those that are in a list of breached ones."""

from gatepost.events.catalogue import EventName
from gatepost.provider.breached_passwords import NoBreachedList
from gatepost.provider.faults import PASSWORD_COMPROMISED
from gatepost.provider.services import Services


async def refuse_breached(services: Services, password: str) -> None:
    """Refuse a new password that is in the list; where the list does not answer, let it through.

    A list that is away is reported, and stops no sign-up: what it would have kept out is a weak
    password, and the limits on guessing it stay.

    Raises:
        BadRequest: the password is in the list.
    """
    breached = services.config.breached_passwords
    if breached is None:
        return
    try:
        found = await breached.contains(password)
    except NoBreachedList as away:
        services.reporter.report(EventName.BREACHED_LIST_AWAY, reason=away.reason)
        return
    if found:
        services.reporter.report(EventName.PASSWORD_COMPROMISED)
        raise PASSWORD_COMPROMISED.refusal()
