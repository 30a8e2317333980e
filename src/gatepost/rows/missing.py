"""The answer for a row that this caller does not have, whoever else may have it."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, column, literal, select
from sqlalchemy.orm import Session

from gatepost.errors import NotFound
from gatepost.events.catalogue import EventName
from gatepost.rows.compiler import WitnessTable
from gatepost.rows.owned import OwnedBy
from gatepost.rows.ownership import OwnedTable
from gatepost.rows.scope import OwnerScope, RowFault


def missing(
    session: Session,
    target: OwnedTable,
    key: Sequence[tuple[Column[Any], object]],
    scope: OwnerScope,
    fault: RowFault,
) -> NotFound:
    """Return the one answer for a missing row and for another's, and report the latter.

    Whether somebody else has the row is looked up in every case, so that the two answers take the
    same time, and is told to the event log only.
    """
    conditions = [column(part.name, part.type) == value for part, value in key]
    witness = WitnessTable(target.table.name)
    probe = select(literal(1)).select_from(witness).where(*conditions).limit(1)
    if session.connection().scalar(probe) is not None:
        scope.report(EventName.FOREIGN_ROW, fault)
    return no_such(target.model)


def no_such(model: type[OwnedBy]) -> NotFound:
    """Return the answer for a row that is not there."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", model.__name__)
    return NotFound(f"No such {words.lower()}", code=f"{words.upper().replace(' ', '_')}_NOT_FOUND")
