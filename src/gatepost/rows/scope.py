"""What a scoped session knows of itself: whose it is, and what it may touch."""

from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy.orm import Session

from gatepost.errors import ScopeViolation
from gatepost.events.catalogue import EventName, SecurityEvent
from gatepost.events.port import EventSink, current_facts
from gatepost.principal import Principal
from gatepost.rows.cursors import Cursors
from gatepost.rows.kinds import GIVE_THE_COLUMN_ITS_TYPE, StatementKind
from gatepost.rows.owned import OwnedBy
from gatepost.rows.owned_tables import OwnedTables
from gatepost.rows.ownership import Owner, owner_column, owner_kind, parameter_name

# Where a session keeps its scope, and the execution option by which its connection shows it. The
# value is the scope itself, which no string can imitate.
SCOPE_KEY = "gatepost_scope"


class RowFault(StrEnum):
    """Why a row or a statement was refused; private, for the event log."""

    FOREIGN_ROW = "row_of_another_owner"
    FOREIGN_REFERENCE = "reference_to_another_owners_row"
    READ_ONLY = "row_may_only_be_read"
    REFUSED_STATEMENT = "statement_refused"
    FOREIGN_OBJECT = "object_from_elsewhere"
    OWNER_CHANGED = "owner_changed"


@dataclass(slots=True)
class OwnerScope:
    """One person's view of the database, for one session.

    Attributes:
        parameters: the owner, under the names by which the compiler asks for it.
        cursors: seals the places of pages.
        has_row_security: whether the database is to be told whose a transaction is.
        flushing: true while the unit of work sends what the guards have seen.
        adopted: who owns what new rows belong with, by its table and id, where the guards have seen
            that the caller may write that.
    """

    principal: Principal
    owned: OwnedTables
    events: EventSink
    cursors: Cursors
    has_row_security: bool = False
    flushing: bool = False
    adopted: dict[tuple[str, object], Owner] = field(default_factory=dict)
    parameters: dict[str, Owner] = field(init=False)

    def __post_init__(self) -> None:
        """Put the owner under each name, once a session."""
        self.parameters = self.owned.parameters(self.principal.user_id)

    def owner_for(self, model: type[OwnedBy]) -> Owner:
        """Return the owner in the type of the model's owner column.

        Raises:
            ScopeViolation: the principal's id is none that the column can hold.
        """
        owner = self.parameters.get(parameter_name(owner_kind(owner_column(model))))
        if owner is None:
            kind = StatementKind.OTHER_ID
            violation = ScopeViolation(model.__name__, kind, GIVE_THE_COLUMN_ITS_TYPE)
            raise self.tripped(violation, RowFault.REFUSED_STATEMENT)
        return owner

    def report(self, name: EventName, fault: RowFault) -> None:
        """Send a security event about this person and the request at hand."""
        self.events.emit(
            SecurityEvent(
                name,
                reason=fault,
                user_id=self.principal.user_id,
                session_id=self.principal.session_id,
                request=current_facts(),
            )
        )

    def tripped(self, violation: ScopeViolation, fault: RowFault) -> ScopeViolation:
        """Report a guard that tripped, which is critical, and return its error."""
        self.report(EventName.ROW_GUARD, fault)
        return violation


def scope_of(session: Session) -> OwnerScope:
    """Return the scope with which a session was opened."""
    scope = session.info[SCOPE_KEY]
    if not isinstance(scope, OwnerScope):
        raise TypeError("not a scoped session")
    return scope
