"""Rate limits: counting requests and wrong passwords, in memory, Valkey or the database."""

from gatepost.limits.shared import SharedWindows
from gatepost.limits.valkey import ValkeyCounts
from gatepost.limits.windows import NotCounted, Windows, local_windows

__all__ = ["NotCounted", "SharedWindows", "ValkeyCounts", "Windows", "local_windows"]
