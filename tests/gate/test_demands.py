"""What a policy asks, in words: a review sees it, and a program sees when it asks for less."""

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from gatepost import Declaration, fresh, public, requires
from gatepost.gate.audit import table_of
from gatepost.gate.demands import asks_less, words_of
from gatepost.gate.listing import Entry, rows_of
from gatepost.gate.policy import SignedIn, implies
from gatepost.gate.snapshot import changes, entries_of, read_snapshot, write_snapshot

_WORDS: list[tuple[SignedIn, str]] = [
    (SignedIn(), "signed in"),
    (SignedIn(roles=frozenset({"admin"})), "signed in, role admin"),
    (SignedIn(roles=frozenset({"b", "a"})), "signed in, role a, role b"),
    (SignedIn(frozenset({"x:write", "x:read"})), "signed in, scope x:read, scope x:write"),
    (SignedIn(max_age_seconds=300), "signed in, within 300 s"),
    (
        SignedIn(frozenset({"x"}), frozenset({"admin"}), 1),
        "signed in, role admin, scope x, within 1 s",
    ),
    (SignedIn(frozenset({"a,"}), frozenset({"ä"})), "signed in, role ä, scope a,"),
]


@pytest.mark.parametrize(("policy", "words"), _WORDS)
def test_a_policy_is_written_in_one_way(policy: SignedIn, words: str) -> None:
    """Roles, scopes and the age stand in one order, whatever order they were declared in."""
    assert words_of(policy) == words
    assert not asks_less(words, words)


# Before, after, and whether somebody may now who might not before.
_LESS: list[tuple[str, str, bool]] = [
    ("signed in", "public", True),
    ("public", "signed in", False),
    ("public", "public", False),
    ("signed in", "signed in", False),
    ("signed in, role admin", "signed in", True),
    ("signed in, role admin", "public", True),
    ("signed in, role admin", "signed in, role user", True),
    ("signed in, role admin", "signed in, role administrator", True),
    ("signed in, role admin", "signed in, scope admin", True),
    ("signed in, role admin", "signed in, role Admin", True),
    ("signed in", "signed in, role admin", False),
    ("signed in, role a", "signed in, role a, role b", False),
    ("signed in, role a, role b", "signed in, role b", True),
    ("signed in, role a, role b", "signed in, role b, role a", False),
    ("signed in, scope x", "signed in, scope x, scope y", False),
    ("signed in, scope x, scope y", "signed in, scope x", True),
    ("signed in, scope x, scope y", "signed in, scope x,, scope y", True),
    ("signed in, within 300 s", "signed in", True),
    ("signed in", "signed in, within 300 s", False),
    ("signed in, within 300 s", "signed in, within 301 s", True),
    ("signed in, within 300 s", "signed in, within 30 s", False),
    ("signed in, within 300 s", "signed in, role admin", True),
    ("signed in, within 300 s", "signed in, within 30 s, within 900 s", False),
    ("signed in, role admin, within 300 s", "signed in, role admin, within 60 s", False),
    ("signed in, role admin, within 300 s", "signed in, role user, within 60 s", True),
    ("signed in, a word of tomorrow", "signed in", True),
    ("signed in, a word of tomorrow", "signed in, a word of tomorrow", False),
    ("signed in", "signed in, a word of tomorrow", False),
    ("signed in, within three s", "signed in, within 1 s", True),
]


@pytest.mark.parametrize(("before", "after", "less"), _LESS)
def test_less_is_what_lets_somebody_in(before: str, after: str, *, less: bool) -> None:
    """A demand that is gone, or an older sign-in, is less; a word that is not known counts."""
    assert asks_less(before, after) is less


_names = st.text(
    st.characters(codec="ascii", categories=("L", "N", "P"), exclude_characters=' ,"\\')
)
_policies = st.builds(
    SignedIn,
    st.frozensets(_names, max_size=3),
    st.frozensets(_names, max_size=3),
    st.none() | st.integers(1, 1000),
)


