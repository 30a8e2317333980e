"""Requests after which a row may be gone, or not as it was: whoever needs it makes another."""

from urllib.parse import unquote

from gatepost.attacks.making.nouns import words_of
from gatepost.attacks.making.resources import parsed
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.wire import RawRequest

_CONSUMING = frozenset(
    {"delete", "remove", "purge", "clear", "cancel", "close", "accept", "decline", "reject", "bulk",
     "batch", "transfer", "move", "merge", "archive", "complete", "checkout", "pay", "leave",
     "revoke", "redeem", "publish", "submit", "finish", "trash", "expire"}
)  # fmt: skip


def consumes(operation: Operation) -> bool:
    """Whether the rows that a request names may be gone afterwards, or not as they were."""
    return operation.changes and _consumes(operation.method, operation.path)


def consumed(request: RawRequest) -> list[object]:
    """Return what a request names of which its app may have nothing left, or not as it was."""
    path = unquote(request.target.split("?", 1)[0])
    if request.method == "GET" or not _consumes(request.method, path):
        return []
    return [*path.split("/"), parsed(request.body)]


def _consumes(method: str, path: str) -> bool:
    words = {word for part in path.split("/") for word in words_of(part)}
    return method == "DELETE" or bool(words & _CONSUMING)
