"""Texts that are more than texts, 181 to 183: scripts in pages, breaks in headers, formulas."""

import re
import secrets
from collections.abc import Iterator
from functools import partial
from weakref import WeakKeyDictionary

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.resources import Row, parsed
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable, remark
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.member_lies import caller_of, send_with, text_slots
from gatepost.attacks.wire import RawRequest

_HEADER = "X-Gatepost"
_READERS = 12
_SEEN: "WeakKeyDictionary[Stage, dict[str, tuple[str, list[Exchange]]]]" = WeakKeyDictionary()


def markup(surface: Surface) -> Iterator[Trial]:
    """Plan 181 to 183 for each operation that takes a text."""
    takers = [
        each for each in surface
        if not each.is_websocket and each.method in {"GET", "POST", "PUT", "PATCH"}
        and not surface.ends_sessions(each) and each.path not in surface.file.people.doors
        and text_slots(each)
    ]  # fmt: skip
    for attack, judge in (("181", _scripts), ("182", _breaks), ("183", _formulas)):
        for operation in takers:
            yield Trial(find(attack), operation, partial(judge, operation))
    yield Trial(find("181"), None, _in_errors)


def _poisons(mark: str) -> tuple[str, ...]:
    script = f'="{mark}"<script>{mark}</script>'
    # With a line break and a letter that no header has; without, where that is refused.
    return (f'{script}"\r\n{_HEADER}: {mark}\r\n\u65e5', script, f"={mark}<b>{mark}</b>"[:60])


def _seen(operation: Operation, stage: Stage) -> tuple[str, list[Exchange]]:
    """Send the texts, and read whatever shows them; returns the mark and the answers."""
    known = _SEEN.setdefault(stage, {})
    if str(operation) not in known:
        mark = f"gp{secrets.token_hex(6)}"
        known[str(operation)] = (mark, list(_answers(operation, stage, mark)))
    return known[str(operation)]


def _answers(operation: Operation, stage: Stage, mark: str) -> Iterator[Exchange]:
    person = caller_of(stage, operation)
    stage.control(operation)
    slots = [slot for slot in text_slots(operation)
             if operation.method == "GET" or slot.where == "body"]  # fmt: skip
    for poison in _poisons(mark) if slots else ():
        free = [slot for slot in slots if not {"format", "pattern"} & set(slot.schema)] or slots
        texts = {slot: poison[: _longest(slot.schema)] for slot in free}
        came = send_with(stage, operation, texts, person)
        yield came
        if came.succeeded and operation.method != "GET":
            yield from _read_again(operation, stage, came)
        if came.succeeded:
            break


def _longest(schema: object) -> int | None:
    longest = schema.get("maxLength") if isinstance(schema, dict) else None
    return longest if isinstance(longest, int) else None


def _read_again(operation: Operation, stage: Stage, came: Exchange) -> Iterator[Exchange]:
    """Yield the answers of what reads the row, as its owner, but for those that never worked."""
    owner = stage.owner_of(operation)
    location = next(iter(came.answered.every("Location")), "")
    row = Row(operation, {}, parsed(came.answered.body), location)
    readers = [
        each for each in stage.surface
        if each.method == "GET" and not each.folder and not each.path.endswith("*")
    ]  # fmt: skip
    for each in sorted(readers, key=lambda one: -shared_steps(one.path, operation.path))[:_READERS]:
        values = {name: row.id_for(name) for name in each.names}
        known = {name: value for name, value in values.items() if value is not None}
        if len(known) < len(values) and operation.method == "POST":
            continue
        try:
            if operation.method != "POST":
                stage.control(each)
            request = stage.prepare(each, owner, values=known or None).request
        except Inconclusive:
            continue
        yield stage.send(RawRequest("GET", request.target, request.fields), owner)


def shared_steps(first: str, second: str) -> int:
    """Return how many steps of two paths are the same, each in its place."""
    pairs = zip(first.split("/"), second.split("/"), strict=False)
    return sum(1 for one, other in pairs if one == other)


def _scripts(operation: Operation, stage: Stage) -> Verdict:
    mark, answers = _seen(operation, stage)
    for came in answers:
        if _runs(came, f"<script>{mark}</script>") or _runs(came, f"<b>{mark}</b>"):
            return got_in("what was sent as a text is markup in a page", came)
    return REFUSED if any(map(_is_html, answers)) else not_applicable("no page shows it")


def _is_html(came: Exchange) -> bool:
    kind = ", ".join(came.answered.every("Content-Type")).lower()
    return kind.startswith(("text/html", "application/xhtml"))


def _runs(came: Exchange, script: str) -> bool:
    return _is_html(came) and script.encode() in came.answered.body


def _breaks(operation: Operation, stage: Stage) -> Verdict:
    mark, answers = _seen(operation, stage)
    for came in answers:
        if any(mark in value for value in came.answered.every(_HEADER)):
            return got_in("a line break in a text begins a header of its own", came)
        if came.status >= 500:  # noqa: PLR2004 - RFC 9110, section 15.6
            return got_in(f"a text with a line break is answered {came.status}", came)
    return REFUSED


def _formulas(operation: Operation, stage: Stage) -> Verdict:
    mark, answers = _seen(operation, stage)
    formula = re.compile(rf'(^|[,;\t])"?=("")?"?{mark}'.encode(), re.MULTILINE)
    exports = [came for came in answers if is_an_export(came)]
    for came in exports:
        if formula.search(came.answered.body):
            return remark("a text that begins with = is a formula in an export", came)
    return REFUSED if exports else not_applicable("no export shows it")


def is_an_export(came: Exchange) -> bool:
    """Whether an answer is a file that a spreadsheet opens."""
    kind = ", ".join(came.answered.every("Content-Type")).lower()
    return "csv" in kind or "tab-separated" in kind or "spreadsheet" in kind


def _in_errors(stage: Stage) -> Verdict:
    mark = f"gp{secrets.token_hex(6)}"
    script = f"<script>{mark}</script>"
    for target in (
        f"/{script}",
        f"/nothing?q={script}",
        f"/nothing/%3Cscript%3E{mark}%3C/script%3E",
    ):
        came = stage.send(RawRequest("GET", target, (("Accept", "text/html"),)))
        if _runs(came, script):
            return got_in("a page that tells of an error has the path as markup", came)
    return REFUSED
