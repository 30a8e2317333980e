"""The table of routes: every way into the app, with the policy that it was given.

It is made once, when the app starts. A request is resolved with Starlette's own matchers, in the
app's own order, so that what is decided upon is what will run.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import FastAPI
from fastapi.routing import APIRoute, APIWebSocketRoute, RouteContext, iter_route_contexts
from starlette.routing import BaseRoute, Host, Match, Mount, Route, WebSocketRoute
from starlette.types import Scope

from gatepost.errors import ConfigurationError
from gatepost.gate.policy import Policy, SignedIn, policy_of

_KNOWN_KINDS = (APIRoute, APIWebSocketRoute, Route, WebSocketRoute, Mount, Host)


@dataclass(frozen=True, slots=True)
class GuardedRoute:
    """One entry of the table.

    Attributes:
        template: the path as declared, `/api/tasks/{task_id}`; a mount's prefix; a host's pattern.
        methods: the HTTP methods, `("WEBSOCKET",)`, or empty where a mounted app decides.
        endpoint: what runs.
        where: file and line of the endpoint, where it has any.
    """

    template: str
    methods: tuple[str, ...]
    policy: Policy
    endpoint: object
    where: str
    is_mount: bool
    matches: Callable[[Scope], tuple[Match, Scope]]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a request will meet: a route, or nothing that the table knows."""

    route: GuardedRoute | None
    policy: Policy

    @property
    def template(self) -> str | None:
        """The matched route's template, for the log."""
        return self.route.template if self.route else None

    @classmethod
    def nowhere(cls) -> "Resolution":
        """No route that the table knows: a place for signed-in callers."""
        return cls(None, SignedIn())


class RouteTable:
    """Every route of one app.

    Raises:
        ConfigurationError: a route of a kind that cannot be classified.
    """

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._routes = tuple(_guarded(context) for context in _contexts(app))
        self._endpoints = frozenset(id(route.endpoint) for route in self._routes)

    def __iter__(self) -> Iterator[GuardedRoute]:
        """Iterate in the app's own order, which is the order of matching."""
        return iter(self._routes)

    def resolve(self, scope: Scope) -> Resolution:
        """Find the route that the app would run for this scope.

        A path that matches with another method only, or no route at all, is nowhere: a place for
        signed-in callers, who then get the app's own 405 or 404.

        Raises:
            ValueError: a converter cannot read the path (`int` of 5,000 digits); no route can.
        """
        probe = dict(scope)
        for route in self._routes:
            match, _ = route.matches(probe)
            if match is Match.FULL:
                return Resolution(route, route.policy)
        return Resolution.nowhere()

    def is_sealed(self, decided: Resolution, ran: object, status: int) -> bool:
        """Whether what ran is what was decided on.

        Args:
            decided: the resolution before the app was called.
            ran: `scope["endpoint"]` when the answer starts; None where no route was entered.
            status: the status of the answer.
        """
        if decided.route is None:
            # A 405 names the endpoint whose method did not match, and has not run it.
            return ran is None or (status == HTTPStatus.METHOD_NOT_ALLOWED and self._knows(ran))
        if ran is decided.route.endpoint:
            return True
        # Inside a mounted app, its own endpoints run; none of them stands in this table.
        return decided.route.is_mount and not self._knows(ran)

    def _knows(self, endpoint: object) -> bool:
        return id(endpoint) in self._endpoints


def _contexts(app: FastAPI) -> Iterable[RouteContext]:
    contexts = list(iter_route_contexts(app.router.routes))
    for context in contexts:
        if not isinstance(context.original_route, _KNOWN_KINDS):
            raise ConfigurationError(
                f"The route {context.path or context.original_route!r} is a "
                f"{type(context.original_route).__name__}, which Gatepost cannot classify, so the "
                "app does not start. Write it as a path operation or mount it as an app."
            )
    # `app.frontend()` keeps its routes in a list of their own, which no public function shows.
    if getattr(app.router, "_low_priority_routes", ()):
        raise ConfigurationError(
            "app.frontend() adds routes that Gatepost cannot classify, so the app does not start. "
            "Write gatepost.pages(app, directory) instead, which enumerates every file."
        )
    return contexts


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
        where=_where(endpoint),
        is_mount=is_mount,
        matches=effective.matches,
    )


def _where(endpoint: object) -> str:
    try:
        function = inspect.unwrap(endpoint) if callable(endpoint) else endpoint
        code = getattr(function, "__code__", None)
        return f"{code.co_filename}:{code.co_firstlineno}" if code else type(endpoint).__name__
    except ValueError:
        return type(endpoint).__name__
