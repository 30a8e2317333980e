"""A verifier that remembers tokens believes none for longer than one that does not."""

import base64
import json
import time
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.principal import SessionId, UserId
from gatepost.tokens import (
    Revocation,
    TokenFault,
    Trust,
    VerificationKey,
    VerifiedClaims,
    Verifier,
)
from gatepost.tokens.algorithms import ALGORITHMS, Algorithm
from gatepost.tokens.strict_json import JsonFault
from tests.tokens.house import AUDIENCE, ISSUER, base64url, claims, header
from tests.tokens.model_scene import Clock, Feed, Scene
from tests.tokens.model_world import Row

OTHER_ISSUER = "https://other.test"
REMEMBERED_TOKENS = 10_000
REASONS = {str(fault) for faults in (TokenFault, JsonFault) for fault in faults}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that the test moves, and nobody else: a slow machine makes no news old."""
    moved = Clock()
    monkeypatch.setattr(time, "time", lambda: moved.wall)
    monkeypatch.setattr(time, "clock_gettime", lambda _which: moved.steady)
    return moved


@pytest.fixture
def scene() -> Scene:
    """One issuer."""
    return Scene()


def test_hot_path_checks_no_signature(scene: Scene) -> None:
    """A token that was believed is not computed again, and a bad one never is remembered."""
    token = scene.token()
    for _ in range(5):
        assert isinstance(scene.outcome(token), VerifiedClaims)
    assert scene.counting.checks == 1
    bad = token[:-8] + b"AAAAAAAA"
    for _ in range(3):
        assert scene.outcome(bad) == TokenFault.BAD_SIGNATURE
    assert scene.counting.checks == 4


def _later(seconds: float) -> Callable[[Scene, Clock], object]:
    return lambda _scene, clock: clock.passes(seconds)


def _fresh(seconds: float) -> Callable[[Scene, Clock], object]:
    def change(scene: Scene, clock: Clock) -> None:
        clock.passes(seconds)
        scene.feed.caught_up(clock.steady)

    return change


def _revoked(**named: str) -> Callable[[Scene, Clock], object]:
    def change(scene: Scene, clock: Clock) -> None:
        session = named.get("session")
        scene.feed.apply(
            Revocation(
                None if session is None else SessionId(session),
                named.get("subject"),
                named.get("key"),
                clock.wall,
            )
        )

    return change


def _away(scene: Scene, _clock: Clock) -> None:
    scene.keys.is_away = True


# What happens to a token that is remembered, and what is said of it then; None is "it stands".
AFTER: dict[str, tuple[Callable[[Scene, Clock], object], TokenFault | None]] = {
    "nothing": (lambda _scene, _clock: None, None),
    "shortly before the end": (_fresh(904), None),
    "exp and skew": (_fresh(905), TokenFault.EXPIRED),
    "news as old as may be": (_later(4.9), None),
    "news too old": (_later(5.1), TokenFault.REVOCATIONS_UNAVAILABLE),
    "session": (_revoked(session="session"), TokenFault.REVOKED),
    "person": (_revoked(subject="ada"), TokenFault.REVOKED),
    "key taken back": (_revoked(key="k"), TokenFault.REVOKED),
    "everything": (_revoked(), TokenFault.REVOKED),
    "another session": (_revoked(session="other"), None),
    "another person": (_revoked(subject="bob"), None),
    "another key taken back": (_revoked(key="other"), None),
    "key gone": (lambda scene, _clock: scene.keys.known.clear(), TokenFault.UNKNOWN_KEY),
    "another key under its id": (
        lambda scene, _clock: scene.set_key(Row("k", 1).pair),
        TokenFault.BAD_SIGNATURE,
    ),
    "grace over": (
        lambda scene, clock: scene.set_key(until=clock.wall),
        TokenFault.RETIRED_KEY,
    ),
    "grace begun": (lambda scene, clock: scene.set_key(until=clock.wall + 1), None),
    "keys unavailable": (_away, TokenFault.KEYS_UNAVAILABLE),
}


@pytest.mark.parametrize("name", AFTER)
def test_a_remembered_token_is_judged_as_a_new_one(name: str, clock: Clock) -> None:
    """Hot and cold say the same, and `still_holds` agrees, but for the skew, which is stricter."""
    clock.wall = float(int(clock.wall))
    change, fault = AFTER[name]
    hot, cold = Scene(), Scene()
    token = hot.token()
    found = hot.outcome(token)
    assert isinstance(found, VerifiedClaims)
    began = clock.wall, clock.steady
    for scene in (hot, cold):
        clock.wall, clock.steady = began
        change(scene, clock)
    for _ in range(2):
        assert cold.outcome(token) == (fault or found)
        assert hot.outcome(token) == (fault or found)
    # Claims do not say which key pair it was that stood under the id.
    if name not in {"another key under its id", "shortly before the end"}:
        assert hot.verifier.still_holds(found) == (fault is None)


def test_key_in_its_grace_is_asked_for_its_end(clock: Clock) -> None:
    """A token that is remembered under a retired key ends with the key, by the clock alone."""
    scene = Scene()
    scene.set_key(until=clock.wall + 3)
    token = scene.token()
    found = scene.outcome(token)
    assert isinstance(found, VerifiedClaims)
    clock.passes(2.9)
    assert scene.outcome(token) == found
    assert scene.verifier.still_holds(found)
    clock.passes(0.1)
    assert scene.outcome(token) == TokenFault.RETIRED_KEY
    assert not scene.verifier.still_holds(found)
    assert scene.counting.checks == 1


def test_an_outage_ends_where_it_began(clock: Clock) -> None:
    """Old news and absent keys are no fault of the token: it stands again, still remembered."""
    scene = Scene()
    token = scene.token()
    found = scene.outcome(token)
    clock.passes(6)
    assert scene.outcome(token) == TokenFault.REVOCATIONS_UNAVAILABLE
    scene.feed.caught_up(clock.steady)
    assert scene.outcome(token) == found
    scene.keys.is_away = True
    assert scene.outcome(token) == TokenFault.KEYS_UNAVAILABLE
    scene.keys.is_away = False
    assert scene.outcome(token) == found
    assert scene.counting.checks == 1


def test_only_the_exact_bytes_are_remembered(scene: Scene) -> None:
    """Another spelling of a token that is believed is judged for itself, and refused."""
    token = scene.token()
    assert isinstance(scene.outcome(token), VerifiedClaims)
    head, body, signature = token.split(b".")
    # An Ed25519 signature is 64 bytes: the last letter has four bits that say nothing.
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = letters.index(signature[-1:])
    respelt = [signature[:-1] + letters[last ^ bits : (last ^ bits) + 1] for bits in range(1, 16)]
    raw = base64.urlsafe_b64decode(signature + b"==")
    order = 2**252 + 27742317777372353535851937790883648493
    malleable = raw[:32] + (int.from_bytes(raw[32:], "little") + order).to_bytes(32, "little")
    others = [
        *(b".".join((head, body, each)) for each in (*respelt, base64url(malleable))),
        token + b"=",
        token + b"\n",
        b" " + token,
        token + b".",
        head + b"=." + body + b"." + signature,
    ]
    for other in others:
        assert other != token
        assert scene.outcome(other) in REASONS, other
    assert isinstance(scene.outcome(token), VerifiedClaims)


def test_memory_is_bounded() -> None:
    """More distinct good tokens than are remembered cost no more than those."""
    scene = Scene()
    # What is measured is remembering, so that this key believes everything.
    real = ALGORITHMS["EdDSA"]
    anything = Algorithm(real.name, real.header_names, real.fits, lambda *_: None)
    scene.keys.known["k"] = VerificationKey("k", anything, scene.pair.pair.public_key(), None)
    head = base64url(json.dumps(header(kid="k")).encode())
    now = claims()

    def show(numbers: range) -> None:
        for number in numbers:
            body = base64url(json.dumps({**now, "sid": f"s{number}"}).encode())
            found = scene.outcome(head + b"." + body + b"." + b"A" * 86)
            assert isinstance(found, VerifiedClaims)

    tracemalloc.start()
    try:
        show(range(REMEMBERED_TOKENS))
        full = tracemalloc.get_traced_memory()[0]
        show(range(REMEMBERED_TOKENS, 3 * REMEMBERED_TOKENS // 2))
        after = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert full < 25 * 2**20
    assert after < full * 1.05
    scene.set_key()  # whatever is forgotten or no longer believed is judged anew
    assert scene.outcome(head + b"." + base64url(b"{}") + b"." + b"A" * 86) in REASONS


def test_refused_tokens_leave_nothing_behind(scene: Scene) -> None:
    """Ten thousand distinct bad tokens leave memory where it was."""
    good = scene.token()
    scene.outcome(good)
    tracemalloc.start()
    try:
        for number in range(10_000):
            scene.outcome(good[:-12] + base64url(number.to_bytes(9, "big")))
        assert tracemalloc.get_traced_memory()[0] < 2**20
    finally:
        tracemalloc.stop()


def test_who_is_shown_longest_ago_is_forgotten_first(scene: Scene) -> None:
    """What is past the bound is computed again, and is as good as before."""
    first = scene.token(sid="first")
    scene.outcome(first)
    remembered = scene.verifier._believed  # noqa: SLF001 - ten thousand signatures take a second
    one = next(iter(remembered.values()))
    for number in range(REMEMBERED_TOKENS - 1):
        remembered[b"%d" % number] = one
    scene.outcome(scene.token(sid="one more"))
    assert len(remembered) == REMEMBERED_TOKENS
    assert isinstance(scene.outcome(first), VerifiedClaims)
    assert scene.counting.checks == 3


@given(
    st.binary(max_size=600)
    | st.lists(st.binary(max_size=80).map(base64url), min_size=3, max_size=3).map(b".".join)
    | st.dictionaries(
        st.sampled_from(["iss", "aud", "sub", "sid", "exp", "iat", "nbf"]),
        st.none() | st.integers() | st.text() | st.lists(st.text(), max_size=2),
    ).map(lambda body: Scene().token(**body))
)
def test_total(token: bytes) -> None:
    """Any bytes, also of several issuers, give claims or one `TokenError`, and twice the same."""
    for scene in (Scene(), Scene(ISSUER, OTHER_ISSUER)):
        found = scene.outcome(token)
        assert isinstance(found, VerifiedClaims) or found in REASONS
        assert scene.outcome(token) == found
        assert scene.later(token) == found


REFRESHED: dict[str, tuple[str, str, bool]] = {
    # before, after asking, whether it is asked for
    "unknown key": ("key gone", "comes", True),
    "unknown key that stays so": ("key gone", "stays", True),
    "old news": ("news too old", "comes", True),
    "old news that stay so": ("news too old", "stays", True),
    "bad signature": ("another key under its id", "comes", False),
    "expired": ("exp and skew", "comes", False),
    "revoked": ("session", "comes", False),
    "no keys at all": ("keys unavailable", "comes", False),
}


@pytest.mark.parametrize("issuers", [(ISSUER,), (ISSUER, OTHER_ISSUER)], ids=["one", "two"])
@pytest.mark.parametrize("name", REFRESHED)
def test_authenticate_asks_once(name: str, issuers: tuple[str, ...], clock: Clock) -> None:
    """For an unknown key and for old news it asks, once, and believes what it then knows."""
    before, then, asks = REFRESHED[name]
    change, fault = AFTER[before]
    scene = Scene(*issuers)
    token = scene.token()
    assert isinstance(scene.outcome(token), VerifiedClaims)
    change(scene, clock)
    if then == "comes":
        scene.keys.at_refresh = lambda: scene.keys.known.update(k=scene.set_key())
        scene.feed.at_catch_up = lambda: scene.feed.caught_up(clock.steady)
    found = scene.later(token)
    assert isinstance(found, VerifiedClaims) == (asks and then == "comes")
    assert isinstance(found, VerifiedClaims) or found == fault
    assert scene.keys.refreshed == (fault is TokenFault.UNKNOWN_KEY)
    assert scene.feed.asked == (fault is TokenFault.REVOCATIONS_UNAVAILABLE)


def test_news_that_were_asked_for_are_heeded(clock: Clock) -> None:
    """Where the news say that it has ended, asking for them was not in its favour."""
    scene = Scene()
    token = scene.token()
    scene.outcome(token)
    clock.passes(6)

    def ended() -> None:
        scene.feed.apply(Revocation(SessionId("session"), None, None, clock.wall))
        scene.feed.caught_up(clock.steady)

    scene.feed.at_catch_up = ended
    assert scene.later(token) == TokenFault.REVOKED
    assert scene.feed.asked == 1


def test_two_issuers_in_one_memory() -> None:
    """Each token is judged by its own issuer's terms, hot and cold; identity is of both."""
    here, elsewhere = Scene(ISSUER, OTHER_ISSUER), Scene()
    found = [here.outcome(here.token(iss=name)) for name in (ISSUER, OTHER_ISSUER)]
    again = [here.outcome(here.token(iss=name)) for name in (ISSUER, OTHER_ISSUER)]
    assert found == again
    first, second = found
    assert isinstance(first, VerifiedClaims)
    assert isinstance(second, VerifiedClaims)
    assert (first.issuer, second.issuer) == (ISSUER, OTHER_ISSUER)
    assert first.subject == second.subject
    assert first.user_id != second.user_id
    for issuer in ("https://nobody.test", ISSUER + "/", ISSUER.upper(), None, [ISSUER], 7):
        assert here.outcome(here.token(iss=issuer)) == TokenFault.UNKNOWN_ISSUER
        assert elsewhere.outcome(elsewhere.token(iss=issuer)) == TokenFault.WRONG_ISSUER


