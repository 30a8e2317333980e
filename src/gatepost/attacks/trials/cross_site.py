"""Requests of hostile pages, 131 to 133 and 170: a browser adds the cookie by itself."""

from collections.abc import Iterator
from functools import partial
from itertools import islice

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable, remark
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.guards import changing, granted, guarded, knock, refused, simple_types
from gatepost.attacks.trials.origins import EVIL, EVIL_HOST, Fields, look_alikes, own_origins, page
from gatepost.attacks.trials.session_cookies import kept_to_its_site

_FEW = 2
_SIBLING = "http://127.0.0.1:1"
_NO_COOKIE = not_applicable("the credential is no cookie: a page of another site brings none")


def cross_site(surface: Surface) -> Iterator[Trial]:
    """Plan 131, 132 and 133 for each operation that changes something, 131.m once."""
    operations = changing(surface)
    for operation in operations:
        yield Trial(find("131"), operation, partial(_cross_site, operation))
    for operation in operations:
        yield Trial(find("132"), operation, partial(_same_site, operation))
    if operations:
        yield Trial(find("131.m"), None, _without_origin)
    for operation in operations:
        yield Trial(find("133"), operation, partial(_foreign_origins, operation))


def _cross_site(operation: Operation, stage: Stage) -> Verdict:
    if stage.owner_of(operation).cookie is None:
        return _NO_COOKIE
    control = stage.control(operation)
    for media_type in simple_types(operation):
        came = knock(stage, operation, page(), token=False, as_sent=media_type)
        if came.status >= 500:  # noqa: PLR2004 - RFC 9110, section 15.6
            return got_in(f"a form of another site is answered {came.status}", came)
        if granted(came, control):
            return _judged(stage, operation, came)
    came = knock(stage, operation, page(), token=False)
    others = _others(stage, operation)
    if granted(came, control) and others:
        return got_in(
            f"{others[0]} refuses a request of another site, and this one grants it", came
        )
    return REFUSED


def _judged(stage: Stage, operation: Operation, came: Exchange) -> Verdict:
    kept = kept_to_its_site(stage.owner_of(operation))
    others = _others(stage, operation)
    if others:
        return got_in(f"{others[0]} refuses a page of another site, and this one grants it", came)
    if kept:
        return remark(f"only the cookie's SameSite={kept} keeps out a page of another site", came)
    return got_in("a page of another site does it with the person's cookie", came)


def _others(stage: Stage, operation: Operation) -> list[Operation]:
    return [each for each in guarded(stage, by_origin=False) if each != operation]


def _same_site(operation: Operation, stage: Stage) -> Verdict:
    owner = stage.owner_of(operation)
    if owner.cookie is None:
        return _NO_COOKIE
    control = stage.control(operation)
    simple = simple_types(operation)
    for media_type in dict.fromkeys((*simple, "")):
        came = knock(stage, operation, page(_SIBLING, "same-site"), token=False, as_sent=media_type)
        if not granted(came, control):
            continue
        # The owner's own request has the app's Origin and no more: it is what is asked for.
        alone = knock(stage, operation, page(_SIBLING, None), token=False, as_sent=media_type)
        if refused(alone):
            says = "a page of a sibling of the app's site does it, whose Origin alone is refused"
            return got_in(says, came, alone)
        if media_type not in simple:
            continue
        if kept_to_its_site(owner) or guarded(stage, by_origin=False):
            return remark("a page of a sibling of the app's site does it", came)
        return got_in("a page of a sibling of the app's site does it", came)
    return REFUSED


def _without_origin(stage: Stage) -> Verdict:
    """Let the browser alone say that it is another site, where something keeps others out."""
    if stage.alice.cookie is None:
        return _NO_COOKIE
    kept = guarded(stage, by_origin=False)
    if not kept:
        return not_applicable("the app asks for nothing that a page of another site lacks: see 131")
    operation = kept[0]
    fields = tuple(each for each in page() if each[0].startswith("Sec-"))
    came = knock(stage, operation, fields, token=False)
    if granted(came, stage.control(operation)):
        return remark(
            "what the browser itself says is of another site is granted without an Origin", came
        )
    return REFUSED


