"""What the limits count in the database, where they do: a row for each that is counted.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and the index by which it is cleaned, where they are missing."""
    if sa.inspect(op.get_bind()).has_table("gatepost_limit"):
        return
    # SQLite has no arrays; there it is JSON.
    hits = sa.ARRAY(sa.Double).with_variant(sa.Text, "sqlite")
    op.create_table(
        "gatepost_limit",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("hits", hits, nullable=False),
        sa.Column("ends_at", sa.Double, nullable=False),
    )
    op.create_index("gatepost_limit_end", "gatepost_limit", ["name", "ends_at"])


def downgrade() -> None:
    """Whoever is guessing is not let off by a downgrade."""
    raise NotImplementedError("back up the database and drop the table by hand")
