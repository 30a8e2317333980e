"""The column in which Better Auth's `admin` plugin keeps a person's roles.

Where it is there already, that plugin has made it, and it is left as it is.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it where it is missing."""
    columns = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("user")}
    if "role" not in columns:
        op.add_column("user", sa.Column("role", sa.Text))


def downgrade() -> None:
    """Nobody's roles are dropped by a downgrade."""
    raise NotImplementedError("back up the database and drop the column by hand")
