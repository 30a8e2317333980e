"""How loud an event is, and what it may say of where it happened: no raw URL, header or body."""

from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """How loud an event is."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class RequestFacts(NamedTuple):
    """What may be said of a request: no raw URL, no header, no body.

    Attributes:
        request_id: made by the gate for each request; never taken from a header.
        source_ip: the peer's address as the server saw it, or whom trusted proxies name; or None.
        method: the HTTP method, `WEBSOCKET` for a websocket, `OTHER` for an unregistered one.
        route: the template of the matched route (`/api/tasks/{task_id}`), or None.
    """

    request_id: str
    source_ip: str | None
    method: str
    route: str | None


class TraceFacts(NamedTuple):
    """The span of OpenTelemetry in which it happened.

    Attributes:
        trace_id: 32 lower-case hexadecimal digits.
        span_id: 16 of them.
        flags: as W3C's Trace Context has them; 1 is sampled.
    """

    trace_id: str
    span_id: str
    flags: int = 1
