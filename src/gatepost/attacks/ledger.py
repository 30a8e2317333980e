"""What the app has made for the attack: it alone may be deleted, and at the end it is."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.resources import Row, parsed
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.wire import RawRequest

_CANARY = re.compile(rb"(?<![0-9a-f])c[0-9a-f]{32}(?![0-9a-f])")
"""As `making.canaries` writes them, but for those that had to be short."""

_GUESSED = re.compile(r"[0-9]{1,5}")
"""A number that somebody else's row may well have."""

_MAKES = {"POST", "PUT"}


@dataclass(frozen=True, slots=True)
class Made:
    """What one request has made.

    Attributes:
        row: it.
        person: who asked, or None where it was nobody with a known credential.
        sent_ours: whether the request carried a canary.
        told_ours: whether the answer did.
    """

    row: Row
    person: Person | None
    sent_ours: bool
    told_ours: bool


class Ledger:
    """Sees every exchange, and keeps what was made and who asked.

    Args:
        surface: the app's operations.

    Attributes:
        made: what each request has made, in order.
        people: everybody with every credential that a request has carried.
    """

    def __init__(self, surface: Surface) -> None:
        plain = [each for each in surface.operations if not each.is_websocket]
        # A parameter may hold a whole path, `/files/{path:path}`; that is asked for last.
        self._ways = [
            (each, _pattern(each.path, held)) for held in ("[^/]+", ".+") for each in plain
        ]
        self._named: set[str] = set()
        self.made: list[Made] = []
        self.people: list[Person] = []

    def see(self, exchange: Exchange, person: Person | None) -> None:
        """Keep what an exchange has made; most have made nothing."""
        if person is not None and person not in self.people:
            self.people.append(person)
        if not exchange.succeeded:
            return
        request, answer = exchange.request, parsed(exchange.answered.body)
        makes = request.method in _MAKES
        self._named.update(self._names(answer, whole=makes))
        found = self._operation(request) if makes else None
        if found is None:
            return
        operation, values = found
        self._named.update(values.values())
        location = next(iter(exchange.answered.every("Location")), "")
        self._named.add(location.rstrip("/").rsplit("/", 1)[-1])
        row = Row(operation, values, answer, location, _sent(request.body))
        sent_ours = _has_canary(request.target.encode(errors="replace") + request.body)
        self.made.append(Made(row, person, sent_ours, _has_canary(exchange.answered.body)))

    def know(self, ids: Iterable[str]) -> None:
        """Take ids for the attack's own: those of people whom it has signed up."""
        self._named.update(ids)

    def object_to(self, request: RawRequest) -> None:
        """Let nothing be deleted by a number that no answer to the attack's own requests had.

        Raises:
            Inconclusive: the request would.
        """
        if request.method != "DELETE":
            return
        found = self._operation(request)
        for value in found[1].values() if found is not None else ():
            if _GUESSED.fullmatch(value) and value not in self._named:
                raise Inconclusive(
                    f"{request.method} {request.target} may delete what the attack has not made"
                )

    def _operation(self, request: RawRequest) -> tuple[Operation, dict[str, str]] | None:
        path = request.target.split("?", 1)[0]
        for operation, pattern in self._ways:
            match = pattern.fullmatch(path) if operation.method == request.method else None
            if match is not None:
                values = [unquote(value) for value in match.groups()]
                return operation, dict(zip(operation.names, values, strict=False))
        return None

    def _names(self, answer: object, *, whole: bool) -> Iterator[str]:
        """Yield what an answer names: of what was just made, and of what has a canary in it."""
        if isinstance(answer, dict):
            ours = whole or _has_canary(json.dumps(answer).encode())
            for value in answer.values():
                if ours and isinstance(value, str | int):
                    yield str(value)
                elif isinstance(value, dict):
                    yield from self._names(value, whole=whole)
                elif isinstance(value, list):
                    yield from self._names(value, whole=False)
        elif isinstance(answer, list):
            for each in answer:
                yield from self._names(each, whole=False)
        elif whole and isinstance(answer, str | int):
            yield str(answer)


def _has_canary(text: bytes) -> bool:
    return _CANARY.search(text) is not None


def _pattern(path: str, held: str) -> re.Pattern[str]:
    parts = re.split(r"\{[^{}]*\}", path.rstrip("*"))
    return re.compile(f"({held})".join(re.escape(part) for part in parts))


def _sent(body: bytes) -> Mapping[str, object] | None:
    found = parsed(body)
    return found if isinstance(found, dict) else None
