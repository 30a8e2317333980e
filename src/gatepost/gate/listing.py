"""The table of routes, for people and for programs: who may call what, why, and where it stands.

A row says what a request gets. Where an earlier route takes the requests that a later one is
written for, the later one's row names it, and is public where either is: otherwise a change of
order could open a path, and the table would not show it.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from starlette.routing import Match, compile_path
from starlette.types import Scope

from gatepost.gate.demands import words_of
from gatepost.gate.policy import Public, implies
from gatepost.gate.policy_table import ANY_METHOD
from gatepost.gate.routes import GuardedRoute, RouteTable
from gatepost.gate.source import Source

PUBLIC = "public"

# `index-DsdoVPWv.js`: a bundler's hash of the content, in which a digit or a capital stands.
_CONTENT_HASH = re.compile(r"-(?=[\w-]*[A-Z0-9])[\w-]{8}(?=\.\w+$)", re.ASCII)
# Values for a path's parameters, the most general first, so that only a route which takes every
# value is found to stand in front.
_SAMPLES = ("~/~", "~", "7", "7.5", "00000000-0000-4000-8000-000000000000")


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """What one route is open to: all that a review has to see, and nothing that moves by itself.

    Attributes:
        path: as declared; `/files/*` for a mount, `//host/*` for an app of one host.
        method: the HTTP methods in a row, `WEBSOCKET`, or `ANY` where a mounted app decides.
        policy: `public`, or `signed in` and what else is asked for: `signed in, role admin`.
        reason: why it is public; empty where it is not.
        shadowed_by: the path of an earlier route that takes every request to this one; else empty.
    """

    path: str
    method: str
    policy: str
    reason: str = ""
    shadowed_by: str = ""

    def as_json(self) -> dict[str, str]:
        """Return it for JSON, without what is empty."""
        said = {
            "method": self.method,
            "path": self.path,
            "policy": self.policy,
            "reason": self.reason,
            "shadowed_by": self.shadowed_by,
        }
        return {name: value for name, value in said.items() if value}

    @property
    def note(self) -> str:
        """The reason, and what stands in front, as one line for people."""
        front = f"never reached: {self.shadowed_by} comes first" if self.shadowed_by else ""
        return " ".join("; ".join(filter(None, (self.reason, front))).split())


@dataclass(frozen=True, slots=True)
class Row:
    """An entry, and where its endpoint is written."""

    entry: Entry
    source: Source


def rows_of(table: RouteTable) -> list[Row]:
    """List every route, in the order in which they are matched."""
    return [
        Row(_entry(route, methods, answering), route.source)
        for route in table
        for methods, answering in _answering(table, route)
    ]


def without_hashes(rows: Iterable[Row]) -> list[Row]:
    """Write `*` for the hash of content in a public file's name, so that a build changes nothing.

    Another name, another ending or another folder is still a row of its own.
    """
    kept: dict[Entry, Row] = {}
    for row in rows:
        entry = row.entry
        if entry.policy == PUBLIC and "{" not in entry.path:
            entry = replace(entry, path=_CONTENT_HASH.sub("-*", entry.path))
        kept.setdefault(entry, replace(row, entry=entry))
    return list(kept.values())


def as_json(rows: Sequence[Row], directory: Path) -> str:
    """Write the table for programs; the places are relative to `directory`."""
    listed = [{**row.entry.as_json(), "where": row.source.place(directory)} for row in rows]
    return json.dumps(listed, indent=2, ensure_ascii=False) + "\n"


def as_markdown(rows: Sequence[Row], directory: Path) -> str:
    """Write the table for a page, by path, without the line numbers and hashes of the day."""
    lines = ["| method | path | policy | reason | where |", "|---|---|---|---|---|"]
    for row in sorted(without_hashes(rows), key=lambda row: row.entry):
        entry = row.entry
        where = row.source.file_below(directory) or row.source.module
        cells = (entry.method, f"`{entry.path}`", entry.policy, entry.note, f"`{where}`")
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _entry(route: GuardedRoute, methods: Sequence[str], answering: GuardedRoute) -> Entry:
    # A route in front that asks for more may still let something past, so what is asked for least
    # is what stands here.
    asks_less = not isinstance(route.policy, Public) and not implies(answering.policy, route.policy)
    policy = answering.policy if asks_less else route.policy
    return Entry(
        path=route.shown,
        method=" ".join(methods) or ANY_METHOD,
        policy=PUBLIC if isinstance(policy, Public) else words_of(policy),
        reason=policy.reason if isinstance(policy, Public) else "",
        shadowed_by="" if answering is route else answering.shown,
    )


def _is_of_a_host(route: GuardedRoute) -> bool:
    return route.template.startswith("//")


def _answering(
    table: RouteTable, route: GuardedRoute
) -> Iterator[tuple[Sequence[str], GuardedRoute]]:
    """Yield the route's methods with the route that answers them, which should be itself."""
    found: dict[int, tuple[list[str], GuardedRoute]] = {}
    for method in route.methods:
        answering = _first(table, route, method)
        found.setdefault(id(answering), ([], answering))[0].append(method)
    if not found:
        yield (), _first(table, route, "GET")
    yield from found.values()


def _first(table: RouteTable, route: GuardedRoute, method: str) -> GuardedRoute:
    if _is_of_a_host(route):  # what is in front of it depends on the Host header
        return route
    scope = _request(route, method)
    if scope is None:
        return route
    first = table.resolve({**scope, "root_path": ""}).route
    if first is None or any(first is each for each in route):
        return route
    if route.matches(dict(scope))[0] is not Match.FULL:
        return route
    if route.is_mount and not first.is_mount:
        return route  # a route in front of a mount takes some of its requests, and not all
    return route if first.methods and not route.methods else first


def _request(route: GuardedRoute, method: str) -> Scope | None:
    """Return what its own router sees of a request that the route is written for.

    None where no sample fits its converters.
    """
    template = route.template.rstrip("/") if route.is_mount else route.template
    try:
        _, path, convertors = compile_path(template)
    except ValueError:  # what is mounted has a parameter of the same name as its mount
        return None
    values: dict[str, str] = {}
    for name, convertor in convertors.items():
        fitting = [sample for sample in _SAMPLES if re.fullmatch(convertor.regex, sample)]
        if not fitting:
            return None
        values[name] = fitting[0]
    filled = path.format_map(values) + ("/~/~" if route.is_mount else "")
    kind = {"type": "websocket"} if method == "WEBSOCKET" else {"type": "http", "method": method}
    below = route.below.format_map(values)
    return {**kind, "path": filled, "root_path": below, "query_string": b"", "headers": []}
