"""Members that name something else: a row, or somebody."""

from dataclasses import dataclass

from gatepost.attacks.making.identities import names_a_person
from gatepost.attacks.making.makers import makers
from gatepost.attacks.making.nouns import names_a_row, noun_of, nouns_of, words_of
from gatepost.attacks.making.producers import last_name, maker_of, producer_of
from gatepost.attacks.making.said_bodies import said_maker
from gatepost.attacks.making.schemas import MemberPath, kind_of, members_of, properties_of
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
        maker = (
            said_maker(surface, operation, name)
            or _product_of_another(surface, operation)
            or _only_kind(surface)
        )
        return None if maker is None else Reference(maker, noun_of(last_name(maker.path)), certain)
    for noun in nouns_of(name, loosely=certain or typed):
        if (maker := maker_of(surface, noun)) is not None and maker != operation:
            if names_a_person(name) and noun in {"user", "person"}:
                continue
            return Reference(maker, noun, certain or typed)
    if names_a_person(name) and (certain or kind_of(schema) in {"string", "integer"}):
        return Reference(None, noun_of(name), certain, person=True)
    return Reference(None, nouns_of(name)[0], certain) if certain and nouns_of(name) else None


def kin_of(surface: Surface, operation: Operation, path: MemberPath) -> Operation | None:
    """Return what makes such rows as the tables of a list are, by the members that both have.

    Args:
        surface: the app's operations.
        operation: the one that takes the list: an import, a synchronisation.
        path: of the id in one of its tables.
    """
    product = _product_of_another(surface, operation)
    if product is not None or operation.body is None:
        return product
    every = members_of(operation.body.schema)
    beside = {each.name for each in every if each.path[:-1] == path[:-1]} - {path[-1]}

    def shared(maker: Operation) -> int:
        return 0 if maker.body is None else len(beside & set(properties_of(maker.body.schema)))

    likely = [each for each in makers(surface) if each.method == "POST" and each != operation]
    return max((each for each in likely if shared(each)), key=shared, default=None)


def _only_kind(surface: Surface) -> Operation | None:
    """Return what makes the only kind of rows that are read by an id, where there is but one."""
    prefixes = {each.path.rsplit("/{", 1)[0] for each in surface if _reads_one(each)}
    kinds = [each for each in makers(surface) if each.method == "POST" and each.path in prefixes]
    return kinds[0] if len(kinds) == 1 else None


def _reads_one(operation: Operation) -> bool:
    return operation.method == "GET" and operation.path.endswith("}")


def _may_refer(name: str, schema: Schema) -> bool:
    return (
        kind_of(schema) in {"string", "integer", ""}
        and not {"enum", "const", "properties", "items"} & set(schema)
        and schema.get("format") not in _NO_FORMS
        and name.lower() not in _NO_REFERENCE
    )


def _product_of_another(surface: Surface, operation: Operation) -> Operation | None:
    """Return what makes the rows that an operation is about, but for what it makes itself."""
    found = _product(surface, operation)
    return None if found == operation else found


def _product(surface: Surface, operation: Operation) -> Operation | None:
    """Return what makes the rows that an operation is about."""
    if operation.names:
        last = operation.names[-1]
        if operation.path.rstrip("/").endswith(f"{{{last}}}"):
            return producer_of(surface, operation, last)
    for segment in reversed([part for part in operation.path.split("/") if part]):
        if segment.startswith("{"):
            return producer_of(surface, operation, segment.strip("{}"))
        found = maker_of(surface, noun_of(segment))
        # What is done with a row, `POST /folders/{folder_id}/move`, makes no moves.
        if found is not None and (found != operation or found in makers(surface)):
            return found
    return None
