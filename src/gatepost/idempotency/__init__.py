"""Idempotency keys: a retry by the same person gets the same answer, and the work is done once.

Importing this is what gives an app the table; one that does not has nothing of it.
"""

from gatepost.idempotency.dependency import Idempotent

__all__ = ["Idempotent"]
