"""Saying in a request who one is: in headers, in the query, in cookies."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias
from urllib.parse import quote

from gatepost.attacks.catalogue.anybody import IDENTITY_COOKIE, IDENTITY_HEADERS, IDENTITY_QUERY
from gatepost.attacks.trials.door import Door
from gatepost.attacks.trials.publicly_known import ids_of
from gatepost.attacks.wire import RawRequest, with_fields

Writer: TypeAlias = Callable[[RawRequest, Mapping[str, str]], RawRequest]
"""Writes what is said in a request, out of texts by name."""


def texts_of(door: Door) -> dict[str, str]:
    """Return what the texts of the catalogue are filled with at a door."""
    stage, owner = door.stage, door.owner
    public = (each.path for each in stage.surface if stage.surface.public(each) is not None)
    session = owner.signed_in.get("token")
    return {
        "token": door.carrier.token,
        "session_token": session if isinstance(session, str) else "",
        "origin": stage.sender.url,
        "public": next((path for path in public if "{" not in path), "/"),
        "id": next(iter(ids_of(stage, owner)), "1"),
        "email": owner.email or owner.name,
        "name": owner.name,
    }


def filled_in(text: str, texts: Mapping[str, str]) -> str:
    """Return a text of the catalogue with what it has in braces filled in."""
    for name, value in texts.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def in_the_headers(request: RawRequest, texts: Mapping[str, str]) -> RawRequest:
    """Name somebody in every header that a proxy may set."""
    fields = [(name, filled_in(str(value), texts)) for name, value in IDENTITY_HEADERS]
    return with_fields(request, *fields)


def in_the_query(request: RawRequest, texts: Mapping[str, str]) -> RawRequest:
    """Name somebody in the query."""
    return with_query(request, IDENTITY_QUERY, texts)


def in_cookies(request: RawRequest, texts: Mapping[str, str]) -> RawRequest:
    """Name somebody in cookies."""
    return with_fields(request, ("Cookie", filled_in(IDENTITY_COOKIE, texts)))


def with_query(request: RawRequest, query: str, texts: Mapping[str, str]) -> RawRequest:
    """Add a query, whose values are quoted, to that of a request."""
    quoted = {name: quote(value, safe="") for name, value in texts.items()}
    return replace(request, target=f"{request.target}{joint_of(request)}{filled_in(query, quoted)}")


def joint_of(request: RawRequest) -> str:
    """Return what joins one more member to the query of a request."""
    return "&" if "?" in request.target else "?"
