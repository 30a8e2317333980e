"""Where a handler is written, as a report of any machine may say it."""

import re
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

from gatepost.attacks.targets.operation import Place

_BUILT = re.compile(r"[-.](?=[\w-]*[0-9A-Z])[\w-]{8}(?=\.(?:js|css|mjs|woff2?|png|svg|map)$)")
_MOST_LINES = 14


@dataclass(frozen=True, slots=True)
class ShownPlace:
    """A file and a line.

    Attributes:
        file: relative to the working directory, or else to the folder that it is imported from.
        line: from 1.
        is_ours: whether it is below the working directory.
    """

    file: str
    line: int
    is_ours: bool

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def shown_place(place: Place | None, root: Path) -> ShownPlace | None:
    """Return a place without what differs from machine to machine.

    Args:
        place: as the app has it.
        root: the working directory.
    """
    if place is None:
        return None
    file = Path(place.file).resolve()
    root = root.resolve()
    if file.is_relative_to(root) and "site-packages" not in file.parts:
        return ShownPlace(file.relative_to(root).as_posix(), place.line, is_ours=True)
    for folder in sorted(map(str, sys.path), key=len, reverse=True):
        if folder and file.is_relative_to(folder):
            return ShownPlace(file.relative_to(folder).as_posix(), place.line, is_ours=False)
    return ShownPlace(file.name, place.line, is_ours=False)


def code_at(place: Place | None) -> str:
    """Return the first lines of a handler; nothing where its file cannot be read."""
    if place is None:
        return ""
    try:
        lines = Path(place.file).read_text("utf-8").splitlines()[place.line - 1 :]
    except (OSError, UnicodeDecodeError):
        return ""
    block = "\n".join(lines).split("\n\n\n", 1)[0].splitlines()
    return textwrap.dedent("\n".join(block[:_MOST_LINES])).rstrip()


def lasting_path(path: str) -> str:
    """Return a path without the hash in the name of a built file, which each build changes."""
    return _BUILT.sub("-*", path)
