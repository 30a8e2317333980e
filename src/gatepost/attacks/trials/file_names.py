"""Files by names that leave their folder, 177, in every text that may be a file's name."""

import re
from collections.abc import Iterator
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.decoys import Decoy, decoy
from gatepost.attacks.outcomes import REFUSED, Outcome, Verdict, got_in
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.member_lies import Slot, caller_of, send_with, text_slots
from gatepost.attacks.trials.raw_uploads import Upload
from gatepost.attacks.trials.upload_requests import Uploaded, addresses_of
from gatepost.attacks.wire import RawRequest

_NAMED = re.compile(
    r"file|name|path|key|doc|template|page|image|avatar|photo|picture|attachment|report|folder|dir"
    r"|theme|lang|locale|log|asset|download|slug|src|source|include|view|format|style|resource"
    r"|export|backup|object|item",
    re.IGNORECASE,
)
_MOST_READ = 6
_PASSWD = re.compile(rb"root:[^:\n]*:0:0:")
_DEEP = "../" * 12
_SPELLINGS = (
    f"{_DEEP}%s", "/%s", f"x/{_DEEP}%s", f"/{_DEEP}%s", f"{'....//' * 12}%s", f"{'..%%2f' * 12}%s",
    "%%2f%s", f"{'%%2e%%2e%%2f' * 12}%s", f"{'..%%252f' * 12}%s", f"{_DEEP}%s\0.txt",
    f"{_DEEP}%s%%00.txt",
)  # fmt: skip
_ABOVE = ("..", "%2e%2e")


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
    with decoy() as other:
        for slot in slots:
            for name in _names(operation, slot, other):
                came = send_with(stage, operation, {slot: name}, person)
                if _PASSWD.search(came.answered.body) or other.secret in came.answered.body:
                    says = f"{slot.name}={name!r} shows a file from outside of its folder"
                    return got_in(says, came)
                if came.status >= 500:  # noqa: PLR2004 - RFC 9110, section 15.6
                    return got_in(f"{slot.name}={name!r} is answered {came.status}", came)
                if not other.is_untouched:
                    return got_in(f"{slot.name}={name!r} writes over another file", came)
                if slot.where == "body" and came.succeeded:
                    verdict = _read_again(operation, stage, came, other)
                    if verdict.outcome is not Outcome.REFUSED:
                        return verdict
    return REFUSED


def _names(operation: Operation, slot: Slot, other: Decoy) -> list[str]:
    """Return names of a file elsewhere; what may be written over is the kit's own alone."""
    if slot.where == "body":
        # What a body names is mostly kept, and not opened.
        return [each % other.target for each in _SPELLINGS[:2]]
    target = "etc/passwd" if operation.method == "GET" else other.target
    written = [
        each % (target.replace("/", "%2f") if "%2f" in each % "" else target) for each in _SPELLINGS
    ]
    return [*written, *_ABOVE]


def _read_again(operation: Operation, stage: Stage, came: Exchange, other: Decoy) -> Verdict:
    """Ask for what was kept under the name."""
    owner = stage.owner_of(operation)
    kept = Uploaded(Upload("", "", b""), came, stage.preparing(owner).path_values(operation))
    for address in addresses_of(stage, kept, operation)[:_MOST_READ]:
        served = stage.send(RawRequest("GET", address), owner)
        if other.secret in served.answered.body:
            says = "a name that is kept shows a file from outside of its folder"
            return got_in(says, came, served)
    return REFUSED
