"""The seal: what the router gets to see is what the gate has decided on.

It stands right before the router, inside every other middleware. A middleware in between may answer
by itself; but if it changes what is asked for, or if a route came after the app had started, then
nothing runs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from starlette.types import ASGIApp, Receive, Scope, Send

from gatepost.events.catalogue import EventName, SecurityEvent
from gatepost.events.port import current_request
from gatepost.gate.decision import GateRules
from gatepost.gate.overrides import is_guard_replaced
from gatepost.gate.routes import Resolution

_DECIDED_KEY = "gatepost.decided"


class SealFault(StrEnum):
    """Why a request was stopped before the router; private, for the event log."""

    ANOTHER_ROUTE = "asked_for_what_was_not_decided_on"
    UNDECIDED = "not_decided_on"
    GUARD_REPLACED = "guarding_dependency_overridden"


_CHANGED = (
    "a middleware between the gate and the router changed the request, or a route was added after "
    "the app had started."
)
_WHY = {
    SealFault.ANOTHER_ROUTE: _CHANGED,
    SealFault.UNDECIDED: _CHANGED,
    SealFault.GUARD_REPLACED: (
        "app.dependency_overrides replaces CurrentUser, Rows or Profile. In a test, be somebody "
        "instead: `as_user` of gatepost.testing.plugin signs a real person in."
    ),
}


class SealBroken(RuntimeError):
    """A request that was changed after the decision; nothing of it has run."""


@dataclass(frozen=True, slots=True)
class _Decided:
    """What was decided, and for which request: all that routes are matched by."""

    resolution: Resolution
    asked: tuple[object, ...]


def mark_decided(scope: Scope, resolution: Resolution) -> None:
    """Let the seal know what the gate has decided for this scope, and for copies of it."""
    scope[_DECIDED_KEY] = _Decided(resolution, _asked(scope))


class Seal:
    """Pure ASGI middleware, the innermost of the app.

    Args:
        app: the router.
        rules: returns the rules; raises `NotStarted` before the app's lifespan has run.
    """

    def __init__(self, app: ASGIApp, rules: Callable[[], GateRules]) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what was decided on, and nothing else."""
        if scope["type"] != "lifespan":
            fault = self._fault(scope)
            if fault is not None:
                event = SecurityEvent(
                    EventName.SEAL_BROKEN, reason=fault, request=current_request.get()
                )
                self._rules().events.emit(event)
                raise SealBroken(f"{fault.value}: {_WHY[fault]}")
        await self._app(scope, receive, send)

    def _fault(self, scope: Scope) -> SealFault | None:
        decided = scope.get(_DECIDED_KEY)
        if not isinstance(decided, _Decided):
            return SealFault.UNDECIDED
        if is_guard_replaced(scope.get("app")):
            return SealFault.GUARD_REPLACED
        table = self._rules().table
        if decided.asked == _asked(scope) and table.is_current:
            return None
        differs = table.runs_otherwise(scope, decided.resolution)
        return SealFault.ANOTHER_ROUTE if differs else None


def _asked(scope: Scope) -> tuple[object, ...]:
    hosts = tuple(value for name, value in scope["headers"] if name == b"host")
    names = ("type", "path", "root_path", "method")
    return (*(scope.get(name) for name in names), hosts)
