"""Sending requests to the app under attack, politely, and remembering what came."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from http.client import HTTPException
from threading import Lock

from gatepost.attacks.answers import Answered
from gatepost.attacks.errors import AppGone, Inconclusive, OutOfTime
from gatepost.attacks.people.person import Person
from gatepost.attacks.wire import RawRequest, send

_PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer.

    Attributes:
        by: whose credential the request carried; empty for nobody's.
        seconds: how long the answer took.
    """

    request: RawRequest
    answered: Answered
    by: str
    seconds: float

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.answered.status

    @property
    def succeeded(self) -> bool:
        """Whether the app did what was asked."""
        return 200 <= self.status < 300  # noqa: PLR2004 - RFC 9110, section 15.3


Witness = Callable[[Exchange, Person | None], None]
"""Sees each exchange, and whose credential it carried."""

Objection = Callable[[RawRequest], None]
"""Raises `Inconclusive` where a request is not to be sent."""


class Sender:
    """Sends to one origin.

    Args:
        url: the origin under attack.
        per_second: how many requests are sent in a second at most.

    Attributes:
        sent: how many requests have been sent.
        until: of the monotonic clock, in seconds: nothing is sent after that.
        objection: is asked before a request is sent.
        witness: is told of each exchange.
    """

    def __init__(self, url: str, *, per_second: float) -> None:
        self.url = url
        self.sent = 0
        self.until = math.inf
        self.objection: Objection = _no_objection
        self.witness: Witness = _nobody
        self._pause = 1 / per_second
        self._next = 0.0
        self._lock = Lock()

    def send(self, request: RawRequest, person: Person | None = None) -> Exchange:
        """Send one request with somebody's credential, or with none.

        Raises:
            Inconclusive: the server closed the connection, or took longer than 20 seconds; or the
                request would delete what the attack has not made.
            OutOfTime: the time is over.
            AppGone: nothing listens there any more.
        """
        fields = () if person is None else person.fields
        named = {name.lower() for name, _ in request.fields}
        whole = replace(
            request,
            fields=(*request.fields, *(each for each in fields if each[0].lower() not in named)),
        )
        self.objection(whole)
        if time.monotonic() > self.until:
            raise OutOfTime
        self._wait()
        began = time.monotonic()
        try:
            answered = send(self.url, whole, seconds=_PATIENCE_SECONDS)
        except ConnectionRefusedError as error:
            raise AppGone(f"Nothing listens at {self.url} any more.") from error
        except (OSError, HTTPException) as error:
            raise Inconclusive(f"{request.method} {request.target}: {error!r}") from error
        taken = time.monotonic() - began
        exchange = Exchange(whole, answered, "" if person is None else person.name, taken)
        self.witness(exchange, person)
        return exchange

    def _wait(self) -> None:
        with self._lock:
            now = time.monotonic()
            at = max(now, self._next)
            self._next = at + self._pause
            self.sent += 1
        if at > now:
            time.sleep(at - now)


def _no_objection(_request: RawRequest) -> None: ...


def _nobody(_exchange: Exchange, _person: Person | None) -> None: ...
