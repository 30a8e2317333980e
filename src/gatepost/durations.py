"""Lengths of time as people write them: `90s`, `30m`, `12h`, `7d`."""

import re
from datetime import timedelta

_DURATION = re.compile(r"([1-9][0-9]{0,5})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def duration_of(text: str) -> timedelta | None:
    """Return what is written, or None where that is no length of time."""
    written = _DURATION.fullmatch(text)
    return None if written is None else timedelta(**{_UNITS[written[2]]: int(written[1])})
