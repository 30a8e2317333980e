"""The port through which any room reports, and what it knows of the request at hand."""

import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Protocol

from gatepost.events.catalogue import RequestFacts, SecurityEvent


class EventSink(Protocol):
    """Where events go. `emit` neither blocks nor raises: an event must not fail a request."""

    def emit(self, event: SecurityEvent) -> None:
        """Take one event."""


_REGISTERED_METHODS = frozenset(
    {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}
)


class CurrentRequest:
    """The request at hand; what may be logged of it is written down when somebody reports.

    Args:
        scope: the ASGI scope, as the server made it.
        route: the template of the route that it meets, or None.
    """

    __slots__ = ("_client", "_facts", "_method", "_route")

    def __init__(self, scope: Mapping[str, object], route: str | None) -> None:
        self._client = scope.get("client")
        is_websocket = scope.get("type") == "websocket"
        self._method = "WEBSOCKET" if is_websocket else scope.get("method")
        self._route = route
        self._facts: RequestFacts | None = None

    @property
    def facts(self) -> RequestFacts:
        """What may be logged: the same for every event of one request."""
        if self._facts is None:
            self._facts = RequestFacts(
                request_id=secrets.token_hex(8),
                source_ip=_source_ip(self._client),
                method=_shown_method(self._method),
                route=self._route,
            )
        return self._facts


# Set by the gate for the request at hand, so that the row guards can say where they tripped.
# It names the request in the log and decides nothing.
current_request: ContextVar[CurrentRequest | None] = ContextVar("gatepost_request", default=None)


def current_facts() -> RequestFacts | None:
    """Return what may be logged of the request at hand; None outside of one."""
    request = current_request.get()
    return None if request is None else request.facts


def _source_ip(client: object) -> str | None:
    address = client[0] if isinstance(client, (tuple, list)) and client else None
    return address if isinstance(address, str) else None


def _shown_method(method: object) -> str:
    # An unregistered method is a text of the caller's choice.
    if method == "WEBSOCKET" or (isinstance(method, str) and method in _REGISTERED_METHODS):
        return str(method)
    return "OTHER"
