"""The catalogue as a page, a table and JSON."""

import json
from collections.abc import Sequence

from gatepost.events.catalogue import EventName
from gatepost.events.metric_catalogue import Kind, Metric
from gatepost.events.written import FIELDS

HEADINGS = ("event", "level", "sent when")

_INTRODUCTION = """# Security events

What Gatepost does and refuses, by the names of OWASP's Logging Vocabulary where it has one. Nothing
else can be sent. `gatepost events --markdown` prints this page;
[Watch your app](../how-to/watch-your-app.md) says where events and metrics go.

No event has a password, a token, a cookie, a key, a header, a body, a query string, or what
somebody typed as a name: a failed sign-in names the account where there is one, by its id, and
nothing where there is none.
"""

_METRICS_INTRODUCTION = (
    "As Prometheus reads them. For OpenTelemetry they are `gatepost.requests` and so on, with the "
    "unit beside the name."
)


def rows() -> Sequence[tuple[str, str, str]]:
    """Return name, level and sentence of every event, in the order of the names."""
    return sorted((name.value, name.level.value, name.sent) for name in EventName)


def catalogue_as_json() -> str:
    """Return every event, for programs."""
    return json.dumps([dict(zip(HEADINGS, row, strict=True)) for row in rows()], indent=2) + "\n"


def catalogue_as_markdown() -> str:
    """Return the page of the documentation."""
    fields = [f"| `{name}` | {meaning} |" for name, meaning in FIELDS.items()]
    events = [f"| `{name}` | {level} | {sent} |" for name, level, sent in rows()]
    return "\n".join(
        [
            _INTRODUCTION,
            "## Fields",
            "",
            "| field | what it holds |",
            "|---|---|",
            *fields,
            "",
            "## Events",
            "",
            f"| {' | '.join(HEADINGS)} |",
            "|---|---|---|",
            *events,
            "",
            "## Metrics",
            "",
            _METRICS_INTRODUCTION,
            "",
            "| metric | kind | told apart by | what it says |",
            "|---|---|---|---|",
            *map(_metric_row, Metric),
            "",
        ]
    )


def _metric_row(metric: Metric) -> str:
    name = "_".join(filter(None, (metric.value, metric.unit)))
    if metric.kind is Kind.COUNTER:
        name += "_total"
    labels = ", ".join(f"`{label}`" for label in metric.labels) or "–"
    return f"| `{name}` | {metric.kind.value} | {labels} | {metric.meaning} |"
