"""Links that are opened by whoever has them: what is in them must not be changed."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

from gatepost.attacks.making.belongings import Belongings
from gatepost.attacks.targets.operation import Operation

_SIGNATURE = re.compile(r"sig|hmac|token|mac$|digest|hash|key$|auth|^s$|^h$|^t$", re.IGNORECASE)
_EXPIRY = re.compile(r"exp|valid|until|deadline|ttl|^e$", re.IGNORECASE)
_UNGUESSABLE = 20
_TEN_YEARS = 315_360_000


def is_capability(target: str, belongings: Belongings) -> bool:
    """Whether a link is its own key: it is signed, or what is in it cannot be guessed.

    The id of a row is no key, however long: ids are told.
    """
    parts = urlsplit(target)
    query = parse_qsl(parts.query)
    if any(_SIGNATURE.search(name) for name, _ in query):
        return True
    known = " ".join((*belongings.marks, *belongings.ids))
    values = [*(value for _, value in query), *parts.path.split("/")]
    return any(_is_random(each) and each.lower() not in known for each in values)


def wants_a_signature(operation: Operation) -> bool:
    """Whether an operation opens nothing without a signature, be it public or not."""
    return any(each.required and _SIGNATURE.search(each.name) for each in operation.taken("query"))


def tampered(target: str) -> Iterator[str]:
    """Yield a link without its signature, with another, and with a later end."""
    path, query = _parts(target)
    for name, value in query:
        rest = [each for each in query if each[0] != name]
        if _SIGNATURE.search(name):
            yield _joined(path, rest)
            yield _joined(path, [*rest, (name, "")])
            yield _joined(path, [*rest, (name, _turned(value))])
        if _EXPIRY.search(name):
            yield _joined(path, rest)
            if value.isdigit():
                yield _joined(path, [*rest, (name, str(int(value) + _TEN_YEARS))])


def swapped(target: str, link: str) -> Iterator[str]:
    """Yield Alice's link with the signature of another's, and another end."""
    path, query = _parts(target)
    _, others = _parts(link)
    signed = {name: value for name, value in others if _SIGNATURE.search(name)}
    if signed:
        ends = {name: value for name, value in others if _EXPIRY.search(name)}
        yield _joined(path, [(name, {**signed, **ends}.get(name, value)) for name, value in query])


def _parts(target: str) -> tuple[str, list[tuple[str, str]]]:
    path, _, query = target.partition("?")
    return path, parse_qsl(query, keep_blank_values=True)


def _joined(path: str, query: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _turned(value: str) -> str:
    first = "B" if value[:1] == "A" else "A"
    return first + value[1:]


def _is_random(text: str) -> bool:
    return len(text) >= _UNGUESSABLE and bool(re.search(r"\d", text)) and text.count(" ") == 0
