"""Taking the code out of the documentation."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]

_BLOCK = re.compile(
    r'^```\w+ title="(?P<name>[\w.]+)"\n(?P<code>.*?)^```$', re.MULTILINE | re.DOTALL
)


def write_snippets(page: str, directory: Path) -> None:
    """Write every titled code block of a page into `directory`, under its title."""
    blocks = list(_BLOCK.finditer((ROOT / page).read_text()))
    assert blocks, f"{page} shows no code"
    for block in blocks:
        (directory / block["name"]).write_text(block["code"])
