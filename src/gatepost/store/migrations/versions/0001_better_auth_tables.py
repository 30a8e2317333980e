"""Better Auth's core tables and those of its jwt plugin.

A table that is there already was made by Better Auth itself, and is left as it is.

Revision ID: 0001
Revises:
"""

from alembic import op
from sqlalchemy import inspect

from gatepost.store import tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make what is missing."""
    present = set(inspect(op.get_bind()).get_table_names())
    for table in tables.metadata.sorted_tables:
        if table.name not in present:
            table.create(op.get_bind())


def downgrade() -> None:
    """People's accounts are not dropped by a downgrade."""
    raise NotImplementedError("back up the database and drop the tables by hand")
