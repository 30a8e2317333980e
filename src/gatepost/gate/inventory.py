"""Walking an app: every route of every router, with what stands around it.

FastAPI keeps included routers as a live tree, which a plain walk of `app.routes` does not enter.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakSet

from fastapi.routing import APIRoute, APIRouter, APIWebSocketRoute, RouteContext
from starlette.applications import Starlette
from starlette.convertors import (
    FloatConvertor,
    IntegerConvertor,
    PathConvertor,
    StringConvertor,
    UUIDConvertor,
)
from starlette.routing import BaseRoute, Host, Match, Mount, Route, Router, WebSocketRoute
from starlette.types import ASGIApp, Scope

from gatepost.errors import ConfigurationError
from gatepost.gate.policy import declared_on
from gatepost.gate.source import place_of

if TYPE_CHECKING:
    from fastapi.routing import _EffectiveRouteContext

_KNOWN_KINDS = (APIRoute, APIWebSocketRoute, Route, WebSocketRoute, Mount, Host)
_FINDS_ROUTES_BY = ("__call__", "app", "matches", "handle")
_KNOWN_MATCHERS = {kind.matches for kind in _KNOWN_KINDS}
_KNOWN_CONVERTORS = {
    StringConvertor,
    PathConvertor,
    IntegerConvertor,
    FloatConvertor,
    UUIDConvertor,
}


@dataclass(frozen=True, slots=True)
class Found:
    """A route, and the included routers around it, outermost first."""

    context: RouteContext
    around: tuple[Router, ...]

    @property
    def route(self) -> BaseRoute:
        """The route as it was declared."""
        return self.context.original_route

    @property
    def mounted(self) -> ASGIApp | None:
        """The app that is mounted there; None of any other route."""
        return self._effective.app if isinstance(self._effective, Mount | Host) else None

    @property
    def endpoint(self) -> object:
        """What runs."""
        return self.context.endpoint if self.mounted is None else self.mounted

    @property
    def dependant(self) -> object:
        """FastAPI's tree of what the handler depends on, that of the routers around included."""
        return getattr(self._effective, "dependant", None)

    @property
    def matcher(self) -> Callable[[Scope], tuple[Match, Scope]]:
        """Matches as the app's own router does, prefixes included."""
        return self._effective.matches

    @property
    def matches_by_what_is_asked(self) -> bool:
        """Whether the matcher is Starlette's or FastAPI's own, and so are its path converters."""
        convertors: dict[str, object] = getattr(self._effective, "param_convertors", {})
        return type(self.route).matches in _KNOWN_MATCHERS and all(
            type(convertor) in _KNOWN_CONVERTORS for convertor in convertors.values()
        )

    @property
    def _effective(self) -> "BaseRoute | _EffectiveRouteContext":
        return self.context._effective_route  # noqa: SLF001 - it has no public name


def routes_of(router: Router) -> Iterator[Found]:
    """Find every route of a router and of those that it includes, in the order of matching.

    Raises:
        ConfigurationError: a route or a router is of a kind that cannot be classified.
    """
    _check_plain(router)
    for route in router.routes:
        yield from _included(route, ()) if _is_included(route) else _one(RouteContext(route), ())
    # `frontend()`, of the app or of an included router, keeps its routes where no public function
    # shows them.
    if any(getattr(router, "_iter_low_priority_routes", tuple)()):
        raise ConfigurationError(
            "frontend() adds routes that Gatepost cannot classify, so the app does not start. "
            "Write gatepost.serve_page(app, directory, …) instead, which enumerates every file."
        )


def routers_of(router: Router) -> Iterator[Router]:
    """Yield a router and every router that it includes, at any depth."""
    yield router
    for route in router.routes:
        if _is_included(route):
            yield from routers_of(getattr(route, "original_router"))  # noqa: B009 - as below


# FastAPI has no public name for an included router. Were its attributes called otherwise one day,
# it would be a route of an unknown kind, and the app would not start.
def _is_included(route: BaseRoute) -> bool:
    return isinstance(getattr(route, "original_router", None), Router) and hasattr(
        route, "effective_candidates"
    )


def _included(branch: object, around: tuple[Router, ...]) -> Iterator[Found]:
    router: Router = getattr(branch, "original_router")  # noqa: B009 - it has no public name
    _check_plain(router)
    inside = (*around, router)
    for candidate in getattr(branch, "effective_candidates")():  # noqa: B009 - the same
        if _is_included(candidate):
            yield from _included(candidate, inside)
        else:
            yield from _one(RouteContext(candidate.original_route, candidate), inside)


def _is_plain(router: Router) -> bool:
    """Whether a router finds its routes as FastAPI's or Starlette's own does."""
    base = APIRouter if isinstance(router, APIRouter) else Router
    return router.middleware_stack == router.app and all(
        getattr(type(router), name, None) is getattr(base, name, None) for name in _FINDS_ROUTES_BY
    )


def _check_plain(router: Router) -> None:
    if declared_on(router.default) is not None:
        raise ConfigurationError(
            f"The default of a router ({place_of(router.default)}) has a policy, which is not "
            "heard there: what no route takes is for signed-in callers. Write it as a route."
        )
    if not _is_plain(router):
        raise ConfigurationError(
            f"The router {type(router).__name__} ({place_of(type(router))}) finds its routes in a "
            "way of its own, or has a middleware of its own before them, so Gatepost cannot follow "
            "it and the app does not start. Use a plain APIRouter, and app.add_middleware(…)."
        )


def _one(context: RouteContext, around: tuple[Router, ...]) -> Iterator[Found]:
    route = context.original_route
    # FastAPI matches by an included path operation's own method, but with the prefix, which only
    # FastAPI's own method knows.
    is_odd = around and isinstance(route, APIRoute) and type(route).matches is not APIRoute.matches
    if is_odd or not isinstance(route, _KNOWN_KINDS):
        kind = type(route).__name__
        raise ConfigurationError(
            f"The route {context.path or kind} ({place_of(type(route))}) is a {kind}, which "
            "Gatepost cannot classify, so the app does not start. Write it as a path operation, "
            f'`@app.get("{context.path or "/path"}")`, or mount what it serves: '
            "`app.mount(path, asgi_app)`."
        )
    yield Found(context, around)


def router_inside(app: ASGIApp) -> Router | None:
    """Return the router of a mounted app where the gate can see what it would run, else None.

    It cannot where a middleware stands before a router itself, which might change what is asked
    for, nor where the app has a gate of its own.
    """
    if isinstance(app, Starlette):
        return app.router if not has_own_gate(app) and _is_plain(app.router) else None
    return app if isinstance(app, Router) and _is_plain(app) else None


_APPS_WITH_A_GATE: WeakSet[Starlette] = WeakSet()


def note_own_gate(app: Starlette) -> None:
    """Remember that `protect` was called for an app, which then decides for itself."""
    _APPS_WITH_A_GATE.add(app)


def has_own_gate(app: object) -> bool:
    """Whether it is an app that `protect` was called for."""
    return isinstance(app, Starlette) and app in _APPS_WITH_A_GATE
