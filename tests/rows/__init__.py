"""Rows: every way to another person's rows, and the owner's own use."""
