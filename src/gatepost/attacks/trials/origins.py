"""Hostile pages: where they are, and what a browser sends for them."""

import re
from dataclasses import replace
from urllib.parse import urlsplit

from gatepost.attacks.people.person import Person
from gatepost.attacks.stage import Stage

EVIL_HOST = "evil.test"
EVIL = f"https://{EVIL_HOST}"
"""A site of the attacker's; `.test` is nobody's (RFC 6761, section 6.2)."""

Fields = tuple[tuple[str, str], ...]

_GUESSED = ("http://localhost:3000", "http://localhost:5173", "https://app.example.com")
_WILD = re.compile(r"\\[wd][*+]?|\[[^\]]*\][*+]?|\.[*+]\??|\([^)]*\)[?*+]?")


def page(origin: str = EVIL, site: str | None = "cross-site") -> Fields:
    """Return what a browser adds to a request that a page of an origin makes.

    Args:
        origin: of the page.
        site: how it stands to the app (Fetch Metadata); None for a browser that does not say so,
            as none does to a site without TLS.
    """
    referer = () if origin == "null" else (("Referer", f"{origin}/page"),)
    if site is None:
        return (("Origin", origin), *referer)
    fetched = (("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", "navigate"))
    return (("Origin", origin), *referer, *fetched, ("Sec-Fetch-Dest", "document"))


def own_origins(stage: Stage) -> tuple[str, ...]:
    """Return the origins that the app may trust, as far as that can be seen or guessed."""
    known = tuple(_sample(each) for each in stage.surface.allowed_origins if each != "*")
    return tuple(dict.fromkeys((stage.sender.url, *known)))


def guessed_origins(stage: Stage) -> tuple[str, ...]:
    """Return the same, with those that many front ends have where nothing can be seen."""
    more = () if stage.surface.allowed_origins else _GUESSED
    return tuple(dict.fromkeys((*own_origins(stage), *more)))


def look_alikes(own: str) -> tuple[str, ...]:
    """Return origins that a careless comparison takes for an app's own.

    A sibling below the same registered name is none of them: an app may trust its siblings. Each is
    an origin that a browser can really be at, with no path.
    """
    parts = urlsplit(own)
    host = parts.hostname or "localhost"
    found = [
        f"{own}.{EVIL_HOST}",
        f"{parts.scheme}://{host}.{EVIL_HOST}",
    ]
    if host.count(".") > 1 and not host.replace(".", "").isdigit():
        registered = ".".join(host.split(".")[-2:])
        # The second is what a pattern matches whose dot nobody has escaped.
        found += [
            f"{parts.scheme}://evil{registered}",
            f"{parts.scheme}://{parts.netloc.replace('.', 'x', 1)}",
        ]
    else:
        found += [f"{parts.scheme}://evil{parts.netloc}", f"{parts.scheme}://evil-{parts.netloc}"]
    return tuple(dict.fromkeys(each for each in found if each != own))


def _sample(pattern: str) -> str:
    """Return an origin that a pattern means, as a person would read it."""
    if not set(pattern) & set("\\^$*+?()[]|"):
        return pattern
    plain = pattern.split("|", maxsplit=1)[0].strip("^$()").replace("https?", "https")
    plain = _WILD.sub("app", plain.replace("(?:", "(").replace("\\.", "\0"))
    return re.sub(r"[\\^$*+?()\[\]|]", "", plain).replace("\0", ".").rstrip("/")


def without_csrf_token(person: Person) -> Person:
    """Return somebody as the attacker's page has them: with the browser's cookies, and no more."""
    kept = {name: value for name, value in person.headers.items() if name.lower() == "cookie"}
    return replace(person, headers=kept)
