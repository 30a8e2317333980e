"""Rate limits: counting requests and wrong passwords, in memory, Valkey or the database."""

from gatepost.limits.database import DatabaseCounts
from gatepost.limits.shared import CountsLost, SharedCounts, SharedWindows
from gatepost.limits.valkey import ValkeyCounts
from gatepost.limits.windows import NotCounted, Windows, local_windows

__all__ = [
    "CountsLost",
    "DatabaseCounts",
    "NotCounted",
    "SharedCounts",
    "SharedWindows",
    "ValkeyCounts",
    "Windows",
    "local_windows",
]