@given(before=_policies, after=_policies)
def test_words_tell_what_policies_do(before: SignedIn, after: SignedIn) -> None:
    """The words of two policies are compared as the policies themselves are."""
    assert asks_less(words_of(before), words_of(after)) is not implies(after, before)


async def _page(_request: Request) -> Response:
    return PlainTextResponse("said")


def _entries(*policies: Declaration) -> list[Entry]:
    """List an app of one route that has these policies."""
    route = Route("/page", _page, methods=["POST"])
    for policy in policies:
        policy(route)
    return entries_of(rows_of(table_of(FastAPI(routes=[route], openapi_url=None))))


_ADMIN, _OPEN = requires(role="admin"), public("the same for everyone")

# What was declared, what is declared now; whether that opens and whether it loosens.
_CHANGES: dict[str, tuple[tuple[Declaration, ...], tuple[Declaration, ...], bool, bool]] = {
    "a role is gone": ((_ADMIN,), (), False, True),
    "a role is there": ((), (_ADMIN,), False, False),
    "another role": ((_ADMIN,), (requires(role="user"),), False, True),
    "a role more": ((_ADMIN,), (_ADMIN, requires(role="user")), False, False),
    "a scope for a role": ((_ADMIN,), (requires(scope="admin"),), False, True),
    "an older sign-in": ((fresh(60),), (fresh(61),), False, True),
    "a newer sign-in": ((fresh(60),), (fresh(59),), False, False),
    "open that was for signed-in callers": ((), (_OPEN,), True, True),
    "open that was for admins": ((_ADMIN,), (_OPEN,), True, True),
    "for admins that was open": ((_OPEN,), (_ADMIN,), False, False),
}


@pytest.mark.parametrize("name", _CHANGES)
def test_a_snapshot_tells_what_has_become_looser(name: str) -> None:
    """A change that lets somebody in who was kept out is told as one, by `loosens` or `opens`."""
    before, after, opens, loosens = _CHANGES[name]
    kept = read_snapshot(write_snapshot(_entries(*before)))
    (change,) = changes(kept, _entries(*after))
    assert (change.opens, change.loosens) == (opens, loosens)


def test_what_is_new_or_gone_loosens_nothing() -> None:
    """A route that is new or gone is a change of its own kind."""
    entries = _entries(_ADMIN)
    assert [change.loosens for change in changes([], entries)] == [False]
    assert [change.loosens for change in changes(entries, [])] == [False]


def test_what_loosens_is_told_before_the_rest() -> None:
    """First what anyone may call now, then what more people may, then every other change."""

    def entry(path: str, policy: str) -> Entry:
        return Entry(path, "GET", policy, "why" if policy == "public" else "")

    before = [entry("/a", "signed in"), entry("/b", "signed in, role x"), entry("/c", "signed in")]
    after = [entry("/a", "signed in, role x"), entry("/b", "signed in"), entry("/c", "public")]
    told = [change.entry.path for change in changes(before, after)]
    assert told == ["/c", "/b", "/a"]


def test_methods_are_compared_one_by_one() -> None:
    """Where one method of a route asks for less now, it is told of that method alone."""
    before = [Entry("/page", "GET POST", "signed in, role admin")]
    after = [Entry("/page", "GET", "signed in"), Entry("/page", "POST", "signed in, role admin")]
    (change,) = changes(before, after)
    assert (change.entry.method, change.loosens) == ("GET", True)


def test_a_row_behind_another_asks_for_what_lets_in_most() -> None:
    """Of two routes for one request, what is shown is what somebody gets in by."""
    strict, loose = _ADMIN(Route("/{name}", _page)), Route("/page", _page)
    cases: list[tuple[list[BaseRoute], list[str]]] = [
        ([strict, loose], ["signed in, role admin", "signed in"]),
        ([loose, strict], ["signed in", "signed in, role admin"]),
        ([Route("/{name}", _page), _ADMIN(Route("/page", _page))], ["signed in", "signed in"]),
    ]
    for routes, shown in cases:
        table = table_of(FastAPI(routes=routes, openapi_url=None))
        assert [row.entry.policy for row in rows_of(table)] == shown
