"""The port through which any room reports, and what it knows of the request at hand."""

import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Protocol

from gatepost.events.catalogue import SecurityEvent
from gatepost.events.facts import RequestFacts
from gatepost.proxies import TrustedProxies


class EventSink(Protocol):
    """Where events go.

    `Gatepost` calls a sink on a thread of its own, with one event after another, and never waits
    for it. One that has the attribute `never_blocks = True` is called where the event happens.
    """

    def emit(self, event: SecurityEvent) -> None:
        """Take one event."""


_FORWARDED = b"x-forwarded-for"
_REGISTERED_METHODS = frozenset(
    {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}
)


class CurrentRequest:
    """The request at hand; what may be logged of it is written down when somebody reports.

    Args:
        scope: the ASGI scope, as the server made it.
        route: the template of the route that it meets, or None.
        proxies: whose X-Forwarded-For says where it comes from.
    """

    __slots__ = ("_client", "_facts", "_headers", "_method", "_proxies", "_route")

    def __init__(
        self, scope: Mapping[str, object], route: str | None, proxies: TrustedProxies
    ) -> None:
        self._client = scope.get("client")
        self._headers = scope.get("headers")
        self._proxies = proxies
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
                source_ip=self._source_ip(),
                method=_shown_method(self._method),
                route=self._route,
            )
        return self._facts

    def _source_ip(self) -> str | None:
        peer = self._client[0] if isinstance(self._client, tuple | list) and self._client else None
        if not isinstance(peer, str):
            return None
        if not self._proxies.networks or not isinstance(self._headers, list | tuple):
            return peer
        named = [value.decode("latin-1") for name, value in self._headers if name == _FORWARDED]
        return str(self._proxies.caller(peer, named) or peer)


# Set by the gate for the request at hand, so that the row guards can say where they tripped.
# It names the request in the log and decides nothing.
current_request: ContextVar[CurrentRequest | None] = ContextVar("gatepost_request", default=None)


def current_facts() -> RequestFacts | None:
    """Return what may be logged of the request at hand; None outside of one."""
    request = current_request.get()
    return None if request is None else request.facts


def _shown_method(method: object) -> str:
    # An unregistered method is a text of the caller's choice.
    if method == "WEBSOCKET" or (isinstance(method, str) and method in _REGISTERED_METHODS):
        return str(method)
    return "OTHER"
