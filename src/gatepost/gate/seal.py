"""The seal: what the router gets to see is what the gate has decided on.

It stands right before the router, inside every other middleware, in the app and in every app that
is mounted in it and that the gate can see into. A middleware in between may answer by itself; but
if it changes what is asked for, or if a route came after the app had started, then nothing runs.
"""

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from gatepost.events.catalogue import EventName, SecurityEvent
from gatepost.events.port import current_facts
from gatepost.gate.decision import GateRules
from gatepost.gate.overrides import is_guard_replaced
from gatepost.gate.routes import GuardedRoute, Resolution, RouteTable, Step, asked_of

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
        "instead: `as_user` of gatepost.testing.plugin signs a real person in. Where a test has to "
        "replace one all the same, its fixture gatepost_permitted_overrides names it."
    ),
}


class SealBroken(RuntimeError):
    """A request that was changed after the decision; nothing of it has run."""


class _Decided(NamedTuple):
    """What the gate has decided, and by which rules."""

    resolution: Resolution
    rules: GateRules


def mark_decided(scope: Scope, resolution: Resolution, rules: GateRules) -> None:
    """Let the seal know what the gate has decided for this scope, and for copies of it."""
    scope[_DECIDED_KEY] = _Decided(resolution, rules)


def decided_route(scope: Scope) -> str | None:
    """Return the method and the template of the route that the gate has decided on, if any."""
    decided = scope.get(_DECIDED_KEY)
    template = decided.resolution.template if isinstance(decided, _Decided) else None
    return None if template is None else f"{scope['method']} {template}"


def mounted_apps(table: RouteTable) -> Iterator[Starlette]:
    """Yield every app that is mounted in the app and that the table sees into."""
    for route in table:
        if route.inside is not None and route.inside.app is not None:
            yield route.inside.app


def seal_mounted(table: RouteTable, rules: Callable[[], GateRules]) -> None:
    """Put a seal into every app that is mounted in the app and that the table sees into."""
    for app in mounted_apps(table):
        if not any(is_seal(entry) for entry in app.user_middleware):
            app.user_middleware.append(Middleware(Seal, rules=rules, owner=app))
        app.middleware_stack = None  # it may have served by itself before; made anew when asked


def is_seal(entry: Middleware) -> bool:
    """Whether it is the entry of a seal in an app's list of middlewares."""
    factory: object = entry.cls
    return factory is Seal


class Seal:
    """Pure ASGI middleware, the innermost of the app.

    Args:
        app: the router.
        rules: returns the rules; raises `NotStarted` before the app's lifespan has run.
        owner: the app whose router it is.
    """

    def __init__(self, app: ASGIApp, rules: Callable[[], GateRules], owner: Starlette) -> None:
        self._app = app
        self._rules = rules
        self._owner = owner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what was decided on, and nothing else."""
        if scope["type"] != "lifespan":
            fault = self._fault(scope)
            if fault is not None:
                event = SecurityEvent(EventName.SEAL_BROKEN, reason=fault, request=current_facts())
                decided = scope.get(_DECIDED_KEY)
                rules = decided.rules if isinstance(decided, _Decided) else self._rules()
                rules.events.emit(event)
                raise SealBroken(f"{fault.value}: {_WHY[fault]}")
        await self._app(scope, receive, send)

    def _fault(self, scope: Scope) -> SealFault | None:
        decided = scope.get(_DECIDED_KEY)
        if not isinstance(decided, _Decided):
            return SealFault.UNDECIDED
        # Its own app, and not the one that the scope names: a scope may have been elsewhere before.
        if is_guard_replaced(self._owner):
            return SealFault.GUARD_REPLACED
        steps = decided.resolution.steps
        while steps and steps[0].level.app is not self._owner:
            last, steps = steps[0].route, steps[1:]
            if not steps and last is not None and last.is_mount and last.inside is None:
                return None  # what is mounted there was decided on as a whole
        if steps and _is_the_same(scope, steps):
            return None
        return SealFault.ANOTHER_ROUTE


def _is_the_same(scope: Scope, decided: Sequence[Step]) -> bool:
    """Whether one app's router, asked this, runs what was decided on.

    `decided` has the steps from this app's own on; where they enter another app, that one has a
    seal of its own.
    """
    level = decided[0].level
    is_asked_the_same = decided[0].asked == asked_of(scope, by_host=level.by_host)
    if not level.is_current:
        return is_asked_the_same and level.runs_the_same(scope, decided)
    if is_asked_the_same and level.is_predictable:
        return True
    for now, before in zip(level.way(scope), decided, strict=False):
        if now.route is not before.route and not _is_alike(now.route, before.route):
            return False
        if now.route is None or (now.route.inside and now.route.inside.app is not None):
            return True
    return True


def _is_alike(now: GuardedRoute | None, before: GuardedRoute | None) -> bool:
    if now is None or before is None:
        return False
    return now.endpoint is before.endpoint and now.policy == before.policy
