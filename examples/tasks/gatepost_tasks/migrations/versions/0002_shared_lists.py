"""Lists that are shared.

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
    """Make the table of those who are let in."""
    op.create_table(
        "list_share",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("owner_id", sa.Text, nullable=False),
        sa.Column("list_id", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text),
        sa.Column("right", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id", "list_id"], ["task_list.owner_id", "task_list.id"], ondelete="CASCADE"
        ),
        sa.UniqueConstraint("owner_id", "list_id", "address", name="list_share_address_of_list"),
    )
    op.create_index("ix_list_share_owner_id", "list_share", ["owner_id"])
    op.create_index("list_share_of_person", "list_share", ["person_id", "list_id"])
    op.create_index("list_share_of_address", "list_share", ["address"])
    op.create_index("task_of_list", "task", ["list_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("task_of_list", "task")
    op.drop_table("list_share")
