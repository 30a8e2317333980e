"""Rows through a PgBouncer that pools by transaction: run by `make test-pgbouncer` alone."""
