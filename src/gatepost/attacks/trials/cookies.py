"""What cookies and token answers say of themselves, 137 and 138."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from gatepost.attacks.catalogue import find
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable, remark
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.aiming import taken_at
from gatepost.attacks.trials.guards import guarded
from gatepost.attacks.trials.session_cookies import SetCookie, session_cookies
from gatepost.attacks.wire import RawRequest

_LONGEST_SECONDS = 400 * 24 * 3600
_CREDENTIALS = re.compile(r"sess|auth|token|sid|jwt|login|user", re.IGNORECASE)
_PUBLIC = re.compile(r"\bpublic\b|\bs-maxage=[1-9]|\bmax-age=[1-9]", re.IGNORECASE)


def cookies(surface: Surface) -> Iterator[Trial]:
    """Plan 137 and 138, once each, at the route that signs in."""
    signing_in = taken_at(surface, surface.file.people.sign_in)
    if surface.operations:
        yield Trial(find("137"), signing_in, _flags)
        yield Trial(find("138"), signing_in, _caches)


def _flags(stage: Stage) -> Verdict:
    found = session_cookies(stage.alice)
    if stage.alice.cookie is None:
        # Where the credential is a token, others may be of the page's making.
        found = [each for each in found if _CREDENTIALS.search(each.name)]
    if not found:
        return not_applicable("signing in sets no cookie")
    for cookie in found:
        if flaw := _flaw(cookie, stage):
            return got_in(f"the cookie {cookie.name} {flaw}")
    for cookie in found:
        if said := _oddity(cookie, stage):
            return remark(f"the cookie {cookie.name} {said}")
    return REFUSED


def _flaw(cookie: SetCookie, stage: Stage) -> str:
    secure = "secure" in cookie.attributes
    if "httponly" not in cookie.attributes:
        return "can be read by scripts: it is not HttpOnly"
    if urlsplit(stage.sender.url).scheme == "https" and not secure:
        return "goes over plain HTTP: it is not Secure"
    if cookie.same_site in {"", "none"} and stage.alice.cookie and not _looks_out(stage):
        return "goes with the requests of every site, and the app asks for nothing else"
    return ""


def _looks_out(stage: Stage) -> bool:
    return bool(guarded(stage, by_origin=False) or guarded(stage, by_origin=True))


def _oddity(cookie: SetCookie, stage: Stage) -> str:
    if broken := _broken_promise(cookie):
        return broken
    if cookie.same_site in {"", "none"}:
        return f"has SameSite={cookie.same_site or 'nothing'}"
    if "domain" in cookie.attributes:
        return f"goes to every host below {cookie.attributes['domain']}"
    if cookie.attributes.get("max-age", "").isdigit() and (
        int(cookie.attributes["max-age"]) > _LONGEST_SECONDS
    ):
        return "lasts longer than 400 days"
    if urlsplit(stage.sender.url).scheme == "https" and not cookie.name.startswith("__"):
        return "has no __Host- in its name: a sibling host can set it"
    return ""


def _broken_promise(cookie: SetCookie) -> str:
    """Say what a cookie lacks that its name promises (RFC 6265bis, section 4.1.3).

    No browser keeps it then; what does keep it sends it in the clear, or to siblings.
    """
    name = cookie.name.lower()
    if name.startswith(("__secure-", "__host-")) and "secure" not in cookie.attributes:
        return "is not Secure, as its name promises"
    if name.startswith("__host-") and cookie.attributes.get("domain"):
        return f"goes to every host below {cookie.attributes['domain']}, against its name"
    if name.startswith("__host-") and cookie.attributes.get("path") != "/":
        return "has another Path than /, against its name"
    return ""


def _caches(stage: Stage) -> Verdict:
    came = _answers_with_credentials(stage)
    if not came:
        return not_applicable("nobody signs in by a request that the kit makes")
    for each in came:
        if urlsplit(next(iter(each.answered.every("Location")), "")).query and _in_url(each, stage):
            return got_in("the credential is in a URL", each)
    for each in came:
        said = ", ".join(each.answered.every("Cache-Control")).lower()
        if _PUBLIC.search(said) and "no-store" not in said and "private" not in said:
            return got_in(f"caches may keep the credential: {said}", each)
    for each in came:
        if "no-store" not in ", ".join(each.answered.every("Cache-Control")).lower():
            return remark("the answer with the credential has no Cache-Control: no-store", each)
    return REFUSED


def _answers_with_credentials(stage: Stage) -> list[Exchange]:
    step = stage.doors.sign_in_step
    if step is None or not stage.bob.password:
        return []
    found = [stage.send(stage.doors.request(step, stage.bob))]
    if stage.surface.file.people.kind == "better-auth":
        cookie = "; ".join(f"{name}={value}" for name, value in stage.bob.cookies.items())
        request = RawRequest(
            "GET", f"{stage.surface.file.people.base_path}/token", (("Cookie", cookie),)
        )
        found.append(stage.send(request))
    return [each for each in found if each.status < 400]  # noqa: PLR2004 - RFC 9110, section 15.5


def _in_url(exchange: Exchange, stage: Stage) -> bool:
    place = " ".join(exchange.answered.every("Location"))
    fresh = re.search(r"(token|session|jwt|sid)=[A-Za-z0-9._~-]{16,}", place, re.IGNORECASE)
    return fresh is not None or any(
        value and value in place for value in stage.bob.cookies.values()
    )
