"""`python -m tests.attacks.sabotage`: every mutant, on every ground."""

from pathlib import Path
from typing import Annotated

import typer

from gatepost.attacks.sabotage import sabotage
from tests.attacks.sabotage.grounds import every_ground


def main(
    only: Annotated[list[str] | None, typer.Argument()] = None,
    sample: int | None = None,
    seed: int = 0,
    at_once: int | None = None,
    json_to: Path | None = None,
) -> None:
    """Weaken Gatepost one protection at a time, and attack it."""
    raise typer.Exit(
        sabotage(
            only=only or (),
            sample=sample,
            seed=seed,
            at_once=at_once,
            json_to=json_to,
            grounds=every_ground(),
        )
    )


typer.run(main)
