"""Tasks and lists.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "task_list",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("owner_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("owner_id", "id"),
        sa.UniqueConstraint("owner_id", "name", name="task_list_name_of_owner"),
    )
    op.create_index("ix_task_list_owner_id", "task_list", ["owner_id"])
    op.create_table(
        "task",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("owner_id", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("due_date", sa.Date),
        sa.Column("priority", sa.SmallInteger, nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
        sa.Column("list_id", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id", "list_id"], ["task_list.owner_id", "task_list.id"]),
    )
    op.create_index("ix_task_owner_id", "task", ["owner_id"])
    op.create_index("task_of_owner", "task", ["owner_id", "created_at", "id"])


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("task")
    op.drop_table("task_list")
