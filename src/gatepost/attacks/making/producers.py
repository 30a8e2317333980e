"""Which operation makes what another one names."""

from collections.abc import Iterator

from gatepost.attacks.making.nouns import noun_of, nouns_of, singular, words_of
from gatepost.attacks.making.schemas import properties_of
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface

_MAKING = frozenset({"create", "new", "add", "upload", "make", "register", "start", "open"})
_OTHERWISE = frozenset(
    {"bulk", "batch", "import", "search", "query", "login", "logout", "token", "refresh", "restore",
     "delete", "validate", "preview", "export"}
)  # fmt: skip
_FILES = frozenset(
    {"file", "filename", "document", "image", "photo", "picture", "attachment", "upload", "media"}
)
_IDS = ("id", "uuid", "uid", "key", "slug", "_id", "pk")


def producer_of(surface: Surface, operation: Operation, parameter: str) -> Operation | None:
    """Return the operation that makes what a parameter of a path stands for.

    `POST /notes` makes the `{note_id}` of `/notes/{note_id}/…`, as does `POST /notes/create`;
    failing that, whatever makes something with its noun.
    """
    prefix = operation.path.split(f"/{{{parameter}}}", 1)[0]
    for path in (prefix, f"{prefix}/", *(f"{prefix}/{verb}" for verb in sorted(_MAKING))):
        found = surface.find("POST", path)
        if found is not None and not _is_a_door(surface, found):
            return found
    for noun in (*nouns_of(parameter), noun_of(last_name(prefix))):
        if (found := maker_of(surface, noun, parameter=parameter)) is not None:
            return found
    return surface.find("PUT", prefix)


def maker_of(surface: Surface, noun: str, *, parameter: str = "") -> Operation | None:
    """Return an operation that makes something called by a noun, the shortest path first.

    Args:
        surface: the app's operations.
        noun: in the singular.
        parameter: what its id is called in paths: what already needs that cannot make it.
    """
    if not noun:
        return None
    found = sorted(
        (likeness, each.method != "POST", len(each.names), len(each.path), index)
        for index, each in enumerate(surface)
        if (likeness := _likeness(surface, each, noun)) is not None and not _needs(each, parameter)
    )
    return list(surface)[found[0][-1]] if found else None


def listing_of(surface: Surface, producer: Operation) -> Iterator[Operation]:
    """Yield the operations that may list what a producer makes, the likeliest first."""
    path = producer.path.rstrip("/")
    for known in (path, f"{path}/", path.rsplit("/", 1)[0]):
        if (found := surface.find("GET", known)) is not None:
            yield found
    noun = noun_of(last_name(path))
    yield from listings(surface, noun)


def listings(surface: Surface, noun: str) -> Iterator[Operation]:
    """Yield the operations that list what is called by a noun, without naming anything."""
    for each in surface:
        if each.method == "GET" and not each.names and noun_of(last_name(each.path)) == noun:
            yield each


def last_name(path: str) -> str:
    """Return the last segment of a path that is no parameter."""
    named = [part for part in path.strip("/").split("/") if part and not part.startswith("{")]
    return named[-1] if named else ""


def _likeness(surface: Surface, operation: Operation, noun: str) -> int | None:
    """Return how little an operation looks as if it made something; None where it does not."""
    if operation.method not in {"POST", "PUT"} or _is_a_door(surface, operation):
        return None
    named = [part for part in operation.path.strip("/").split("/") if not part.startswith("{")]
    words = [word for part in named[-1:] for word in words_of(part)]
    if _OTHERWISE & set(words):
        return None
    own = [word for word in words if word not in _MAKING]
    if not own and named[:-1]:
        own = words_of(named[-2])
    if singular("_".join(own)) == noun:
        return 0 if own == words else 1
    members = properties_of(operation.answers or {})
    if f"{noun}_id" in members and "id" not in members and not operation.names:
        return 2  # with an id of its own, it would only name one
    title = words_of(str((operation.answers or {}).get("title", "")))
    if title[:1] == [noun] and set(_IDS) & set(members) and operation.method == "POST":
        return 3
    return 4 if noun in _FILES and takes_file(operation) else None


def takes_file(operation: Operation) -> bool:
    """Whether a file is among what an operation takes."""
    schema = str(operation.body.schema) if operation.body is not None else ""
    return "binary" in schema or "contentMediaType" in schema


def _needs(operation: Operation, parameter: str) -> bool:
    return parameter in operation.names and not operation.path.endswith(f"{{{parameter}}}")


def _is_a_door(surface: Surface, operation: Operation) -> bool:
    return operation.path in surface.file.people.doors or surface.ends_sessions(operation)
