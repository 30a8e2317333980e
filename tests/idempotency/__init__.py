"""Idempotency keys, over HTTP, on each database."""
