"""Where an endpoint is written, for people who have to look at it."""

import inspect
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import CodeType

_INSTALLED = {"site-packages", "dist-packages"}


@dataclass(frozen=True, slots=True)
class Source:
    """Where an endpoint is defined.

    Attributes:
        module: the dotted name of its module.
        file: the file, or None where there is none to open.
        line: the first line, decorators included, counted from 1; None where there is no file.
    """

    module: str
    file: Path | None = None
    line: int | None = None

    def file_below(self, directory: Path) -> str | None:
        """Return the file relative to `directory`; None for installed code and code elsewhere."""
        if self.file is None:
            return None
        file, base = self.file.resolve(), directory.resolve()
        if not file.is_file() or not file.is_relative_to(base):
            return None
        below = file.relative_to(base)
        # A virtual environment often lies in the project's own directory.
        return None if _INSTALLED & set(below.parts) else below.as_posix()

    def place(self, directory: Path) -> str:
        """Return `file:line` relative to `directory`, or the module for code elsewhere."""
        file = self.file_below(directory)
        return self.module if file is None else f"{file}:{self.line}"


def source_of(endpoint: object) -> Source:
    """Find the code of an endpoint: of a function, what its decorators wrap; else of its class."""
    while isinstance(endpoint, partial):
        endpoint = endpoint.func
    if callable(endpoint):
        with suppress(ValueError):  # it wraps itself; then it is shown as it stands
            endpoint = inspect.unwrap(endpoint)
    code: object = getattr(endpoint, "__code__", None)
    if isinstance(code, CodeType):
        return Source(_module(endpoint), Path(code.co_filename), code.co_firstlineno)
    defined = endpoint if isinstance(endpoint, type) else type(endpoint)
    try:
        file, (_, line) = inspect.getsourcefile(defined), inspect.getsourcelines(defined)
    except (OSError, TypeError):  # made by a C extension, or at run time
        return Source(_module(defined))
    return Source(_module(defined), None if file is None else Path(file), line)


def _module(defined: object) -> str:
    module: object = getattr(defined, "__module__", None)
    return module if isinstance(module, str) else "unknown"


def place_of(endpoint: object) -> str:
    """Return where an endpoint is written, for a message: `file:line` as seen from here."""
    return source_of(endpoint).place(Path.cwd())
