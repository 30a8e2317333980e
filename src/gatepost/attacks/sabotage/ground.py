"""The ground of a sabotage: an app that is attacked whole, and then once with each mutant."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gatepost.attacks.attack_file import AttackFile, read_attack_file
from gatepost.attacks.sabotage.mutant import TASKS, home_of
from gatepost.rates import HIGHEST_RATES

_OURS = ("GATEPOST_", "BETTER_AUTH_")
_DATABASE = "DATABASE_URL"


@dataclass(frozen=True, slots=True)
class Ground:
    """An app.

    Attributes:
        target: `module:app`.
        file: what the kit cannot know from it.
        factory: whether the name is that of a function which makes the app.
        homes: directories in which its modules lie.
        environment: set for it.
    """

    target: str
    file: AttackFile = field(default_factory=AttackFile)
    factory: bool = False
    homes: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def environment_of_child(self, first: Path | None) -> dict[str, str]:
        """Return the environment of the process in which it is attacked.

        Nothing of a deployment's own is in it: no database but a new one is touched.

        Args:
            first: the directory of a mutated package, which is found before any other.
        """
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(_OURS) and name != _DATABASE
        }
        homes = [home_of("gatepost"), *self.homes]
        path = [str(home) for home in ([] if first is None else [first]) + homes]
        path += [each for each in sys.path if each and each not in path]
        return {**kept, **self.environment, "PYTHONPATH": os.pathsep.join(path)}


PATIENT: Mapping[str, str] = {"GATEPOST_RATE_LIMITS": HIGHEST_RATES}
"""Everybody in an attack has one address, and the limits are not what is under attack."""


def tasks() -> Ground:
    """Return the reference application."""
    home = home_of("gatepost_tasks")
    beside = home / "attack.toml"
    return Ground(
        "gatepost_tasks.app:create_app",
        read_attack_file(beside) if beside.is_file() else AttackFile(),
        factory=True,
        homes=(home,),
        environment=PATIENT,
    )


def grounds_here() -> dict[str, Ground]:
    """Return the grounds that every copy of Gatepost has."""
    return {TASKS: tasks()}
