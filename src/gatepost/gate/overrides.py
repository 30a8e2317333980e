"""FastAPI's `dependency_overrides` replace a dependency without a word; ours they may not.

The dictionary is asked at every request, since FastAPI asks it at every request.
"""

from collections.abc import Callable, Iterator
from typing import TypeVar

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant

_Dependency = TypeVar("_Dependency", bound=Callable[..., object])

_GUARDING: dict[Callable[..., object], str] = {}


def guarding(name: str) -> Callable[[_Dependency], _Dependency]:
    """Mark a dependency that says who calls, or what is theirs.

    Args:
        name: by which handlers take it.
    """

    def mark(dependency: _Dependency) -> _Dependency:
        _GUARDING[dependency] = name
        return dependency

    return mark


def guards_in(dependant: object) -> Iterator[str]:
    """Yield the names of the marked dependencies that a handler asks for, at any depth."""
    if isinstance(dependant, Dependant):
        # By identity: a dependency may be an object that has no hash.
        name = next((name for call, name in _GUARDING.items() if call is dependant.call), None)
        if name is not None:
            yield name
            return
        for inner in dependant.dependencies:
            yield from guards_in(inner)


def is_guard_replaced(app: object) -> bool:
    """Whether an app has an override for one of the marked dependencies."""
    return (
        isinstance(app, FastAPI)
        and bool(app.dependency_overrides)
        and not _GUARDING.keys().isdisjoint(app.dependency_overrides)
    )
