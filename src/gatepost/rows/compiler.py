"""The first wall: SQL in which an owned table is only ever the caller's part of it.

Whatever an application writes, with the ORM, with Core, in joins, subqueries or loader options,
SQLAlchemy's compiler turns into text in one place. There, on the engine that serves rows,

- a source `task` becomes `(SELECT * FROM task WHERE owner_id = :owner) AS task`,
- an UPDATE or DELETE of it gets `AND owner_id = :owner`, and
- an INSERT into it writes `:owner`, whatever it was given.

The parameter has no value until a scoped session's connection supplies it (`engine_guard.py`), so a
statement that came another way fails. The condition is part of the compiled text and its value is
not, so that SQLAlchemy's caches serve everybody.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Delete,
    Insert,
    Null,
    TableClause,
    Update,
    and_,
    select,
)
from sqlalchemy.engine import Engine
from sqlalchemy.sql.elements import ColumnClause

from gatepost.errors import ScopeViolation
from gatepost.rows.kinds import (
    ADD_OBJECTS,
    LEAVE_THE_OWNER_OUT,
    SET_ATTRIBUTES,
    USE_ENTITIES,
    StatementKind,
)
from gatepost.rows.ownership import (
    PARAMETER,
    OwnedTable,
    OwnedTables,
    OwnerParameter,
    ParentLink,
    owner_parameter,
)
from gatepost.rows.text_watching import TextWatching

Trip: TypeAlias = Callable[[ScopeViolation], ScopeViolation]


class WitnessTable(TableClause):
    """A table as it is, everybody's rows included.

    Used by `missing.py` alone, to learn for the event log whether an id that somebody asked for is
    somebody else's.
    """

    __visit_name__ = "gatepost_witness"
    inherit_cache = True


class OwnerScoping(TextWatching):
    """The part of a compiler that knows owners.

    Attributes:
        owned: the tables that have owners.
        trip: reports a violation before it is raised.
        unit_of_work_only: what kind of write this is that only a flush may send, where the guards
            have seen each object; None where anybody may.
        asks_owner: whether the statement touches an owned table.
    """

    owned: OwnedTables
    trip: Trip
    asks_owner = False
    unit_of_work_only: StatementKind | None = None

    def visit_table(self, table: Any, *args: Any, **kw: Any) -> str:
        """Render a source; an owned one as the caller's part of it."""
        rendered = self._as_before("visit_table", table, *args, **kw)
        owned = self.owned.of(table)
        if owned is None or not kw.get("asfrom"):
            return rendered
        name = self.preparer.quote(table.name)
        if not rendered.startswith(name):
            raise self._violation(owned, StatementKind.OTHER_SCHEMA, USE_ENTITIES)
        if kw.get("iscrud"):
            return rendered
        alias = rendered.removeprefix(name)
        enclosing = kw.get("enclosing_alias")
        if not alias and (enclosing is None or enclosing.element is not table):
            alias = self._as_before("get_render_as_alias_suffix", name)
        part = f"(SELECT * FROM {name} WHERE {self._condition(owned)})"  # noqa: S608 - a quoted name
        return part + alias

    def visit_gatepost_witness(self, table: WitnessTable, **_: Any) -> str:
        """Render a table as it is."""
        return self.preparer.quote(table.name)

    def visit_update(self, update_stmt: Update, *args: Any, **kw: Any) -> str:
        """Render an UPDATE; of an owned table only the caller's rows, and never their owner."""
        owned = self.owned.of(update_stmt.table)
        if owned is not None:
            self._check_target(update_stmt.table, owned)
            self._check_set_clause(update_stmt, owned)
            update_stmt = update_stmt.where(self._criterion(update_stmt.table, owned))
        return self._as_before("visit_update", update_stmt, *args, **kw)

    def visit_delete(self, delete_stmt: Delete, *args: Any, **kw: Any) -> str:
        """Render a DELETE; from an owned table only the caller's rows."""
        owned = self.owned.of(delete_stmt.table)
        if owned is not None:
            self._check_target(delete_stmt.table, owned)
            delete_stmt = delete_stmt.where(self._criterion(delete_stmt.table, owned))
        return self._as_before("visit_delete", delete_stmt, *args, **kw)

    def visit_insert(self, insert_stmt: Insert, *args: Any, **kw: Any) -> str:
        """Render an INSERT; into an owned table as the caller's row, whatever it was given."""
        owned = self.owned.of(insert_stmt.table)
        if owned is not None:
            if insert_stmt.select is not None:
                raise self._violation(owned, StatementKind.INSERT_SELECT, ADD_OBJECTS)
            if insert_stmt._post_values_clause is not None:  # noqa: SLF001 - no public reading
                raise self._violation(owned, StatementKind.UPSERT, ADD_OBJECTS)
            self.unit_of_work_only = StatementKind.INSERT
            if owned.column is not None:
                column = insert_stmt.table.columns.get(owned.column.key)
                if column is None:
                    raise self._violation(owned, StatementKind.INSERT, ADD_OBJECTS)
                insert_stmt = insert_stmt.values({column: owner_parameter(owned.column)})
        return self._as_before("visit_insert", insert_stmt, *args, **kw)

    def visit_bindparam(self, bindparam: Any, *args: Any, **kw: Any) -> str:
        """Render a parameter; nobody else's may have the owner's name."""
        if bindparam.key.startswith(PARAMETER) and not isinstance(bindparam, OwnerParameter):
            raise self.trip(ScopeViolation(PARAMETER, StatementKind.UNSCOPED, USE_ENTITIES))
        self.asks_owner |= isinstance(bindparam, OwnerParameter)
        return self._as_before("visit_bindparam", bindparam, *args, **kw)

    def _condition(self, owned: OwnedTable) -> str:
        quote = self.preparer.quote
        if owned.column is not None:
            return f"{quote(owned.column.name)} = {self.process(owner_parameter(owned.column))}"
        return " AND ".join(self._link_condition(link) for link in owned.links)

    def _link_condition(self, link: ParentLink) -> str:
        quote = self.preparer.quote
        parent = f"{quote(link.parent.table.name)} WHERE {self._condition(link.parent)}"
        own = f"SELECT {quote(link.parent_column.name)} FROM {parent}"  # noqa: S608 - quoted names
        return f"{quote(link.child_column.name)} IN ({own})"

    def _criterion(self, target: Any, owned: OwnedTable) -> ColumnElement[bool]:
        """Return the condition on the target of a write."""
        if owned.column is not None:
            return _column_of(target, owned.column) == owner_parameter(owned.column)
        # A parent is a source here, and so rendered as the caller's part of it.
        return and_(
            *(
                _column_of(target, link.child_column).in_(select(link.parent_column))
                for link in owned.links
            )
        )

    def _check_target(self, target: object, owned: OwnedTable) -> None:
        if not isinstance(target, TableClause):
            raise self._violation(owned, StatementKind.ALIAS, USE_ENTITIES)

    def _check_set_clause(self, update_stmt: Update, owned: OwnedTable) -> None:
        values = {
            column if isinstance(column, str) else column.key: value
            for column, value in (update_stmt._values or {}).items()  # noqa: SLF001 - no other way
        }
        keys = values.keys() | set(self.column_keys or ())
        if owned.column is not None and owned.column.key in keys:
            raise self._violation(owned, StatementKind.OWNER_UPDATE, LEAVE_THE_OWNER_OUT)
        references = self.owned.reference_keys(owned)
        if any(not _is_null(values[key]) for key in references & values.keys()):
            raise self._violation(owned, StatementKind.REFERENCE_UPDATE, SET_ATTRIBUTES)
        if references & set(self.column_keys or ()):
            self.unit_of_work_only = StatementKind.REFERENCE_UPDATE

    def _violation(self, owned: OwnedTable, kind: StatementKind, instead: str) -> ScopeViolation:
        return self.trip(ScopeViolation(owned.model.__name__, kind, instead))


def scope_compiler(engine: Engine, owned: OwnedTables, trip: Trip) -> bool:
    """Give an engine a compiler that knows owners, and forget what it has compiled without.

    Returns:
        False where the engine has one already.
    """
    dialect = engine.dialect
    if issubclass(dialect.statement_compiler, OwnerScoping):
        return False
    known = {"owned": owned, "trip": staticmethod(trip)}
    bases = (OwnerScoping, dialect.statement_compiler)
    dialect.statement_compiler = type("OwnerScopingCompiler", bases, known)
    engine.clear_compiled_cache()
    return True


def _column_of(target: Any, column: Column[Any]) -> ColumnClause[Any]:
    # Named on the target itself, which may be an alias, or a mapping that leaves the column out.
    return ColumnClause(column.name, column.type, _selectable=target)


def _is_null(value: object) -> bool:
    if isinstance(value, BindParameter):
        # One with a name may still be given another value when the statement is sent.
        return value.unique and value.callable is None and value.value is None
    return value is None or isinstance(value, Null)
