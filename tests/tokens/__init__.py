"""Tokens: what is believed, what is not, and why."""
