"""The port through which any room reports, and what it knows of the request at hand."""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Protocol

from gatepost.events.catalogue import RequestFacts, SecurityEvent


class EventSink(Protocol):
    """Where events go. `emit` neither blocks nor raises: an event must not fail a request."""

    def emit(self, event: SecurityEvent) -> None:
        """Take one event."""


# Set by the gate for the request at hand, so that the row guards can say where they tripped.
# It names the request in the log and decides nothing.
current_request: ContextVar[RequestFacts | None] = ContextVar("gatepost_request", default=None)

_REGISTERED_METHODS = frozenset(
    {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}
)


def request_facts(
    scope: Mapping[str, object], *, request_id: str, route: str | None
) -> RequestFacts:
    """Take from an ASGI scope what may be logged.

    An unregistered method is a text of the caller's choice, so it is logged as `OTHER`.
    """
    client = scope.get("client")
    source_ip = client[0] if isinstance(client, tuple | list) and client else None
    method = scope.get("method")
    if scope.get("type") == "websocket":
        shown = "WEBSOCKET"
    else:
        shown = method if isinstance(method, str) and method in _REGISTERED_METHODS else "OTHER"
    return RequestFacts(
        request_id=request_id,
        source_ip=source_ip if isinstance(source_ip, str) else None,
        method=shown,
        route=route,
    )
