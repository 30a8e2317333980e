"""Passwords are Better Auth's, or Argon2id's; they cost alike, and never stop the event loop."""

import asyncio
import sys
import time

import argon2
import pytest

from gatepost.errors import ConfigurationError
from gatepost.password_hash import PasswordHash
from gatepost.provider.passwords import Passwords, UnreadableHash, utf16_length

# Made by better-auth 1.7.25's own `hashPassword`.
_MADE_BY_BETTER_AUTH = (
    (
        "correct horse battery",
        (
            "4647dd77fe4699502da5a099d8ae8d6c:"
            "ce6b6b5c65de7125d2d67d0d590889521d1603805eab28c6ba949fec3bc1781f"
            "511d007f0a4609bf2d205d68d6b0ed995f524b62c68ecbd8a216aa3a2baa122a"
        ),
    ),
    (
        "ｐａｓｓｗｏｒｄ１",
        (
            "485e1ecb7b06dc05fd96f986c12b5e05:"
            "059011e300b0a8a2a4c4c6968b5a26843c6207ec5ce957cc3f826facd4a916ed"
            "118259c60757927a4c247df7a59a52b39d23f7382aae3d9d585dfbc105c99014"
        ),
    ),
    (
        "Å😀 ﬁ \0ß",
        (
            "258151715ea1994228ad3a7f6b210b09:"
            "05cc05050d66e7beae629aad8765857f7de0f6f097d9fc1f917e31e2882793de"
            "e9042f1e72529ee8fceb748bb3277c82a718ebfdd5c2f6df19f4d819fd9dc38b"
        ),
    ),
)
_MADE_ELSEWHERE = {
    # Of the tests of Argon2's reference implementation.
    "reference": (
        "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc"
    ),
    "argon2-cffi's default": argon2.PasswordHasher().hash("password"),
}
_BLANK = "$c29tZXNhbHQ$" + "A" * 43


@pytest.mark.parametrize(("password", "stored"), _MADE_BY_BETTER_AUTH)
def test_a_hash_of_the_originals_is_read(password: str, stored: str) -> None:
    """A password that Better Auth hashed is known here, and no other one is taken for it."""

    async def verify() -> tuple[bool, bool]:
        passwords = Passwords()
        return (
            await passwords.verify(stored, password),
            await passwords.verify(stored, password + "x"),
        )

    assert asyncio.run(verify()) == (True, False)


def test_compatibility_forms_are_one_password() -> None:
    """NFKC: full-width letters and their plain ones are the same password."""
    stored = _MADE_BY_BETTER_AUTH[1][1]
    assert asyncio.run(Passwords().verify(stored, "password1"))


def test_a_hash_has_the_originals_form_and_a_salt_of_its_own() -> None:
    """`salt:key` in hex, 16 and 64 bytes, never the same twice."""

    async def twice() -> list[str]:
        passwords = Passwords()
        return [await passwords.hash("password1"), await passwords.hash("password1")]

    first, second = asyncio.run(twice())
    salt, key = first.split(":")
    assert (len(salt), len(key)) == (32, 128)
    assert bytes.fromhex(salt + key)
    assert first != second


@pytest.mark.parametrize("stored", _MADE_ELSEWHERE.values(), ids=_MADE_ELSEWHERE)
def test_argon2id_of_others_is_read_and_outdated(stored: str) -> None:
    """Whichever function is chosen: the password is known, no other is, and it is to change."""
    for chosen in PasswordHash:
        passwords = Passwords(chosen)
        assert asyncio.run(passwords.verify(stored, "password"))
        assert not asyncio.run(passwords.verify(stored, "passwort"))
        assert passwords.is_outdated(stored)


def test_argon2id_is_written_as_others_read_it() -> None:
    """A PHC string with OWASP's parameters and a salt of its own, NFKC, which is not outdated."""
    passwords = Passwords(PasswordHash.ARGON2ID)
    first, second = (asyncio.run(passwords.hash("ｐａｓｓｗｏｒｄ１")) for _ in range(2))
    assert first != second
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert argon2.PasswordHasher().verify(first, "password1")
    assert asyncio.run(passwords.verify(first, "password1"))
    assert not passwords.is_outdated(first)
    assert Passwords().is_outdated(first)
    assert passwords.is_outdated(_MADE_BY_BETTER_AUTH[0][1])


