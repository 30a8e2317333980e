"""What an app prints and logs while it is attacked: into a file, and not over the view."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

_OUT, _ERR = 1, 2


@dataclass(frozen=True, slots=True)
class Apart:
    """Where the command itself writes, and the file that has what the app does.

    Attributes:
        out: the standard output of before.
        err: the standard error of before.
        file: of what the app has written; it is removed where that is nothing.
    """

    out: TextIO
    err: TextIO
    file: Path


@contextmanager
def app_output_apart() -> Iterator[Apart]:
    """Keep the output of this process apart, whoever of it writes and by which means.

    The descriptors themselves are turned, so that loggers which have kept a stream, and libraries
    that are not Python, are kept apart as well.
    """
    descriptor, name = tempfile.mkstemp(prefix="gatepost-attack-", suffix=".log")
    with ExitStack() as undone:
        undone.callback(_remove_if_empty, Path(name))
        before = [os.dup(each) for each in (_OUT, _ERR)]
        out, err = (
            undone.enter_context(os.fdopen(os.dup(each), "w", 1, "utf-8", "replace"))
            for each in before
        )
        undone.callback(_turn_back, before)
        _flush()
        for each in (_OUT, _ERR):
            os.dup2(descriptor, each)
        os.close(descriptor)
        yield Apart(out, err, Path(name))


def _turn_back(before: list[int]) -> None:
    _flush()
    for descriptor, each in zip(before, (_OUT, _ERR), strict=True):
        os.dup2(descriptor, each)
        os.close(descriptor)


def _flush() -> None:
    sys.stdout.flush()
    sys.stderr.flush()


def _remove_if_empty(file: Path) -> None:
    if not file.stat().st_size:
        file.unlink()
