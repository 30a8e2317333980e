"""What answers give away, told from the answers alone."""

import gzip
import io
import zipfile

import pytest

from gatepost.attacks.answers import Answered
from gatepost.attacks.making.harvest import decoded, encoded_like, links_in
from gatepost.attacks.targets.operation import Body, Operation, Parameter, Schema
from gatepost.attacks.trials.asking import like
from gatepost.attacks.trials.hidden_members import secrets_in
from gatepost.attacks.trials.judging import alike, changed, unpacked
from gatepost.attacks.trials.member_lies import text_slots
from gatepost.attacks.trials.parameters import choices_of, is_text, wide_open
from gatepost.attacks.trials.signed_links import swapped, tampered

_DAY = b'"2026-01-02T03:04:05.678Z"'


def _answer(body: bytes, status: int = 200) -> Answered:
    return Answered(status, (), body)


@pytest.mark.parametrize(
    ("first", "second", "ids", "same"),
    [
        (b'{"a":1}', b'{"a":1}', (), True),
        (b'{"a":1}', b'{"a":2}', (), False),
        (b"no note 17", b"no note 999", ("17", "999"), True),
        (b'{"id":17,"n":170}', b'{"id":999,"n":171}', ("17", "999"), False),
        (b"at " + _DAY, b'at "2027-01-01 00:00:00"', (), True),
        (b"id 8e1f2a30-0000-4000-8000-000000000000", b"id " + b"a" * 32, (), True),
    ],
)
def test_answers_are_alike(
    first: bytes, second: bytes, ids: tuple[str, ...], *, same: bool
) -> None:
    """Two answers are alike but for the id that was asked for, and what is of the moment."""
    assert alike(_answer(first), _answer(second), ids) is same
    assert not alike(_answer(first), _answer(first, 404), ids)


@pytest.mark.parametrize(
    ("first", "second", "third", "told"),
    [
        (b"[1]", b"[1]", b"[1,2]", ["$.length", "$[1]"]),
        (b'{"hits":1,"n":3}', b'{"hits":2,"n":3}', b'{"hits":3,"n":3}', []),
        (b'{"hits":1,"n":3}', b'{"hits":2,"n":3}', b'{"hits":3,"n":4}', ["$.n"]),
        (b'{"now":1760000000.5}', b'{"now":1760000000.5}', b'{"now":1760000001.5}', []),
        (b"three", b"three", b"four", ["body"]),
    ],
)
def test_what_has_changed_is_told(
    first: bytes, second: bytes, third: bytes, told: list[str]
) -> None:
    """Only what did not differ by itself before is said to have changed."""
    assert changed((_answer(first), _answer(second)), _answer(third)) == told


