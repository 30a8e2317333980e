"""The baseline: what a team knows of already, so that an attack tells what is new."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gatepost.attacks.errors import AttackError
from gatepost.attacks.trial import Trial

_VERSION = 1


@dataclass(frozen=True, slots=True, order=True)
class Fingerprint:
    """What makes a finding the same in the next run: its attack and its route, and no line number.

    Attributes:
        method: of the operation; empty where the app as a whole is attacked.
        path: as declared; empty where the app as a whole is attacked.
    """

    path: str
    method: str
    attack: str


def fingerprint(trial: Trial) -> Fingerprint:
    """Return what a finding of a trial is known by."""
    operation = trial.operation
    if operation is None:
        return Fingerprint("", "", trial.attack.id)
    return Fingerprint(operation.path, operation.method, trial.attack.id)


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    attack: str
    method: str
    path: str
    reason: str = ""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = Field(_VERSION, ge=_VERSION, le=_VERSION)
    known: list[_Entry]


@dataclass(frozen=True, slots=True)
class Baseline:
    """The findings that are known, each with a reason if somebody has written one."""

    reasons: dict[Fingerprint, str]

    def __contains__(self, found: Fingerprint) -> bool:
        return found in self.reasons

    def gone(
        self, tried: Iterable[Fingerprint], found: Iterable[Fingerprint]
    ) -> tuple[Fingerprint, ...]:
        """Return what is known, was tried and did not get in any more."""
        return tuple(sorted((set(self.reasons) & set(tried)) - set(found)))

    def updated(self, tried: Iterable[Fingerprint], found: Iterable[Fingerprint]) -> "Baseline":
        """Return the baseline of what there is now; what was not tried stays as it was."""
        kept = (set(self.reasons) - set(tried)) | set(found)
        return Baseline({each: self.reasons.get(each, "") for each in sorted(kept)})


def read_baseline(file: Path) -> Baseline:
    """Read a baseline.

    Raises:
        AttackError: it cannot be read, or is none.
    """
    try:
        said = _File.model_validate_json(file.read_bytes())
    except FileNotFoundError as error:
        raise AttackError(
            f"There is no baseline {file} yet. Make it with --baseline {file} --update-baseline."
        ) from error
    except OSError as error:
        raise AttackError(f"The baseline {file} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        raise AttackError(
            f"{file} is no baseline: {error.errors()[0]['msg']}. Delete it, and make it anew with "
            "--update-baseline."
        ) from error
    return Baseline(
        {Fingerprint(each.path, each.method, each.attack): each.reason for each in said.known}
    )


def write_baseline(baseline: Baseline) -> str:
    """Return the text of a baseline: one finding a line, sorted, to be read in a review."""
    lines = [
        json.dumps(
            {"path": each.path, "method": each.method, "attack": each.attack, "reason": reason},
            ensure_ascii=False,
        )
        for each, reason in sorted(baseline.reasons.items())
    ]
    known = ",\n".join(f"    {line}" for line in lines)
    listed = f"[\n{known}\n  ]" if lines else "[]"
    return f'{{\n  "version": {_VERSION},\n  "known": {listed}\n}}\n'
