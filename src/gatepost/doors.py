"""Doors beside those of the app: the provider, the access cookie, and the metrics."""

import hashlib
import hmac
from collections.abc import Callable
from enum import StrEnum

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from gatepost.errors import ConfigurationError, NotStarted
from gatepost.events.catalogue import EventName, SecurityEvent
from gatepost.events.metric_catalogue import Measured
from gatepost.events.port import EventSink, current_facts
from gatepost.gate import Declaration, Delegated
from gatepost.gate.access_cookie import access_cookie_routes
from gatepost.gate.responses import invalid_token, no_credential
from gatepost.house import House
from gatepost.plan import Plan
from gatepost.secret import Secret

METRICS_PATH = "/metrics"

_PROTOCOL = Delegated("Better Auth's own protocol, which answers for itself")
_METRICS = Delegated("for whoever has GATEPOST_METRICS_TOKEN, which is asked for")


def open_doors(
    app: FastAPI, plan: Plan, house: Callable[[], House], read: Callable[[], Measured]
) -> None:
    """Put these doors first in the list, so that no route of the app's can shadow them.

    Args:
        app: gets them.
        plan: says which it wants.
        house: returns what is behind them, once it is there.
        read: reads the metrics.

    Raises:
        ConfigurationError: there is no way to open one of them.
    """
    settings, events = plan.settings, plan.events
    if plan.is_built_in:
        path, door = settings.wire.base_path, Declaration(_PROTOCOL)(_ProviderDoor(house))
        app.router.routes[:0] = [Mount(path, app=door), Route(path, door)]
    if plan.access_cookie is not None:
        app.router.routes[:0] = access_cookie_routes(
            plan.access_cookie, settings.trusted_origins, events
        )
    if settings.metrics_token is not None:
        _add_metrics(app, settings.metrics_token, read, events)


class _ProviderDoor:
    """The provider, as an endpoint that can be mounted before the app has started."""

    def __init__(self, house: Callable[[], House]) -> None:
        self._house = house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        provider = self._house().provider
        if provider is None:
            raise NotStarted("the provider of this app is elsewhere")
        await provider(scope, receive, send)


class MetricsFault(StrEnum):
    """Why somebody may not read the metrics; private, for the event log."""

    NO_TOKEN = "metrics_token_missing"  # noqa: S105 - the name of a fault
    WRONG_TOKEN = "metrics_token_wrong"  # noqa: S105 - the name of a fault


def _add_metrics(
    app: FastAPI, token: Secret, read: Callable[[], Measured], events: EventSink
) -> None:
    """Put the route at which a Prometheus reads the metrics before those of the app.

    Args:
        app: whose they are.
        token: what it has to show.
        read: reads them.
        events: hears of whoever shows another.

    Raises:
        ConfigurationError: what writes them is not installed, or the app has that path itself,
            which would be shadowed.
    """
    if any(getattr(route, "path", None) == METRICS_PATH for route in app.router.routes):
        raise ConfigurationError(
            f"GATEPOST_METRICS_TOKEN opens {METRICS_PATH}, and the app has a route there. Move "
            "the app's own, or leave the setting out."
        )
    try:
        from gatepost.events.prometheus import MEDIA_TYPE, exposition  # noqa: PLC0415
    except ModuleNotFoundError as missing:
        raise ConfigurationError(
            "GATEPOST_METRICS_TOKEN opens /metrics, whose text prometheus_client writes, which is "
            "not installed: pip install 'gatepost[prometheus]'."
        ) from missing
    expected = _digest(token.reveal().encode("utf-8", "surrogateescape"))

    @Declaration(_METRICS)
    async def metrics(request: Request) -> Response:
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not shown:
            return refused(no_credential(), MetricsFault.NO_TOKEN)
        # The digests have one length, so that the time tells nothing of the token's.
        if not hmac.compare_digest(_digest(shown.strip().encode("latin-1")), expected):
            return refused(invalid_token(), MetricsFault.WRONG_TOKEN)
        return Response(
            exposition(read()), media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"}
        )

    def refused(answer: Response, fault: MetricsFault) -> Response:
        events.emit(SecurityEvent(EventName.ACCESS_REFUSED, reason=fault, request=current_facts()))
        return answer

    route = Route(METRICS_PATH, metrics, methods=["GET"], include_in_schema=False)
    app.router.routes[:0] = [route]


def _digest(value: bytes) -> bytes:
    return hashlib.sha256(value).digest()
