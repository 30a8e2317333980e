"""URLs of the attacker's choice that the app calls, 178, or opens as a file, 179."""

import re
import time
from collections.abc import Iterator
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.listener import ONWARD, WITHIN
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.member_lies import Slot, caller_of, send_with, text_slots

_NAMED = re.compile(
    r"url|uri|link|href|src|source|callback|webhook|hook|endpoint|avatar|image|picture|photo|icon"
    r"|logo|feed|rss|site|host|domain|server|proxy|fetch|import|remote|target|dest|address|origin"
    r"|path|file|document|attachment|preview|ping",
    re.IGNORECASE,
)
_PATIENCE_SECONDS = 0.3
_PASSWD = re.compile(rb"root:[^:\n]*:0:0:")


def outbound(surface: Surface) -> Iterator[Trial]:
    """Plan 178 and 179 for each operation that takes a text which may be a URL."""
    for operation in surface:
        if operation.is_websocket or surface.ends_sessions(operation):
            continue
        slots = _url_slots(operation)
        if slots:
            yield Trial(find("178"), operation, partial(_calls, operation, slots))
            yield Trial(find("179"), operation, partial(_opens, operation, slots))


def _url_slots(operation: Operation) -> list[Slot]:
    return [
        slot for slot in text_slots(operation)
        if slot.where != "path"
        and (_NAMED.search(slot.last) or slot.schema.get("format") in {"uri", "url", "http-url"})
    ]  # fmt: skip


def _spellings(stage: Stage, name: str) -> list[str]:
    """Return the listener's address as it is, and as careless lists of forbidden hosts let pass."""
    port, path = stage.listener.port, f"/{name}"
    hosts = (
        "127.0.0.1", "localhost", "0.0.0.0", "127.1", "2130706433", "0x7f000001", "0177.0.0.1",  # noqa: S104 - addresses that are asked for
        "[::ffff:127.0.0.1]", "LOCALHOST", "127.0.0.1.", "example.com@127.0.0.1",
        "127.0.0.2",
    )  # fmt: skip
    own = [f"http://{host}:{port}{path}" for host in hosts]
    return [*own, f"HTTP://127.0.0.1:{port}{path}?https://example.com", f"//127.0.0.1:{port}{path}",
            f"127.0.0.1:{port}{path}", f"http://127.0.0.1:{port}{path}#example.com"]  # fmt: skip


def _calls(operation: Operation, slots: list[Slot], stage: Stage) -> Verdict:
    person = caller_of(stage, operation)
    for slot in slots:
        refused = 0
        for url in _spellings(stage, slot.last):
            before = stage.listener.callers
            came = send_with(stage, operation, {slot: url}, person)
            if _is_called(stage, before, wait=came.succeeded):
                read = stage.listener.page.encode() in came.answered.body
                what = "calls it, and shows what it answers" if read else "calls it"
                onward = _redirected(operation, slot, url, stage, person)
                if onward is not None:
                    says = f"{slot.name} is {url!r}, and the app {what}, wherever it is redirected"
                    return got_in(says, came, onward)
                return got_in(f"{slot.name} is {url!r}, and the app {what}", came)
            if came.status >= 500:  # noqa: PLR2004 - RFC 9110, section 15.6
                return got_in(f"{slot.name}={url!r} is answered {came.status}", came)
            refused += not came.succeeded
            # What takes the plain address and calls nobody only keeps it.
            if not refused:
                break
    return REFUSED


def _redirected(
    operation: Operation, slot: Slot, url: str, stage: Stage, person: Person | None
) -> Exchange | None:
    """Redirect the call to another address of this machine; None where it does not go there.

    It is not one of the app's own: one that calls itself while it can do nothing else stands still.
    """
    try:
        onward = url.replace(f"/{slot.last}", ONWARD, 1)
        came = send_with(stage, operation, {slot: onward}, person)
    except Inconclusive:
        return None
    return came if any(path.startswith(WITHIN) for path in stage.listener.asked) else None


def _is_called(stage: Stage, before: int, *, wait: bool) -> bool:
    until = time.monotonic() + (_PATIENCE_SECONDS if wait else 0)
    while stage.listener.callers == before and time.monotonic() < until:
        time.sleep(0.02)
    return stage.listener.callers > before


def _opens(operation: Operation, slots: list[Slot], stage: Stage) -> Verdict:
    person = caller_of(stage, operation)
    for slot in slots:
        for url in ("file:///etc/passwd", "file://localhost/etc/passwd", "FILE:/etc/passwd"):
            came = send_with(stage, operation, {slot: url}, person)
            if _PASSWD.search(came.answered.body):
                return got_in(f"{slot.name}={url!r} shows a file of the machine", came)
            if came.status >= 500:  # noqa: PLR2004 - RFC 9110, section 15.6
                return got_in(f"{slot.name}={url!r} is answered {came.status}", came)
    return REFUSED
