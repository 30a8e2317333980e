"""Which files an app of this process opens: what a path does is seen, and not guessed.

There is nothing to see of an app of another process; the trials then go by its answers.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

_WATCHED: list["OpenedFiles"] = []


class OpenedFiles:
    """The files that were opened while somebody watched.

    Args:
        mark: a text; only paths that have it are kept.
    """

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.paths: list[Path] = []

    @property
    def folders(self) -> set[Path]:
        """The directories that they are really in."""
        return {path.parent for path in self.paths}

    def see(self, event: str, arguments: tuple[object, ...]) -> None:
        """Keep the path of a file that is opened as it is really meant, where it has the mark.

        Args:
            event: of `sys.audit`.
            arguments: those of the event.
        """
        if event == "open" and isinstance(path := arguments[0], str | bytes):
            opened = os.fsdecode(path)
            if self.mark in opened:
                self.paths.append(Path(opened).resolve())


@contextmanager
def watching(mark: str) -> Iterator[OpenedFiles]:
    """Watch for the block which files of a mark are opened."""
    _listen()
    seen = OpenedFiles(mark)
    _WATCHED.append(seen)
    try:
        yield seen
    finally:
        _WATCHED.remove(seen)


@cache
def _listen() -> None:
    """Begin to listen, once: Python has no way to take an audit hook away again."""

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        for each in tuple(_WATCHED):
            each.see(event, arguments)

    sys.addaudithook(hook)
