"""What is said of each attack: why it matters, how it is mended, and what OWASP calls it."""

import pytest

from gatepost.attacks import CATALOGUE
from gatepost.attacks.advice import advice_on
from gatepost.attacks.advice.beyond import BEYOND
from gatepost.attacks.advice.browsers import BROWSERS
from gatepost.attacks.advice.credentials import CREDENTIALS
from gatepost.attacks.advice.rows import ROWS
from gatepost.attacks.advice.sessions import SESSIONS
from gatepost.attacks.advice.tokens import TOKENS
from gatepost.attacks.catalogue.top_ten import TOP_TEN, top_ten_of

_EVERY = (*CREDENTIALS, *TOKENS, *SESSIONS, *ROWS, *BROWSERS, *BEYOND)
_FACTS = range(1, 139)


def test_every_number_is_advised_on_once() -> None:
    """Each number of the fact sheet has one advice, with a sentence for both of its parts."""
    numbers = [number for advice in _EVERY for number in advice.numbers]
    assert set(_FACTS) <= set(numbers)
    assert len(numbers) == len(set(numbers))
    for advice in _EVERY:
        assert advice.why.endswith(".")
        assert len(advice.fix) > 20


def test_every_attack_has_advice_and_an_item() -> None:
    """Whatever is added to the catalogue has both, by its number, its source or its weakness."""
    for family, attacks in CATALOGUE.items():
        for attack in attacks:
            assert advice_on(attack, family).why
            assert top_ten_of(attack) in TOP_TEN


@pytest.mark.parametrize(
    ("number", "item"),
    [
        (105, "API1:2023"), (25, "API2:2023"), (115, "API3:2023"), (10, "API4:2023"),
        (125, "API5:2023"), (38, "API7:2023"), (135, "API8:2023"), (18, "API9:2023"),
        (104, "API10:2023"),
    ],
)  # fmt: skip
def test_an_attack_has_its_item(number: int, item: str) -> None:
    """The item of the Top 10 is the one that the attack is an example of."""
    items = {
        top_ten_of(attack)
        for attacks in CATALOGUE.values()
        for attack in attacks
        if attack.number == number
    }
    assert items == {item}
