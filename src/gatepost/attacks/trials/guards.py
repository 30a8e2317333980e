"""What an app asks of requests that come with a cookie, learned from what it refuses."""

import re
from dataclasses import replace
from itertools import islice
from urllib.parse import quote_plus
from weakref import WeakKeyDictionary

from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.people.csrf import without_origin
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trials.origins import EVIL, Fields, page, without_csrf_token
from gatepost.attacks.wire import RawRequest, with_fields

_FORM, _TEXT = "application/x-www-form-urlencoded", "text/plain"
_ENOUGH = 6
_REFUSALS = frozenset({400, 401, 403, 419})

_GUARDED: "WeakKeyDictionary[Stage, dict[bool, tuple[Operation, ...]]]" = WeakKeyDictionary()


def changing(surface: Surface) -> list[Operation]:
    """Return what changes something for people who are signed in, and lets them stay so."""
    return [
        each
        for each in surface
        if each.changes and surface.public(each) is None and not surface.ends_sessions(each)
    ]


def guarded(stage: Stage, *, by_origin: bool) -> tuple[Operation, ...]:
    """Return operations, of the first few, that refuse a hostile page what they grant the own one.

    Args:
        stage: the app and its people.
        by_origin: whether the request has the app's CSRF token, so that only its Origin is bad.
    """
    known = _GUARDED.setdefault(stage, {})
    if by_origin not in known:
        whole = (each for each in changing(stage.surface) if _works(stage, each))
        known[by_origin] = tuple(
            each
            for each in islice(whole, _ENOUGH)
            if refused(
                knock(stage, each, page(EVIL, None if by_origin else "cross-site"),
                      token=by_origin)
            )
        )  # fmt: skip
    return known[by_origin]


def _works(stage: Stage, operation: Operation) -> bool:
    try:
        stage.control(operation)
    except Inconclusive:
        return False
    return True


def knock(  # noqa: PLR0913 - what is asked for, and all that a page decides of it
    stage: Stage,
    operation: Operation,
    fields: Fields,
    *,
    token: bool,
    as_sent: str | None = "",
    forged: str = "",
) -> Exchange:
    """Send the owner's own request with the headers of another page.

    Args:
        stage: the app and its people.
        operation: what is asked for.
        fields: those of the page.
        token: whether the app's CSRF token comes along.
        as_sent: the media type that the body is said to have; its own where empty, none where None.
        forged: what stands in the place of the token in the body, where that does not come along.

    Raises:
        Inconclusive: the request cannot be prepared.
    """
    owner = stage.owner_of(operation)
    request = _typed(stage.prepare(operation, owner, fresh=True).request, as_sent)
    if not token and owner.csrf_token is not None:
        request = _with_another_token(request, owner.csrf_token, forged)
    who = without_origin(owner) if token else without_csrf_token(owner)
    return stage.send(with_fields(request, *fields), who)


def _with_another_token(request: RawRequest, token: str, other: str) -> RawRequest:
    """Take the token out of a form, as of a page that cannot read it."""
    spellings = {
        token.encode(): other.encode(),
        quote_plus(token).encode(): quote_plus(other).encode(),
    }
    body = request.body
    for known, lie in spellings.items():
        body = body.replace(known, lie)
    return replace(request, body=body)


def _typed(request: RawRequest, media_type: str | None) -> RawRequest:
    if media_type == "":
        return request
    kept = tuple(each for each in request.fields if each[0].lower() != "content-type")
    typed = () if media_type is None else (("Content-Type", media_type),)
    return replace(request, fields=(*kept, *typed))


def refused(exchange: Exchange) -> bool:
    """Whether an answer says that the caller may not, and not that the body is a wrong one."""
    return exchange.status in _REFUSALS


def granted(came: Exchange, control: Exchange) -> bool:
    """Whether an answer is as good as the owner's; a redirect to a page to sign in at is not."""
    if came.status != control.status or came.status in range(300, 400):
        place = "".join(came.answered.every("Location")).lower()
        return came.succeeded or (
            came.status == control.status and re.search("log-?in|sign-?in", place) is None
        )
    return True


def simple_types(operation: Operation) -> tuple[str | None, ...]:
    """Return the media types by which a page sends this without asking first (Fetch, 2.2.2).

    None is for a body that says of itself nothing at all.
    """
    if operation.method != "POST":
        return ()
    if operation.body is None:
        return (_FORM,)
    if "json" in operation.body.media_type:
        return (_TEXT, None)
    return ("",)
