"""Redirects to where the attacker wants, 136: by a parameter, and by the Host."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from urllib.parse import quote, urlencode, urlsplit

from gatepost.attacks.answers import Answered
from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.preparing import encode
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable, remark
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.origins import EVIL_HOST
from gatepost.attacks.wire import RawRequest, with_fields

_NAMED = re.compile(
    r"^(next|continue|dest(ination)?|goto|go|target|return(_?(to|url|path))?|back|from|to|forward"
    r"|redir(ect)?(_?(to|url|uri))?|(error_?|new_?user_?|success_?|cancel_?)?callback(_?url)?|url"
    r"|uri|link|out|exit|service|relay_?state|success_?url|cancel_?url|rurl|ref(errer)?)$",
    re.IGNORECASE,
)
_USUAL = ("next", "url", "redirect", "redirect_to", "redirect_uri", "return_to", "returnUrl",
          "callbackURL", "continue", "dest", "goto")  # fmt: skip
_REFRESH = re.compile(rb"""http-equiv=["']?refresh["']?[^>]*url=([^"'>]+)""", re.IGNORECASE)
_ASKED_BY_HOST = 4
_SCRIPTS = ("javascript:", "data:", "vbscript:")


def tricks(own: str) -> tuple[str, ...]:
    """Return spellings of the attacker's address, which careless checks take for a path."""
    host = urlsplit(own).netloc
    return (
        f"https://{EVIL_HOST}/", f"//{EVIL_HOST}", f"/\\{EVIL_HOST}", f"\\\\{EVIL_HOST}",
        f"\\/{EVIL_HOST}", f"///{EVIL_HOST}", f"////{EVIL_HOST}", f"https:{EVIL_HOST}",
        f"https:/{EVIL_HOST}", f"http:\\\\{EVIL_HOST}", f"/\t/{EVIL_HOST}", f"\t//{EVIL_HOST}",
        f"\x01//{EVIL_HOST}", f" //{EVIL_HOST}", f"/\n/{EVIL_HOST}", f"HTTPS://{EVIL_HOST}/",
        f"{own}@{EVIL_HOST}/", f"{own}.{EVIL_HOST}/", f"//{host}@{EVIL_HOST}/",
        f"https://{EVIL_HOST}/{own}", f"https://{EVIL_HOST}?{own}", f"https://{EVIL_HOST}#{own}",
        f"https://{EVIL_HOST}\\@{host}/", f"//{EVIL_HOST}/{host}", f"/%2f{EVIL_HOST}",
        f"/%5c{EVIL_HOST}", f"/%2f%2f{EVIL_HOST}", f"//{EVIL_HOST}/%2e%2e",
        f"https://evil{host}", "javascript:alert(1)", "data:text/html,x", "java\tscript:alert(1)",
        f"/../{EVIL_HOST}", f"//{EVIL_HOST}%2f@{host}",
    )  # fmt: skip


def leaves(url: str, own: str) -> bool:
    """Whether a browser that is sent to a URL leaves the app for the attacker (WHATWG URL)."""
    plain = re.sub(r"[\t\r\n]", "", url.strip("".join(map(chr, range(33)))))
    lowered = plain.lower()
    if lowered.startswith(_SCRIPTS):
        return True
    slashes = plain.replace("\\", "/")
    absolute = re.match(r"(?i)https?:(/*)(.*)", slashes)
    if absolute is not None:
        rest = absolute[2]
    elif slashes.startswith("//"):
        rest = slashes.lstrip("/")
    else:
        return False
    host = re.split(r"[/?#]", rest, maxsplit=1)[0].rsplit("@", 1)[-1].lower()
    return EVIL_HOST in host or host == f"evil{urlsplit(own).netloc}"


def redirects(surface: Surface) -> Iterator[Trial]:
    """Plan 136 for each operation with a URL among what it takes, or that redirects; and 136.h."""
    for operation in surface:
        if operation.is_websocket or operation.method not in {"GET", "POST"} or operation.folder:
            continue
        if _places(operation) or (operation.method == "GET" and not operation.path.endswith("*")):
            yield Trial(find("136"), operation, partial(_redirects, operation))
    yield Trial(find("136.h"), None, _by_host)


def _places(operation: Operation) -> list[tuple[str, str]]:
    """Return where an operation takes a URL to go on to: the query or the body, and its name."""
    found = [("query", each.name) for each in operation.taken("query") if _NAMED.search(each.name)]
    members = {} if operation.body is None else operation.body.schema.get("properties")
    named = members if isinstance(members, dict) else {}
    return found + [("body", name) for name in named if _NAMED.search(name)]


