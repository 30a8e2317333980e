"""Tokens about an address: what is read back, by which secret, and what is refused."""

import json
import time

import pytest

from gatepost.provider import email_tokens
from gatepost.provider.email_tokens import EmailClaims, EmailPurpose, EmailTokens, LinkRefused
from gatepost.settings import Secret, Secrets
from gatepost.tokens import base64url

_OLD, _NEW = (
    Secret("an-old-secret-of-thirty-two-letters"),
    Secret("a-new-secret-of-thirty-two-letters"),
)
_VERIFY = EmailClaims(EmailPurpose.VERIFY, "ada@example.com", "u1")
_CONFIRM = EmailClaims(EmailPurpose.CONFIRM_CHANGE, "ada@example.com", "u1", "new@example.com")
_VERIFY_NEW = EmailClaims(EmailPurpose.VERIFY_NEW, "ada@example.com", "u1", "new@example.com")


def _signed(header: str, payload: str) -> str:
    signed = f"{base64url.encode(header.encode())}.{base64url.encode(payload.encode())}"
    mac = email_tokens._mac(_NEW.reveal().encode(), signed.encode())  # noqa: SLF001 - to sign what nobody signs
    return f"{signed}.{base64url.encode(mac)}"


def _payload(**members: object) -> str:
    now = int(time.time())
    usual = {"email": "ada@example.com", "userId": "u1", "iat": now, "exp": now + 86_400}
    return json.dumps({**usual, **members})


@pytest.mark.parametrize("claims", [_VERIFY, _CONFIRM, _VERIFY_NEW])
def test_what_is_signed_is_read_back(claims: EmailClaims) -> None:
    """Each purpose comes back as itself, and a new secret reads what an old one signed."""
    old = EmailTokens(Secrets.of(_OLD))
    both = EmailTokens(Secrets(((2, _NEW), (1, _OLD)), None))
    new = EmailTokens(Secrets.of(_NEW))
    assert both.read(old.sign(claims)) == claims
    assert new.read(both.sign(claims)) == claims
    with pytest.raises(LinkRefused) as refused:
        new.read(old.sign(claims))
    assert refused.value.fault.code == "INVALID_TOKEN"


def test_a_token_ends_after_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Good for 3,599 seconds, and not for 3,600."""
    tokens, began = EmailTokens(Secrets.of(_NEW)), int(time.time())
    monkeypatch.setattr(time, "time", lambda: began + 0.5)
    token = tokens.sign(_VERIFY)
    monkeypatch.setattr(time, "time", lambda: began + 3_599.9)
    assert tokens.read(token) == _VERIFY
    monkeypatch.setattr(time, "time", lambda: began + 3_600.0)
    with pytest.raises(LinkRefused) as refused:
        tokens.read(token)
    assert refused.value.fault.code == "TOKEN_EXPIRED"


_HS256 = '{"alg":"HS256"}'
REFUSED = {
    "nothing": "",
    "NUL": "\0",
    "no ASCII": "é.é.é",
    "a lone surrogate": "\ud800",
    "two parts": "a.b",
    "very long": "a" * 10_000,
    "a type": _signed('{"alg":"HS256","typ":"JWT"}', _payload()),
    "a key id": _signed('{"alg":"HS256","kid":"1"}', _payload()),
    "a key in the header": _signed('{"alg":"HS256","jwk":{}}', _payload()),
    "another algorithm": _signed('{"alg":"HS512"}', _payload()),
    "no object": _signed(_HS256, "[]"),
    "a member twice": _signed(_HS256, '{"email":"a@b.example","email":"c@d.example"}'),
    "an end that is no number": _signed(_HS256, _payload(exp="4102444800")),
    "an end that is true": _signed(_HS256, _payload(exp=True)),
    "an address that is none": _signed(_HS256, _payload(email="ada")),
    "a user that is a number": _signed(_HS256, _payload(userId=1)),
    "a session cookie's cache": _signed(_HS256, '{"session":{},"user":{},"exp":4102444800}'),
    "a new address and no kind": _signed(_HS256, _payload(updateTo="new@example.com")),
    "a kind and no new address": _signed(_HS256, _payload(requestType="change-email-verification")),
    "a kind of nobody's": _signed(
        _HS256, _payload(updateTo="new@example.com", requestType="delete-user")
    ),
    "an empty kind": _signed(_HS256, _payload(updateTo="new@example.com", requestType="")),
    "a kind that is a list": _signed(_HS256, _payload(updateTo="n@e.example", requestType=[])),
    "a new address that is none": _signed(
        _HS256, _payload(updateTo="new", requestType="change-email-verification")
    ),
}


@pytest.mark.parametrize("token", REFUSED.values(), ids=REFUSED)
def test_anything_else_is_refused(token: str) -> None:
    """Well signed or not, what has not the exact form of a token of ours is none."""
    with pytest.raises(LinkRefused) as refused:
        EmailTokens(Secrets.of(_NEW)).read(token)
    assert refused.value.fault.code == "INVALID_TOKEN"
