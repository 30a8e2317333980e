"""Policies declared beside an app that one cannot edit: by method and path, as declared there.

There are no patterns: an entry names one route as `gatepost routes` prints it.
"""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from gatepost.errors import ConfigurationError
from gatepost.gate.policy import Declaration, Policy

ANY_METHOD = "ANY"
_ARGUMENT = "gatepost.protect(app, policies={…})"


class _Entry(NamedTuple):
    """One line of the table."""

    key: str
    methods: frozenset[str]
    path: str
    policy: Policy


class PolicyTable:
    """What is declared beside the app.

    Args:
        declared: by `"GET /path/{id}"`; `"/files/*"` is what is mounted at `/files`.

    Raises:
        ConfigurationError: a key cannot be read, or a value is no declaration.
    """

    def __init__(self, declared: Mapping[str, Declaration]) -> None:
        self._entries = [_entry(key, value) for key, value in declared.items()]
        self._used: set[str] = set()

    def policy(self, methods: Sequence[str], path: str) -> Policy | None:
        """Return what is declared for a route, or None.

        Args:
            methods: of the route; none where it takes any.
            path: as `gatepost routes` prints it.

        Raises:
            ConfigurationError: an entry names some of the route's methods and not the others, or
                several name the route.
        """
        named: list[_Entry] = []
        has = frozenset(methods) or frozenset({ANY_METHOD})
        for entry in self._entries:
            if entry.path != path or not entry.methods & has:
                continue
            # Starlette adds HEAD to GET, and nobody writes it.
            silent = {"HEAD"} if "GET" in entry.methods else set()
            if entry.methods | silent < has or not entry.methods <= has:
                whole = " ".join(sorted(has))
                raise ConfigurationError(
                    f"{_ARGUMENT}: {entry.key!r} is part of one route, and its policy is that of "
                    f'the whole. Write "{whole} {path}".'
                )
            named.append(entry)
        if len(named) > 1:
            keys = " and ".join(repr(entry.key) for entry in named)
            raise ConfigurationError(
                f"{_ARGUMENT}: {keys} name one route. Write it once; it takes one policy, and "
                "others are laid on the route or its router."
            )
        for entry in named:
            self._used.add(entry.key)
            return entry.policy
        return None

    def check_all_used(self, named: Iterable[str]) -> None:
        """Refuse an entry for what is not there: it would protect nothing.

        Args:
            named: every route, as a key would name it.

        Raises:
            ConfigurationError: there is one; says which routes it may mean.
        """
        for entry in self._entries:
            if entry.key not in self._used:
                close = get_close_matches(entry.key, list(named), n=3)
                hint = f" Is it {' or '.join(map(repr, close))}?" if close else ""
                raise ConfigurationError(
                    f"{_ARGUMENT}: the app has no route {entry.key!r}.{hint} "
                    "`gatepost routes` prints them all, as they are to be written here."
                )


def _entry(key: str, value: object) -> _Entry:
    *methods, path = key.split() or [""]
    if not path.startswith("/") or (not methods and not path.endswith("/*")):
        raise ConfigurationError(
            f'{_ARGUMENT}: {key!r} names no route. Write "GET /path/{{name}}" as it is declared, '
            'or "/files/*" for what is mounted at /files.'
        )
    if not isinstance(value, Declaration):
        raise ConfigurationError(
            f"{_ARGUMENT}: {key!r} has {value!r}. Write public(reason), requires(scope=…), "
            "requires(role=…) or fresh(seconds)."
        )
    return _Entry(key, frozenset(methods or [ANY_METHOD]), path, value.policy)
