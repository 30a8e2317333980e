"""Overriding who calls, or what is theirs, in a test that names what it overrides."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from logging import getLogger

from fastapi import FastAPI
from fastapi.params import Depends

from gatepost.errors import ConfigurationError
from gatepost.gate.overrides import name_of, permitting

_log = getLogger("gatepost")


def dependency_of(alias: object) -> Callable[..., object]:
    """Return what `app.dependency_overrides` knows `CurrentUser`, `Rows` or `Profile` by.

    Args:
        alias: one of them, as a handler takes it.

    Raises:
        ConfigurationError: it is none of them.
    """
    for part in getattr(alias, "__metadata__", ()):
        if isinstance(part, Depends) and part.dependency and name_of(part.dependency):
            return part.dependency
    raise ConfigurationError(
        f"{alias!r} is neither CurrentUser nor Rows nor Profile. Whatever else a handler depends "
        "on can be overridden as it is."
    )


@contextmanager
def permitted(app: FastAPI, aliases: Collection[object]) -> Iterator[None]:
    """Let an app under test override what the fixture `gatepost_permitted_overrides` gave.

    Raises:
        ConfigurationError: one of them is none of ours.
    """
    dependencies = [dependency_of(alias) for alias in aliases]
    if not dependencies:
        yield
        return
    _log.warning(
        "gatepost_permitted_overrides lets the app under test override %s: what it answers shows "
        "nothing of who may call it, or of what is whose",
        " and ".join(str(name_of(dependency)) for dependency in dependencies),
    )
    with permitting(app, dependencies):
        yield
