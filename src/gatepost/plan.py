"""What an app has asked for, before any of it is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gatepost.events import EventSink, JsonLines
from gatepost.events.counted import WaitingCounts
from gatepost.events.dispatch import Dispatch
from gatepost.events.metrics import Metrics, Observer
from gatepost.events.waiting import WaitingEvents
from gatepost.issuers import BuiltIn, Issuer
from gatepost.settings import Settings
from gatepost.user_fields import UserField


@dataclass(frozen=True, slots=True)
class Plan:
    """What an app has asked for.

    Attributes:
        migrations: the app's own Alembic script directory, or None.
        sinks: what the app hands its events to; the first of `events`.
        activity: where what concerns a person waits until it is written down; one of `events`.
        counts: what is counted for the overview, until it is written down; one of `events`.
        metrics: what is counted; one of `events`.
        observers: those of the app's sinks that export metrics as well.
        access_cookie: the path of the route that sets the access cookie, or None.
    """

    settings: Settings
    issuers: tuple[Issuer, ...]
    migrations: Path | None
    events: Dispatch
    sinks: tuple[EventSink, ...]
    activity: WaitingEvents
    counts: WaitingCounts
    metrics: Metrics
    observers: tuple[Observer, ...]
    access_cookie: str | None

    @property
    def is_built_in(self) -> bool:
        """Whether people sign in here."""
        return any(isinstance(issuer, BuiltIn) for issuer in self.issuers)

    @property
    def user_fields(self) -> Mapping[str, UserField]:
        """What people have beside Better Auth's own fields, where they sign in here."""
        built_in = (issuer for issuer in self.issuers if isinstance(issuer, BuiltIn))
        return next((issuer.user_fields for issuer in built_in), {})


def plan_of(
    settings: Settings,
    issuers: tuple[Issuer, ...],
    migrations: Path | None,
    events: EventSink | Sequence[EventSink] | None,
    access_cookie: str | None,
) -> Plan:
    """Put together what an app has asked for, with what counts and keeps its events."""
    if events is None:
        events = JsonLines()
    sinks = list(events) if isinstance(events, Sequence) else [events]
    observers = tuple(sink for sink in sinks if isinstance(sink, Observer))
    activity, counts, metrics = WaitingEvents(), WaitingCounts(), Metrics(observers)
    return Plan(
        settings=settings,
        issuers=issuers,
        migrations=migrations,
        events=Dispatch(settings.url, [*sinks, activity, counts, metrics]),
        sinks=tuple(sinks),
        activity=activity,
        counts=counts,
        metrics=metrics,
        observers=observers,
        access_cookie=access_cookie,
    )