def test_without_its_library_argon2id_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who chooses it is told what to install; who does not reads Better Auth's hashes alone."""
    monkeypatch.delitem(sys.modules, "gatepost.provider.argon2id", raising=False)
    monkeypatch.setitem(sys.modules, "argon2", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'gatepost\[argon2\]'"):
        Passwords(PasswordHash.ARGON2ID)
    password, stored = _MADE_BY_BETTER_AUTH[0]
    assert asyncio.run(Passwords().verify(stored, password))
    with pytest.raises(UnreadableHash):
        asyncio.run(Passwords().verify(_MADE_ELSEWHERE["reference"], "password"))


@pytest.mark.parametrize(
    "stored",
    [
        *("", ":", "salt", "salt:", ":key", "$argon2id$v=19$m=1"),
        *(f"$argon2i$v=19$m=256,t=2,p=2{_BLANK}", f"$argon2id$v=16$m=256,t=2,p=2{_BLANK}"),
        # Four GiB, a hundred passes, 5 lanes, less memory than lanes take, and what is no number.
        *(f"$argon2id$v=19$m=4194304,t=2,p=1{_BLANK}", f"$argon2id$v=19$m=65537,t=1,p=1{_BLANK}"),
        *(f"$argon2id$v=19$m=256,t=99,p=1{_BLANK}", f"$argon2id$v=19$m=256,t=4,p=1{_BLANK}"),
        *(f"$argon2id$v=19$m=256,t=1,p=5{_BLANK}", f"$argon2id$v=19$m=31,t=1,p=4{_BLANK}"),
        *(f"$argon2id$v=19$m=0,t=1,p=1{_BLANK}", f"$argon2id$v=19$m=२५६,t=1,p=1{_BLANK}"),
        *("$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$AAAA", f"$argon2id$v=19$m=8,t=1,p=1{_BLANK}\n"),
        f"$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ5A${'A' * 43}",
    ],
)
def test_an_unreadable_hash_says_so(stored: str) -> None:
    """What is no hash, or none to be computed, is told from a wrong password, by the log alone."""
    with pytest.raises(UnreadableHash):
        asyncio.run(Passwords().verify(stored, "password1"))


@pytest.mark.parametrize("stored", ["salt:key", "é:é", "a:b:c", "salt:" + "0" * 128, "\ud800:x"])
def test_a_strange_hash_is_nobodys(stored: str) -> None:
    """Any text may be in the column; none of these is a password."""
    assert asyncio.run(Passwords().verify(stored, "password1")) is False


@pytest.mark.parametrize("chosen", PasswordHash)
def test_nobody_costs_what_somebody_costs(chosen: PasswordHash) -> None:
    """However somebody's password is hashed, a wrong one takes what nobody's takes."""

    async def timed(stored: str | None) -> float:
        passwords = Passwords(chosen, at_once=1)
        await passwords.verify(None, "warm up")
        best = 1e9
        for _ in range(5):
            began = time.process_time()  # of all threads, and of no other process
            await passwords.verify(stored, "password1")
            best = min(best, time.process_time() - began)
        return best

    nobody = asyncio.run(timed(None))
    of_either_kind = (_MADE_BY_BETTER_AUTH[0][1], asyncio.run(Passwords(chosen).hash("password2")))
    for stored in of_either_kind:
        assert 0.6 < nobody / asyncio.run(timed(stored)) < 1.6


def test_the_event_loop_runs_on() -> None:
    """While ten passwords are hashed, nothing else waits for as long as a few of them take."""

    async def longest_pause_and_all() -> tuple[float, float]:
        passwords = Passwords(at_once=1)
        hashing = [asyncio.ensure_future(passwords.hash("password1")) for _ in range(10)]
        began = last = time.perf_counter()
        longest = 0.0
        while not all(task.done() for task in hashing):
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            longest, last = max(longest, now - last), now
        return longest, last - began

    longest, everything = asyncio.run(longest_pause_and_all())
    assert longest < everything / 3


def test_who_gives_up_waiting_gives_up_the_place() -> None:
    """Of 200 requests that wait and are cancelled, none is hashed for, and the next is served."""

    async def seconds() -> float:
        passwords = Passwords(at_once=1)
        waiting = [asyncio.ensure_future(passwords.hash("password1")) for _ in range(200)]
        await asyncio.sleep(0.01)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        began = time.perf_counter()
        await passwords.hash("password1")
        return time.perf_counter() - began

    assert asyncio.run(seconds()) < 3  # 200 hashes take some ten seconds


@pytest.mark.parametrize(("text", "length"), [("", 0), ("é", 1), ("😀", 2), ("\ud800", 1)])
def test_length_is_javascripts(text: str, length: int) -> None:
    """Password lengths are counted in UTF-16 units, as the original counts them."""
    assert utf16_length(text) == length
