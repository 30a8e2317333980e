"""The revocation feed: how what ends in one process comes to be known in all of them.

`PostgresCarrier` is in `feed.postgres`, so that nobody needs its driver who does not use it.
"""

from gatepost.store.feed.carrier import Carrier, CarrierLost
from gatepost.store.feed.follower import FeedFollower
from gatepost.store.feed.schema import feed_identity, prepare_feed
from gatepost.store.feed.sqlite import SqliteCarrier

__all__ = [
    "Carrier",
    "CarrierLost",
    "FeedFollower",
    "SqliteCarrier",
    "feed_identity",
    "prepare_feed",
]
