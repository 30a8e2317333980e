"""Telling of a sabotage: a line for each mutant as it falls, the survivors at the end, and JSON."""

import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from gatepost.attacks.sabotage.proving import ALIVE, Fate, Proof

_COLOURS = {
    Fate.KILLED: "green",
    Fate.KILLED_BY_START: "green",
    Fate.SURVIVED: "red",
    Fate.UNAIMED: "red",
    Fate.BROKEN: "red",
    Fate.LEFT_OUT: "yellow",
}
_MINUTE = 60
STANDARD_OUTPUT = Path("-")


class Progress:
    """Says of each mutant what became of it, and how long the rest will take.

    Args:
        console: where it is said.
        total: how many mutants there are.
    """

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._total = total
        self._done = 0
        self._began = time.monotonic()

    def tell(self, proof: Proof) -> None:
        """Say what became of one."""
        self._done += 1
        width = len(str(self._total))
        colour, by = _COLOURS[proof.fate], proof.by
        noticed = escape(by.trial) if by is not None else escape(_short(proof.why))
        self._console.print(
            f"{self._done:>{width}}/{self._total}  [{colour}]{proof.fate:<10}[/]  "
            f"{escape(proof.mutant.name)}  [dim]{noticed}  {proof.seconds:.1f} s"
            f"{self._left()}[/]"
        )

    def _left(self) -> str:
        still = self._total - self._done
        if not still:
            return ""
        seconds = (time.monotonic() - self._began) / self._done * still
        if seconds < _MINUTE:
            return f", about {seconds:.0f} s left"
        return f", about {seconds / _MINUTE:.0f} min left"


def counted(mutants: int) -> str:
    """Return a number of mutants in words."""
    return "1 mutant" if mutants == 1 else f"{mutants} mutants"


def tell_result(console: Console, proofs: Sequence[Proof]) -> None:
    """Say how many fell, and of each that did not what was tried."""
    fates = Counter(proof.fate for proof in proofs)
    each = ", ".join(f"{number} {fate}" for fate in Fate if (number := fates[fate]))
    console.print(f"\n{counted(len(proofs))}: {each}")
    for proof in proofs:
        if proof.fate in ALIVE:
            mutant = proof.mutant
            tried = ", ".join(proof.tried) or "nothing"
            console.print(
                f"[red]{proof.fate}[/]  [bold]{escape(mutant.name)}[/]  {escape(mutant.says)}\n"
                f"    in {mutant.file}, on the ground {mutant.ground}; "
                f"aimed at it: {', '.join(mutant.aims)}; tried: {tried}\n"
                f"    {escape(proof.why)}"
            )


def as_json(proofs: Sequence[Proof]) -> dict[str, object]:
    """Return everything as JSON has it."""
    fates = Counter(proof.fate for proof in proofs)
    return {
        "mutants": len(proofs),
        "fates": {fate.value: fates[fate] for fate in Fate},
        "proofs": [_proof(proof) for proof in proofs],
    }


def write_json(path: Path, proofs: Sequence[Proof]) -> None:
    """Write everything as JSON into a file, or for `-` to the standard output."""
    text = json.dumps(as_json(proofs), indent=2, ensure_ascii=False) + "\n"
    if path == STANDARD_OUTPUT:
        sys.stdout.write(text)
    else:
        path.write_text(text, "utf-8")


def _proof(proof: Proof) -> dict[str, object]:
    mutant, by = proof.mutant, proof.by
    return {
        "name": mutant.name,
        "says": mutant.says,
        "file": mutant.file,
        "ground": mutant.ground,
        "aims": list(mutant.aims),
        "fate": proof.fate.value,
        "by": None if by is None else by.model_dump(mode="json"),
        "tried": list(proof.tried),
        "why": proof.why,
        "seconds": round(proof.seconds, 3),
    }


def _short(text: str, longest: int = 160) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
