"""What is random, or of this server alone, goes under a mask; what carries meaning stays."""

import re
from datetime import UTC, datetime
from urllib.parse import quote

# A date is compared as its distance from now. A conversation may take minutes on a busy machine;
# what carries meaning are hours and days.
_GRAIN_SECONDS = 600
# Whatever is further away was given by the conversation, and is the same at any time.
_FURTHEST_SECONDS = 10 * 365 * 86_400
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_MASKS = (
    (re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+"), "<jwt>"),
    (re.compile(r"\b[a-zA-Z0-9]{32}\.[A-Za-z0-9+/%]{40,70}"), "<signed>"),
    (re.compile(r"true\.[A-Za-z0-9+/%]{40,70}"), "<signed true>"),
    (re.compile(r'"x":"[\w-]{43}"'), '"x":"<x>"'),
    (re.compile(r'"ipAddress":"[^"]*"'), '"ipAddress":"<ip>"'),
    (re.compile(r'(?<=")[a-zA-Z0-9]{32}(?=")'), "<id>"),
    # What stands in a link that was sent by mail, or in the place that such a link leads to.
    (re.compile(r"(?<=[/=])(?:[a-zA-Z0-9]{24}|[a-zA-Z0-9]{32})(?=[?&#]|$)"), "<token>"),
)


def masked(text: str, base_url: str) -> str:
    """Return a text as it would be at any server, at any time."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    text = _DATE.sub(_distance, text)
    text = text.replace(base_url, "<origin>")
    return text.replace(quote(base_url, safe=""), "<origin, encoded>")


def _distance(date: re.Match[str]) -> str:
    seconds = (datetime.fromisoformat(date[0]) - datetime.now(UTC)).total_seconds()
    if abs(seconds) > _FURTHEST_SECONDS:
        return date[0]
    rounded = round(seconds / _GRAIN_SECONDS) * _GRAIN_SECONDS
    return f"<now{rounded:+}s>" if rounded else "<now>"
