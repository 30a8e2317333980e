"""Whoever compares a password makes an attempt, which counts, at whichever route."""

from gatepost.events.catalogue import EventName
from gatepost.limits import NotCounted
from gatepost.principal import UserId
from gatepost.provider.answers import RETRY_AFTER, come_back
from gatepost.provider.attempts import TooManyAttempts
from gatepost.provider.exchange import Exchange
from gatepost.provider.faults import NOT_COUNTED, TOO_MANY_REQUESTS, RateLimitFault
from gatepost.provider.services import Services

_EVENTS = {
    RateLimitFault.FAILURES: EventName.LOGIN_FAIL_MAX,
    RateLimitFault.FAILURES_ANYWHERE: EventName.LOGIN_LOCK,
}


async def begin_attempt(
    services: Services, exchange: Exchange, email: str, user_id: UserId | None
) -> None:
    """Count an attempt at the password of an account, before anything is compared.

    Args:
        services: what the routes work with.
        exchange: whose address counts.
        email: the account's, in lower case.
        user_id: whose account it is, where there is one.

    Raises:
        TooManyRequests: too many have failed; the answer says how long to wait.
        Unavailable: what counts them is away, and then nobody is to sign in.
    """
    try:
        await services.attempts.begin(email, exchange.address)
    except TooManyAttempts as many:
        services.reporter.report(_EVENTS[many.reason], reason=many.reason, user_id=user_id)
        exchange.reply_headers.append((RETRY_AFTER, str(many.seconds)))
        raise TOO_MANY_REQUESTS.refusal() from None
    except NotCounted as away:
        services.reporter.report(
            EventName.RATE_LIMITED, reason=RateLimitFault.NOT_COUNTED, user_id=user_id
        )
        exchange.reply_headers += come_back(away.seconds)
        raise NOT_COUNTED.refusal() from None
