"""The environment that the other tools live in, locked apart from ours."""

from pathlib import Path

_ROOT = Path(__file__).parents[2]
BIN = _ROOT / ".venv-attack-tools" / "bin"
LOCK = _ROOT / "requirements" / "attack-tools.txt"