def _redirects(operation: Operation, stage: Stage) -> Verdict:
    person = _caller(operation, stage)
    places = _places(operation)
    if not places:
        return _undeclared(operation, stage, person)
    for where, name in places:
        inward = _sent(operation, stage, person, where, name, "/")
        every = tricks(stage.sender.url)
        # What does not send anybody anywhere is tried twice only.
        for trick in every if goals(inward.answered) else every[:2]:
            came = _sent(operation, stage, person, where, name, trick)
            if any(leaves(goal, stage.sender.url) for goal in goals(came.answered)):
                return got_in(f"{name}={trick!r} sends a visitor to the attacker", came)
    return REFUSED


def _caller(operation: Operation, stage: Stage) -> Person | None:
    if stage.surface.public(operation) is not None:
        return None
    if stage.surface.ends_sessions(operation):
        return stage.new_person("leaver")
    return stage.owner_of(operation)


def _undeclared(operation: Operation, stage: Stage, person: Person | None) -> Verdict:
    """Try the usual names at once, where the operation redirects anyway."""
    try:
        request = stage.prepare(operation, person).request
    except Inconclusive:
        return not_applicable("it takes no URL to go on to")
    path = request.target.split("?", 1)[0]
    for trick in tricks(stage.sender.url)[:2]:
        named = urlencode(dict.fromkeys(_USUAL, trick))
        came = stage.send(replace(request, target=f"{path}?{named}"), person)
        if any(leaves(goal, stage.sender.url) for goal in goals(came.answered)):
            return got_in(f"one of {', '.join(_USUAL)} sends a visitor to the attacker", came)
        if not goals(came.answered):
            return not_applicable("it sends nobody anywhere")
    return REFUSED


def _sent(  # noqa: PLR0913, PLR0917 - what, by whom, and where
    operation: Operation, stage: Stage, person: Person | None, where: str, name: str, value: str
) -> Exchange:
    if person is not None and stage.surface.ends_sessions(operation):
        # The request before has ended their session.
        person = stage.sign_in_again(person)
    step = stage.doors.sign_in_step
    if step is not None and (operation.method, operation.path) == (step.method, step.path):
        request = stage.doors.request(step, stage.bob)
        body: object = json.loads(request.body) if not step.form else None
        if step.form and where == "body":
            request = replace(request, body=request.body + f"&{name}={quote(value)}".encode())
    else:
        prepared = stage.prepare(operation, person or stage.alice)
        request, body = prepared.request, prepared.body
    if where == "query":
        path, _, query = request.target.partition("?")
        kept = [each for each in query.split("&") if each and not each.startswith(f"{name}=")]
        target = f"{path}?{'&'.join([*kept, f'{name}={quote(value, safe=str())}'])}"
        return stage.send(replace(request, target=target), person)
    if isinstance(body, dict) and operation.body is not None:
        media_type, encoded = encode(operation.body, {**body, name: value})
        typed = with_fields(request, ("Content-Type", media_type))
        return stage.send(replace(typed, body=encoded), person)
    return stage.send(request, person)


def goals(answered: Answered) -> list[str]:
    """Return where an answer sends a browser by itself."""
    found = list(answered.every("Location")) if answered.status in range(300, 400) else []
    found += [value.partition("=")[2] for value in answered.every("Refresh")]
    return found + [each.decode(errors="replace") for each in _REFRESH.findall(answered.body)]


def _by_host(stage: Stage) -> Verdict:
    """Ask with the attacker's Host, by every path with a slash too many or too few.

    Alice asks as well: who is let in nowhere may be refused before a path is looked at.
    """
    plain = [each for each in stage.surface if each.method == "GET" and not each.names]
    closed = [each for each in plain if _is_alices(each, stage)]
    for person, asked in ((None, plain[:_ASKED_BY_HOST]), (stage.alice, closed[:_ASKED_BY_HOST])):
        for each in asked:
            for request in _with_evil_hosts(each.path):
                came = stage.send(request, person)
                if any(leaves(goal, stage.sender.url) for goal in goals(came.answered)):
                    said = "{}: {}".format(*request.fields[0])
                    return remark(f"{said} becomes the goal of a redirect", came)
    return REFUSED


def _is_alices(operation: Operation, stage: Stage) -> bool:
    surface = stage.surface
    return surface.of_people(operation) and not surface.ends_sessions(operation)


def _with_evil_hosts(path: str) -> Iterator[RawRequest]:
    shown = path.rstrip("*")
    other = shown.rstrip("/") if shown.endswith("/") else f"{shown}/"
    for name in ("Host", "X-Forwarded-Host"):
        for target in dict.fromkeys((other or "/", shown)):
            yield RawRequest("GET", target, ((name, EVIL_HOST),))
