"""Where Better Auth's endpoints and mailed links lead in the end, 136.b: its client goes there."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from urllib.parse import quote

from gatepost.attacks.catalogue import find
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable, remark, worst
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.origins import EVIL_HOST
from gatepost.attacks.trials.redirects import goals, leaves
from gatepost.attacks.wire import RawRequest

_AWAY = (f"https://{EVIL_HOST}", f"//{EVIL_HOST}", f"/\\{EVIL_HOST}")
# They leave only where something on the way decodes them once more.
_ENCODED = (f"/%2f%2f{EVIL_HOST}", f"/%5c{EVIL_HOST}")
_OTHER_MEMBERS = ("redirectTo", "errorCallbackURL", "newUserCallbackURL")


def callbacks(surface: Surface) -> Iterator[Trial]:
    """Plan 136.b once, and 136.l for each link that is mailed."""
    people = surface.file.people
    if people.kind == "better-auth":
        yield Trial(find("136.b"), None, _members)
        links = (
            f"{people.base_path}/verify-email?token=x&",
            f"{people.base_path}/reset-password/x?",
        )
        yield Trial(find("136.l"), None, partial(_links, links))


def _members(stage: Stage) -> Verdict:
    step = stage.doors.sign_in_step
    if step is None or not stage.bob.password:
        return not_applicable("there is no sign-in by password")
    request = stage.doors.request(step, stage.bob)
    for trick in (*_AWAY, *_ENCODED):
        came = stage.send(_naming(request, callbackURL=trick))
        if came.succeeded:
            says = f"callbackURL={trick!r} is taken"
            return got_in(says, came) if trick in _AWAY else remark(says, came)
    verdicts = [_resetting(stage)]
    for name in _OTHER_MEMBERS:
        came = stage.send(_naming(request, **{name: _AWAY[0]}))
        if came.succeeded:
            says = f"{name}={_AWAY[0]!r} is taken"
            named = EVIL_HOST.encode() in came.answered.body
            verdicts.append(got_in(says, came) if named else remark(says, came))
    return worst(verdicts)


def _resetting(stage: Stage) -> Verdict:
    """Ask for a mail whose link would hand its token to the attacker."""
    path = f"{stage.surface.file.people.base_path}/request-password-reset"
    fields = (("Content-Type", "application/json"), ("Origin", stage.sender.url))
    body = json.dumps({"email": stage.bob.email, "redirectTo": f"{_AWAY[0]}/reset"})
    came = stage.send(RawRequest("POST", path, fields, body.encode()))
    if came.succeeded:
        return got_in("a mailed link to reset a password hands its token to the attacker", came)
    return REFUSED


def _naming(request: RawRequest, **members: str) -> RawRequest:
    return replace(request, body=json.dumps({**json.loads(request.body), **members}).encode())


def _links(links: tuple[str, ...], stage: Stage) -> Verdict:
    for link in links:
        for trick in _AWAY:
            target = f"{link}callbackURL={quote(trick, safe='')}"
            came = stage.send(RawRequest("GET", target))
            if any(leaves(goal, stage.sender.url) for goal in goals(came.answered)):
                return got_in("a link with an error in it leads to the attacker", came)
    return REFUSED
