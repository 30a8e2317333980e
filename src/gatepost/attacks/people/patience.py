"""Waiting where an app limits how often people sign up and in: that is no refusal."""

import time

from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange, Sender
from gatepost.attacks.wire import RawRequest

_TOO_MANY = 429  # RFC 6585, section 4
_MOST_WAITS = 5
_LONGEST_SECONDS = 60.0
_UNSAID_SECONDS = 2.0
_SAYS_WHEN = ("Retry-After", "X-Retry-After")


def sent_patiently(sender: Sender, request: RawRequest, person: Person | None) -> Exchange:
    """Send a request, again where the answer is that there were too many.

    It is not sent again where the app asks for more than a minute.

    Raises:
        Inconclusive: no answer came.
        OutOfTime: the time is over.
    """
    exchange = sender.send(request, person)
    for _ in range(_MOST_WAITS):
        seconds = _asked_for(exchange)
        if exchange.status != _TOO_MANY or seconds > _LONGEST_SECONDS:
            break
        time.sleep(seconds)
        exchange = sender.send(request, person)
    return exchange


def _asked_for(exchange: Exchange) -> float:
    for name in _SAYS_WHEN:
        for value in exchange.answered.every(name):
            if value.strip().isdigit():
                return float(value)
    return _UNSAID_SECONDS
