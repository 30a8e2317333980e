"""A service that signs people in, whose secret the kit knows: what it signs lies with."""

import base64
import hashlib
import hmac
import json
import time

from fastapi import HTTPException
from pydantic import BaseModel

ISSUER, AUDIENCE = "https://issuer.example", "https://api.example"
SECRET = "the-secret-of-a-ground-that-everybody-may-know"
ROOT, ROOTS_PASSWORD = "root@example.com", "the-password-of-root"
_LIFETIME_SECONDS = 900


class Account(BaseModel):
    """Who wants to come in."""

    email: str
    password: str


class Tokens:
    """Signs people up and in, as a service of its own would."""

    def __init__(self) -> None:
        self._passwords = {ROOT: ROOTS_PASSWORD}

    def sign_up(self, account: Account) -> None:
        """Take a new account.

        Raises:
            HTTPException: 409, where the address is taken.
        """
        if account.email in self._passwords:
            raise HTTPException(409, "taken")
        self._passwords[account.email] = account.password

    def sign_in(self, email: str, password: str) -> str:
        """Return an access token.

        Raises:
            HTTPException: 401, where it is not the password.
        """
        if not hmac.compare_digest(self._passwords.get(email, "").encode(), password.encode()):
            raise HTTPException(401, "wrong", {"WWW-Authenticate": 'Bearer realm="ground"'})
        now = int(time.time())
        return _signed(
            {
                "iss": ISSUER,
                "aud": AUDIENCE,
                "sub": hashlib.sha256(email.encode()).hexdigest()[:24],
                "iat": now,
                "exp": now + _LIFETIME_SECONDS,
                "auth_time": now,
                "scope": "notes:read notes:write" if email != ROOT else "notes:read",
                "roles": ["user", "admin"] if email == ROOT else ["user"],
            }
        )


def _signed(claims: dict[str, object]) -> str:
    head = _encoded(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    signing = f"{head}.{_encoded(json.dumps(claims).encode())}"
    signature = hmac.digest(SECRET.encode(), signing.encode(), "sha256")
    return f"{signing}.{_encoded(signature)}"


def _encoded(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
