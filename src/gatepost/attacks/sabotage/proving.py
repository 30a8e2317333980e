"""Proving the proof: each mutant is attacked, and the attack has to notice."""

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from gatepost.attacks.errors import AttackError
from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.sabotage.assignment import Aim, Assignment, Told, Tried
from gatepost.attacks.sabotage.copying import mutated
from gatepost.attacks.sabotage.ground import Ground
from gatepost.attacks.sabotage.mutant import Mutant, is_of

DEFAULT_SECONDS = 300.0
"""After which a mutant is given up."""

_CHILD = "gatepost.attacks.sabotage.child"
_SHOWN = 2_000
_TELLS = frozenset({Outcome.REFUSED, Outcome.REMARK, Outcome.FINDING})


class Fate(StrEnum):
    """What becomes of a mutant."""

    KILLED = "killed"
    """An attack came to a finding or a remark that the sound app does not have."""
    KILLED_BY_START = "killed by the start"
    """The app says itself that it will not run like this."""
    SURVIVED = "survived"
    """Nothing of what was aimed at it noticed."""
    UNAIMED = "unaimed"
    """No trial of what is aimed at it is planned for this app."""
    BROKEN = "broken"
    """The mutant is none: it does not run at all, or the attack did not come to its end."""
    LEFT_OUT = "left out"
    """Its ground is not here."""


ALIVE = frozenset({Fate.SURVIVED, Fate.UNAIMED, Fate.BROKEN})
"""What fails the proof."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of one mutant.

    Attributes:
        by: the trial that noticed, where one has.
        tried: the ids of the attacks that were tried, each once.
        why: one sentence, where there is no trial that says it.
        seconds: how long it took.
    """

    mutant: Mutant
    fate: Fate
    by: Tried | None = None
    tried: tuple[str, ...] = ()
    why: str = ""
    seconds: float = 0.0


Soundness: TypeAlias = Mapping[str, Tried]
"""What the unmutated app of a ground comes to: every trial that is aimed at any of its mutants."""


def prove(
    mutants: Sequence[Mutant],
    grounds: Mapping[str, Ground],
    told: Callable[[Proof], None],
    *,
    at_once: int | None = None,
    seconds: float = DEFAULT_SECONDS,
) -> list[Proof]:
    """Attack the sound app of each ground, and then it with each mutant.

    Args:
        mutants: those that are tried.
        grounds: the apps, by the names by which mutants ask for them.
        told: called after each mutant, in the order in which they come to their end.
        at_once: how many child processes there are; as many as cores, unless given.
        seconds: after which a mutant is given up.

    Returns:
        what became of each, in the order of `mutants`.

    Raises:
        AttackError: a sound app cannot be attacked, or a mutant does not fit its file.
    """
    here = [mutant for mutant in mutants if mutant.ground in grounds]
    sound = {
        name: _soundness(grounds[name], _of_ground(here, name), seconds)
        for name in dict.fromkeys(mutant.ground for mutant in here)
    }

    def fate_of(mutant: Mutant) -> Proof:
        if mutant.ground not in grounds:
            return Proof(mutant, Fate.LEFT_OUT, why=f"the ground {mutant.ground} is not here")
        return _fate(mutant, grounds[mutant.ground], sound[mutant.ground], seconds)

    return _each(mutants, fate_of, told, at_once or os.cpu_count() or 1)


def _of_ground(mutants: Iterable[Mutant], ground: str) -> list[Mutant]:
    return [mutant for mutant in mutants if mutant.ground == ground]


def _soundness(ground: Ground, mutants: Sequence[Mutant], seconds: float) -> Soundness:
    told = _ask(ground, _assignment(ground, mutants, {}, 10 * seconds, to_the_end=True), None)
    if told.failed:
        raise AttackError(f"{ground.target}, unmutated, cannot be attacked: {told.failed}")
    return {each.trial: each for each in told.tried}


def _fate(mutant: Mutant, ground: Ground, sound: Soundness, seconds: float) -> Proof:
    if not any(is_of(each.attack, aim) for each in sound.values() for aim in mutant.aims):
        return Proof(mutant, Fate.UNAIMED, why="no family plans a trial of what is aimed at it")
    began = time.monotonic()
    with mutated(mutant) as home:
        told = _ask(ground, _assignment(ground, [mutant], sound, seconds), home)
    taken = time.monotonic() - began
    tried = tuple(dict.fromkeys(each.attack for each in told.tried))
    by = next((each for each in told.tried if each.is_news(sound, mutant.aims)), None)
    if by is not None:
        return Proof(mutant, Fate.KILLED, by, tried, seconds=taken)
    if told.refused_to_start:
        return Proof(mutant, Fate.KILLED_BY_START, None, tried, told.failed, taken)
    if told.failed:
        return Proof(mutant, Fate.BROKEN, None, tried, told.failed, taken)
    if any(each.trial in sound and sound[each.trial].outcome in _TELLS for each in told.tried):
        return Proof(mutant, Fate.SURVIVED, None, tried, _outcomes_in(told), taken)
    why = "; ".join(f"{aim}: {_said_of(sound, aim)}" for aim in mutant.aims)
    return Proof(mutant, Fate.UNAIMED, None, tried, why, taken)


def _outcomes_in(told: Told) -> str:
    counted = Counter(f"{each.attack} {each.outcome}" for each in told.tried)
    return ", ".join(f"{came} ({number})" for came, number in counted.items())


def _said_of(sound: Soundness, aim: str) -> str:
    outcomes = {each.outcome.value for each in sound.values() if is_of(each.attack, aim)}
    return ", ".join(sorted(outcomes)) or "no trial"


def _assignment(
    ground: Ground,
    mutants: Sequence[Mutant],
    known: Soundness,
    seconds: float,
    *,
    to_the_end: bool = False,
) -> Assignment:
    return Assignment(
        target=ground.target,
        factory=ground.factory,
        file=ground.file,
        aims=tuple(Aim(attacks=mutant.aims, at=mutant.at) for mutant in mutants),
        known=dict(known),
        to_the_end=to_the_end,
        seconds=seconds,
    )


def _ask(ground: Ground, assignment: Assignment, home: Path | None) -> Told:
    """Let a child process attack, and return what it tells."""
    with tempfile.TemporaryDirectory(prefix="gatepost-sabotage-") as directory:
        asked, answer = Path(directory) / "assignment.json", Path(directory) / "answer.json"
        asked.write_text(assignment.model_dump_json(), "utf-8")
        command = [sys.executable, "-W", "ignore", "-m", _CHILD, str(asked), str(answer)]
        try:
            ended = subprocess.run(  # noqa: S603 - this Python, and files of our own
                command,
                cwd=directory,
                env=ground.environment_of_child(home),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=2 * assignment.seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Told(failed=f"it did not end within {2 * assignment.seconds:g} s")
        if not answer.is_file():
            said = ended.stderr.decode(errors="replace").strip()[-_SHOWN:]
            return Told(failed=f"its process ended with {ended.returncode}: {said}")
        return Told.model_validate_json(answer.read_bytes())


def _each(
    mutants: Sequence[Mutant],
    fate_of: Callable[[Mutant], Proof],
    told: Callable[[Proof], None],
    at_once: int,
) -> list[Proof]:
    """Work through the mutants on some threads, each of which waits for its child."""
    with ThreadPoolExecutor(at_once) as threads:
        proofs = [threads.submit(fate_of, mutant) for mutant in mutants]
        try:
            for proof in as_completed(proofs):
                told(proof.result())
        except BaseException:
            threads.shutdown(cancel_futures=True)  # nothing more begins
            raise
        return [proof.result() for proof in proofs]
