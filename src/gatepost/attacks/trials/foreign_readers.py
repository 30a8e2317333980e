"""Answers that a page of another site may read, 135: what CORS allows, and to whom."""

from collections.abc import Iterator
from functools import partial

from gatepost.attacks.answers import Answered
from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, remark, worst
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.origins import EVIL, guessed_origins, look_alikes
from gatepost.attacks.wire import RawRequest, with_fields


def foreign_readers(surface: Surface) -> Iterator[Trial]:
    """Plan 135 for each operation that reads, and the whole list of origins once."""
    for operation in surface:
        if operation.method == "GET" and surface.public(operation) is None:
            yield Trial(find("135"), operation, partial(_reads, operation))
    if any(not operation.is_websocket for operation in surface):
        yield Trial(find("135.p"), None, _preflights)


def _reads(operation: Operation, stage: Stage) -> Verdict:
    owner = stage.owner_of(operation)
    try:
        request = stage.prepare(operation, owner).request
    except Inconclusive:
        request = RawRequest("GET", operation.path.rstrip("*"))
    verdicts = []
    for origin in (EVIL, "null", f"{stage.sender.url}.evil.test"):
        came = stage.send(with_fields(request, ("Origin", origin)), owner)
        verdicts.append(_allows(origin, came))
    return worst(verdicts)


def _preflights(stage: Stage) -> Verdict:
    """Ask for what a page has to ask for first, from every origin that looks like a good one."""
    near = [each for own in guessed_origins(stage) for each in look_alikes(own)]
    verdicts = []
    for target in _targets(stage):
        for origin in (EVIL, "null", *dict.fromkeys(near)):
            asked = RawRequest(
                "OPTIONS", target,
                (("Origin", origin), ("Access-Control-Request-Method", "DELETE"),
                 ("Access-Control-Request-Headers", "authorization, content-type")),
            )  # fmt: skip
            verdicts.append(_allows(origin, stage.send(asked)))
    return worst(verdicts)


def _targets(stage: Stage) -> list[str]:
    """Return a path of the app, and of each app that is mounted in it."""
    found: dict[str, str] = {}
    for operation in stage.surface:
        if not operation.is_websocket and not operation.names and not operation.folder:
            found.setdefault(operation.path.strip("/").split("/")[0], operation.path.rstrip("*"))
    doors = stage.doors.sign_in_step
    chosen = list(found.values())[:2] + ([doors.path] if doors is not None else [])
    return list(dict.fromkeys(chosen))


def _allows(origin: str, came: Exchange) -> Verdict:
    allowed = came.answered.every("Access-Control-Allow-Origin")
    if not allowed:
        return REFUSED
    with_credentials = _with_credentials(came.answered)
    if origin in allowed:
        said = "with credentials" if with_credentials else "without credentials"
        return got_in(f"pages of {origin} may read the answer, {said}", came)
    if "*" in allowed and with_credentials:
        return remark("every site is allowed with credentials, which browsers do not grant", came)
    if "*" in allowed and came.by:
        return remark("every site may read the answer, where it has the credential", came)
    return REFUSED


def _with_credentials(answered: Answered) -> bool:
    values = answered.every("Access-Control-Allow-Credentials")
    return any(value.strip().lower() == "true" for value in values)
