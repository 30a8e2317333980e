"""Rows: a session on the database that belongs to one person."""

from gatepost.rows.owned import Base, Owned, OwnedBy, new_id
from gatepost.rows.session import ScopedSession, ScopedSessions

__all__ = ["Base", "Owned", "OwnedBy", "ScopedSession", "ScopedSessions", "new_id"]
