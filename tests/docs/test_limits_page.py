"""The page about limits has each of them, with the values that it has."""

from gatepost.rates import HIGHEST_RATES, Limit, Rates, parse_rates
from tests.docs.snippets import ROOT

_PAGE = (ROOT / "docs" / "limits.md").read_text()


def test_the_table_has_every_limit_and_its_values() -> None:
    """By name, in order, with what it is by default and at most."""
    highest = parse_rates(HIGHEST_RATES, "the table")
    rows = [line.strip("| ").split(" | ") for line in _PAGE.splitlines() if line.startswith("| `")]
    assert [(row[0], row[2], row[3]) for row in rows] == [
        (
            f"`{limit}`",
            *(f"`{rates[limit].amount}/{rates[limit].seconds}s`" for rates in (Rates(), highest)),
        )
        for limit in Limit
    ]
