"""Where a credential stands: in each kind of header it is found, and another takes its place."""

import pytest

from gatepost.attacks.forge import base64url
from gatepost.attacks.people.carrier import bare, carrier_of
from gatepost.attacks.people.person import Person

_JWT = ".".join([base64url(b'{"alg":"HS256"}'), base64url(b'{"sub":"a"}'), "c2ln"])
_LONG = "a-long-value-of-something-else-that-is-no-credential-at-all"


@pytest.mark.parametrize(
    ("headers", "token", "replaced"),
    [
        ({"Authorization": f"Bearer {_JWT}"}, _JWT, ("Authorization", b"Bearer x")),
        ({"Authorization": "Token abc"}, "abc", ("Authorization", b"Token x")),
        ({"X-API-Key": "abc", "Origin": "o"}, "abc", ("X-API-Key", b"x")),
        ({"Cookie": "session=abc"}, "abc", ("Cookie", b"session=x")),
        (
            {"Cookie": f"csrftoken={_LONG}; session=abc"}, "abc",
            ("Cookie", f"csrftoken={_LONG}; session=x".encode()),
        ),
        (
            {"Cookie": f'access_token="Bearer {_JWT}"; refresh_token={_JWT}'}, _JWT,
            ("Cookie", f'access_token="Bearer x"; refresh_token={_JWT}'.encode()),
        ),
        (
            {"Cookie": "session=abc", "Authorization": "Bearer d", "X-CSRF-Token": "t"}, "d",
            ("Authorization", b"Bearer x"),
        ),
    ],
)  # fmt: skip
def test_a_credential_is_found_and_replaced(
    headers: dict[str, str], token: str, replaced: tuple[str, bytes]
) -> None:
    """The credential is what the app knows the person by, and only it is replaced."""
    person = Person("alice", "", "", headers)
    carrier = carrier_of(person)
    assert carrier is not None
    assert carrier.token == token
    assert carrier.is_jwt == (token == _JWT)
    assert carrier.holding("x") == replaced
    assert carrier.header not in bare(person).headers
    assert "Cookie" not in bare(person).headers


def test_who_has_no_credential_has_no_carrier() -> None:
    """What every page sends is no credential."""
    assert carrier_of(Person("alice", "", "", {"Origin": "https://a.example"})) is None
