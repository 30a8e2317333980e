"""The answer for a row that this caller does not have, whoever else may have it."""

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, literal, select
from sqlalchemy.orm import Session

from gatepost.errors import NotFound
from gatepost.events.catalogue import EventName
from gatepost.rows.owned import OwnedBy
from gatepost.rows.scope import VETTED_KEY, OwnerScope, RowFault


def missing(
    session: Session,
    model: type[OwnedBy],
    condition: Sequence[ColumnElement[bool]],
    scope: OwnerScope,
    fault: RowFault,
) -> NotFound:
    """Return the one answer for a missing row and for another's, and report the latter.

    Whether somebody else has the row is looked up in every case, so that the two answers take the
    same time, and is told to the event log only.
    """
    probe = select(literal(1)).select_from(model.__mapper__.local_table).where(*condition).limit(1)  # type: ignore[attr-defined] # set by SQLAlchemy
    found = session.connection().scalar(probe, execution_options={VETTED_KEY: scope})
    if found is not None:
        scope.report(EventName.FOREIGN_ROW, fault)
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", model.__name__)
    return NotFound(f"No such {words.lower()}", code=f"{words.upper().replace(' ', '_')}_NOT_FOUND")
