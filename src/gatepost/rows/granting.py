"""Looking the names in a model's rules up, and refusing rules that no wall could hold."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Boolean, Column, Table
from sqlalchemy import inspect as inspect_mapping

from gatepost.errors import ConfigurationError
from gatepost.rows.access import (
    Everyone,
    Listed,
    Operation,
    Person,
    Rule,
    Through,
    covers,
    resolved,
)
from gatepost.rows.ownership import (
    Grant,
    IsCaller,
    IsListed,
    IsTrue,
    OwnedTable,
    ParentLink,
    owner_kind,
)

Known = Callable[[object], OwnedTable | None]


def grant(owned: OwnedTable, known: Known) -> None:
    """Write down, on an owned table, what its model's rules come to.

    Args:
        owned: a table with an owner column.
        known: returns what is known of a table.

    Raises:
        ConfigurationError: a rule names what is not there, or what no condition can be made of.
    """
    access = owned.model.__access__
    for operation in Operation:
        rules = access.rules(operation)
        for rule in rules:
            if not any(covers(wider, rule) for wider in access.can_read):
                raise _mistake(owned, f"can_{operation} has a rule that can_read has not: {rule}")
        owned.grants[operation] = tuple(_grant(rule, owned, known) for rule in rules)
    if access.belongs_with is not None:
        link = _link(owned, access.belongs_with, known)
        if link.parent.column is None:
            raise _mistake(owned, f"belongs_with={access.belongs_with!r} refers to no owner column")
        owned.belongs_with = link


def check_walls_agree(owned: OwnedTable, known: Known) -> None:
    """Refuse rules that row-level security would not answer, or not as the session does.

    There a condition's own sources are seen as the caller sees them; so a row that names somebody
    must be one that they may read, and no rule may lead back to its own table.

    Raises:
        ConfigurationError: there is such a rule.
    """
    _check_circles(owned, known, ())
    for grants in owned.grants.values():
        for found in grants:
            naming = known(found.row.table) if isinstance(found, IsListed) else None
            if naming is None or naming.column is None or not isinstance(found, IsListed):
                continue
            shared = owned.model.__name__
            if IsCaller(found.person) not in naming.grants[Operation.READ]:
                raise _mistake(
                    naming,
                    f"can_read wants person({found.person.key!r}), by which {shared} is shared",
                )
            if not _is_the_owners_word(naming, naming.column, found.row, known):
                raise _mistake(
                    naming,
                    f"anybody could let themselves in to a {shared} of somebody else's. Write a "
                    f"ForeignKeyConstraint of ({naming.column.key}, {found.row.key}) to the owner "
                    "and the id of what is shared, so that only its owner can",
                )


def _is_the_owners_word(
    naming: OwnedTable, owner: Column[object], row: Column[object], known: Known
) -> bool:
    """Whether a naming row can be only of whoever owns what it names somebody to."""
    for constraint in naming.table.foreign_key_constraints:
        pairs = {element.parent: element.column for element in constraint.elements}
        target = known(constraint.referred_table)
        if target is not None and pairs.keys() == {owner, row} and pairs[owner] is target.column:
            return True
    return False


def _check_circles(owned: OwnedTable, known: Known, above: tuple[OwnedTable, ...]) -> None:
    if owned in above:
        names = " → ".join(one.model.__name__ for one in (*above, owned))
        raise ConfigurationError(f"__access__: who may see a row goes round in a circle: {names}.")
    for grants in owned.grants.values():
        for found in grants:
            if isinstance(found, ParentLink):
                _check_circles(found.parent, known, (*above, owned))
            elif isinstance(found, IsListed):
                naming = known(found.row.table)
                if naming is not None:
                    _check_circles(naming, known, (*above, owned))


def _grant(rule: Rule, owned: OwnedTable, known: Known) -> Grant:
    if isinstance(rule, Person):
        column = _column(owned.model, rule.attribute, owned)
        owner_kind(column)
        return IsCaller(column)
    if isinstance(rule, Everyone):
        column = _column(owned.model, rule.attribute, owned)
        if not isinstance(column.type, Boolean):
            raise _mistake(owned, f"everyone(where={rule.attribute!r}) wants a boolean column")
        return IsTrue(column)
    if isinstance(rule, Listed):
        return _listed(rule, owned)
    if isinstance(rule, Through):
        return replace(_link(owned, rule.attribute, known), may=rule.may)
    if owned.column is None:
        raise _mistake(owned, "owner stands for no column of the table")
    return IsCaller(owned.column)


def _listed(rule: Listed, owned: OwnedTable) -> IsListed:
    model = resolved(rule.model)
    if not all(values for _, values in rule.where):
        raise _mistake(owned, f"a rule by {model.__name__} names a value that nothing may have")
    person = _column(model, rule.person, owned)
    owner_kind(person)
    return IsListed(
        row=_column(model, rule.row, owned),
        person=person,
        here=_column(owned.model, rule.here, owned),
        where=tuple((_column(model, name, owned), values) for name, values in rule.where),
    )


def _link(owned: OwnedTable, attribute: str, known: Known) -> ParentLink:
    child = _column(owned.model, attribute, owned)
    for constraint in owned.table.foreign_key_constraints:
        for element in constraint.elements:
            parent = known(element.column.table)
            if element.parent is child and parent is not None:
                return ParentLink(child, element.column, parent)
    raise _mistake(owned, f"{attribute!r} refers to no owned row by a foreign key")


def _column(model: type[object], attribute: str, owned: OwnedTable) -> Column[object]:
    column = inspect_mapping(model).columns.get(attribute)
    if not isinstance(column, Column) or not isinstance(column.table, Table):
        raise _mistake(owned, f"{model.__name__} has no column {attribute!r}")
    return column


def _mistake(owned: OwnedTable, what: str) -> ConfigurationError:
    return ConfigurationError(f"{owned.model.__name__}.__access__: {what}.")
