"""Members that name something else: a row, or somebody."""

from dataclasses import dataclass

from gatepost.attacks.making.identities import names_a_person
from gatepost.attacks.making.nouns import names_a_row, noun_of, nouns_of, words_of
from gatepost.attacks.making.producers import last_name, maker_of, producer_of
from gatepost.attacks.making.schemas import kind_of
from gatepost.attacks.targets.operation import Operation, Schema
from gatepost.attacks.targets.surface import Surface

_NO_REFERENCE = frozenset({"page", "limit", "offset", "size", "count", "skip", "sort", "order_by"})
_NO_FORMS = frozenset({"date", "date-time", "email", "uri", "binary", "time", "duration", "byte"})
_ABOVE = frozenset({"parent", "reply", "replies", "previous", "next", "root"})
_SECRET = frozenset({"token", "code", "secret", "session", "request", "external", "client"})


@dataclass(frozen=True, slots=True)
class Reference:
    """What a member refers to.

    Attributes:
        maker: makes such a row; None where it is somebody, or something that only a list shows.
        noun: what it is called, in the singular.
        certain: whether the name or the type say that it is an id.
        person: whether it is somebody.
    """

    maker: Operation | None
    noun: str
    certain: bool
    person: bool = False


def reference_of(
    surface: Surface, operation: Operation, name: str, schema: Schema
) -> Reference | None:
    """Return what a member or parameter of an operation refers to, or None.

    Args:
        surface: the app's operations.
        operation: the one that takes it: `ids` are those of what it is about.
        name: of the member, or of its list where it is an item.
        schema: its own.
    """
    words = set(words_of(name))
    if not _may_refer(name, schema) or words & _SECRET:
        return None
    typed = kind_of(schema) == "integer" or schema.get("format") == "uuid"
    certain = names_a_row(name) or (typed and schema.get("format") == "uuid")
    if words & _ABOVE:
        return Reference(_product(surface, operation), "", certain)
    if noun_of(name) == "" and certain:
        maker = _product(surface, operation)
        return None if maker is None else Reference(maker, noun_of(last_name(maker.path)), certain)
    for noun in nouns_of(name, loosely=certain or typed):
        if (maker := maker_of(surface, noun)) is not None and maker != operation:
            if names_a_person(name) and noun in {"user", "person"}:
                continue
            return Reference(maker, noun, certain or typed)
    if names_a_person(name) and (certain or kind_of(schema) in {"string", "integer"}):
        return Reference(None, noun_of(name), certain, person=True)
    return Reference(None, nouns_of(name)[0], certain) if certain and nouns_of(name) else None


def _may_refer(name: str, schema: Schema) -> bool:
    return (
        kind_of(schema) in {"string", "integer", ""}
        and not {"enum", "const", "properties", "items"} & set(schema)
        and schema.get("format") not in _NO_FORMS
        and name.lower() not in _NO_REFERENCE
    )


def _product(surface: Surface, operation: Operation) -> Operation | None:
    """Return what makes the rows that an operation is about."""
    if operation.names:
        last = operation.names[-1]
        if operation.path.rstrip("/").endswith(f"{{{last}}}"):
            return producer_of(surface, operation, last)
    for segment in reversed([part for part in operation.path.split("/") if part]):
        if segment.startswith("{"):
            return producer_of(surface, operation, segment.strip("{}"))
        if (found := maker_of(surface, noun_of(segment))) is not None:
            return found
    return None