def test_archives_are_looked_into() -> None:
    """What is packed is found, and what only looks so is left as it is."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notes.txt", "hers " * 50)
    assert b"hers hers" in unpacked(packed.getvalue())
    assert unpacked(gzip.compress(b"hers")) == b"hers"
    for broken in (b"PK\x03\x04nothing", b"\x1f\x8bnothing"):
        assert unpacked(broken) == broken


@pytest.mark.parametrize(
    "value",
    ["7", "1234567", "2147483647", "9007199254740993", "8e1f2a30-1b2c-4d3e-8f90-a1b2c3d4e5f6",
     "01ARZ3NDEKTSV4RRFFQ69G5FAV", "slug-of-mine", "abc", "a@example.com"],
)  # fmt: skip
def test_an_id_that_nobody_has_is_of_the_same_shape(value: str) -> None:
    """It differs, it is a number where the other is one, and a UUID keeps its version."""
    other = like(value)
    assert other != value
    assert other.isdigit() == value.isdigit()
    if value.count("-") == 4:
        assert (len(other), other[14], other[19]) == (36, value[14], value[19])


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ({"passwordHash": "abc"}, ["passwordHash"]),
        ({"user": [{"hashed_password": "abc"}]}, ["hashed_password"]),
        ({"code": "$2b$12$abc"}, ["code"]),
        ({"password": "********", "has_password": True, "password_changed_at": "1"}, []),
        ({"content_hash": "ab", "token": "t", "csrf_token": "t", "salt": "1 pinch"}, []),
        ({"api_key": "k", "client_secret": "s"}, ["api_key", "client_secret"]),
    ],
)
def test_secrets_are_known_by_their_names(answer: object, found: list[str]) -> None:
    """Members that hold what is to be kept are named, and those that only sound so are not."""
    assert secrets_in(answer, strict=True) == found


def test_links_are_found_and_changed() -> None:
    """Links to the same origin are found; without signature, with another, with a later end."""
    answer = {"url": "http://a.test/d/1?expires=5&sig=Ab", "x": ["/f/2", "https://b.test/c", "/"]}
    assert links_in(answer, "http://a.test") == ["/d/1?expires=5&sig=Ab", "/f/2"]
    assert set(tampered("/d/1?expires=5&sig=Ab")) == {
        "/d/1?expires=5",
        "/d/1?expires=5&sig=",
        "/d/1?expires=5&sig=Bb",
        "/d/1?sig=Ab",
        "/d/1?sig=Ab&expires=315360005",
    }
    assert list(swapped("/d/1?expires=5&sig=Ab", "/d/2?expires=7&sig=Cd")) == [
        "/d/1?expires=7&sig=Cd"
    ]
    assert list(tampered("/f/2")) == []


def test_cursors_are_read_and_written() -> None:
    """What is in a cursor is read, and written in the same spelling."""
    cursor = "eyJvd25lciI6ICI3In0"
    assert decoded(cursor) == {"owner": "7"}
    assert encoded_like({"owner": "7"}, cursor) == cursor
    assert decoded("no base64!") is None


@pytest.mark.parametrize(("name", "found"), [("X-Total-Count", ["X-Total-Count"]), ("X-Id", [])])
def test_a_number_of_rows_in_a_header_is_compared(name: str, found: list[str]) -> None:
    """How many rows there are may be told beside them, and what else a header says is no row."""
    one, other = (Answered(200, ((name, number),), b"[]") for number in ("1", "2"))
    assert changed((one, one), other) == found


@pytest.mark.parametrize(
    ("schema", "choices", "text", "numbers"),
    [
        ({"type": "string"}, [], True, []),
        ({"enum": ["a", None, 3]}, ["a", "3"], False, []),
        ({"const": "only"}, ["only"], False, []),
        ({"type": "boolean"}, ["true", "false"], False, []),
        ({"anyOf": [{"type": "string"}, {"const": 7}]}, ["7"], True, []),
        ({"type": "array", "items": {"enum": ["x", "y"]}}, ["x", "y"], False, []),
        ({"type": "array", "items": {"type": "string"}}, [], True, []),
        ({"type": "integer"}, [], False, ["100000", "-1", "0"]),
        ({"type": "integer", "exclusiveMaximum": 50}, [], False, ["49", "-1", "0"]),
        ({"anyOf": [{"type": "integer", "maximum": 50}]}, [], False, ["50", "-1", "0"]),
    ],
)
def test_what_a_parameter_takes_is_told(
    schema: Schema, choices: list[str], *, text: bool, numbers: list[str]
) -> None:
    """The few values that a parameter has, any text, or how many rows, also within a list."""
    taken = Parameter("limit", "query", schema, False)  # noqa: FBT003 - as it is written
    assert (list(choices_of(schema)), is_text(taken), wide_open(taken)) == (choices, text, numbers)


def test_a_member_of_which_nothing_is_said_is_no_text() -> None:
    """A schema may be a mere yes or no, which says of no member that it takes a text."""
    members = {
        "any": True,
        "name": {"type": "string"},
        "of": {"properties": {"url": {"type": "string"}}},
    }
    body = Body("application/json", {"properties": members}, required=True)
    found = text_slots(Operation("POST", "/papers", body=body))
    assert [each.name for each in found] == ["name", "of.url"]
