"""FastAPI's `dependency_overrides` replace a dependency without a word; ours they may not.

The dictionary is asked at every request, since FastAPI asks it at every request. What a test may
replace is named to the pytest plugin, for one app and while it serves that app.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TypeVar
from weakref import WeakKeyDictionary

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant

_Dependency = TypeVar("_Dependency", bound=Callable[..., object])

_GUARDING: dict[Callable[..., object], str] = {}
_NOT_FOR_EVERYONE: set[str] = set()
_PERMITTED: WeakKeyDictionary[FastAPI, frozenset[Callable[..., object]]] = WeakKeyDictionary()


def guarding(name: str, *, not_for_everyone: bool = False) -> Callable[[_Dependency], _Dependency]:
    """Mark a dependency that says who calls, or what is theirs.

    Args:
        name: by which handlers take it.
        not_for_everyone: whether being signed in is not enough for a route that takes it.
    """
    if not_for_everyone:
        _NOT_FOR_EVERYONE.add(name)

    def mark(dependency: _Dependency) -> _Dependency:
        _GUARDING[dependency] = name
        return dependency

    return mark


def name_of(dependency: object) -> str | None:
    """Return the name by which handlers take a marked dependency; None of any other."""
    # By identity: a dependency may be an object that has no hash.
    return next((name for call, name in _GUARDING.items() if call is dependency), None)


@contextmanager
def permitting(app: FastAPI, dependencies: Collection[Callable[..., object]]) -> Iterator[None]:
    """Let this one app override these marked dependencies until the block ends.

    It is for `gatepost.testing` alone: nothing that an app is made or deployed with leads here.
    """
    _PERMITTED[app] = frozenset(dependencies)
    try:
        yield
    finally:
        del _PERMITTED[app]


def guards_in(dependant: object) -> Iterator[str]:
    """Yield the names of the marked dependencies that a handler asks for, at any depth."""
    if isinstance(dependant, Dependant):
        name = name_of(dependant.call)
        if name is not None:
            yield name
            return
        for inner in dependant.dependencies:
            yield from guards_in(inner)


def not_for_everyone_in(dependant: object) -> Iterator[str]:
    """Yield the names of those for which being signed in is not enough."""
    yield from (name for name in guards_in(dependant) if name in _NOT_FOR_EVERYONE)


def is_guard_replaced(app: object) -> bool:
    """Whether an app has an override for a marked dependency that it was not permitted."""
    if not isinstance(app, FastAPI) or not app.dependency_overrides:
        return False
    replaced = _GUARDING.keys() & app.dependency_overrides
    return bool(replaced - _PERMITTED.get(app, frozenset()))
