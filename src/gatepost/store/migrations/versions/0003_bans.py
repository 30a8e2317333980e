"""The columns in which Better Auth's `admin` plugin keeps that somebody is banned.

Where one is there already, that plugin has made it, and it is left as it is.

Revision ID: 0003
Revises: 0002
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from gatepost.store.tables import BetterAuthDate

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add those that are missing."""
    present = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("user")}
    wanted: tuple[sa.Column[Any], ...] = (
        sa.Column("banned", sa.Boolean),
        sa.Column("banReason", sa.Text),
        sa.Column("banExpires", BetterAuthDate),
    )
    for column in wanted:
        if column.name not in present:
            op.add_column("user", column)


def downgrade() -> None:
    """Nobody's ban is dropped by a downgrade."""
    raise NotImplementedError("back up the database and drop the columns by hand")