def test_one_issuers_feed_and_keys_are_not_the_others() -> None:
    """What one issuer takes back, of keys or of sessions, says nothing of another's tokens."""
    one, other = Scene(), Scene(OTHER_ISSUER)
    trusts = [
        Trust(
            issuer=name,
            audience=AUDIENCE,
            algorithms=frozenset({"EdDSA"}),
            token_types=frozenset({""}),
            required_claims=frozenset(),
            clock_skew_seconds=5,
            max_lifetime_seconds=900,
            roles_claim="",
            subjects_are_user_ids=False,
            keys=scene.keys,
            revocations=scene.feed,
        )
        for name, scene in ((ISSUER, one), (OTHER_ISSUER, other))
    ]
    one.verifier = other.verifier = Verifier(trusts)
    other.pair = Row("k", 1)
    other.set_key(other.pair.pair)
    good = one.token(), other.token(iss=OTHER_ISSUER)
    stolen = one.token(iss=OTHER_ISSUER), other.token(iss=ISSUER)
    for _ in range(2):
        assert all(isinstance(one.outcome(token), VerifiedClaims) for token in good)
        assert all(one.outcome(token) == TokenFault.BAD_SIGNATURE for token in stolen)
    one.feed.apply(Revocation(SessionId("session"), None, None, time.time()))
    one.feed.apply(Revocation(None, None, "k", time.time()))
    assert one.outcome(good[0]) == TokenFault.REVOKED
    assert isinstance(one.outcome(good[1]), VerifiedClaims)
    one.keys.is_away = True
    assert one.outcome(good[0]) == TokenFault.KEYS_UNAVAILABLE
    assert isinstance(one.outcome(good[1]), VerifiedClaims)


