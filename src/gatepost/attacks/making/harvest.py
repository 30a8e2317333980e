"""What is found in answers: ids of rows, what a person is called, links and cursors."""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping

from gatepost.attacks.making.resources import parsed
from gatepost.attacks.people.person import Person

_DEEPEST = 8
_OWNERS = (
    "user_id", "userId", "owner_id", "ownerId", "author_id", "authorId", "creator_id", "creatorId",
    "created_by", "createdBy", "owner", "author", "user", "creator", "sub",
)  # fmt: skip
_PERSONAL_IDS = ("id", "user_id", "userId", "uid", "uuid", "sub", "account_id", "public_id")
_PERSONAL_NAMES = ("username", "handle", "login", "nickname", "user_name", "userName")
_HOLDERS = ("user", "profile", "account", "me", "data")


def tables(value: object, depth: int = _DEEPEST) -> Iterator[Mapping[str, object]]:
    """Yield every object in an answer, the outer ones first."""
    if depth == 0:
        return
    if isinstance(value, dict):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from tables(each, depth - 1)


def members(value: object) -> Iterator[tuple[str, object]]:
    """Yield every member in an answer, by its name."""
    for table in tables(value):
        yield from table.items()


def texts(value: object, depth: int = _DEEPEST) -> Iterator[str]:
    """Yield every text in an answer."""
    if isinstance(value, str):
        yield value
    elif depth and isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts(each, depth - 1)


def flat(value: object, path: str = "$", depth: int = _DEEPEST) -> Iterator[tuple[str, object]]:
    """Yield every leaf of an answer by its path, and how long its lists are."""
    if isinstance(value, dict) and depth:
        for name, each in value.items():
            yield from flat(each, f"{path}.{name}", depth - 1)
    elif isinstance(value, list) and depth:
        yield f"{path}.length", len(value)
        for index, each in enumerate(value):
            yield from flat(each, f"{path}[{index}]", depth - 1)
    else:
        yield path, value


def owners_in(answer: object) -> Iterator[str]:
    """Yield what the answer to somebody's own request says that its owner is called by."""
    for name, value in members(answer):
        if name in _OWNERS:
            yield from _scalars(value.get("id") if isinstance(value, dict) else value)


def called(person: Person, answers: tuple[object, ...] = ()) -> Iterator[str]:
    """Yield what the app calls a person by: ids first, then names; never their address.

    Args:
        person: who.
        answers: to requests of theirs which tell who they are.
    """
    told = [dict(person.signed_up), dict(person.signed_in), claims_of(person), *answers]
    for names in (_PERSONAL_IDS, _PERSONAL_NAMES):
        for answer in told:
            for table in _about(answer, person):
                for name in names:
                    yield from _scalars(table.get(name))


def claims_of(person: Person) -> dict[str, object]:
    """Return the claims of a person's token, unverified, where it is a JWT."""
    if person.jwt is None:
        return {}
    found = decoded(person.jwt.split(".")[1])
    return found if isinstance(found, dict) else {}


def decoded(text: str) -> object:
    """Return what a text in base64 says, parsed where it is JSON, or None where it is none."""
    padded = text + "=" * (-len(text) % 4)
    try:
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
        raw.decode("ascii")
    except (binascii.Error, UnicodeError, ValueError):
        return None
    return parsed(raw)


def encoded_like(value: object, text: str) -> str:
    """Return a value in base64 as the text that it was read from is."""
    raw = value if isinstance(value, str) else json.dumps(value)
    made = base64.urlsafe_b64encode(raw.encode()).decode()
    return made if text.endswith("=") or len(text) % 4 == 0 else made.rstrip("=")


def links_in(answer: object, origin: str) -> list[str]:
    """Return the targets, path and query, of the links to the same origin in an answer."""
    found = []
    for text in texts(answer):
        target = text.removeprefix(origin)
        if re.fullmatch(r"/[\w\-.~%/:@!$&'()*+,;=]*(\?[^\s#<>\"]*)?", target) and len(target) > 1:
            found.append(target)
    return list(dict.fromkeys(found))


def _about(answer: object, person: Person) -> Iterator[Mapping[str, object]]:
    """Yield the tables of an answer that are about a person: with their address, or the outer."""
    if not isinstance(answer, dict):
        return
    for table in tables(answer):
        if person.email and person.email in table.values():
            yield table
    yield answer
    for holder in _HOLDERS:
        if isinstance(inner := answer.get(holder), dict):
            yield inner


def _scalars(value: object) -> Iterator[str]:
    if isinstance(value, str | int) and not isinstance(value, bool) and "@" not in str(value):
        yield str(value)
