"""What pages and answers say by their headers, 184, and links to the attacker's Host, 185."""

import re
from collections.abc import Iterator

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable, remark
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.origins import EVIL_HOST, Fields
from gatepost.attacks.wire import RawRequest, with_fields

_MAILED = re.compile(r"reset|forgot|invit|verif|magic|recover|confirm|share|otp", re.IGNORECASE)
_READ_MAIL = re.compile(r"mail|outbox|message|notification", re.IGNORECASE)
_HOSTS = (
    (("Host", EVIL_HOST),),
    (("X-Forwarded-Host", EVIL_HOST),),
    (("Forwarded", f"host={EVIL_HOST}"),),
)
_PAGES = 8


def page_headers(surface: Surface) -> Iterator[Trial]:
    """Plan 184 and 185, once each."""
    if surface.operations:
        yield Trial(find("184"), None, _headers)
        yield Trial(find("185"), None, _links)


def _read(stage: Stage) -> Iterator[Exchange]:
    """Yield the owners' own answers of what is read without naming a row."""
    for operation in stage.surface:
        if operation.method == "GET" and not operation.names and not operation.folder:
            try:
                yield stage.control(operation)
            except Inconclusive:
                continue


def _headers(stage: Stage) -> Verdict:
    pages = [
        each for each in _read(stage)
        if "".join(each.answered.every("Content-Type")).lower().startswith("text/html")
    ]  # fmt: skip
    for page in pages[:_PAGES]:
        policy = " ".join(page.answered.every("Content-Security-Policy"))
        if not page.answered.every("X-Frame-Options") and "frame-ancestors" not in policy:
            return remark("a page can be framed by any site", page)
        if not page.answered.every("X-Content-Type-Options"):
            return remark("a page has no X-Content-Type-Options: nosniff", page)
    any_answer = stage.send(RawRequest("GET", "/"))
    for name in ("Server", "X-Powered-By"):
        for value in any_answer.answered.every(name):
            if re.search(r"\d+\.\d+", value):
                return remark(f"{name} tells a version: {value}", any_answer)
    return REFUSED


def _links(stage: Stage) -> Verdict:
    mailed = [
        each for each in stage.surface
        if each.method == "POST" and _MAILED.search(each.path)
        and not stage.surface.ends_sessions(each)
    ]  # fmt: skip
    remarks = []
    for fields in _HOSTS:
        for came in _sent(stage, mailed, fields):
            if EVIL_HOST.encode() in came.answered.body:
                return got_in(f"{fields[0][0]}: {EVIL_HOST} makes the link that is given out", came)
        for came in _read_mail(stage):
            if EVIL_HOST.encode() in came.answered.body:
                return got_in(f"{fields[0][0]}: {EVIL_HOST} makes the link in a message", came)
        for own in list(_read(stage))[:_PAGES]:
            came = stage.send(with_fields(own.request, *fields))
            if EVIL_HOST.encode() in came.answered.body:
                remarks.append(remark(f"{fields[0][0]}: {EVIL_HOST} is in the answer", came))
    return remarks[0] if remarks else REFUSED if mailed else not_applicable("nothing is mailed")


def _sent(stage: Stage, mailed: list[Operation], fields: Fields) -> Iterator[Exchange]:
    step = stage.surface.file.people.reset
    if step is not None:
        yield stage.send(with_fields(stage.doors.request(step, stage.alice), *fields))
    for operation in mailed:
        public = stage.surface.public(operation) is not None
        try:
            request = stage.prepare(operation, stage.alice, fresh=True).request
        except Inconclusive:
            continue
        yield stage.send(with_fields(request, *fields), None if public else stage.alice)


def _read_mail(stage: Stage) -> Iterator[Exchange]:
    for operation in stage.surface:
        if operation.method == "GET" and not operation.names and _READ_MAIL.search(operation.path):
            yield stage.send(RawRequest("GET", operation.path.rstrip("*")), stage.alice)
