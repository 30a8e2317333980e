"""What a scoped session knows of itself: whose it is, and what it may touch."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session, with_loader_criteria
from sqlalchemy.orm.interfaces import ORMOption

from gatepost.errors import ScopeViolation
from gatepost.events.catalogue import EventName, SecurityEvent
from gatepost.events.port import EventSink, current_request
from gatepost.principal import Principal
from gatepost.rows.owned import OwnedBy, OwnedTables, owner_column

# Where a session keeps its scope, and the two stamps that a statement's execution options carry:
# whose connection it came by, and who vetted it. Values are the scope itself, which no string can
# imitate.
SCOPE_KEY = "gatepost_scope"
CONNECTION_KEY = "gatepost_connection_of"
VETTED_KEY = "gatepost_vetted_for"


class RowFault(StrEnum):
    """Why a row or a statement was refused; private, for the event log."""

    FOREIGN_ROW = "row_of_another_owner"
    FOREIGN_REFERENCE = "reference_to_another_owners_row"
    REFUSED_STATEMENT = "statement_refused"
    FOREIGN_OBJECT = "object_from_elsewhere"
    OWNER_CHANGED = "owner_changed"


@dataclass(slots=True)
class OwnerScope:
    """One person's view of the database, for one session.

    Attributes:
        flushing: true while the unit of work sends what the guards have already seen.
    """

    principal: Principal
    owned: OwnedTables
    events: EventSink
    flushing: bool = False
    criteria: tuple[ORMOption, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Build the owner's condition for every owned model, once a session."""
        self.criteria = tuple(
            with_loader_criteria(
                model, owner_column(model) == self.owner_for(model), include_aliases=True
            )
            for model in self.owned
        )

    def owner_for(self, model: type[OwnedBy]) -> str | int | UUID:
        """Return the owner in the type of the model's owner column.

        Raises:
            ScopeViolation: the principal's id is none of that type.
        """
        kind = owner_column(model).type.python_type
        if kind not in (str, int, UUID):
            raise TypeError(f"{model.__name__}.{model.__owner__}: owners are str, int or UUID")
        try:
            owner: str | int | UUID = kind(self.principal.user_id)
        except ValueError:
            raise ScopeViolation(
                model.__name__,
                f"an owner that is not {kind.__name__}",
                "give the owner column the type of your issuer's user ids",
            ) from None
        return owner

    def report(self, name: EventName, fault: RowFault) -> None:
        """Send a security event about this person and the request at hand."""
        self.events.emit(
            SecurityEvent(
                name,
                reason=fault,
                user_id=self.principal.user_id,
                session_id=self.principal.session_id,
                request=current_request.get(),
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
