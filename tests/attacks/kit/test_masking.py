"""Masking: what is known is named, and what only looks like a secret is taken out as well."""

import base64

import pytest

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.people.person import Person
from gatepost.attacks.reports.masking import Masker, plain

_JWT = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJlLW9mLWE"
_ALICE = Person(
    "alice",
    "alice@example.com",
    "p/ss word+0123",
    {"Authorization": f"Bearer {_JWT}", "X-Tenant-Key": "tenant-key-of-alice"},
    {"refresh_token": "refresh-0123456789", "token_type": "bearer", "user": {"name": "Alice"}},
    {"session": "session-of-alice"},
)
_BASIC = base64.b64encode(b"alice@example.com:p/ss word+0123").decode()
_FILE = AttackFile.model_validate(
    {
        "tokens": {"secret": "the-secret-of-the-app"},
        "app": {"environment": {"JWT_SECRET": "another-secret", "COLOUR": "greenish"}},
        "people": {"admin": {"email": "root@example.com", "password": "root-password"}},
    }
)
_TEXTS = {
    "a token": (f"Bearer {_JWT}", "Bearer $TOKEN_ALICE"),
    "a password": ('{"p": "p/ss word+0123"}', '{"p": "$PASSWORD_ALICE"}'),
    "a password in a URL": ("?p=p%2Fss%20word%2B0123", "?p=$PASSWORD_ALICE"),
    "both in Basic": (f"Basic {_BASIC}", "Basic $BASIC_ALICE"),
    "a cookie": ("a=session-of-alice", "a=$COOKIE_ALICE_SESSION"),
    "a refresh token": ("refresh-0123456789", "$TOKEN_ALICE"),
    "a header of the app's own": ("tenant-key-of-alice", "$HEADER_ALICE"),
    "a secret of the attack file": ("the-secret-of-the-app", "$APP_SECRET"),
    "a secret of the environment": ("another-secret", "$JWT_SECRET"),
    "the administrator's password": ("root-password", "$PASSWORD_ADMIN"),
    "a JWT of nobody": ("eyJhbGciOiJub25lIn0.e30.", "$TOKEN_FORGED"),
    "a secret by its name": ('{"api_key": "a\\"b"}', '{"api_key": "$SECRET"}'),
    "a secret of a form": ("a=b&new_password=x1&c=d", "a=b&new_password=$SECRET&c=d"),
    "a credential in words": ("Bearer abcdefghijklmnop", "Bearer $TOKEN"),
    "a password of a database": ("postgresql://u:pw@db/x", "postgresql://u:$PASSWORD@db/x"),
    "no secret": ("the greenish bearer Alice", "the greenish bearer Alice"),
    "a challenge": ('Bearer realm="notes"', 'Bearer realm="notes"'),
    "a kind of token": ('{"token_type": "bearer"}', '{"token_type": "bearer"}'),
}
_FIELDS = {
    "a token that was changed": ("Authorization", f"Bearer x{_JWT[3:]}", "Bearer $TOKEN"),
    "a token and more": ("Authorization", f"Bearer {_JWT} b", "Bearer $TOKEN_ALICE b"),
    "cookies": ("Cookie", "a=b; s=session-of-alice", "a=b; s=$COOKIE_ALICE_SESSION"),
    "a cookie of nobody": ("Cookie", "s=0123456789abcdef", "s=$TOKEN_FORGED"),
    "a cookie that is set": ("Set-Cookie", "s=x; HttpOnly", "s=$COOKIE_SET; HttpOnly"),
    "a cookie that is taken": ("Set-Cookie", "s=; Max-Age=0", "s=; Max-Age=0"),
    "a token in a header": ("Set-Auth-Token", "0123456789abcdef", "$TOKEN_FORGED"),
    "a challenge": ("WWW-Authenticate", 'Bearer realm="abc"', 'Bearer realm="abc"'),
    "no secret": ("Content-Type", "application/json", "application/json"),
}


@pytest.fixture(scope="module")
def masker() -> Masker:
    """Of Alice and an attack file."""
    return Masker([_ALICE], _FILE)


@pytest.mark.parametrize("name", _TEXTS)
def test_a_text_is_masked(masker: Masker, name: str) -> None:
    """In any text."""
    text, masked = _TEXTS[name]
    assert plain(masker.text(text)) == masked


@pytest.mark.parametrize("name", _FIELDS)
def test_a_header_is_masked(masker: Masker, name: str) -> None:
    """By the name of the header as well."""
    field, value, masked = _FIELDS[name]
    assert plain(masker.field(field, value)) == masked


def test_where_the_app_was_served_is_a_variable() -> None:
    """The next time it is served elsewhere, and a curl line still wants the same Origin."""
    masker = Masker([], AttackFile(), "http://127.0.0.1:41234")
    assert plain(masker.field("Origin", "http://127.0.0.1:41234")) == "$URL"


def test_nobody_can_write_a_name_of_ours(masker: Masker) -> None:
    """What the app answers is never taken for the name of a shell variable."""
    assert masker.text("\ue000HOME\ue001") == "?HOME?"
