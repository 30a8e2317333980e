"""What is compared with the original, and where it differs, is what the documentation says."""

import re
from collections import Counter

from tests.docs.snippets import ROOT
from tests.provider.conversations import CONVERSATIONS
from tests.provider.differences import DIFFERENCES
from tests.provider.oracle.steps import Mails, Step

_PAGE = (ROOT / "docs" / "reference" / "better-auth-differences.md").read_text()
_AT_LEAST = 250
_BY_CONVERSATION = "the comparison"


def _rows() -> dict[str, str]:
    """Return by what each row of the table is held, by its first column."""
    lines = [line.strip("| ") for line in _PAGE.splitlines() if line.startswith("| ")]
    cells = [line.split(" | ") for line in lines]
    assert cells[0] == ["what", "Gatepost", "the original", "why", "held by"]
    return {row[0]: row[4] for row in cells[1:]}


def test_the_page_counts_the_requests() -> None:
    """As many requests and conversations as the page says are compared on either database."""
    steps = [step for conversation in CONVERSATIONS for step in conversation.steps]
    requests = sum(isinstance(step, Step) for step in steps)
    assert requests >= _AT_LEAST
    [said] = re.findall(r"(\d+)\s+requests\s+in\s+(\d+)\s+conversations", _PAGE)
    assert tuple(map(int, said)) == (requests, len(CONVERSATIONS))


def test_nothing_is_said_under_another_s_name() -> None:
    """Conversations, the steps of each and deployments have names of their own."""
    names = [conversation.id for conversation in CONVERSATIONS]
    deployments = {conversation.deployment.id: conversation for conversation in CONVERSATIONS}
    for conversation in CONVERSATIONS:
        names += [
            f"{conversation.id}: {step.id}"
            for step in conversation.steps
            if isinstance(step, Step | Mails)
        ]
        first = deployments[conversation.deployment.id]
        assert conversation.deployment == first.deployment
    assert [name for name, times in Counter(names).items() if times > 1] == []


def test_a_difference_is_one_of_a_step() -> None:
    """Every difference belongs to a conversation and to a step of it."""
    steps = {
        conversation.id: {step.id for step in conversation.steps if isinstance(step, Step | Mails)}
        for conversation in CONVERSATIONS
    }
    for conversation, differences in DIFFERENCES.items():
        assert set(differences) <= steps[conversation]


def test_each_difference_has_its_row_and_each_row_its_difference() -> None:
    """The table says why each answer differs; a row without one names the test that holds it."""
    found = {each.row for differences in DIFFERENCES.values() for each in differences.values()}
    rows = _rows()
    assert found == {what for what, held_by in rows.items() if held_by == _BY_CONVERSATION}
    for what, held_by in rows.items():
        if held_by != _BY_CONVERSATION:
            [path] = re.findall(r"`(tests/\w+(?:/\w+)*\.py)`", held_by)
            assert (ROOT / path).is_file(), what
