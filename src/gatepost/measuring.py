"""Reading the metrics of an app: what is counted, and what its parts know of their own age."""

from gatepost.events.metric_catalogue import Labels, Measured, Metric
from gatepost.house import House
from gatepost.plan import Plan
from gatepost.store.key_ring import KeyRing


def measured(plan: Plan, house: House | None) -> Measured:
    """Return every metric as it is at this moment.

    Args:
        plan: what the app has asked for.
        house: what it has while it runs; None before and after.
    """
    read: Measured = {
        **plan.metrics.read(),
        Metric.EVENTS_DROPPED: {(sink,): lost for sink, lost in plan.events.dropped.items()},
    }
    if house is None:
        return read
    verifier = house.rules.verifier
    unknown = verifier.keys_asked_for
    ages: dict[Labels, float] = {}
    signing: dict[Labels, float] = {}
    for trust in verifier.trusts:
        ages[(trust.issuer,)] = trust.keys.staleness_seconds
        seconds = trust.keys.signing_seconds if isinstance(trust.keys, KeyRing) else None
        if seconds is not None:
            signing[()] = seconds
    return {
        **read,
        Metric.TOKEN_CACHE: {("hit",): verifier.hits, ("miss",): verifier.misses},
        Metric.KEY_CACHE: {
            ("hit",): max(0, verifier.hits + verifier.misses - unknown),
            ("miss",): unknown,
        },
        Metric.KEYS_AGE: ages,
        Metric.SIGNING_KEY_AGE: signing,
        Metric.REVOCATIONS_AGE: {(): house.feed.staleness_seconds} if house.feed else {},
    }
