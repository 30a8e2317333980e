"""Policies that are written where the gate does not look, and so would be asked of nobody.

A decorator without `functools.wraps` hides the mark of the function that it calls, a middleware
around a mounted app hides the marks in it, and a mark on a class, a method or a dependency is on
nothing that is routed.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from types import FunctionType, MethodType

from fastapi.dependencies.models import Dependant
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Router

from gatepost.gate.inventory import has_own_gate, routers_of
from gatepost.gate.policy import Declaration, declared_on

_MOST_OBJECTS = 2000


def behind_endpoint(endpoint: object) -> Iterator[object]:
    """Yield what carries a policy behind an endpoint: what it wraps, its class, its methods."""
    yield from _marked(endpoint, into_apps=False)


def behind_mount(mounted: object) -> Iterator[object]:
    """Yield what carries a policy in a mounted app whose routes the gate does not see."""
    yield from _marked(mounted, into_apps=True)


def in_dependencies(dependant: object) -> Iterator[object]:
    """Yield the dependencies that carry a policy, or are one, at any depth."""
    if isinstance(dependant, Dependant):
        for inner in dependant.dependencies:
            if isinstance(inner.call, Declaration) or declared_on(inner.call) is not None:
                yield inner.call
            yield from in_dependencies(inner)


def _marked(outside: object, *, into_apps: bool) -> Iterator[object]:
    seen, waiting = {id(outside)}, list(_behind(outside, into_apps=into_apps))
    while waiting and len(seen) < _MOST_OBJECTS:
        found = waiting.pop()
        if id(found) in seen:
            continue
        seen.add(id(found))
        if declared_on(found) is not None:
            yield found
        waiting += _behind(found, into_apps=into_apps)


def _behind(outside: object, *, into_apps: bool) -> Iterator[object]:
    if isinstance(outside, partial):
        yield outside.func
    elif isinstance(outside, MethodType):
        yield outside.__func__
        yield from _that_may_run(_attributes_of(outside.__self__), into_apps=into_apps)
    elif isinstance(outside, FunctionType):
        yield from _that_may_run(_held_by(outside), into_apps=into_apps)
    elif isinstance(outside, type):
        yield from outside.__mro__[1:]
        yield from (each for each in vars(outside).values() if isinstance(each, FunctionType))
    elif isinstance(outside, Starlette | Router | BaseRoute):
        if into_apps and not has_own_gate(outside):
            yield from _in_app(outside)
    else:
        yield type(outside)
        yield from _that_may_run(_attributes_of(outside), into_apps=into_apps)


def _attributes_of(outside: object) -> Iterator[object]:
    yield from getattr(outside, "__dict__", {}).values()
    for kind in type(outside).__mro__:
        slots = vars(kind).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else tuple(slots):
            yield getattr(outside, name, None)


def _held_by(function: FunctionType) -> Iterator[object]:
    yield from function.__defaults__ or ()
    yield from (function.__kwdefaults__ or {}).values()
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not filled yet
            continue


def _that_may_run(held: Iterable[object], *, into_apps: bool) -> Iterator[object]:
    for each in held:
        is_app = isinstance(each, Starlette | Router)
        if callable(each) and not isinstance(each, type) and (into_apps or not is_app):
            yield each


def _in_app(outside: Starlette | Router | BaseRoute) -> Iterator[object]:
    if isinstance(outside, BaseRoute):
        for name in ("endpoint", "app"):
            yield getattr(outside, name, None)
        return
    router = outside.router if isinstance(outside, Starlette) else outside
    for each in routers_of(router):
        yield each
        yield from each.routes
