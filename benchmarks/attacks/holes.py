"""The corpus: its apps, their holes, and what files each of them is made of."""

import ast
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

CORPUS = Path(__file__).parent / "corpus"
_PACKAGE = "benchmarks.attacks.corpus"


@dataclass(frozen=True, order=True, slots=True)
class Route:
    """Where something can be asked for.

    Attributes:
        method: in capitals; `WS` for a websocket.
        path: as OpenAPI has it: the parameters in braces, without converters.
    """

    method: str
    path: str

    @classmethod
    def named(cls, method: str, path: str) -> "Route":
        """Return it in one spelling, whoever has written it."""
        return cls(
            method.upper().replace("WEBSOCKET", "WS"),
            "/".join(
                part.partition(":")[0] + "}" if part.startswith("{") and ":" in part else part
                for part in path.split("/")
            ),
        )


class Hole(BaseModel, frozen=True):
    """What is planted in an app, by the name that `HOLE` has it under.

    Attributes:
        number: of the attack in the catalogue that it is for.
    """

    name: str
    app: str
    family: str
    number: int
    method: str
    path: str

    @property
    def route(self) -> Route:
        """Where it shows."""
        return Route.named(self.method, self.path)


class _Holes(BaseModel):
    hole: list[Hole]


def read_holes() -> list[Hole]:
    """Return every hole of the corpus, in the order of its file.

    Raises:
        pydantic.ValidationError: the file is not what it should be.
    """
    return _Holes.model_validate(tomllib.loads((CORPUS / "holes.toml").read_text())).hole


def attack_file(app: str) -> Path:
    """Return where the attack file of an app is."""
    return CORPUS / f"{app}.toml"


def import_string(app: str) -> str:
    """Return what servers know an app by."""
    return f"{_PACKAGE}.{app}:app"


def sources(app: str) -> Sequence[Path]:
    """Return the files that an app is made of: its own two, and what it imports of the corpus."""
    found: dict[Path, None] = {}
    waiting = [CORPUS / f"{app}.py"]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found[path] = None
            waiting += _imported(path)
    return [*found, attack_file(app)]


def _imported(path: Path) -> list[Path]:
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == _PACKAGE:
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{_PACKAGE}."):
            names.append(str(node.module).rpartition(".")[2])
    return [CORPUS / f"{name}.py" for name in names]
