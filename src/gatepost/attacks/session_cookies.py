"""Cookies that carry their content and a signature, as Starlette's `SessionMiddleware` makes them.

By hand, as `itsdangerous` does it with its defaults: the key is a SHA-1 of salt and secret, the
signature an HMAC-SHA1 of all that stands before it.
"""

import hashlib
import hmac
import re
import time
from collections.abc import Iterable

from gatepost.attacks.dictionary import secrets_of, usual_secrets
from gatepost.attacks.encoding import base64url, unbase64url

_SIGNED = re.compile(r"[A-Za-z0-9_\-+/=%.]+\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27}")
_SALTS = (b"itsdangerous.Signer", b"itsdangerous")


def is_signed_cookie(value: str) -> bool:
    """Whether a value has a timestamp and a signature of that kind."""
    return _SIGNED.fullmatch(value) is not None


def guessed_cookie_secret(value: str, words: Iterable[str]) -> bytes | None:
    """Return the secret of a signed cookie that a dictionary has, or None."""
    for source in (usual_secrets(), secrets_of(words)):
        for text in source:
            secret = text.encode()
            if _signs(secret, value):
                return secret
    return None


def signed_cookie(value: str, secret: bytes) -> str:
    """Sign the content of a cookie anew, at the present time."""
    content = value.rsplit(".", 2)[0]
    now = int(time.time())
    stamped = f"{content}.{base64url(now.to_bytes((now.bit_length() + 7) // 8))}"
    salt = next(salt for salt in _SALTS if _mac(secret, salt, value) == _signature_of(value))
    return f"{stamped}.{base64url(_mac(secret, salt, f'{stamped}.x'))}"


def _signs(secret: bytes, value: str) -> bool:
    signature = _signature_of(value)
    return any(hmac.compare_digest(_mac(secret, salt, value), signature) for salt in _SALTS)


def _signature_of(value: str) -> bytes:
    return unbase64url(value.rpartition(".")[2])


def _mac(secret: bytes, salt: bytes, value: str) -> bytes:
    key = hashlib.sha1(salt + b"signer" + secret).digest()  # noqa: S324 - what is to be imitated
    return hmac.digest(key, value.rpartition(".")[0].encode(), hashlib.sha1)
