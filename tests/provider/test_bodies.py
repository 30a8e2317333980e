"""A body is bounded in every way, whatever bytes come in."""

import time

import pytest

from gatepost.errors import Refusal
from gatepost.provider import bodies


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100 + "]" * 100,
        '{"a":' * 100 + "1" + "}" * 100,
        "[" + "[]," * 500 + "[]]",
        '{"password":"' + "[{" * 500 + '"}',
        r'{"password":"\"' + "[{" * 500 + r'\\"}',
    ],
    ids=["lists", "objects", "wide", "in a text", "behind an escaped quote"],
)
def test_what_is_not_deep_is_read(body: str) -> None:
    """A hundred levels are followed; brackets beside each other, or in a text, are none."""
    assert bodies.parse(body.encode(), bodies.JSON, (bodies.JSON,)) is not None


@pytest.mark.parametrize(
    "body",
    [
        "[" * 101 + "]" * 101,
        '{"a":[' * 51 + "]}" * 51,
        "[" * 1_000_000,
        '{"a":"[","b":' * 101 + "1" + "}" * 101,
        '"' + r"\"[" * 300_000,
    ],
    ids=["lists", "both", "open", "between texts", "escaped quotes without an end"],
)
def test_what_is_deeper_is_refused_at_once(body: str) -> None:
    """One level more is no JSON to us, on every version of Python and in time that is linear."""
    start = time.process_time()
    with pytest.raises(Refusal, match="Invalid JSON"):
        bodies.parse(body.encode(), bodies.JSON, (bodies.JSON,))
    assert time.process_time() - start < 5  # seconds; quadratic would be hours
