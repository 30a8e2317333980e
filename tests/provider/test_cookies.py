"""Cookies are Better Auth's, and no text in a Cookie header does harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.provider.cookies import CookieNames, Cookies, CookieSigner, SetCookies
from gatepost.settings import Secret, Secrets
from tests.provider.oracle.deployment import SECRET

_SIGNER = CookieSigner(Secret(SECRET))
_NAMES = CookieNames(secure=False)
_NAME = _NAMES.session_token

# Made by better-call's own `signCookieValue`, as better-auth 1.7.25 calls it.
_MADE_BY_BETTER_AUTH = (
    (SECRET, "a" * 32, f"{'a' * 32}.Bo9dOn44bT5u%2FL37Pdig659MmmjcvZF7Ct03Qw%2FQ%2FDU%3D"),
    (SECRET, "true", "true.DuLwNmP9BN2OH1vOgqtJxLkbfK6U3FL%2BXONUtWESMIQ%3D"),
    (
        SECRET,
        "é!'()*~.x",
        "%C3%A9!'()*~.x.AT7k6evKTxPBwn8w%2BAvxTozmEvcK1kOhA9KB%2B%2BtF8rA%3D",
    ),
    (
        "sécret-with-ümläuts-and-32-characters",
        "b" * 32,
        f"{'b' * 32}.zh%2BEcT8UWpx5S0W8p4FYblt8gBeytVZQ4xZhlG8IvwM%3D",
    ),
)


def _tokens(header: str) -> tuple[str, ...]:
    return Cookies(header, _NAMES, _SIGNER).session_tokens


@pytest.mark.parametrize(("secret", "value", "signed"), _MADE_BY_BETTER_AUTH)
def test_a_signature_is_the_originals(secret: str, value: str, signed: str) -> None:
    """Either server takes the other's cookies, given the same secret."""
    signer = CookieSigner(Secret(secret))
    assert signer.sign(value) == signed
    assert Cookies(f"{_NAME}={signed}", _NAMES, signer).session_tokens == (value,)


def test_another_secret_signs_otherwise() -> None:
    """A cookie of another secret is nobody's."""
    other = CookieSigner(Secret("another-secret-of-32-characters-!"))
    assert _tokens(f"{_NAME}={other.sign('a' * 32)}") == ()


def test_a_new_secret_signs_nobody_out() -> None:
    """The current one signs; what another has signed counts until that one is dropped."""
    old, new = Secret(SECRET), Secret("another-secret-of-32-characters-!")
    before = CookieSigner(old)
    first = CookieSigner(Secrets(((1, old), (2, new)), None))
    second = CookieSigner(Secrets(((2, new), (1, old)), None))
    legacy = CookieSigner(Secrets(((2, new),), old))
    dropped = CookieSigner(Secrets(((2, new),), None))
    assert first.sign("a") == before.sign("a")
    assert second.sign("a") == legacy.sign("a") == dropped.sign("a") != before.sign("a")
    for signer, taken in (
        (before, (first,)),
        (first, (before, first, second, legacy, dropped)),
        (second, (before, first, second, legacy, dropped)),
        (legacy, (before, first, second, legacy, dropped)),
        (dropped, (second, legacy, dropped)),
    ):
        for signed_by in taken:
            cookies = Cookies(f"{_NAME}={signed_by.sign('a')}", _NAMES, signer)
            assert cookies.session_tokens == ("a",)
    gone = Cookies(f"{_NAME}={before.sign('a')}", _NAMES, dropped)
    assert gone.session_tokens == ()


def test_every_good_one_of_a_name_counts_once() -> None:
    """Cookies of one name all count, in their order, forged ones aside."""
    one, two = _SIGNER.sign("one"), _SIGNER.sign("two")
    header = "; ".join(f"{_NAME}={value}" for value in ("forged", two, one, two, "", one + "x"))
    assert _tokens(header) == ("two", "one")


@pytest.mark.parametrize("position", range(44))
def test_no_digit_of_a_signature_may_differ(position: int) -> None:
    """Whichever character of the signature is another one, the cookie is forged."""
    value, signature = f"{'a' * 32}", _SIGNER.sign("a" * 32).partition(".")[2]
    plain = signature.replace("%2F", "/").replace("%2B", "+").replace("%3D", "=")
    assert _tokens(f"{_NAME}={value}.{plain}") == (value,)
    other = "B" if plain[position] != "B" else "C"
    changed = plain[:position] + other + plain[position + 1 :]
    assert _tokens(f"{_NAME}={value}.{changed}") == ()


@given(st.text(st.characters(max_codepoint=0xFF), max_size=200))
def test_any_header_is_read(header: str) -> None:
    """No Cookie header raises, and none without our secret signs anybody in."""
    for text in (header, f"{_NAME}={header}", f"{_NAME}={'a' * 32}.{header}"):
        cookies = Cookies(text, _NAMES, _SIGNER)
        assert cookies.session_tokens == ()
        assert not cookies.dont_remember
        assert isinstance(cookies.session_data, tuple)


@given(st.text(max_size=100))
def test_any_text_is_verified(text: str) -> None:
    """`verified` is total: text of any kind, lone surrogates included, is just not signed."""
    assert _SIGNER.verified(text) is None


def test_an_expired_cookie_takes_back_what_was_set() -> None:
    """A cookie set and then expired in one answer leaves its expiry alone on the wire."""
    set_cookies = SetCookies()
    set_cookies.add("better-auth.session_data", "x", secure=True, max_age=5)
    set_cookies.add("better-auth.session_data.0", "y", secure=True, max_age=5)
    set_cookies.add("better-auth.session_data_of_another", "z", secure=True, max_age=None)
    set_cookies.expire("better-auth.session_data", secure=True)
    assert [value for _, value in set_cookies.headers()] == [
        "better-auth.session_data_of_another=z; Path=/; HttpOnly; Secure; SameSite=Lax",
        "better-auth.session_data=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax",
    ]
