"""The table of routes: every way into the app, with the policy that it was given.

It is made once, when the app starts. A request is resolved with Starlette's own matchers, in the
app's own order, so that what is decided upon is what will run.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import APIRoute, APIWebSocketRoute, RouteContext, iter_route_contexts
from starlette.routing import BaseRoute, Host, Match, Mount, Route, Router, WebSocketRoute
from starlette.types import Scope

from gatepost.errors import ConfigurationError
from gatepost.gate.policy import Policy, SignedIn, policy_of
from gatepost.gate.source import Source, source_of

_KNOWN_KINDS = (APIRoute, APIWebSocketRoute, Route, WebSocketRoute, Mount, Host)


@dataclass(frozen=True, slots=True)
class GuardedRoute:
    """One entry of the table.

    Attributes:
        template: the path as declared, `/api/tasks/{task_id}`; a mount's prefix; a host's pattern.
        methods: the HTTP methods, `("WEBSOCKET",)`, or empty where a mounted app decides.
        endpoint: what runs.
    """

    template: str
    methods: tuple[str, ...]
    policy: Policy
    endpoint: object
    is_mount: bool
    matches: Callable[[Scope], tuple[Match, Scope]]

    @property
    def source(self) -> Source:
        """Where the endpoint is written. It is looked up only when somebody wants to read it."""
        return source_of(self.endpoint)


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a request will meet: a route, or nothing that the table knows.

    Attributes:
        readable: whether the app's own converters can read the path.
    """

    route: GuardedRoute | None
    policy: Policy
    readable: bool = True

    @property
    def template(self) -> str | None:
        """The matched route's template, for the log."""
        return self.route.template if self.route else None

    @classmethod
    def nowhere(cls, *, readable: bool = True) -> "Resolution":
        """No route that the table knows: a place for signed-in callers."""
        return cls(None, SignedIn(), readable)


class RouteTable:
    """Every route of one app.

    Raises:
        ConfigurationError: a route of a kind that cannot be classified.
    """

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._routes = tuple(_guarded(context) for context in _contexts(app))
        self._fingerprint = _fingerprint(app)

    def __iter__(self) -> Iterator[GuardedRoute]:
        """Iterate in the app's own order, which is the order of matching."""
        return iter(self._routes)

    def resolve(self, scope: Scope) -> Resolution:
        """Find the route that the app would run for this scope.

        A path that matches with another method only, or not at all, is nowhere: a place for
        signed-in callers, who then get the app's own 405 or 404.
        """
        probe = dict(scope)
        for route in self._routes:
            try:
                match, _ = route.matches(probe)
            except Exception:  # noqa: BLE001 - a converter's own error: then no route reads this
                return Resolution.nowhere(readable=False)
            if match is Match.FULL:
                return Resolution(route, route.policy)
        return Resolution.nowhere()

    @property
    def answers_errors(self) -> bool:
        """Whether the app answers unexpected exceptions itself; a traceback is no answer."""
        own = {500, Exception} & self._app.exception_handlers.keys()
        return bool(own) and not self._app.debug

    def runs_otherwise(self, scope: Scope, decided: Resolution) -> bool:
        """Whether the app, with the routes that it has now, would run another endpoint.

        Routes may have been added since the table was made; only what they change matters.
        """
        current = self if self.is_current else RouteTable(self._app)
        now = current.resolve(scope).route
        return _endpoint(now) is not _endpoint(decided.route)

    @property
    def is_current(self) -> bool:
        """Whether the app still has the routes, and no others, that this table was made from."""
        return self._fingerprint == _fingerprint(self._app)


def _endpoint(route: GuardedRoute | None) -> object:
    return route.endpoint if route else None


def _fingerprint(app: FastAPI) -> tuple[object, ...]:
    # FastAPI counts the changes of included routers; its own list may also be changed directly.
    version = getattr(app.router, "_get_routes_version", int)()
    return (version, *map(id, app.router.routes))


def _contexts(app: FastAPI) -> Iterable[RouteContext]:
    contexts = list(iter_route_contexts(app.router.routes))
    for context in contexts:
        if not isinstance(context.original_route, _KNOWN_KINDS):
            raise ConfigurationError(
                f"The route {context.path or context.original_route!r} is a "
                f"{type(context.original_route).__name__}, which Gatepost cannot classify, so the "
                "app does not start. Write it as a path operation or mount it as an app."
            )
    # `frontend()`, of the app or of an included router, keeps its routes where no public function
    # shows them.
    if any(getattr(app.router, "_iter_low_priority_routes", tuple)()):
        raise ConfigurationError(
            "frontend() adds routes that Gatepost cannot classify, so the app does not start. "
            "Write gatepost.serve_page(app, directory, …) instead, which enumerates every file."
        )
    return contexts


def disable_slash_redirects(app: object) -> None:
    """Let no router, at any depth, redirect: Starlette copies the Host header into Location."""
    router = getattr(app, "router", app)
    if isinstance(router, Router):
        router.redirect_slashes = False
        for context in iter_route_contexts(router.routes):
            if isinstance(context.original_route, Mount | Host):
                disable_slash_redirects(context.original_route.app)


def _guarded(context: RouteContext) -> GuardedRoute:
    route: BaseRoute = context.original_route
    effective = context._effective_route  # noqa: SLF001 - the prefixed matcher, not public in FastAPI
    is_mount = isinstance(route, Mount | Host)
    endpoint: object = route.app if isinstance(route, Mount | Host) else context.endpoint
    if isinstance(route, WebSocketRoute):
        methods: tuple[str, ...] = ("WEBSOCKET",)
    else:
        methods = tuple(sorted(context.methods or ()))
    template = route.host if isinstance(route, Host) else context.path
    return GuardedRoute(
        template=template or "/",
        methods=methods,
        policy=policy_of(endpoint),
        endpoint=endpoint,
        is_mount=is_mount,
        matches=effective.matches,
    )
