"""Sabotage: the mutation test of the attacks themselves.

Every protection of the house is taken away once, in a copy of it that a child process runs, and
the attacks that are aimed at it have to notice. A suite that stays green then proves nothing, and
this says so.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console

from gatepost.attacks.errors import AttackError
from gatepost.attacks.sabotage.ground import Ground, grounds_here
from gatepost.attacks.sabotage.mutant import Mutant
from gatepost.attacks.sabotage.mutants import MUTANTS
from gatepost.attacks.sabotage.proving import ALIVE, Fate, Proof, prove
from gatepost.attacks.sabotage.report import (
    STANDARD_OUTPUT,
    Progress,
    counted,
    tell_result,
    write_json,
)

__all__ = ["ALIVE", "MUTANTS", "Fate", "Ground", "Mutant", "Proof", "prove", "sabotage"]


def sabotage(  # noqa: PLR0913 - the options of a command, each with its default
    *,
    only: Sequence[str] = (),
    sample: int | None = None,
    seed: int = 0,
    at_once: int | None = None,
    json_to: Path | None = None,
    grounds: Mapping[str, Ground] | None = None,
    console: Console | None = None,
) -> int:
    """Weaken the house one protection at a time, attack it, and tell what became of each mutant.

    Args:
        only: texts, one of which is in the names of the mutants that are tried; all, without any.
        sample: try so many of them, chosen by the seed.
        seed: of the sample.
        at_once: how many child processes there are; as many as cores, unless given.
        json_to: a file into which everything is written; `-` is standard output, and what is told
            for people then goes to standard error.
        grounds: the apps that are attacked; the reference application, unless given.
        console: where it is told; standard output, unless given.

    Returns:
        the exit code: 1 where a mutant has survived.

    Raises:
        AttackError: no mutant is meant, one does not fit its file, or a sound app cannot be
            attacked.
    """
    known = grounds_here() if grounds is None else grounds
    apart = json_to == STANDARD_OUTPUT
    say = console or Console(soft_wrap=True, highlight=False, stderr=apart)
    mutants = chosen(only, sample, seed, set(known))
    say.print(f"{counted(len(mutants))}; first the sound app, on which each attack must be silent")
    proofs = prove(mutants, known, Progress(say, len(mutants)).tell, at_once=at_once)
    tell_result(say, proofs)
    if json_to is not None:
        write_json(json_to, proofs)
    return int(any(proof.fate in ALIVE for proof in proofs))


def chosen(only: Sequence[str], sample: int | None, seed: int, grounds: set[str]) -> list[Mutant]:
    """Return the mutants that are to be tried, in the order in which they are written.

    Args:
        only: as of `sabotage`.
        sample: as of `sabotage`; of those whose ground is here.
        seed: of the sample.
        grounds: the names of those that are here.

    Raises:
        AttackError: there is none.
    """
    meant = [mutant for mutant in MUTANTS if not only or any(text in mutant.name for text in only)]
    if sample is not None:
        here = [mutant for mutant in meant if mutant.ground in grounds]
        picked = sorted(here, key=lambda mutant: _lot(mutant, seed))[:sample]
        meant = [mutant for mutant in meant if mutant in picked]
    if not meant:
        raise AttackError(f"No mutant has any of {', '.join(only)} in its name.")
    return meant


def _lot(mutant: Mutant, seed: int) -> bytes:
    """Draw a lot that stays the mutant's own, whichever others come and go."""
    return hashlib.sha256(f"{seed} {mutant.name}".encode()).digest()
