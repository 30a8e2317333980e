"""Better Auth's session endpoints called by pages of others, 131.s to 133.s."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable, remark
from gatepost.attacks.stage import Stage, with_fields
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.foreign_sign_in import with_cookies_only
from gatepost.attacks.trials.origins import Fields, look_alikes, page
from gatepost.attacks.wire import RawRequest

_Pages = Callable[[Stage], Iterable[tuple[str, Fields]]]
"""What browsers send for some pages, each with a few words of which page it is."""

# A body that any caller may send is enough: where it is refused, that was for the page.
_CALLS: tuple[tuple[str, Mapping[str, object]], ...] = (
    ("update-user", {"name": "changed"}), ("revoke-other-sessions", {}), ("sign-out", {}),
)  # fmt: skip


def session_endpoints(surface: Surface) -> Iterator[Trial]:
    """Plan 131.s, 132.s and 133.s, which every app behind Better Auth has."""
    if surface.file.people.kind == "better-auth":
        yield Trial(find("131.s"), None, partial(_called, _of_another_site))
        yield Trial(find("132.s"), None, partial(_called, _of_a_sibling))
        yield Trial(find("133.s"), None, partial(_called, _of_a_lying_origin))


def _of_another_site(_stage: Stage) -> Iterator[tuple[str, Fields]]:
    whole = page()
    yield "a page of another site", whole
    yield (
        "a page of another site, without an Origin",
        tuple(each for each in whole if each[0].startswith("Sec-")),
    )
    yield _UNSAID, ()


_UNSAID = "what does not say which page it comes from"


def _of_a_sibling(_stage: Stage) -> Iterator[tuple[str, Fields]]:
    yield "a page of a sibling of the app's site", page("http://127.0.0.1:1", "same-site")


def _of_a_lying_origin(stage: Stage) -> Iterator[tuple[str, Fields]]:
    for origin in ("null", *look_alikes(stage.sender.url)):
        yield f"a page of the origin {origin}", page(origin, None)
    yield "a page of the origin null", page("null")


def _called(pages: _Pages, stage: Stage) -> Verdict:
    if not stage.bob.cookies:
        return not_applicable("there is no session cookie")
    person = with_cookies_only(stage.new_person("visitor"))
    base = stage.surface.file.people.base_path
    typed = ("Content-Type", "application/json")
    requests = {
        path: RawRequest("POST", f"{base}/{path}", (typed,), json.dumps(body).encode())
        for path, body in _CALLS
    }
    for says, fields in pages(stage):
        for path, request in requests.items():
            came = stage.send(with_fields(request, *fields), person)
            if came.succeeded and says == _UNSAID:
                # Today's browsers always say it of a POST; a relay may take it away.
                return remark(f"{says} calls {path} with the session cookie", came)
            if came.succeeded:
                return got_in(f"{says} calls {path} with the session cookie", came)
    last = stage.send(with_fields(requests["sign-out"], ("Origin", stage.sender.url)), person)
    if not last.succeeded:
        raise Inconclusive(f"the own page cannot sign out either: {last.status}")
    return REFUSED
