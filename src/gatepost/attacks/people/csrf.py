"""What a page of the app itself sends with a cookie: its Origin, and the app's CSRF token.

An app whose credential is a cookie may refuse whatever comes without them, so that every attack
but those of a hostile page sends both, as the app's own page does.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from gatepost.attacks.answers import Answered
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.people.pages import NAMED, token_of_page
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Sender
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.wire import RawRequest

__all__ = ["NAMED", "as_own_page", "cookies_of", "header_names", "without_origin"]

_MOST_PAGES = 3
_HEADERS = ("X-CSRF-Token", "X-XSRF-TOKEN", "X-CSRFToken")


def as_own_page(person: Person, surface: Surface, sender: Sender, *, origin: bool = True) -> Person:
    """Return somebody with the headers of the app's own page, where a cookie is their credential.

    Args:
        person: who has just signed in.
        surface: the app's operations; one that is named after CSRF is asked for the token.
        sender: sends to the app.
        origin: whether the page's Origin is sent.
    """
    if person.cookie is None:
        return person
    person = _after_asking(person, surface, sender)
    token = _token_of(person)
    known = {name.lower() for name in person.headers}
    more = {"Origin": sender.url} if origin else {}
    if token is not None:
        more.update(dict.fromkeys(header_names(surface), token))
    added = {name: value for name, value in more.items() if name.lower() not in known}
    return replace(person, headers={**person.headers, **added}, csrf_token=token)


def without_origin(person: Person) -> Person:
    """Return somebody whose requests name no Origin."""
    kept = {name: value for name, value in person.headers.items() if name.lower() != "origin"}
    return replace(person, headers=kept)


def header_names(surface: Surface) -> tuple[str, ...]:
    """Return the headers that the token goes into: those declared, and the usual ones."""
    declared = {
        each.name for operation in surface for each in operation.taken("header")
        if NAMED.search(each.name)
    }  # fmt: skip
    usual = {name.lower(): name for name in _HEADERS}
    return (*{**usual, **{name.lower(): name for name in sorted(declared)}}.values(),)


def _after_asking(person: Person, surface: Surface, sender: Sender) -> Person:
    """Return somebody with what the app tells of its token: an endpoint for it, else its pages."""
    asked = [each.path for each in surface if _gives_tokens(each)][:1]
    for path in (*asked, *_pages_with_forms(surface)):
        if path not in asked and _token_of(person) is not None:
            break
        try:
            answered = sender.send(RawRequest("GET", path), person).answered
        except Inconclusive:
            continue
        person = _told(person, answered)
    return person


def _told(person: Person, answered: Answered) -> Person:
    cookies = {**person.cookies, **cookies_of(answered.every("Set-Cookie"))}
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return replace(
        person,
        headers={**person.headers, "Cookie": header} if cookies else person.headers,
        cookies=cookies,
        signed_in={**person.signed_in, **_named_members(answered.body)},
    )


def _gives_tokens(operation: Operation) -> bool:
    return operation.method == "GET" and not operation.names and bool(NAMED.search(operation.path))


def _pages_with_forms(surface: Surface) -> list[str]:
    """Return the paths that both have a page and take a form, and that of the first page."""
    takes = [
        each.path for each in surface
        if each.method == "POST" and each.body is not None and "form" in each.body.media_type
    ]  # fmt: skip
    shown = {each.path for each in surface if each.method == "GET" and not each.names}
    return [path for path in dict.fromkeys(("/", *takes)) if path in shown][:_MOST_PAGES]


def cookies_of(set_cookies: Iterable[str]) -> dict[str, str]:
    """Return the cookies that an answer sets, by name."""
    pairs = (each.split(";", 1)[0].partition("=") for each in set_cookies)
    return {name.strip(): value for name, equals, value in pairs if equals}


def _named_members(body: bytes) -> dict[str, object]:
    try:
        found = json.loads(body)
    except ValueError:
        token = token_of_page(body)
        return {} if token is None else {"csrf_token": token}
    if not isinstance(found, dict):
        return {"csrf_token": found} if isinstance(found, str) else {}
    return {
        name if NAMED.search(name) else f"csrf_{name}": value
        for name, value in found.items()
        if NAMED.search(name) or name == "token"
    }


def _token_of(person: Person) -> str | None:
    places: tuple[Mapping[str, object], ...] = (person.signed_in, person.cookies)
    for place in places:
        for name, value in place.items():
            if NAMED.search(name) and isinstance(value, str) and value:
                return value
    return None
