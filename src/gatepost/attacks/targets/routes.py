"""Operations out of an app itself: what its OpenAPI does not show is there as well."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, RouteContext
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Host, Mount, Route, Router, WebSocketRoute

from gatepost.attacks.targets.openapi import operations_of
from gatepost.attacks.targets.operation import Operation, Parameter, Place, plain_path

_FORMERLY = {"HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class _Way:
    """A route, and the path below which it is mounted."""

    path: str
    route: BaseRoute
    app: Starlette | None


def operations_of_app(app: FastAPI) -> tuple[Operation, ...]:
    """Return every operation of an app, those of mounted apps and hidden ones included.

    What a mounted app decides for itself, files and foreign ASGI apps, is one `GET /prefix/*`.
    """
    ways = list(_ways(app.router, "", app))
    shown = {
        (each.method, each.path): each
        for mounted in {id(way.app): way for way in ways if way.app is not None}.values()
        for each in _declared(mounted.app, _prefix_of(ways, mounted.app))
    }
    found: dict[tuple[str, str], Operation] = {}
    for way in ways:
        for operation in _operations(way):
            key = (operation.method, operation.path)
            declared = shown.get(key)
            if declared is not None:
                operation = replace(  # noqa: PLW2901 - the same one, better known
                    declared, place=operation.place, in_schema=operation.in_schema
                )
            found.setdefault(key, operation)
    return tuple(found.values())


def _ways(router: Router, prefix: str, app: Starlette | None) -> Iterator[_Way]:
    for route, path in _routes(router):
        if isinstance(route, Mount | Host):
            below = prefix + (path.rstrip("/") if isinstance(route, Mount) else "")
            inner = route.app
            while isinstance(getattr(inner, "app", None), Starlette | Router) and not isinstance(
                inner, Starlette | Router
            ):
                inner = inner.app  # type: ignore[attr-defined] # asked for in the line before
            if isinstance(inner, Starlette):
                yield from _ways(inner.router, below, inner)
            elif isinstance(inner, Router):
                yield from _ways(inner, below, None)
            else:
                yield _Way(f"{below}/*", route, None)
        else:
            yield _Way(prefix + path, route, app)


def _routes(router: Router) -> Iterator[tuple[BaseRoute, str]]:
    """Yield the routes of a router and of those that it includes, each with its whole path.

    FastAPI keeps included routers as a live tree, which has no public name.
    """
    for route in router.routes:
        candidates: Callable[[], list[object]] | None = getattr(route, "effective_candidates", None)
        if candidates is None:
            yield route, str(getattr(route, "path", ""))
        else:
            yield from _included(candidates())


def _included(candidates: list[object]) -> Iterator[tuple[BaseRoute, str]]:
    for candidate in candidates:
        deeper = getattr(candidate, "effective_candidates", None)
        if deeper is not None:
            yield from _included(deeper())
        else:
            route: BaseRoute = getattr(candidate, "original_route")  # noqa: B009 - as above
            yield route, str(RouteContext(route, candidate).path)  # type: ignore[arg-type] # no public name


def _operations(way: _Way) -> Iterator[Operation]:
    path, route = plain_path(way.path), way.route
    place = _place(getattr(route, "endpoint", None))
    if isinstance(route, WebSocketRoute) or (
        hasattr(route, "dependant") and not hasattr(route, "methods")
    ):
        yield Operation("WEBSOCKET", path, tuple(_of_websocket(path, route)), place=place)
        return
    methods = getattr(route, "methods", None) or {"GET"}
    in_schema = isinstance(route, APIRoute | Route) and bool(route.include_in_schema)
    names = [Parameter(name, "path", {"type": "string"}, True) for name in _names(path)]  # noqa: FBT003
    for method in sorted(methods - _FORMERLY if len(methods) > 1 else methods):
        yield Operation(
            method,
            path,
            tuple(names),
            place=place,
            in_schema=in_schema and hasattr(route, "body_field"),
            folder=_folder(route),
        )


def _of_websocket(path: str, route: BaseRoute) -> Iterator[Parameter]:
    """Yield what a websocket takes; no OpenAPI describes it."""
    for name in _names(path):
        yield Parameter(name, "path", {"type": "string"}, required=True)
    for taken in getattr(getattr(route, "dependant", None), "query_params", ()):
        required = taken.field_info.is_required()
        yield Parameter(taken.alias, "query", {"type": "string"}, required=required)


def _folder(route: BaseRoute) -> str | None:
    directory = getattr(getattr(route, "app", None), "directory", None)
    return None if directory is None else str(directory)


def allowed_origins_of(app: FastAPI) -> tuple[str, ...]:
    """Return the origins that the app's CORS middleware allows, `*` and patterns included."""
    found: list[str] = []
    for middleware in app.user_middleware:
        allowed: object = middleware.kwargs.get("allow_origins")
        found += [str(each) for each in allowed] if isinstance(allowed, list | tuple) else []
        pattern = middleware.kwargs.get("allow_origin_regex")
        found += [str(pattern)] if pattern is not None else []
    return tuple(found)


def _names(path: str) -> tuple[str, ...]:
    return Operation("GET", path).names


def _prefix_of(ways: list[_Way], app: Starlette | None) -> str:
    """Return what stands before the paths of a mounted app."""
    mine = [way for way in ways if way.app is app]
    own = {str(getattr(way.route, "path", "")): way.path for way in mine}
    return next(
        (whole.removesuffix(path) for path, whole in own.items() if whole.endswith(path) and path),
        "",
    )


def _declared(app: Starlette | None, prefix: str) -> Iterator[Operation]:
    if not isinstance(app, FastAPI):
        return
    with _all_shown(app):
        document = get_openapi(title="", version="", routes=app.routes)
    asked = _asked_by_its_own_words(app)
    for operation in operations_of(document):
        said = asked.get((operation.method, operation.path), operation)
        yield replace(
            operation,
            path=prefix + operation.path,
            scopes=said.scopes or operation.scopes,
            max_age=said.max_age,
        )


def _asked_by_its_own_words(app: FastAPI) -> dict[tuple[str, str], Operation]:
    """Return what the app's own OpenAPI shows: what guards it may have written there what it asks.

    The app is left as it was, for whatever is added to it later.
    """
    kept = app.openapi_schema
    with suppress(Exception):  # it is theirs, and may need what is not there yet
        return {(each.method, each.path): each for each in _restoring(app, kept)}
    return {}


def _restoring(app: FastAPI, kept: dict[str, object] | None) -> list[Operation]:
    try:
        return list(operations_of(app.openapi()))
    finally:
        app.openapi_schema = kept


@contextmanager
def _all_shown(app: FastAPI) -> Iterator[None]:
    """Let hidden path operations be described as the others are, while nobody looks."""
    hidden = [
        route
        for route, _ in _routes(app.router)
        if isinstance(route, APIRoute) and not route.include_in_schema
    ]
    for route in hidden:
        route.include_in_schema = True
    try:
        yield
    finally:
        for route in hidden:
            route.include_in_schema = False


def _place(endpoint: object) -> Place | None:
    function = inspect.unwrap(endpoint) if callable(endpoint) else None
    try:
        file = inspect.getsourcefile(function) if function is not None else None
        line = inspect.getsourcelines(function)[1] if function is not None else 0
    except (TypeError, OSError):
        return None
    return Place(file, line) if file is not None else None
