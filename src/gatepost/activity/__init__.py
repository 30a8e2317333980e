"""What has happened to a person's account, kept for that person to see.

Importing this is what gives an app the table; one that does not has nothing of it.
"""

from gatepost.activity.dependency import Activity
from gatepost.activity.reading import ActivityDay, ActivityItem, OwnActivity
from gatepost.events.personal import ActivityKind

__all__ = ["Activity", "ActivityDay", "ActivityItem", "ActivityKind", "OwnActivity"]
