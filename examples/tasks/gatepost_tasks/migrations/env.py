"""Alembic's entry: Gatepost hands over the connection when the app starts."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table=context.config.attributes["version_table"],
)
context.run_migrations()
