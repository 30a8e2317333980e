"""What a tool has reported, whichever it was."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel

from benchmarks.attacks.holes import Route
from benchmarks.attacks.target import Planted


class Finding(NamedTuple):
    """One thing that a tool says is wrong.

    Attributes:
        kind: which of its checks says so.
        route: where.
    """

    kind: str
    route: Route


class Outcome(BaseModel):
    """One run of a tool against one app.

    Attributes:
        report: the tool's own, as it wrote it.
        seconds: that it took, on the clock.
        trouble: why there is no report; empty where there is one.
    """

    report: str = ""
    seconds: float = 0.0
    trouble: str = ""


class Tool(NamedTuple):
    """A tool of the comparison.

    Attributes:
        run: attacks an app, given a directory of its own.
        read: turns the report of such a run into findings.
        version: files that are different where the tool is.
        clean_times: how often each clean twin is run. What a twin is reported for at one time and
            not at another would else count as a hole that was found.
    """

    name: str
    run: Callable[[Planted, Path], Outcome]
    read: Callable[[str], set[Finding]]
    version: Iterable[Path]
    clean_times: int = 2


def template_of(path: str, templates: Iterable[str]) -> str:
    """Return the path with parameters that a path stands for; itself where none fits.

    Args:
        path: with values in it, and perhaps with a slash at its end that the template has not.
        templates: as OpenAPI has them; one without parameters goes first.
    """
    for template in sorted(templates, key=lambda known: known.count("{")):
        pattern = re.sub(r"\\\{[^/]*?\\\}", "[^/]+", re.escape(template))
        if re.fullmatch(f"{pattern}/?", path):
            return template
    return path
