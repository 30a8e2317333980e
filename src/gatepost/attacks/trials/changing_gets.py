"""What changes by a GET, 171: a link or a picture of another site is enough."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.preparing import Prepared
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable, remark
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.origins import page, without_csrf_token
from gatepost.attacks.trials.session_cookies import kept_to_its_site
from gatepost.attacks.wire import RawRequest, with_fields

_VERB = re.compile(
    r"(^|[/_-])(delete|remove|archive|restore|activate|deactivate|enable|disable|toggle|create|add"
    r"|update|set|edit|change|approve|reject|accept|cancel|confirm|publish|unpublish|share|unshare"
    r"|subscribe|unsubscribe|mark|read|complete|done|transfer|send|reset|clear|purge|like|vote|pay"
    r"|promote|grant|revoke|join|leave|close|open|start|stop|rotate|regenerate)([/_-]|$)"
)
_READERS = 3


def changing_gets(surface: Surface) -> Iterator[Trial]:
    """Plan 171 for each GET that is named like a change, or whose handler is that of one."""
    handlers = {each.place for each in surface if each.changes and each.place is not None}
    for operation in surface:
        if operation.method != "GET" or operation.folder or surface.public(operation):
            continue
        if surface.ends_sessions(operation):
            continue
        plain = re.sub(r"\{[^}]*\}", "", operation.path)
        if _VERB.search(plain.lower()) or operation.place in handlers:
            yield Trial(find("171"), operation, partial(_changes, operation))


def _changes(operation: Operation, stage: Stage) -> Verdict:
    owner = stage.owner_of(operation)
    if owner.cookie is None:
        return not_applicable("the credential is no cookie: a link of another site brings none")
    prepared = stage.prepare(operation, owner, fresh=True)
    request = _with_every_query(operation, stage, prepared)
    readers = _readers(operation, stage, prepared)
    before = _state(readers, stage)
    if before != _state(readers, stage) or not readers:
        return not_applicable("nothing shows whether it changes something")
    came = stage.send(with_fields(request, *page()), without_csrf_token(owner))
    if _state(readers, stage) == before:
        return REFUSED
    stage.preparing(owner).forget(prepared.values)
    says = "a link of another site changes what is the person's"
    if kept_to_its_site(owner) == "strict":
        return remark(f"{says}, but for the cookie's SameSite=strict", came)
    return got_in(says, came)


def _with_every_query(operation: Operation, stage: Stage, prepared: Prepared) -> RawRequest:
    query = {
        each.name: stage.preparing(stage.owner_of(operation)).value_of(each.schema, each.name)
        for each in operation.taken("query")
    }
    path = prepared.request.target.split("?", 1)[0]
    return replace(prepared.request, target=f"{path}?{urlencode(query)}" if query else path)


def _readers(operation: Operation, stage: Stage, prepared: Prepared) -> list[Prepared]:
    """Return the requests that show the rows which an operation is about."""
    found = []
    for each in stage.surface:
        if each.method != "GET" or each == operation or each.folder or each.path.endswith("*"):
            continue
        if operation.path.startswith(f"{each.path.rstrip('/')}/") and each.path != "/":
            known = {name: prepared.values[name] for name in each.names if name in prepared.values}
            try:
                found.append(stage.prepare(each, values=known))
            except Inconclusive:
                continue
    return found[-_READERS:]


def _state(readers: list[Prepared], stage: Stage) -> list[tuple[int, bytes]]:
    sent = [stage.send(each.request, stage.owner_of(each.operation)) for each in readers]
    return [(each.status, each.answered.body) for each in sent]
