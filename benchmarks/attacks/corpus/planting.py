"""Which hole this process has."""

import os

_HOLE = os.environ.get("HOLE", "")


def planted(name: str) -> bool:
    """Whether the protection that `name` stands for is missing here."""
    return name == _HOLE