def test_terms_that_contradict_each_other_are_refused() -> None:
    """No issuer, one twice, or two whose subjects are both user ids."""
    trust = Scene().trust(ISSUER, alone=True)
    other = Scene().trust(OTHER_ISSUER, alone=True)
    for trusts in ([], [trust, trust], [trust, other]):
        with pytest.raises(ValueError, match="issuer"):
            Verifier(trusts)


def test_a_clock_that_was_wrong_brings_nothing_back(clock: Clock) -> None:
    """A worker whose clock is a year ahead hears of an end, and then its clock is set right."""
    feed = Feed()
    ended_at = clock.wall
    clock.wall += 365 * 86_400
    feed.apply(Revocation(SessionId("session"), "ada", None, ended_at))
    feed.apply(Revocation(None, "bob", None, ended_at))
    clock.wall = ended_at
    feed.caught_up(clock.steady)
    for session, subject in (("session", "ada"), (None, "ada"), ("other", "bob")):
        assert feed.fault(_claims(session, subject, int(ended_at))) == TokenFault.REVOKED
    assert feed.fault(_claims("other", "bob", int(ended_at) + 6)) is None


def test_memory_that_ran_out_while_a_clock_was_behind(clock: Clock) -> None:
    """Everybody is to get a new token then, by the clock as it was before it was set back."""
    feed = Feed()
    began = clock.wall
    feed.apply(Revocation(SessionId("session"), None, None, began - 600))
    clock.wall -= 600
    for number in range(1001):
        feed.apply(Revocation(SessionId(f"{number}"), None, None, began - 600))
    clock.wall = began
    feed.caught_up(clock.steady)
    assert feed.fault(_claims("session", "ada", int(began) - 1)) == TokenFault.REVOKED
    assert feed.fault(_claims("session", "ada", int(began) + 6)) is None


def test_memory_that_ran_out_where_the_clock_was_never_right(clock: Clock) -> None:
    """As far as those who wrote the ends down say, too: they may know the time."""
    began = clock.wall
    clock.wall -= 600
    feed = Feed()
    for number in range(1001):
        feed.apply(Revocation(SessionId(f"{number}"), None, None, began))
    clock.wall = began
    feed.caught_up(clock.steady)
    assert feed.fault(_claims("0", "ada", int(began) - 1)) == TokenFault.REVOKED


def _claims(session: str | None, subject: str, issued_at: int) -> VerifiedClaims:
    return VerifiedClaims(
        issuer=ISSUER,
        subject=subject,
        user_id=UserId(subject),
        audience=AUDIENCE,
        issued_at=issued_at,
        expires_at=issued_at + 900,
        session_id=None if session is None else SessionId(session),
        key_id="k",
    )
