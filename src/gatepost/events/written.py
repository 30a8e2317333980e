"""An event as it is written down: which fields there are, and what each may hold."""

import hashlib
from collections.abc import Mapping

from gatepost.events.catalogue import SecurityEvent
from gatepost.events.facts import RequestFacts

FIELDS: Mapping[str, str] = {
    "event": "the name, of the table below",
    "time": "when, in ISO 8601 with its offset",
    "level": "`info`, `warning` or `critical`",
    "app": "whose event it is: the origin of `GATEPOST_URL`",
    "reason": "the private cause of a refusal, or of what kind it is; the caller never sees it",
    "user_id": "the id of the account; never what somebody typed",
    "session_id": "of which session, as a hash: the same for all events of one session",
    "kid": "the id of the signing key",
    "jti": "the id of the access token, where its issuer gives it one",
    "count": "of how many it speaks, where it is not one",
    "request_id": "the same for all events of one request; made here, never taken from a header",
    "source_ip": "where the request came from, by the server or by trusted proxies",
    "method": "the HTTP method, `WEBSOCKET`, or `OTHER` for one that is not registered",
    "route": "the template of the route, `/api/tasks/{task_id}`; never the URL",
    "trace_id": "the trace of OpenTelemetry in which it happened",
    "span_id": "the span of OpenTelemetry in which it happened",
}
"""Every field, and what it holds. What is not known is left out."""

_NOWHERE = RequestFacts("", None, "", None)
_HASH_DIGITS = 32


def hashed_session_id(session_id: str) -> str:
    """Return what stands for a session in what is written: half of the SHA-256 of its id.

    An id has 32 random characters, so that nobody finds it by trying.
    """
    return hashlib.sha256(session_id.encode("utf-8", "replace")).hexdigest()[:_HASH_DIGITS]


def fields_of(event: SecurityEvent) -> Mapping[str, str | int]:
    """Return what is written of an event beside its name, by the names of `FIELDS`."""
    request, trace, session_id = event.request or _NOWHERE, event.trace, event.session_id
    named: dict[str, str | int | None] = {
        "time": event.at.isoformat(timespec="milliseconds"),
        "level": event.level.value,
        "app": event.app_id,
        "reason": event.reason.value if event.reason else None,
        "user_id": event.user_id,
        "session_id": None if session_id is None else hashed_session_id(session_id),
        "kid": event.key_id,
        "jti": event.token_id,
        "count": event.count,
        "request_id": request.request_id or None,
        "source_ip": request.source_ip,
        "method": request.method or None,
        "route": request.route,
        "trace_id": None if trace is None else trace.trace_id,
        "span_id": None if trace is None else trace.span_id,
    }
    return {name: value for name, value in named.items() if value is not None}
