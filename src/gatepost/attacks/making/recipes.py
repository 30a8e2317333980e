"""What of a request is chosen where several things would do, learned from what the app refuses."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gatepost.attacks.making.schemas import EACH, MemberPath
from gatepost.attacks.sending import Exchange
from gatepost.attacks.targets.operation import Operation

_MENDABLE = frozenset({400, 404, 406, 409, 413, 415, 422})
_MOST_ATTEMPTS = 12
_STYLES = ("usual", "spelled", "all", "least", "referring", "all spelled", "next choice")


def general(path: MemberPath) -> MemberPath:
    """Return a path with `*` for the number of an item."""
    return tuple(EACH if part.isdigit() else part for part in path)


@dataclass
class Recipe:
    """The choices for one operation. What is told of a refusal changes them.

    Attributes:
        attempts: how many refusals have been learned from.
    """

    attempts: int = 0
    _settled: bool = False
    _style: int = 0
    _chosen: dict[MemberPath, int] = field(default_factory=dict)
    _counts: dict[MemberPath, int] = field(default_factory=dict)
    _spelled: set[MemberPath] = field(default_factory=set)
    _choices: set[MemberPath] = field(default_factory=set)
    _references: dict[MemberPath, int] = field(default_factory=dict)
    _left_out: set[MemberPath] = field(default_factory=set)
    _put_in: set[MemberPath] = field(default_factory=set)
    _optional: set[MemberPath] = field(default_factory=set)

    @property
    def style(self) -> str:
        """How much goes in: `usual`, `all`, `least` and so on."""
        return _STYLES[self._style]

    def choice(
        self, path: MemberPath, count: int, *, kind: str = "", reference: int | None = None
    ) -> int:
        """Return which of some alternatives is to be taken.

        Args:
            path: of the member.
            count: how many there are.
            kind: `text` where the second one is spelled as its name suggests, `choice` where each
                is as good as the others.
            reference: which of them names a row, where one does.
        """
        place = general(path)
        self._counts[place] = max(count, self._counts.get(place, 0))
        if kind == "text":
            self._spelled.add(place)
        if kind == "choice":
            self._choices.add(place)
        if reference is not None:
            self._references[place] = reference
        return min(self._wanted(place), count - 1)

    def takes(self, path: MemberPath, *, usually: bool, required: bool) -> bool:
        """Whether a member goes in."""
        place = general(path)
        if required:
            return True
        self._optional.add(place)
        if place in self._left_out:
            return False
        if place in self._put_in or self.style.startswith("all"):
            return True
        return usually and self.style != "least"

    def learn(self, exchange: Exchange) -> bool:
        """Change what an answer complains of; returns whether there is something new to try.

        Once something was granted, a later refusal is about the rows and not about the body.
        """
        self._settled = self._settled or exchange.succeeded
        if self._settled or exchange.status not in _MENDABLE or self.attempts >= _MOST_ATTEMPTS:
            return False
        self.attempts += 1
        told = [self._mend(path, missing=missing) for path, missing in faults_in(exchange)]
        if any(told):
            return True
        named = [self._mend(path) for path in self._named_in(exchange)]
        return any(named) or self._next_style(exchange.status)

    def _wanted(self, place: MemberPath) -> int:
        if place in self._chosen:
            return self._chosen[place]
        if self.style == "referring" and place in self._references:
            return self._references[place]
        if self.style.endswith("spelled") and place in self._spelled:
            return 1
        return 1 if self.style == "next choice" and place in self._choices else 0

    def _mend(self, path: MemberPath, *, missing: bool = False) -> bool:
        place = self._known(path)
        if missing and place not in self._put_in:
            self._put_in.add(place)
            return True
        current = self._wanted(place)
        if current + 1 < self._counts.get(place, 0):
            self._chosen[place] = current + 1
            return True
        branch = (*place, "|")
        if self._chosen.get(branch, 0) + 1 < self._counts.get(branch, 0):
            self._chosen[branch] = self._chosen.get(branch, 0) + 1
            self._chosen.pop(place, None)
            return True
        if place in self._optional and place not in self._left_out:
            self._left_out.add(place)
            return True
        return False

    def _known(self, path: MemberPath) -> MemberPath:
        """Return the member that a path means, which may name the branch of a union as well."""
        place = general(path)
        known = {*self._counts, *self._optional}
        while place and place not in known and len(place) > 1:
            shorter = place[:-1]
            inner = [each for each in known if each[0] == place[0] and each[-1] == place[-1]]
            if len(inner) == 1:
                return inner[0]
            place = shorter
        return place if place in known else general(path)

    def _named_in(self, exchange: Exchange) -> list[MemberPath]:
        """Return the members whose names an answer has in its words."""
        text = exchange.answered.body.decode(errors="replace").lower()
        said = set(re.findall(r"[a-z0-9_]+", text))
        return [
            place
            for place in self._counts
            if len(place) > 1 and place[-1].lower() in said and place[-1] not in {EACH, "|"}
        ]

    def _next_style(self, status: int) -> bool:
        if status == 404 and self._style == 0 and self._references:  # noqa: PLR2004
            self._style = _STYLES.index("referring")
            return True
        if self._style + 1 < len(_STYLES):
            self._style += 1
            return True
        return False


class Recipes:
    """The recipes of an app, which are the same for everybody."""

    def __init__(self) -> None:
        self._known: dict[str, Recipe] = {}

    def of(self, operation: Operation) -> Recipe:
        """Return that of one operation."""
        return self._known.setdefault(str(operation), Recipe())


def faults_in(exchange: Exchange) -> Iterator[tuple[MemberPath, bool]]:
    """Yield what FastAPI says is wrong: where, and whether it is not there at all."""
    try:
        told = json.loads(exchange.answered.body)
    except ValueError:
        return
    for each in _with_a_place(told):
        place = each["loc"]
        if isinstance(place, list) and place:
            path = tuple(str(part) for part in place)
            yield path, str(each.get("type", "")).startswith("missing")


def _with_a_place(told: object) -> Iterator[dict[str, object]]:
    if isinstance(told, dict):
        if "loc" in told:
            yield told
            return
        told = list(told.values())
    if isinstance(told, list):
        for each in told:
            yield from _with_a_place(each)
