"""The snapshot of an app's routes shows what has changed, what has become open before all."""

from pathlib import Path

import pytest

from gatepost import ConfigurationError
from gatepost.gate.listing import Entry, Row
from gatepost.gate.snapshot import changes, entries_of, read_snapshot, write_snapshot
from gatepost.gate.source import Source


def _rows(*entries: Entry) -> list[Row]:
    return [Row(entry, Source("a.module", Path(__file__), 7)) for entry in entries]


@pytest.mark.parametrize(
    ("path", "policy", "kept"),
    [
        ("/assets/index-DsdoVPWv.js", "public", "/assets/index-*.js"),
        ("/assets/index-xkqytdP4.css", "public", "/assets/index-*.css"),
        ("/assets/a-_0-bcdeF.woff2", "public", "/assets/a-*.woff2"),
        ("/assets/my-document.pdf", "public", "/assets/my-document.pdf"),
        ("/assets/index-DsdoVPWv", "public", "/assets/index-DsdoVPWv"),
        ("/a-DsdoVPWv.d/b", "public", "/a-DsdoVPWv.d/b"),
        ("/{name}-DsdoVPWv.js", "public", "/{name}-DsdoVPWv.js"),
        ("/assets/index-DsdoVPWv.js", "signed in", "/assets/index-DsdoVPWv.js"),
    ],
)
def test_a_snapshot_outlives_a_build(path: str, policy: str, kept: str) -> None:
    """The hash of a public file's content is left out; any other difference stays visible."""
    assert [entry.path for entry in entries_of(_rows(Entry(path, "GET", policy)))] == [kept]


def test_a_snapshot_can_be_read_again() -> None:
    """What is written is read as it was: sorted, one route a line, with no place in it."""
    entries = [
        Entry("/b", "GET HEAD", "public", 'says "hello"\nand ö', "/{a}"),
        Entry("/a", "POST", "signed in"),
    ]
    text = write_snapshot(entries_of(_rows(*entries)))
    assert read_snapshot(text) == sorted(entries)
    assert len(text.splitlines()) == 4
    assert "test_snapshot" not in text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[1]",
        '[{"method": "GET", "path": "/"}]',
        '[{"method": "GET", "path": "/", "policy": "public", "line": "7"}]',
        '[{"method": "GET", "path": "/", "policy": null}]',
    ],
)
def test_what_is_no_snapshot_is_refused(text: str) -> None:
    """A file that cannot be compared with is an error, and never an empty table."""
    with pytest.raises(ConfigurationError):
        read_snapshot(text)


_A = Entry("/a", "GET", "signed in")
_A_PUBLIC = Entry("/a", "GET", "public", "why not")

_CHANGES: dict[str, tuple[list[Entry], list[Entry], list[tuple[Entry | None, Entry | None, bool]]]]
_CHANGES = {
    "nothing": ([_A], [_A], []),
    "opened": ([_A], [_A_PUBLIC], [(_A, _A_PUBLIC, True)]),
    "closed": ([_A_PUBLIC], [_A], [(_A_PUBLIC, _A, False)]),
    "added": ([], [_A], [(None, _A, False)]),
    "added open": ([], [_A_PUBLIC], [(None, _A_PUBLIC, True)]),
    "removed": ([_A], [], [(_A, None, False)]),
    "another reason": (
        [_A_PUBLIC],
        [Entry("/a", "GET", "public", "so")],
        [(_A_PUBLIC, Entry("/a", "GET", "public", "so"), False)],
    ),
    "a method more": (
        [_A_PUBLIC],
        [Entry("/a", "GET POST", "public", "why not")],
        [(None, Entry("/a", "POST", "public", "why not"), True)],
    ),
    "two methods alike": (
        [Entry("/a", "GET HEAD", "signed in")],
        [Entry("/a", "GET", "public", "x"), Entry("/a", "HEAD", "public", "x")],
        [(Entry("/a", "GET HEAD", "signed in"), Entry("/a", "GET HEAD", "public", "x"), True)],
    ),
    "what opens comes first": (
        [Entry("/z", "GET", "signed in")],
        [_A, Entry("/z", "GET", "public", "x")],
        [
            (Entry("/z", "GET", "signed in"), Entry("/z", "GET", "public", "x"), True),
            (None, _A, False),
        ],
    ),
    "the same path twice": (
        [_A],
        [_A, Entry("/a", "GET", "signed in", "", "/a")],
        [(None, Entry("/a", "GET", "signed in", "", "/a"), False)],
    ),
}


@pytest.mark.parametrize("name", _CHANGES)
def test_changes_are_found(name: str) -> None:
    """Each difference is told once, and what has become open is told first."""
    before, after, expected = _CHANGES[name]
    found = [(change.before, change.after, change.opens) for change in changes(before, after)]
    assert found == expected
