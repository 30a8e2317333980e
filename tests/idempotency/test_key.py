"""What is read as an Idempotency-Key, and what is not."""

import pytest

from gatepost.idempotency.key import read_key
from gatepost.testing import Somebody
from tests.idempotency.conftest import Served

KEYS: dict[bytes, str] = {
    b'"8e03978e-40d5-43dd-bc93-6894a57f9324"': "8e03978e-40d5-43dd-bc93-6894a57f9324",
    b"8e03978e-40d5-43dd-bc93-6894a57f9324": "8e03978e-40d5-43dd-bc93-6894a57f9324",
    b'  "with spaces, and a comma"\t': "with spaces, and a comma",
    b'"a \\"quoted\\" and a \\\\"': 'a "quoted" and a \\',
    b"!#$%&'()*+-./:;<=>?@[\\]^_`{|}~": "!#$%&'()*+-./:;<=>?@[\\]^_`{|}~",
    b'"' + b"k" * 255 + b'"': "k" * 255,
    b"k" * 255: "k" * 255,
}
NO_KEYS: list[list[bytes]] = [
    [b""],
    [b'""'],
    [b'"'],
    [b'"open'],
    [b'a"b'],
    [b'"a"b"'],
    [b'"a";parameter=1'],
    [b'"a", "b"'],
    [b"a, b"],
    [b"a,b"],
    [b"a b"],
    [b'"a\\b"'],
    [b'"a\x7f"'],
    [b'"a\x00"'],
    [b'"a\tb"'],
    ['"ä"'.encode()],
    ["ä".encode()],
    [b"k" * 256],
    [b'"' + b"k" * 256 + b'"'],
    [b'"a"', b'"a"'],
    [],
]


@pytest.mark.parametrize("value", KEYS)
def test_a_key_is_read(value: bytes) -> None:
    """A string of RFC 9651, or the same without quotes."""
    assert read_key([value]) == KEYS[value]


@pytest.mark.parametrize("values", NO_KEYS, ids=repr)
def test_what_is_no_key_is_none(values: list[bytes]) -> None:
    """Anything else, and more than one, is no key."""
    assert read_key(values) is None


@pytest.mark.parametrize(
    "headers",
    [
        [("Idempotency-Key", "")],
        [("Idempotency-Key", "a b")],
        [("Idempotency-Key", '"a"'), ("idempotency-key", '"a"')],
    ],
)
def test_a_request_with_no_proper_key_is_refused(
    headers: list[tuple[str, str]], served: Served, ada: Somebody
) -> None:
    """It gets 400 and nothing is done, rather than being done without a key."""
    answer = ada.http.post("/errands", headers=headers, json={"title": "t"})
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_IDEMPOTENCY_KEY")
    assert served.titles(ada) == []


def test_a_key_is_the_same_with_and_without_quotes(served: Served, ada: Somebody) -> None:
    """Quotes are the header's, and not the key's."""
    for value in ('"same"', "same"):
        answer = ada.http.post("/errands/x", headers={"Idempotency-Key": value})
        assert answer.status_code == 200
    assert served.titles(ada) == ["x"]
