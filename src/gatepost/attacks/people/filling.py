"""Filling what the attack file writes in braces, and reading what the app answers."""

import json
from collections.abc import Mapping


def filled(value: object, values: Mapping[str, str]) -> object:
    """Fill `{name}` in every text of a body."""
    if isinstance(value, str):
        for name, text in values.items():
            value = value.replace(f"{{{name}}}", text)
        return value
    if isinstance(value, dict):
        return {name: filled(each, values) for name, each in value.items()}
    if isinstance(value, list):
        return [filled(each, values) for each in value]
    return value


def cookie_header(cookies: Mapping[str, str]) -> str:
    """Write cookies as a request carries them (RFC 6265, section 4.2)."""
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def members_of(body: bytes) -> dict[str, object]:
    """Return the members of a JSON answer; none where it is no object."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def member(members: Mapping[str, object], path: str) -> object:
    """Return a member by its path, with dots for depth, or None."""
    found: object = members
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found
