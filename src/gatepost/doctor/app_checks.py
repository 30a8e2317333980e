"""What can be said of the app itself: its routes, and where its events and metrics go."""

from collections.abc import Iterator

from gatepost.doctor.findings import NAME_THE_APP, Check, Finding
from gatepost.doctor.patient import Patient
from gatepost.doors import METRICS_PATH
from gatepost.gate import Delegated
from gatepost.gate.listing import PUBLIC, rows_of
from gatepost.plan import Plan

_ROUTES = Check("routes", "What is public is open to everybody.")
_METRICS = Check("metrics", "They say how many people there are, and when an attack gets through.")
_EVENTS = Check("events", "Whoever is not told of an attack learns of it from its victims.")


def app_checks(patient: Patient) -> Iterator[Finding]:
    """Yield what the routes of the app show."""
    if patient.routes is None:
        for check in (_EVENTS, _ROUTES, _METRICS):
            yield check.unknown("No app was named.", NAME_THE_APP)
        return
    if patient.plan is not None:
        yield _events(patient.plan)
    entries = [row.entry for row in rows_of(patient.routes)]
    public = [entry for entry in entries if entry.policy == PUBLIC]
    yield _ROUTES.ok(
        f"{len(entries)}, each with a policy; {len(public)} public, each with its reason "
        "(`gatepost routes`)."
    )
    # What is delegated asks for itself, as Gatepost's own route of the metrics does.
    asking = {route.shown for route in patient.routes if isinstance(route.policy, Delegated)}
    paths = [entry.path for entry in public if entry.path not in asking]
    shown = [path for path in paths if "metrics" in path.casefold()]
    if shown:
        yield _METRICS.fail(
            f"{', '.join(shown)} is public.", "Declare it `requires(role=…)`, or take it away."
        )
    elif patient.settings.metrics_token is not None:
        yield _METRICS.ok(f"{METRICS_PATH} is for whoever has GATEPOST_METRICS_TOKEN.")
    else:
        yield _METRICS.ok("No public route has metrics.")


def _events(plan: Plan) -> Finding:
    if not plan.sinks:
        return _EVENTS.warn(
            "They are counted, and told to nobody.",
            "Leave events=[] out of Gatepost(…): they go to standard error then.",
        )
    sinks = ", ".join(sorted({type(sink).__name__ for sink in plan.sinks}))
    return _EVENTS.ok(f"Handed to {sinks}.")
