"""One SQL condition for each table and operation, which both walls use.

The text is the same for the session's compiler and for a policy of row-level security, but for how
the caller is named: a parameter there, a setting of the transaction here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column

from gatepost.rows.access import Operation
from gatepost.rows.ownership import Grant, IsCaller, IsListed, IsTrue, OwnedTable, ParentLink

_NOBODY = "1 = 0"


@dataclass(frozen=True, slots=True)
class Wording:
    """How names and the caller are written.

    Attributes:
        quote: writes the name of a table or column.
        caller: writes the caller's id, to be compared with a column.
        postgresql: whether it is for PostgreSQL.
    """

    quote: Callable[[str], str]
    caller: Callable[[Column[Any]], str]
    postgresql: bool

    def column(self, column: Column[Any]) -> str:
        """Write a column with its table's name."""
        return f"{self.quote(column.table.name)}.{self.quote(column.name)}"

    def among(self, column: Column[Any], query: str) -> str:
        """Write that a column's value is among those of a query.

        PostgreSQL uses no index for `IN (SELECT …)` beside an OR, and reads the whole table; for an
        array it does. SQLite uses one for either.
        """
        values = f"= ANY (ARRAY({query}))" if self.postgresql else f"IN ({query})"
        return f"{self.column(column)} {values}"


def condition(owned: OwnedTable, operation: Operation, wording: Wording) -> str:
    """Return the condition under which the caller may do something with a row of the table."""
    if owned.column is None:
        # Its rows are theirs who may do the same with all that it ties together.
        return " AND ".join(_through(link, operation, wording) for link in owned.links)
    grants = [_grant(grant, operation, wording) for grant in owned.grants[operation]]
    if not grants:
        return _NOBODY
    return grants[0] if len(grants) == 1 else f"({' OR '.join(grants)})"


def own_condition(owned: OwnedTable, wording: Wording) -> str:
    """Return the condition under which the caller owns a row of the table."""
    if owned.column is None:
        return condition(owned, Operation.WRITE, wording)
    return _grant(IsCaller(owned.column), Operation.WRITE, wording)


def adding_condition(owned: OwnedTable, wording: Wording) -> str:
    """Return the condition under which the caller may add a row to the table."""
    own, link = own_condition(owned, wording), owned.belongs_with
    if owned.column is None or link is None or link.parent.column is None:
        return own
    pair = f"({wording.column(owned.column)}, {wording.column(link.child_column)})"
    parent = _selected(link, f"{wording.column(link.parent.column)}, ", Operation.READ, wording)
    write = condition(owned, Operation.WRITE, wording)
    return f"({own} OR {pair} IN ({parent}) AND {write})"


def _grant(grant: Grant, operation: Operation, wording: Wording) -> str:
    match grant:
        case IsCaller(column):
            return f"{wording.column(column)} = {wording.caller(column)}"
        case IsTrue(column):
            return f"{wording.column(column)} IS TRUE"
        case IsListed():
            return _listed(grant, wording)
        case ParentLink():
            return _through(grant, grant.may or operation, wording)


def _listed(grant: IsListed, wording: Wording) -> str:
    named = f"{wording.column(grant.person)} = {wording.caller(grant.person)}"
    for column, values in grant.where:
        enough = ", ".join(_literal(value) for value in values)
        named += f" AND {wording.column(column)} IN ({enough})"
    table = wording.quote(grant.row.table.name)
    naming = f"SELECT {wording.column(grant.row)} FROM {table} WHERE {named}"  # noqa: S608 - quoted
    return wording.among(grant.here, naming)


def _through(link: ParentLink, operation: Operation, wording: Wording) -> str:
    return wording.among(link.child_column, _selected(link, "", operation, wording))


def _selected(link: ParentLink, before: str, operation: Operation, wording: Wording) -> str:
    table = wording.quote(link.parent.table.name)
    where = condition(link.parent, operation, wording)
    return f"SELECT {before}{wording.column(link.parent_column)} FROM {table} WHERE {where}"  # noqa: S608 - quoted names


def _literal(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"
