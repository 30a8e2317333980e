"""The committed snapshot of an app's routes, and what has changed since it was made."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import zip_longest
from typing import TypeAlias

from gatepost.errors import ConfigurationError
from gatepost.gate.demands import asks_less
from gatepost.gate.listing import PUBLIC, Entry, Row, without_hashes

_NAMES = {field.name for field in fields(Entry)}
_REQUIRED = {"method", "path", "policy"}


@dataclass(frozen=True, slots=True)
class Change:
    """One route that is not as the snapshot has it.

    Attributes:
        before: None where the route is new.
        after: None where it is gone.
    """

    before: Entry | None
    after: Entry | None

    @property
    def entry(self) -> Entry:
        """The route as it is, or as it was where it is gone."""
        return self.after or self.before or Entry("", "", "")

    @property
    def opens(self) -> bool:
        """Whether anyone may now call what was closed or was not there."""
        was_public = self.before is not None and self.before.policy == PUBLIC
        return self.after is not None and self.after.policy == PUBLIC and not was_public

    @property
    def loosens(self) -> bool:
        """Whether somebody may now call what asked for more."""
        if self.before is None or self.after is None:
            return False
        return asks_less(self.before.policy, self.after.policy)


def entries_of(rows: Iterable[Row]) -> list[Entry]:
    """Return what a snapshot of these routes holds, sorted."""
    return sorted(row.entry for row in without_hashes(rows))


def write_snapshot(entries: Iterable[Entry]) -> str:
    """Write JSON with one route a line, so that a review shows which routes have changed."""
    lines = [json.dumps(entry.as_json(), ensure_ascii=False) for entry in entries]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def read_snapshot(text: str) -> list[Entry]:
    """Read what `write_snapshot` wrote.

    Raises:
        ConfigurationError: it is not that.
    """
    try:
        found: object = json.loads(text)
    except ValueError as error:
        raise ConfigurationError(f"it is not JSON: {error}") from error
    if not isinstance(found, list):
        raise ConfigurationError("it is not a list of routes")
    return [_read(entry, number) for number, entry in enumerate(found, 1)]


def _read(found: object, number: int) -> Entry:
    if (
        not isinstance(found, dict)
        or not _REQUIRED <= found.keys() <= _NAMES
        or not all(isinstance(value, str) for value in found.values())
    ):
        raise ConfigurationError(
            f"its route {number} is not an object of texts with method, path and policy"
        )
    return Entry(**found)


_Place: TypeAlias = tuple[str, str]


def changes(before: Iterable[Entry], after: Iterable[Entry]) -> list[Change]:
    """Compare method by method; methods of one path that changed alike are one change.

    Returns:
        What opens a route first, then what loosens one, then by path.
    """
    was, now = Counter(_by_method(before)), Counter(_by_method(after))
    gone, come = _by_place(was - now), _by_place(now - was)
    merged: dict[tuple[Entry | None, Entry | None], list[str]] = {}
    for place in sorted({*gone, *come}):
        for pair in zip_longest(gone.get(place, ()), come.get(place, ())):
            old, new = (_with_method(entry, "") for entry in pair)
            merged.setdefault((old, new), []).append(place[1])
    found = [
        Change(_with_method(old, " ".join(methods)), _with_method(new, " ".join(methods)))
        for (old, new), methods in merged.items()
    ]
    return sorted(found, key=lambda change: 0 if change.opens else 1 if change.loosens else 2)


def _by_method(entries: Iterable[Entry]) -> Iterator[Entry]:
    for entry in entries:
        for method in entry.method.split():
            yield Entry(entry.path, method, entry.policy, entry.reason, entry.shadowed_by)


def _by_place(entries: Counter[Entry]) -> dict[_Place, list[Entry]]:
    places: dict[_Place, list[Entry]] = {}
    for entry in sorted(entries.elements()):
        places.setdefault((entry.path, entry.method), []).append(entry)
    return places


def _with_method(entry: Entry | None, method: str) -> Entry | None:
    if entry is None:
        return None
    return Entry(entry.path, method, entry.policy, entry.reason, entry.shadowed_by)
