"""Files by names that leave their folder, 177, in every text that may be a file's name."""

import re
from collections.abc import Iterator
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.member_lies import Slot, caller_of, send_with, text_slots

_NAMED = re.compile(
    r"file|name|path|key|doc|template|page|image|avatar|photo|picture|attachment|report|folder|dir"
    r"|theme|lang|locale|log|asset|download|slug|src|source|include|view|format|style|resource"
    r"|export|backup|object|item",
    re.IGNORECASE,
)
_PASSWD = re.compile(rb"root:[^:\n]*:0:0:")
_DEEP = "../" * 12
_NAMES = (
    f"{_DEEP}etc/passwd", "/etc/passwd", f"x/{_DEEP}etc/passwd", f"/{_DEEP}etc/passwd",
    f"{'....//' * 12}etc/passwd", f"{'..%2f' * 12}etc/passwd", "%2fetc%2fpasswd",
    f"{'%2e%2e%2f' * 12}etc%2fpasswd", f"{'..%252f' * 12}etc%252fpasswd",
    f"{_DEEP}etc/passwd\0.txt", f"{_DEEP}etc/passwd%00.txt", "..", "%2e%2e",
)  # fmt: skip


def file_names(surface: Surface) -> Iterator[Trial]:
    """Plan 177 for each operation that takes a text which may name a file."""
    for operation in surface:
        if operation.is_websocket or operation.method not in {"GET", "POST"}:
            continue
        if surface.ends_sessions(operation) or operation.path in surface.file.people.doors:
            continue
        slots = text_slots(operation, named=_NAMED)
        if slots:
            yield Trial(find("177"), operation, partial(_leaves, operation, slots))


def _leaves(operation: Operation, slots: list[Slot], stage: Stage) -> Verdict:
    person = caller_of(stage, operation)
    for slot in slots:
        # What a body names is mostly kept, and not opened.
        for name in _NAMES if slot.where != "body" else _NAMES[:2]:
            came = send_with(stage, operation, {slot: name}, person)
            if _PASSWD.search(came.answered.body):
                return got_in(f"{slot.name}={name!r} shows a file from outside of its folder", came)
            if came.status >= 500:  # noqa: PLR2004 - RFC 9110, section 15.6
                return got_in(f"{slot.name}={name!r} is answered {came.status}", came)
    return REFUSED
