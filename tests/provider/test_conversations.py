"""Gatepost answers as Better Auth 1.7.25 does."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.provider.conversations import CONVERSATIONS, Conversation, Step
from tests.provider.differences import DIFFERENCES
from tests.provider.playing import play
from tests.provider.record import RECORDED
from tests.provider.served import Served, serving_provider


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving_provider(tmp_path_factory.mktemp("plain")) as served:
        yield served


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving_provider(tmp_path_factory.mktemp("secure"), secure=True) as served:
        yield served


def _recorded() -> dict[str, dict[str, dict[str, object]]]:
    recorded: dict[str, dict[str, dict[str, object]]] = json.loads(
        Path(RECORDED).read_text(encoding="utf-8")
    )
    return recorded


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda conversation: conversation.id)
def test_every_answer_is_the_originals(
    conversation: Conversation, plain: Served, secure: Served
) -> None:
    """Status, body, cookies and meaningful headers equal what Better Auth was recorded to say."""
    expected = _recorded()[conversation.id]
    for step, difference in DIFFERENCES.get(conversation.id, {}).items():
        assert expected[step] != difference.answer, f"{step} is no difference any more"
        expected[step] = difference.answer
    answered = dict(play(conversation, secure if conversation.secure else plain))
    assert answered == expected


def test_the_recording_is_of_these_conversations() -> None:
    """Nothing was added to the conversations, or taken away, without asking Better Auth."""
    steps = {
        conversation.id: [step.id for step in conversation.steps if isinstance(step, Step)]
        for conversation in CONVERSATIONS
    }
    assert {name: list(answers) for name, answers in _recorded().items()} == steps
