"""The first wall: SQL in which an owned table is only ever the caller's part of it.

Whatever an application writes, with the ORM, with Core, in joins, subqueries or loader options,
SQLAlchemy's compiler turns into text in one place. There, on the engine that serves rows,

- a source `task` becomes `(SELECT * FROM task WHERE task.owner_id = :owner) AS task`,
- an UPDATE or DELETE of it gets `AND task.owner_id = :owner`, and
- an INSERT into it writes `:owner`, whatever it was given.

Where a model's `__access__` lets others in, its condition stands there instead (`conditions.py`).

The parameter has no value until a scoped session's connection supplies it (`engine_guard.py`), so a
statement that came another way fails. The condition is part of the compiled text and its value is
not, so that SQLAlchemy's caches serve everybody.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    Delete,
    Insert,
    Null,
    TableClause,
    Update,
)
from sqlalchemy.engine import Engine

from gatepost.errors import ScopeViolation
from gatepost.rows.access import Operation
from gatepost.rows.conditions import Wording, condition, own_condition
from gatepost.rows.kinds import (
    ADD_OBJECTS,
    LEAVE_THE_OWNER_OUT,
    SET_ATTRIBUTES,
    USE_ENTITIES,
    StatementKind,
)
from gatepost.rows.owned_tables import OwnedTables
from gatepost.rows.ownership import (
    PARAMETER,
    OwnedTable,
    OwnerParameter,
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


class WritablePart(TableClause):
    """The rows of an owned table that the caller may change."""

    __visit_name__ = "gatepost_part"
    inherit_cache = True
    operation = Operation.WRITE


class DeletablePart(WritablePart):
    """The rows of an owned table that the caller may delete."""

    inherit_cache = True
    operation = Operation.DELETE


class Allowed(ColumnElement[bool]):
    """The condition on the target of a write. It is made by the compiler, for the compiler.

    Args:
        owned: the target.
        operation: what is done with it; None where only its owner may.
    """

    __visit_name__ = "gatepost_allowed"
    inherit_cache = False
    type = Boolean()

    def __init__(self, owned: OwnedTable, operation: Operation | None) -> None:
        self.owned = owned
        self.operation = operation


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
        return self._part(owned, name, Operation.READ) + alias

    def visit_gatepost_witness(self, table: WitnessTable, **_: Any) -> str:
        """Render a table as it is."""
        return self.preparer.quote(table.name)

    def visit_gatepost_part(self, table: WritablePart, **_: Any) -> str:
        """Render what the caller may do more with than read it."""
        owned, name = self.owned.of(table), self.preparer.quote(table.name)
        if owned is None:
            raise self.trip(ScopeViolation(table.name, StatementKind.UNSCOPED, USE_ENTITIES))
        alias: str = self._as_before("get_render_as_alias_suffix", name)
        return self._part(owned, name, table.operation) + alias

    def visit_gatepost_allowed(self, allowed: Allowed, **_: Any) -> str:
        """Render the condition on the target of a write."""
        if allowed.operation is None:
            return own_condition(allowed.owned, self._wording)
        return condition(allowed.owned, allowed.operation, self._wording)

    def visit_update(self, update_stmt: Update, *args: Any, **kw: Any) -> str:
        """Render an UPDATE; of an owned table only the caller's rows, and never their owner."""
        owned = self.owned.of(update_stmt.table)
        if owned is not None:
            self._check_target(update_stmt.table, owned)
            keys = self._check_set_clause(update_stmt, owned)
            update_stmt = update_stmt.where(Allowed(owned, Operation.WRITE))
            if not keys.isdisjoint(column.key for column in owned.deciding_columns):
                # No guard looks at what it would make of rows that others share with the caller.
                update_stmt = update_stmt.where(Allowed(owned, None))
        return self._as_before("visit_update", update_stmt, *args, **kw)

    def visit_delete(self, delete_stmt: Delete, *args: Any, **kw: Any) -> str:
        """Render a DELETE; from an owned table only the caller's rows."""
        owned = self.owned.of(delete_stmt.table)
        if owned is not None:
            self._check_target(delete_stmt.table, owned)
            delete_stmt = delete_stmt.where(Allowed(owned, Operation.DELETE))
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

    @property
    def _wording(self) -> Wording:
        return Wording(
            quote=self.preparer.quote,
            caller=lambda column: self.process(owner_parameter(column)),
            postgresql=self.dialect.name == "postgresql",
        )

    def _part(self, owned: OwnedTable, name: str, operation: Operation) -> str:
        where = condition(owned, operation, self._wording)
        return f"(SELECT * FROM {name} WHERE {where})"  # noqa: S608 - a quoted name

    def _check_target(self, target: object, owned: OwnedTable) -> None:
        if not isinstance(target, TableClause):
            raise self._violation(owned, StatementKind.ALIAS, USE_ENTITIES)

    def _check_set_clause(self, update_stmt: Update, owned: OwnedTable) -> frozenset[str]:
        """Refuse what no statement may set, and return what it sets by its own values."""
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
        deciding = {column.key for column in owned.deciding_columns}
        if not (references | deciding).isdisjoint(self.column_keys or ()):
            self.unit_of_work_only = StatementKind.REFERENCE_UPDATE
        return frozenset(values)

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


def _is_null(value: object) -> bool:
    if isinstance(value, BindParameter):
        # One with a name may still be given another value when the statement is sent.
        return value.unique and value.callable is None and value.value is None
    return value is None or isinstance(value, Null)
