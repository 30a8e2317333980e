"""The guard of an engine: who supplies the owner to a statement, and what is never sent."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import DDL, Connection, Insert, event
from sqlalchemy.engine import Engine, ExceptionContext, ExecutionContext
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.sql.compiler import DDLCompiler

from gatepost.errors import ScopeViolation
from gatepost.events.catalogue import EventName, SecurityEvent
from gatepost.events.port import EventSink, current_facts
from gatepost.rows.compiler import OwnerScoping, scope_compiler
from gatepost.rows.kinds import ADD_OBJECTS, GIVE_THE_COLUMN_ITS_TYPE, USE_ENTITIES, StatementKind
from gatepost.rows.owned_tables import OwnedTables
from gatepost.rows.ownership import PARAMETER, owner_kind, parameter_name
from gatepost.rows.scope import SCOPE_KEY, OwnerScope, RowFault

_Parameters = Mapping[str, Any]


def _is_definition(compiled: object) -> bool:
    """Whether SQLAlchemy has rendered a CREATE or DROP, rather than the app a text."""
    return isinstance(compiled, DDLCompiler) and not isinstance(compiled.statement, DDL)


class EngineGuard:
    """Guards one engine, from the moment it is told to.

    Args:
        owned: the tables that have owners.
        events: where a trip is reported.
    """

    def __init__(self, owned: OwnedTables, events: EventSink) -> None:
        self._owned = owned
        self._events = events
        names = "|".join(re.escape(name) for name in sorted(owned.names)) or r"(?!)"
        self._mentions = re.compile(rf"\b(?:{names})\b", re.IGNORECASE)

    def watch(self, engine: Engine) -> None:
        """Scope every statement that this engine sends from now on."""
        if not scope_compiler(engine, self._owned, self._trip):
            return  # guarded already
        event.listen(engine, "before_execute", self._supply_owner, retval=True)
        event.listen(engine, "before_cursor_execute", self._check)
        event.listen(engine, "handle_error", self._explain)

    def _supply_owner(
        self,
        _connection: Connection,
        statement: object,
        many: Sequence[_Parameters],
        one: _Parameters,
        options: Mapping[str, Any],
    ) -> tuple[object, Sequence[_Parameters], _Parameters]:
        """Add the owner to the parameters of a scoped connection, and of no other."""
        scope = options.get(SCOPE_KEY)
        if isinstance(scope, OwnerScope):
            if many:
                return statement, [self._supplied(scope, statement, each) for each in many], one
            return statement, many, self._supplied(scope, statement, one)
        if any(name.startswith(PARAMETER) for each in (*many, one) for name in each):
            raise self._trip(ScopeViolation(PARAMETER, StatementKind.UNSCOPED, USE_ENTITIES))
        return statement, many, one

    def _supplied(self, scope: OwnerScope, statement: object, given: _Parameters) -> _Parameters:
        owned = self._owned.of(statement.table) if isinstance(statement, Insert) else None
        if owned is None or owned.column is None or owned.belongs_with is None:
            return {**given, **scope.parameters}
        # A new row is owned by whoever owns what it belongs with, as far as a guard has seen that.
        link = owned.belongs_with
        adopted = scope.adopted.get((link.parent.table.name, given.get(link.child_column.key)))
        if adopted is None:
            return {**given, **scope.parameters}
        name = parameter_name(owner_kind(owned.column))
        return {**given, **scope.parameters, name: adopted}

    def _check(
        self,
        _connection: Connection,
        _cursor: object,
        sql: str,
        _parameters: object,
        context: ExecutionContext | None,
        _executemany: bool,  # noqa: FBT001 - the signature is SQLAlchemy's
    ) -> None:
        """Refuse text, which no compiler has scoped, and writes that no guard has seen."""
        scope = context.execution_options.get(SCOPE_KEY) if context is not None else None
        compiled = context.compiled if context is not None else None
        if not isinstance(compiled, OwnerScoping) or compiled.contains_text:
            if isinstance(scope, OwnerScope):
                violation = ScopeViolation("A text", StatementKind.TEXT, USE_ENTITIES)
                raise scope.tripped(violation, RowFault.REFUSED_STATEMENT)
            mention = None if _is_definition(compiled) else self._mentions.search(sql)
            if mention is not None:
                name = mention.group()
                raise self._trip(ScopeViolation(name, StatementKind.UNSCOPED, USE_ENTITIES))
        elif compiled.asks_owner and not isinstance(scope, OwnerScope):
            raise self._trip(ScopeViolation("A statement", StatementKind.UNSCOPED, USE_ENTITIES))
        elif compiled.unit_of_work_only and not (isinstance(scope, OwnerScope) and scope.flushing):
            kind = compiled.unit_of_work_only
            raise self._trip(ScopeViolation("A write", kind, ADD_OBJECTS))

    def _explain(self, context: ExceptionContext) -> None:
        """Say what it means that the owner is missing."""
        error = context.original_exception
        if isinstance(error, InvalidRequestError) and PARAMETER in str(error):
            mention = self._mentions.search(str(context.statement))
            name = mention.group() if mention else "An owned table"
            running = context.execution_context
            options = running.execution_options if running is not None else {}
            if isinstance(options.get(SCOPE_KEY), OwnerScope):
                kind, instead = StatementKind.OTHER_ID, GIVE_THE_COLUMN_ITS_TYPE
            else:
                kind, instead = StatementKind.UNSCOPED, USE_ENTITIES
            raise self._trip(ScopeViolation(name, kind, instead)) from None

    def _trip(self, violation: ScopeViolation) -> ScopeViolation:
        fault = RowFault.REFUSED_STATEMENT
        request = current_facts()
        self._events.emit(SecurityEvent(EventName.ROW_GUARD, reason=fault, request=request))
        return violation
