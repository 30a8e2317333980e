"""What can be said of the app itself: its routes and where its events go."""

from collections.abc import Iterator

from gatepost.doctor.findings import NAME_THE_APP, Check, Finding
from gatepost.doctor.patient import Patient
from gatepost.gate.listing import PUBLIC, rows_of

_ROUTES = Check("routes", "What is public is open to everybody.")
_METRICS = Check("metrics", "They say how many people there are, and when an attack gets through.")


def app_checks(patient: Patient) -> Iterator[Finding]:
    """Yield what the routes of the app show."""
    if patient.routes is None:
        yield _ROUTES.unknown("No app was named.", NAME_THE_APP)
        yield _METRICS.unknown("No app was named.", NAME_THE_APP)
        return
    entries = [row.entry for row in rows_of(patient.routes)]
    public = [entry for entry in entries if entry.policy == PUBLIC]
    yield _ROUTES.ok(
        f"{len(entries)}, each with a policy; {len(public)} public, each with its reason "
        "(`gatepost routes`)."
    )
    shown = [entry.path for entry in public if "metrics" in entry.path.casefold()]
    if shown:
        yield _METRICS.fail(
            f"{', '.join(shown)} is public.", "Declare it `requires(role=…)`, or take it away."
        )
    else:
        yield _METRICS.ok("No public route has metrics.")
