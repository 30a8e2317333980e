"""The doctor: looks at a deployment, changes nothing, and says what to do."""

from gatepost.doctor.examining import examine
from gatepost.doctor.findings import Finding, Status
from gatepost.doctor.patient import Patient

__all__ = ["Finding", "Patient", "Status", "examine"]
