"""Whoever compares a password makes an attempt, which counts, at whichever route."""

from gatepost.events.catalogue import EventName
from gatepost.provider.answers import RETRY_AFTER
from gatepost.provider.attempts import TooManyAttempts
from gatepost.provider.exchange import Exchange
from gatepost.provider.faults import TOO_MANY_REQUESTS
from gatepost.provider.services import Services


async def begin_attempt(services: Services, exchange: Exchange, email: str) -> None:
    """Count an attempt at the password of an account, before anything is compared.

    Args:
        services: what the routes work with.
        exchange: whose address counts.
        email: the account's, in lower case.

    Raises:
        TooManyRequests: too many have failed; the answer says how long to wait.
    """
    try:
        await services.attempts.begin(email, exchange.address)
    except TooManyAttempts as many:
        services.reporter.report(EventName.RATE_LIMITED, reason=many.reason)
        exchange.reply_headers.append((RETRY_AFTER, str(many.seconds)))
        raise TOO_MANY_REQUESTS.refusal() from None
