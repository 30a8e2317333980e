"""Rate limits: counting requests and wrong passwords, in memory or in Valkey."""

from gatepost.limits.shared import SharedWindows
from gatepost.limits.windows import Windows, local_windows

__all__ = ["SharedWindows", "Windows", "local_windows"]
