"""The very same route behind the gate, of which nothing is reported, counted or measured."""

from dataclasses import replace

from benchmarks.gate.apps.answer import answer, app_with
from gatepost import Gatepost
from gatepost.events import SecurityEvent
from gatepost.events.dispatch import Dispatch
from gatepost.events.metrics import Metrics


class _NoEvents(Dispatch):
    def emit(self, event: SecurityEvent) -> None:
        """Report nothing."""


class _NoMetrics(Metrics):
    def verified(self, seconds: float) -> None:
        """Count nothing."""

    def refused(self, reason: str) -> None:
        """Count nothing."""


app = app_with(answer)
gatepost = Gatepost()
# There is no setting for it: nothing turns events off.
gatepost._plan = replace(  # noqa: SLF001 - as above
    gatepost._plan,  # noqa: SLF001 - as above
    events=_NoEvents("", []),
    metrics=_NoMetrics(),
)
gatepost.protect(app)
