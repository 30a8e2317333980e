"""FastAPI's `dependency_overrides` replace a dependency without a word; ours they may not.

The dictionary is asked at every request, since FastAPI asks it at every request.
"""

from collections.abc import Callable
from typing import TypeVar

from fastapi import FastAPI

_Dependency = TypeVar("_Dependency", bound=Callable[..., object])

_GUARDING: set[Callable[..., object]] = set()


def guarding(dependency: _Dependency) -> _Dependency:
    """Mark a dependency that says who calls, or what is theirs."""
    _GUARDING.add(dependency)
    return dependency


def is_guard_replaced(app: object) -> bool:
    """Whether an app has an override for one of the marked dependencies."""
    return (
        isinstance(app, FastAPI)
        and bool(app.dependency_overrides)
        and not _GUARDING.isdisjoint(app.dependency_overrides)
    )
