"""The revocation feed: how what ends in one process comes to be known in all of them."""

from gatepost.store.feed.carrier import Carrier, CarrierLost
from gatepost.store.feed.follower import FeedFollower

__all__ = ["Carrier", "CarrierLost", "FeedFollower"]
