"""What the doctor says: of each check what it found, why it matters, and what to write."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

NAME_THE_APP = "Name the app: gatepost doctor main:app"


class Status(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's end.

    Attributes:
        check: its name.
        found: what is the case; no secret, and no password of a URL.
        why: why it matters.
        write: what to set or run; empty where nothing has to be done.
    """

    check: str
    status: Status
    found: str
    why: str
    write: str = ""

    def as_json(self) -> dict[str, str]:
        """Return it for programs."""
        return {
            "check": self.check,
            "status": self.status.value,
            "found": self.found,
            "why": self.why,
            "write": self.write,
        }


@dataclass(frozen=True, slots=True)
class Check:
    """What is looked at, and why; each of its methods is one way to end."""

    name: str
    why: str

    def ok(self, found: str) -> Finding:
        """Nothing has to be done."""
        return Finding(self.name, Status.OK, found, self.why)

    def warn(self, found: str, write: str) -> Finding:
        """It works, and should be otherwise."""
        return Finding(self.name, Status.WARN, found, self.why, write)

    def fail(self, found: str, write: str) -> Finding:
        """It does not hold, or does not work."""
        return Finding(self.name, Status.FAIL, found, self.why, write)

    def unknown(self, found: str, write: str) -> Finding:
        """It cannot be seen from here."""
        return Finding(self.name, Status.UNKNOWN, found, self.why, write)

    def all_of(self, poor: Sequence[Finding], well: str) -> Finding:
        """Return all that is poor about one thing, as bad as the worst; or that it is well."""
        if not poor:
            return self.ok(well)
        worst = Status.FAIL if any(each.status is Status.FAIL for each in poor) else Status.WARN
        found = " ".join(each.found for each in poor)
        return Finding(self.name, worst, found, self.why, " ".join(each.write for each in poor))

    def poor(self, found: str, write: str, *, production: bool) -> Finding:
        """It fails in production, and is worth knowing of in development."""
        return self.fail(found, write) if production else self.warn(found, write)
