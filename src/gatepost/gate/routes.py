"""The table of routes: every way into the app, with the policy that it was given.

It is made once, when the app starts. A request is resolved with Starlette's own matchers, in the
app's own order, so that what is decided upon is what will run.
"""

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Match, Router
from starlette.types import Scope

from gatepost.gate.inventory import routes_of
from gatepost.gate.policy import PLAIN, Policy
from gatepost.gate.source import Source, source_of

# What the same question was answered: 1 MiB at most.
_REMEMBERED_RESOLUTIONS = 1024
_LONGEST_REMEMBERED_PATH = 200


def shown_path(template: str, *, is_mount: bool) -> str:
    """Return a path as people see it: `/files/*` for what is mounted, `//host/*` for a host."""
    return f"{template.rstrip('/')}/*" if is_mount else template or "/"


@dataclass(frozen=True, slots=True)
class GuardedRoute:
    """One entry of the table.

    Attributes:
        template: the path as declared, `/api/tasks/{task_id}`, with the prefixes of what it is
            mounted in; a mount's prefix; `//` and the pattern of a host.
        below: the prefix of what it is mounted in, or nothing.
        methods: the HTTP methods, `("WEBSOCKET",)`, or empty where a mounted app decides.
        endpoint: what runs.
        matches_by_what_is_asked: whether Starlette's and FastAPI's own matchers decide, and nothing
            of the app's.
        dependant: FastAPI's tree of what a path operation depends on, or None.
        inside: the routes of a mounted app where the gate can see them, else None.
    """

    template: str
    below: str
    methods: tuple[str, ...]
    policy: Policy
    endpoint: object
    is_mount: bool
    matches: Callable[[Scope], tuple[Match, Scope]]
    matches_by_what_is_asked: bool
    dependant: object
    inside: "Level | None" = None

    @property
    def shown(self) -> str:
        """The path as `gatepost routes` prints it."""
        return shown_path(self.template, is_mount=self.is_mount)

    @property
    def source(self) -> Source:
        """Where the endpoint is written. It is looked up only when somebody wants to read it."""
        return source_of(self.endpoint)

    def __iter__(self) -> Iterator["GuardedRoute"]:
        """Iterate over the route itself and what is mounted in it."""
        yield self
        if self.inside is not None:
            yield from self.inside


Asked: TypeAlias = tuple[object, object, object, object, tuple[bytes, ...]]
"""All that a router matches by: the scope's type, path, root path and method, and the hosts."""

_NO_HOST: tuple[bytes, ...] = ()


def asked_of(scope: Scope, *, by_host: bool) -> Asked:
    """Take from an ASGI scope what a router matches by.

    Args:
        scope: of the request.
        by_host: whether some route of it, at any depth, matches by the host.
    """
    hosts = _NO_HOST
    if by_host:
        hosts = tuple(value for name, value in scope["headers"] if name == b"host")
    return (scope["type"], scope["path"], scope.get("root_path"), scope.get("method"), hosts)


@dataclass(frozen=True, slots=True)
class Step:
    """One router on the way of a request: what it is asked, and which of its routes that meets."""

    level: "Level"
    asked: Asked
    route: GuardedRoute | None


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a request will meet: a route, or nothing that the table knows.

    Attributes:
        route: the innermost that the table knows; a mount where nothing in it matches.
        steps: the routers on the way, the app's own first.
        readable: whether the app's own converters can read the path.
    """

    route: GuardedRoute | None
    policy: Policy
    steps: tuple[Step, ...] = ()
    readable: bool = True

    @property
    def template(self) -> str | None:
        """The matched route's template, for the log."""
        return self.route.template if self.route else None


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """The routes of one app, or of one router that is mounted by itself.

    Attributes:
        app: whose router it is; None of a bare router.
        by_host: whether a route of it, at any depth, matches by the host.
        is_predictable: whether what is asked decides what runs in it, and no matcher of the app's
            own, at any depth.
        routers: the router, all that it includes and the bare ones that are mounted in it, with
            the routes that they had when the table was made.
    """

    app: Starlette | None
    router: Router
    routes: tuple[GuardedRoute, ...]
    by_host: bool
    is_predictable: bool
    routers: tuple[tuple[Router, tuple[BaseRoute, ...]], ...]

    def __iter__(self) -> Iterator[GuardedRoute]:
        """Iterate in the order of matching, over what is mounted as well."""
        for route in self.routes:
            yield from route

    def way(self, scope: Scope) -> tuple[Step, ...]:
        """Return the way that a request will take which its router sees like this.

        Raises:
            Exception: whatever a path converter of the app's own raises.
        """
        probe = dict(scope)
        asked = asked_of(probe, by_host=self.by_host)
        for route in self.routes:
            match, child_scope = route.matches(probe)
            if match is Match.FULL:
                here = Step(self, asked, route)
                if route.inside is None:
                    return (here,)
                inner = route.inside.entered_by({**probe, **child_scope})
                return (here, *route.inside.way(inner))
        return (Step(self, asked, None),)

    def runs_the_same(self, scope: Scope, steps: Sequence[Step]) -> bool:
        """Whether the routes that there are now lead where `steps` do, up to the next app's own.

        Args:
            scope: what is asked now.
            steps: what was decided on, from this level on.
        """
        probe = dict(scope)
        decided = steps[0].route
        for found in routes_of(self.router):
            match, child_scope = found.matcher(probe)
            if match is Match.FULL:
                if decided is None or found.endpoint is not decided.endpoint:
                    return False
                inside = decided.inside
                if inside is None or inside.app is not None:
                    return True
                return inside.runs_the_same({**probe, **child_scope}, steps[1:])
        return decided is None

    @property
    def is_current(self) -> bool:
        """Whether there are the routes, and no others, that this level was made from."""
        for router, before in self.routers:
            now = router.routes
            if len(now) != len(before) or not all(map(operator.is_, now, before)):
                return False
        return True

    def entered_by(self, scope: Scope) -> Scope:
        """Return what its own router will see of a scope that the app is called with."""
        if isinstance(self.app, FastAPI) and self.app.root_path:
            return {**scope, "root_path": self.app.root_path}
        return scope


class RouteTable:
    """Every route of one app.

    Args:
        top: the app's own level, and below it those of what is mounted.
        answers_errors: whether the app answers unexpected exceptions itself.
    """

    def __init__(self, top: Level, *, answers_errors: bool) -> None:
        self.top = top
        self.answers_errors = answers_errors
        self._is_predictable = top.is_predictable
        self._resolved: dict[Asked, Resolution] = {}

    def __iter__(self) -> Iterator[GuardedRoute]:
        """Iterate in the app's own order, which is the order of matching."""
        return iter(self.top)

    def resolve(self, scope: Scope) -> Resolution:
        """Find the route that the app would run for this scope.

        A path that matches with another method only, or not at all, is nowhere: a place for
        signed-in callers, who then get the app's own 405 or 404.
        """
        asked = asked_of(scope, by_host=self.top.by_host)
        known = self._resolved.get(asked)
        if known is not None:
            return known
        try:
            steps = self.top.way(scope)
        except Exception:  # noqa: BLE001 - a converter's own error: then no route reads this
            return Resolution(None, PLAIN, readable=False)
        route = next((step.route for step in reversed(steps) if step.route), None)
        resolution = Resolution(route, route.policy if route else PLAIN, steps)
        if self._is_predictable and len(scope["path"]) <= _LONGEST_REMEMBERED_PATH:
            if len(self._resolved) >= _REMEMBERED_RESOLUTIONS:
                del self._resolved[next(iter(self._resolved))]
            self._resolved[asked] = resolution
        return resolution
