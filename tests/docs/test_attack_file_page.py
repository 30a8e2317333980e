"""docs/reference/attack-file.md has every member of the attack file, and none that is not."""

import re
import tomllib

import pytest
from pydantic import BaseModel

from gatepost.attacks.attack_file import (
    Administrator,
    AppSection,
    AttackFile,
    PeopleSection,
    Step,
    TokensSection,
)
from tests.docs.snippets import ROOT

_PAGE = (ROOT / "docs" / "reference" / "attack-file.md").read_text("utf-8")
_TOML = re.findall(r"^```toml\n(.*?)^```$", _PAGE, re.MULTILINE | re.DOTALL)
_PARTS: tuple[type[BaseModel], ...] = (
    AttackFile, PeopleSection, Step, Administrator, TokensSection, AppSection,
)  # fmt: skip


@pytest.mark.parametrize("part", _PARTS, ids=lambda part: part.__name__)
def test_every_member_is_on_the_page(part: type[BaseModel]) -> None:
    """As code or in an example."""
    for name in part.model_fields:
        assert re.search(
            rf"`(people\.)?{name}`|^{name} = |\b{name} = |\[{name}\]", _PAGE, re.MULTILINE
        ), name


@pytest.mark.parametrize("text", _TOML)
def test_every_example_can_be_said(text: str) -> None:
    """Each block of TOML is an attack file, or the part of one that needs no other."""
    AttackFile.model_validate(tomllib.loads(text))


def test_every_kind_of_sign_in_is_shown() -> None:
    """The four of them, each with an example."""
    kinds = {tomllib.loads(text).get("people", {}).get("kind") for text in _TOML}
    assert kinds >= {"better-auth", "password", "headers", "plugin"}
