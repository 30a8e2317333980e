"""Files of the kit's own that stand where no app should look: who shows one has left its folder.

An attack that names a file of the machine might have an app write over it; over one of these no
harm is done. An app on another machine has no such file, and is told nothing about.
"""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Decoy:
    """A file, and what stands in it and nowhere else."""

    path: Path
    secret: bytes

    @property
    def target(self) -> str:
        """Its path below the root, as it stands behind `../../`."""
        return self.path.as_posix().lstrip("/")

    @property
    def is_untouched(self) -> bool:
        """Whether it is as it was made."""
        try:
            return self.path.read_bytes() == self.secret
        except OSError:
            return False


@contextmanager
def decoy(suffix: str = ".txt") -> Iterator[Decoy]:
    """Have a file for the block.

    Args:
        suffix: of its name, with the dot.
    """
    with tempfile.TemporaryDirectory(prefix="gatepost-decoy-") as folder:
        made = Decoy(Path(folder).resolve() / f"decoy{suffix}", secrets.token_hex(24).encode())
        made.path.write_bytes(made.secret)
        yield made
