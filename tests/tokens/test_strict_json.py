"""One reading of JSON, or none."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.tokens.strict_json import JsonFault, JsonRefused, parse_object

REFUSED: dict[str, tuple[bytes, JsonFault]] = {
    "nothing": (b"", JsonFault.NOT_JSON),
    "blank": (b" ", JsonFault.NOT_JSON),
    "duplicate": (b'{"a":1,"a":1}', JsonFault.DUPLICATE_MEMBER),
    "duplicate by escape": (b'{"a":1,"\\u0061":2}', JsonFault.DUPLICATE_MEMBER),
    "duplicate within": (b'{"x":[{"a":1,"a":2}]}', JsonFault.DUPLICATE_MEMBER),
    "NaN": (b'{"a":NaN}', JsonFault.NOT_JSON),
    "Infinity": (b'{"a":Infinity}', JsonFault.NOT_JSON),
    "-Infinity": (b'{"a":-Infinity}', JsonFault.NOT_JSON),
    "deep": (b'{"a":' + b"[" * 64 + b"]" * 64 + b"}", JsonFault.TOO_DEEP),
    "very deep": (b"[" * 1_000_000, JsonFault.TOO_DEEP),
    "lone surrogate": (b'{"a":"\\ud800"}', JsonFault.LONE_SURROGATE),
    "lone low surrogate": (b'{"a":"\\udc00"}', JsonFault.LONE_SURROGATE),
    "lone surrogate in a name": (b'{"\\ud800":1}', JsonFault.LONE_SURROGATE),
    "lone surrogate within": (b'{"a":[{"b":"\\uD800x"}]}', JsonFault.LONE_SURROGATE),
    "surrogates the wrong way round": (b'{"a":"\\udc00\\ud800"}', JsonFault.LONE_SURROGATE),
    "surrogate as UTF-8": (b'{"a":"\xed\xa0\x80"}', JsonFault.NOT_UTF8),
    "overlong": (b'{"a":"\xc0\xaf"}', JsonFault.NOT_UTF8),
    "Latin-1": (b'{"a":"\xe9"}', JsonFault.NOT_UTF8),
    "BOM": (b'\xef\xbb\xbf{"a":1}', JsonFault.NOT_JSON),
    "UTF-16": ('{"a":1}'.encode("utf-16"), JsonFault.NOT_UTF8),
    "UTF-16 without a BOM": ('{"a":1}'.encode("utf-16-le"), JsonFault.NOT_JSON),
    "UTF-32": ('{"a":1}'.encode("utf-32-be"), JsonFault.NOT_JSON),
    "huge number": (b'{"a":' + b"1" * 21 + b"}", JsonFault.NOT_JSON),
    "number beyond all": (b'{"a":' + b"1" * 10_000 + b"}", JsonFault.NOT_JSON),
    "trailing data": (b'{"a":1}{"b":2}', JsonFault.NOT_JSON),
    "trailing comma": (b'{"a":1,}', JsonFault.NOT_JSON),
    "comment": (b'{"a":1/* */}', JsonFault.NOT_JSON),
    "single quotes": (b"{'a':1}", JsonFault.NOT_JSON),
    "bare name": (b"{a:1}", JsonFault.NOT_JSON),
    "leading zero": (b'{"a":01}', JsonFault.NOT_JSON),
    "plus": (b'{"a":+1}', JsonFault.NOT_JSON),
    "hexadecimal": (b'{"a":0x1}', JsonFault.NOT_JSON),
    "bare fraction": (b'{"a":.5}', JsonFault.NOT_JSON),
    "other digits": ('{"a":١}'.encode(), JsonFault.NOT_JSON),
    "other space": ('{"a":\u00a01}'.encode(), JsonFault.NOT_JSON),
    "control character": (b'{"a":"\n"}', JsonFault.NOT_JSON),
    "NUL": (b'{"a":"\0"}', JsonFault.NOT_JSON),
    "unknown escape": (b'{"a":"\\x41"}', JsonFault.NOT_JSON),
    "array": (b"[1]", JsonFault.NOT_AN_OBJECT),
    "text": (b'"a"', JsonFault.NOT_AN_OBJECT),
    "number": (b"1", JsonFault.NOT_AN_OBJECT),
    "null": (b"null", JsonFault.NOT_AN_OBJECT),
    "true": (b"true", JsonFault.NOT_AN_OBJECT),
}
TAKEN: dict[str, tuple[bytes, dict[str, object]]] = {
    "empty": (b"{}", {}),
    "spaces": (b' \t\r\n{ "a" : 1 } ', {"a": 1}),
    "pair of surrogates": (b'{"a":"\\ud83d\\ude00"}', {"a": "\U0001f600"}),
    "escaped NUL": (b'{"a":"\\u0000"}', {"a": "\0"}),
    "twenty digits": (b'{"a":' + b"1" * 20 + b"}", {"a": 11111111111111111111}),
    "same name on two levels": (b'{"a":{"a":1}}', {"a": {"a": 1}}),
    "nothing is a name, too": (b'{"":1}', {"": 1}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """What two parsers might read in two ways is not read."""
    raw, fault = REFUSED[name]
    with pytest.raises(JsonRefused) as refused:
        parse_object(raw)
    assert refused.value.fault == fault


@pytest.mark.parametrize("name", TAKEN)
def test_taken(name: str) -> None:
    """What has one reading is read so."""
    raw, expected = TAKEN[name]
    assert parse_object(raw) == expected


def test_a_caller_may_take_more_brackets() -> None:
    """The bound on brackets is the caller's, and 64 where nothing is said."""
    raw = json.dumps({"a": [[]] * 100}).encode()
    assert parse_object(raw, max_brackets=102) == {"a": [[]] * 100}
    for refused in ({"max_brackets": 101}, {}):
        with pytest.raises(JsonRefused, match=JsonFault.TOO_DEEP):
            parse_object(raw, **refused)


@pytest.mark.parametrize("depth", [500, 900, 100_000])
def test_no_depth_ends_the_stack(depth: int) -> None:
    """Whatever the caller's bound, an escape in deep nesting is read or refused."""
    raw = b'{"a":' + b"[" * depth + b'"\\u0061"' + b"]" * depth + b"}"
    with contextlib.suppress(JsonRefused):
        assert parse_object(raw, max_brackets=1_000_000).keys() == {"a"}


@given(st.binary(max_size=300))
def test_no_other_exception(raw: bytes) -> None:
    """Any bytes give an object or a `JsonRefused`."""
    with contextlib.suppress(JsonRefused):
        assert isinstance(parse_object(raw), dict)


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8")),
        st.none()
        | st.booleans()
        | st.integers(-(10**18), 10**18)
        | st.text(st.characters(codec="utf-8")),
    )
)
def test_what_json_writes_is_read_back(value: dict[str, object]) -> None:
    """Strictness costs no honest text."""
    brackets = sum(text.count(mark) for mark in "[{" for text in json.dumps(value))
    if brackets <= 64:
        assert parse_object(json.dumps(value).encode()) == value
