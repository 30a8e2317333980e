"""The audit: every route is classified when the app starts, or the app does not start."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Host, Mount, Router, WebSocketRoute
from starlette.types import ASGIApp

from gatepost.errors import ConfigurationError
from gatepost.gate.inventory import (
    Found,
    has_own_gate,
    router_inside,
    routers_of,
    routes_of,
)
from gatepost.gate.overrides import guards_in, not_for_everyone_in
from gatepost.gate.policy import (
    PLAIN,
    Contradiction,
    Declaration,
    Policy,
    Public,
    SignedIn,
    declared_on,
    implies,
    narrowed,
)
from gatepost.gate.policy_table import ANY_METHOD, PolicyTable
from gatepost.gate.routes import GuardedRoute, Level, RouteTable, shown_path
from gatepost.gate.source import place_of
from gatepost.gate.unheard import behind_endpoint, behind_mount, in_dependencies


def table_of(app: FastAPI, policies: Mapping[str, Declaration] | None = None) -> RouteTable:
    """Classify every route of an app, and of what is mounted in it.

    Args:
        app: the application.
        policies: those that are declared beside the app, by `"METHOD /path"`.

    Raises:
        ConfigurationError: something cannot be classified, contradicts itself, or is declared
            where it would not be heard; the message names the route, its place and what to write.
    """
    if declared_on(app) is not None or declared_on(app.router) is not None:
        raise ConfigurationError(
            "A policy is laid on the whole app, where it would cover its sign-in as well. Lay it "
            "on a router, on what is mounted, or on each route."
        )
    beside = PolicyTable(policies or {})
    top = _Audit(beside).level(app.router, app, _Place("", None, ()))
    _check_heard(top)
    beside.check_all_used(f"{' '.join(route.methods)} {route.shown}".strip() for route in top)
    own = {500, Exception} & app.exception_handlers.keys()
    # A traceback is no answer.
    return RouteTable(top, answers_errors=bool(own) and not app.debug)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a level stands: below which path, under which policy, in which apps."""

    prefix: str
    policy: Policy | None
    apps: tuple[object, ...]


def _folded(name: str, endpoint: object, policies: Sequence[Policy | None]) -> Policy | None:
    """Lay the policies of what stands within each other together, the outermost first."""
    found: Policy | None = None
    for policy in policies:
        try:
            found = narrowed(found, policy)
        except Contradiction:
            raise ConfigurationError(
                f"{name} ({place_of(endpoint)}) is declared public, and what it stands in asks for "
                "more than a sign-in. Take public(…) off it, or move it out of there."
            ) from None
    return found


class _Audit:
    """One walk through an app."""

    def __init__(self, beside: PolicyTable) -> None:
        self._beside = beside

    def level(self, router: Router, app: Starlette | None, place: _Place) -> Level:
        """Classify one router's routes, and what is mounted in them."""
        inside = _Place(place.prefix, place.policy, (*place.apps, app or router))
        routes = tuple(self._guarded(found, inside) for found in routes_of(router))
        routers = [(each, tuple(each.routes)) for each in routers_of(router)]
        for route in routes:
            if route.inside is not None and route.inside.app is None:
                routers += route.inside.routers
        every = [each for route in routes for each in route]
        return Level(
            app=app,
            router=router,
            routes=routes,
            by_host=any(each.template.startswith("//") for each in every),
            is_predictable=all(each.matches_by_what_is_asked for each in every),
            routers=tuple(routers),
        )

    def _guarded(self, found: Found, place: _Place) -> GuardedRoute:
        mounted, endpoint = found.mounted, found.endpoint
        template = _template(found, place.prefix)
        methods = _methods(found)
        shown = shown_path(template, is_mount=mounted is not None)
        layers = (
            place.policy,
            *(declared_on(router) for router in found.around),
            declared_on(found.route),
            declared_on(endpoint),
            declared_on(getattr(mounted, "router", None)),
            self._beside.policy(methods, shown),
        )
        name = f"{' '.join(methods) or ANY_METHOD} {shown}"
        declared = _folded(name, endpoint, layers)
        policy = PLAIN if declared is None else declared
        if isinstance(policy, Public):
            _check_asks_nobody(name, found)
        else:
            _check_asks_enough(name, found, policy)
        return GuardedRoute(
            template=template or "/",
            below=place.prefix,
            methods=methods,
            policy=policy,
            endpoint=endpoint,
            is_mount=mounted is not None,
            matches=found.matcher,
            dependant=found.dependant,
            matches_by_what_is_asked=found.matches_by_what_is_asked,
            inside=self._inside(mounted, _Place(template.rstrip("/"), declared, place.apps)),
        )

    def _inside(self, mounted: ASGIApp | None, place: _Place) -> Level | None:
        router = None if mounted is None else router_inside(mounted)
        if router is None:
            return None
        if any(mounted is app or router is app for app in place.apps):
            raise ConfigurationError(
                f"{place.prefix}/* ({place_of(mounted)}) is mounted in itself. Mount another app."
            )
        return self.level(router, mounted if isinstance(mounted, Starlette) else None, place)


