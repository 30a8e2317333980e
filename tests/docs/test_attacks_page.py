"""docs/reference/attacks.md is what the command prints, and not somebody's memory of it."""

from gatepost.attacks import CATALOGUE
from gatepost.attacks.reports.catalogue_list import catalogue_as_markdown, entries
from tests.docs.snippets import ROOT

_PAGE = ROOT / "docs" / "reference" / "attacks.md"


def test_the_page_is_current() -> None:
    """On a change: `gatepost attack --list --markdown > docs/reference/attacks.md`."""
    assert _PAGE.read_text("utf-8") == catalogue_as_markdown()


def test_every_attack_is_listed() -> None:
    """Each variant is in one entry, and an entry has one name."""
    listed = [attack.id for entry in entries() for attack in entry.attacks]
    assert sorted(listed) == sorted(each.id for every in CATALOGUE.values() for each in every)
    assert all(len({each.name for each in entry.attacks}) == 1 for entry in entries())
