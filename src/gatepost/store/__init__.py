"""The database: engine, Better Auth's tables, migrations, and the keys at rest."""

from gatepost.store.engine import open_engine

__all__ = ["open_engine"]