def _check_heard(top: Level) -> None:
    """Refuse a declaration that stands where the gate does not look."""
    routed = {id(getattr(route.endpoint, "__func__", route.endpoint)) for route in top}
    for route in top:
        if route.inside is not None or has_own_gate(route.endpoint):
            continue
        if route.is_mount:
            unheard = [*behind_mount(route.endpoint)]
        else:
            # A function may call that of another route, which has its policy where it is routed.
            behind = behind_endpoint(route.endpoint)
            unheard = [each for each in behind if id(each) not in routed]
            _check_dependencies(route)
        for each in unheard:
            if not implies(route.policy, declared_on(each)):
                raise ConfigurationError(_unheard_message(route, each))


def _check_dependencies(route: GuardedRoute) -> None:
    for each in in_dependencies(route.dependant):
        if isinstance(each, Declaration) or not implies(route.policy, declared_on(each)):
            what = f"{' '.join(route.methods)} {route.shown} ({place_of(route.endpoint)})"
            where = "" if isinstance(each, Declaration) else f" (declared at {place_of(each)})"
            raise ConfigurationError(
                f"{what} has a policy among its dependencies{where}, where it is not heard. Lay it "
                "on the endpoint itself, below the route's own decorator, or on its router: "
                'requires(role="admin")(APIRouter()).'
            )


def _unheard_message(route: GuardedRoute, unheard: object) -> str:
    what = f"{' '.join(route.methods) or ANY_METHOD} {route.shown}"
    if route.is_mount:
        return (
            f"{what}: the policy declared at {place_of(unheard)} is not seen from here. Where a "
            "middleware is around what is mounted, add it with app.add_middleware(…) instead; or "
            "lay the policy on the whole of what is mounted."
        )
    return (
        f"{what} ({place_of(route.endpoint)}): the policy declared at {place_of(unheard)} is not "
        "seen from here. Declare it right below the route's own decorator, on the endpoint itself; "
        "or, where a decorator is in between, write @functools.wraps into that."
    )


def _check_asks_nobody(name: str, found: Found) -> None:
    guards = " and ".join(sorted(set(guards_in(found.dependant))))
    if guards:
        raise ConfigurationError(
            f"{name} ({place_of(found.endpoint)}) is declared public and takes {guards}, though "
            "nobody may be signed in there. Take public(…) off it, or do without."
        )


def _check_asks_enough(name: str, found: Found, policy: SignedIn) -> None:
    taken = next(not_for_everyone_in(found.dependant), None)
    if taken is not None and not policy.roles and not policy.scopes:
        raise ConfigurationError(
            f"{name} ({place_of(found.endpoint)}) takes {taken}, which is not for everyone who is "
            'signed in. Say for whom, below the route\'s own decorator: @requires(role="admin").'
        )


def _is_mount(found: Found) -> bool:
    return isinstance(found.route, Mount | Host)


def _methods(found: Found) -> tuple[str, ...]:
    if isinstance(found.route, WebSocketRoute):
        return ("WEBSOCKET",)
    return () if _is_mount(found) else tuple(sorted(found.context.methods or ()))


def _template(found: Found, prefix: str) -> str:
    if isinstance(found.route, Host):
        return f"//{found.route.host}"
    return prefix + (found.context.path or "")


def disable_slash_redirects(app: FastAPI) -> None:
    """Let no router, at any depth, redirect: Starlette copies the Host header into Location."""
    seen: set[int] = set()
    waiting: list[Router] = [app.router]
    while waiting:
        for router in routers_of(waiting.pop()):
            if id(router) not in seen:
                seen.add(id(router))
                router.redirect_slashes = False
                waiting += _routers_mounted_in(router)


def _routers_mounted_in(router: Router) -> Iterator[Router]:
    for route in router.routes:
        mounted: object = route.app if isinstance(route, Mount | Host) else None
        # Behind a middleware as well: Starlette's call what they wrap `app`.
        while mounted is not None and not isinstance(mounted, Starlette | Router):
            mounted = getattr(mounted, "app", None)
        if mounted is not None:
            yield mounted.router if isinstance(mounted, Starlette) else mounted
