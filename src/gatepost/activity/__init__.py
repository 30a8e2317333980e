"""What has happened to a person's account, kept for that person to see.

Importing this is what gives an app the table; one that does not has nothing of it.
"""

from gatepost.activity.dependency import Activity, Overview
from gatepost.activity.overview import (
    CountedName,
    CountedSpan,
    OverviewItem,
    SecurityCounts,
    SecurityOverview,
)
from gatepost.activity.reading import ActivityDay, ActivityItem, OwnActivity
from gatepost.events.counted import CountKind
from gatepost.events.personal import ActivityKind

__all__ = [
    "Activity",
    "ActivityDay",
    "ActivityItem",
    "ActivityKind",
    "CountKind",
    "CountedName",
    "CountedSpan",
    "Overview",
    "OverviewItem",
    "OwnActivity",
    "SecurityCounts",
    "SecurityOverview",
]
