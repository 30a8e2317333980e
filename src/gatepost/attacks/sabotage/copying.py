"""A copy of a package with a mutant in it, for a child process to import in place of the real one.

There is no hook in what ships: what is weak is a file in a temporary directory, which is gone when
the child is.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gatepost.attacks.sabotage.mutant import Mutant, home_of, weakened


@contextmanager
def mutated(mutant: Mutant) -> Iterator[Path]:
    """Copy a mutant's package and weaken the copy; yields the directory in which it lies.

    What was compiled of the other files is copied with them and still holds: it goes by the time
    and the size of its source, and both are kept.

    Raises:
        AttackError: the mutant does not fit its file any more.
    """
    text = weakened(mutant)
    with tempfile.TemporaryDirectory(prefix="gatepost-sabotage-") as directory:
        home = Path(directory)
        shutil.copytree(home_of(mutant.package) / mutant.package, home / mutant.package)
        (home / mutant.file).write_text(text, "utf-8")
        yield home