def _foreign_origins(operation: Operation, stage: Stage) -> Verdict:
    """Lie of the place of a page: in every way to the first that looks, to others in a few."""
    if stage.owner_of(operation).cookie is None:
        return _NO_COOKIE
    control = stage.control(operation)
    by_origin = guarded(stage, by_origin=True)
    if granted(knock(stage, operation, page(EVIL, None), token=True), control):
        by_metadata = guarded(stage, by_origin=False)
        if not by_origin and by_metadata[:1] == (operation,) and stage.alice.csrf_token is None:
            return remark("where a browser sends no Sec-Fetch-Site, another site's page gets in")
        return not_applicable("it asks for no Origin: see 131")
    first = by_origin[:1] == (operation,)
    for says, fields in islice(_lies_of_place(stage, operation), None if first else _FEW):
        came = knock(stage, operation, fields, token=True)
        if granted(came, control):
            return got_in(f"{says} is taken for the app's own", came)
    other = _other_scheme(stage.sender.url)
    if first and granted(came := knock(stage, operation, page(other, None), token=True), control):
        return remark(f"the Origin {other} is taken for the app's own", came)
    return REFUSED


def _lies_of_place(stage: Stage, operation: Operation) -> Iterator[tuple[str, Fields]]:
    origins = own_origins(stage)
    near = [each for own in origins for each in look_alikes(own)]
    ports = [f"{own.rpartition(':')[0]}:1" for own in origins if own.count(":") > 1]
    for origin in dict.fromkeys(("null", *near, *ports, "file://", f"{EVIL}:443")):
        yield f"the Origin {origin}", page(origin, None)
    # The Referer counts only where the app asks for it when there is no Origin.
    if refused(knock(stage, operation, (("Referer", f"{EVIL}/"),), token=True)):
        for referer in (f"{EVIL}/{stage.sender.url}/", f"{stage.sender.url}.{EVIL_HOST}/"):
            yield f"the Referer {referer}", (("Referer", referer),)


def _other_scheme(own: str) -> str:
    return f"https{own[4:]}" if own.startswith("http:") else f"http{own[5:]}"


def csrf_tokens(surface: Surface) -> Iterator[Trial]:
    """Plan 170, once."""
    if changing(surface):
        yield Trial(find("170"), None, _csrf_tokens)


def _csrf_tokens(stage: Stage) -> Verdict:
    token = stage.alice.csrf_token
    if stage.alice.cookie is None or token is None:
        return not_applicable("the app gives no CSRF tokens")
    operation = _first_working(stage)
    control = stage.control(operation)
    names = [name for name, value in stage.alice.headers.items() if value == token]
    missing = knock(stage, operation, _own_page(stage), token=False)
    if granted(missing, control):
        foreign = knock(stage, operation, page(), token=False)
        if granted(foreign, control):
            return got_in("the app gives CSRF tokens, and grants a request without one", foreign)
        return not_applicable("the app looks at where a request comes from, and not at the token")
    for what, lie in _lies(stage, token):
        fields = tuple((name, lie) for name in names)
        own = (*_own_page(stage), *fields)
        came = knock(stage, operation, own, token=False, forged=lie)
        if granted(came, control):
            return got_in(f"{what} is taken for the person's CSRF token", came)
    return REFUSED


def _own_page(stage: Stage) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in stage.alice.fields if name.lower() == "origin")


def _lies(stage: Stage, token: str) -> list[tuple[str, str]]:
    lies = [
        ("an empty one", ""),
        ("nonsense", "nonsense"),
        ("half of it", token[: len(token) // 2]),
    ]
    anothers = stage.bob.csrf_token
    if anothers is not None and anothers != token:
        lies.append(("that of somebody else", anothers))
    return lies


def _first_working(stage: Stage) -> Operation:
    for operation in changing(stage.surface):
        try:
            stage.control(operation)
        except Inconclusive:
            continue
        if stage.surface.administrative(operation) is None:
            return operation
    raise Inconclusive("the owner can change nothing")
