"""The child process of a sabotage: attacks one app, as an assignment says.

    python -m gatepost.attacks.sabotage.child ASSIGNMENT ANSWER

Both are files. The process ends with the attack, and whatever was mutated in it ends with it.
"""

import asyncio
import importlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from fastapi import FastAPI

from gatepost.attacks.campaign import run, staged
from gatepost.attacks.errors import AttackError
from gatepost.attacks.pace import DEFAULT_RATE, Pace
from gatepost.attacks.sabotage.assignment import Aim, Assignment, Told, Tried
from gatepost.attacks.sabotage.mutant import is_of
from gatepost.attacks.stage import Stage
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials import plan
from gatepost.errors import ConfigurationError


def attack(assignment: Assignment) -> Told:
    """Serve the app and run the trials that are aimed at it."""
    pace = Pace(per_second=DEFAULT_RATE, seconds=assignment.seconds)
    tried: list[Tried] = []
    try:
        with staged(assignment.target, assignment.file, pace, factory=assignment.factory) as stage:
            tried.extend(_try_each(stage, assignment))
    except AttackError as error:
        refusal = _refusal(error, assignment)
        return Told(
            tried=tuple(tried), failed=refusal or str(error), refused_to_start=bool(refusal)
        )
    return Told(tried=tuple(tried))


def _refusal(error: AttackError, assignment: Assignment) -> str:
    """Return by which words of its own the app does not start; none where it is broken."""
    if error.__cause__ is not None:
        return str(error) if isinstance(error.__cause__, ConfigurationError) else ""
    with tempfile.TemporaryDirectory(prefix="gatepost-sabotage-") as directory:
        os.environ["GATEPOST_DATA_DIR"] = directory
        try:
            asyncio.run(_start(assignment))
        except ConfigurationError as refusal:
            return str(refusal)
        except Exception:  # noqa: BLE001, S110 - whatever it is, it is no word of the app's
            pass
    return ""


async def _start(assignment: Assignment) -> None:
    module, _, name = assignment.target.partition(":")
    found = getattr(importlib.import_module(module), name)
    app: FastAPI = found() if assignment.factory else found
    async with app.router.lifespan_context(app):
        pass


def _try_each(stage: Stage, assignment: Assignment) -> Iterator[Tried]:
    until = time.monotonic() + assignment.seconds
    for trial in plan(stage.surface):
        if not any(_is_aimed(trial, aim) for aim in assignment.aims):
            continue
        if time.monotonic() > until:
            return
        verdict = run(trial, stage)
        came = Tried(
            attack=trial.attack.id, trial=trial.name, outcome=verdict.outcome, says=verdict.says
        )
        yield came
        if came.is_news(assignment.known, assignment.attacks) and not assignment.to_the_end:
            return


def _is_aimed(trial: Trial, aim: Aim) -> bool:
    return any(is_of(trial.attack.id, each) for each in aim.attacks) and (
        trial.operation is None or fnmatchcase(str(trial.operation), aim.at)
    )


def main(assignment: str, answer: str) -> None:
    """Read an assignment and write what came of it."""
    said = Assignment.model_validate_json(Path(assignment).read_bytes())
    Path(answer).write_text(attack(said).model_dump_json(), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
