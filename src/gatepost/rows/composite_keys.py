"""Keys of `(owner, id)`: PostgreSQL's own word that a reference stays with its owner.

A foreign key is checked past every policy, so one of a single column takes anybody's id. Where
nobody but its owner ever sees a row, what refers to it has the same owner, and a second key of two
columns says so.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Column, ForeignKeyConstraint
from sqlalchemy.dialects import postgresql

from gatepost.rows.owned_tables import OwnedTables
from gatepost.rows.ownership import OwnedTable, owner_kind

_quote = postgresql.dialect().identifier_preparer.quote  # type: ignore[no-untyped-call] # SQLAlchemy's
# PostgreSQL 15 and up: the owner stays when what a row refers to goes.
_ONE_COLUMN_ACTIONS = ("SET NULL", "SET DEFAULT")


@dataclass(frozen=True, slots=True)
class CompositeKey:
    """A reference that is to stay with its owner.

    Attributes:
        child: whose rows refer.
        parent: whose rows are referred to.
        reference: the foreign key of one column that is there.
    """

    child: OwnedTable
    parent: OwnedTable
    reference: ForeignKeyConstraint

    @property
    def name(self) -> str:
        """The name of the foreign key."""
        return _name("reference", self.child, self._columns[0])

    def statements(self) -> Iterator[str]:
        """Yield what adds the key where it is not there yet."""
        child, parent = self._columns
        target = _pair(self.parent, parent)
        unique = _name("key", self.parent, parent)
        yield _added(self.parent, unique, f"UNIQUE {target}")
        table = _quote(self.parent.table.name)
        refers = f"FOREIGN KEY {_pair(self.child, child)} REFERENCES {table} {target}"
        # Rows from before are left as they are, and no table is locked while all of it is read.
        yield _added(self.child, self.name, f"{refers}{self._actions(child)} NOT VALID")

    @property
    def _columns(self) -> tuple[Column[object], Column[object]]:
        element = self.reference.elements[0]
        return element.parent, element.column

    def _actions(self, child: Column[object]) -> str:
        words = ""
        if self.reference.ondelete:
            action = self.reference.ondelete.upper()
            words += f" ON DELETE {action}"
            words += f" ({_quote(child.name)})" if action in _ONE_COLUMN_ACTIONS else ""
        if self.reference.onupdate:
            words += f" ON UPDATE {self.reference.onupdate.upper()}"
        if self.reference.deferrable:
            words += f" DEFERRABLE INITIALLY {self.reference.initially or 'IMMEDIATE'}"
        return words


def composite_keys(owned: OwnedTable, tables: OwnedTables) -> Iterator[CompositeKey]:
    """Yield the keys that a table wants beside those of its model."""
    if owned.column is None:
        return
    for reference in sorted(
        owned.table.foreign_key_constraints, key=lambda one: str(one.elements[0])
    ):
        parent = tables.of(reference.referred_table)
        if parent is None or parent.column is None or len(reference.elements) != 1:
            continue
        same_kind = owner_kind(parent.column) is owner_kind(owned.column)
        if parent.is_private and same_kind and not _is_said(reference, owned, parent):
            yield CompositeKey(owned, parent, reference)


def _is_said(reference: ForeignKeyConstraint, owned: OwnedTable, parent: OwnedTable) -> bool:
    """Whether the model has a key of both columns itself."""
    [element] = reference.elements
    wanted = {owned.column: parent.column, element.parent: element.column}
    return any(
        {each.parent: each.column for each in constraint.elements} == wanted
        for constraint in owned.table.foreign_key_constraints
    )


def _pair(owned: OwnedTable, column: Column[object]) -> str:
    owner = "" if owned.column is None else owned.column.name
    return f"({_quote(owner)}, {_quote(column.name)})"


def _name(what: str, owned: OwnedTable, column: Column[object]) -> str:
    # PostgreSQL cuts names off after 63 bytes.
    spelled = f"{owned.table.name}.{column.name}"
    return f"gatepost_{what}_{hashlib.sha256(spelled.encode()).hexdigest()[:16]}"


def _added(owned: OwnedTable, name: str, constraint: str) -> str:
    table = _quote(owned.table.name)
    text = table.replace("'", "''")
    return f"""DO $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_constraint WHERE conname = '{name}' AND conrelid = to_regclass('{text}')
  ) THEN
    ALTER TABLE {table} ADD CONSTRAINT {name} {constraint};
  END IF;
END $$"""
