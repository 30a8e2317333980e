"""Which files an app of this process opens: what a path does is seen, and not guessed.

There is nothing to see of an app of another process; the trials then go by its answers.
"""

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

    def see(self, path: str) -> None:
        """Keep a path as it is really meant, where it has the mark."""
        if self.mark in path:
            self.paths.append(Path(path).resolve())


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
        if event == "open" and _WATCHED and isinstance(arguments[0], str | bytes):
            path = arguments[0]
            for each in tuple(_WATCHED):
                each.see(path if isinstance(path, str) else path.decode(errors="replace"))

    sys.addaudithook(hook)
