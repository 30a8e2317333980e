"""Rows: a session on the database that belongs to one person."""

from gatepost.rows.access import (
    Access,
    Operation,
    everyone,
    member_of,
    owner,
    person,
    shared_with,
    through,
)
from gatepost.rows.outside import OutsideSession
from gatepost.rows.owned import Base, Owned, OwnedBy, new_id
from gatepost.rows.paging import Page
from gatepost.rows.row_security import row_security_sql
from gatepost.rows.searching import matching
from gatepost.rows.session import ScopedSession, ScopedSessions

__all__ = [
    "Access",
    "Base",
    "Operation",
    "OutsideSession",
    "Owned",
    "OwnedBy",
    "Page",
    "ScopedSession",
    "ScopedSessions",
    "everyone",
    "matching",
    "member_of",
    "new_id",
    "owner",
    "person",
    "row_security_sql",
    "shared_with",
    "through",
]
