"""Alembic's entry: migrates on the connection that `gatepost.store.migrating` hands over."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table=context.config.attributes["version_table"],
)
context.run_migrations()
