"""The people and tokens of small apps whose credential is a JWT, with one hole or none.

Tokens are verified by hand, for a hole has to be exactly where it is said to be.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from typing import Annotated

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import Header, HTTPException

_ISSUER, _AUDIENCE = "https://lab.example", "https://api.lab.example"
_HOUR = 3_600


class TokenLab:
    """The people and tokens of one app.

    Args:
        hole: what is wrong with it; empty for nothing.
        secret: what signs its tokens; an Ed25519 key does, where it is empty.
    """

    def __init__(self, hole: str, secret: str) -> None:
        self.hole = hole
        self.secret = secret.encode()
        self.key = Ed25519PrivateKey.generate()
        self.passwords: dict[str, str] = {}
        self.sessions: dict[str, str] = {}
        self.refresh_tokens: dict[str, str] = {}
        self.used: dict[str, str] = {}

    def sign_in(self, email: str, password: str) -> dict[str, str]:
        """Give tokens for a password."""
        known = self.passwords.get(email)
        if known is None and self.hole == "unknown":
            raise HTTPException(404, "nobody of this name")
        if known is not None and self.hole == "slow":
            time.sleep(0.2)
        if known is None or not self._is_right(known, password):
            raise refusal()
        session = secrets.token_urlsafe(16)
        self.sessions[session] = email
        return self.tokens(session, email)

    def _is_right(self, known: str, password: str) -> bool:
        if self.hole == "case":
            return known.lower() == password.lower()
        return known == password or (self.hole == "empty" and not password)

    def tokens(self, session: str, email: str) -> dict[str, str]:
        """Give the tokens of a session."""
        now = int(time.time())
        claims = {
            "sub": email, "sid": session, "iss": _ISSUER, "aud": _AUDIENCE, "iat": now,
            "exp": now + _HOUR,
        }  # fmt: skip
        if self.hole == "for years":
            claims["exp"], claims["opened"] = now + 9_999 * _HOUR, claims.pop("sid")
        access = self._signed({**claims, "type": "access"})
        if self.hole == "kind":
            refresh = self._signed({**claims, "type": "refresh"})
        else:
            refresh = secrets.token_urlsafe(24)
        self.refresh_tokens[refresh] = session
        return {"access_token": access, "refresh_token": refresh}

    def _signed(self, claims: Mapping[str, object]) -> str:
        header = {"alg": "HS256" if self.secret else "EdDSA", "typ": "JWT"}
        signing_input = ".".join(encoded(json.dumps(each).encode()) for each in (header, claims))
        return f"{signing_input}.{encoded(self._signature(signing_input.encode()))}"

    def _signature(self, signing_input: bytes) -> bytes:
        if self.secret:
            return hmac.digest(self.secret, signing_input, hashlib.sha256)
        return self.key.sign(signing_input)

    def who(self, authorization: Annotated[str | None, Header()] = None) -> str:
        """Return whose token it is.

        Raises:
            HTTPException: 401, whatever is wrong with it.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer":
            raise refusal()
        try:
            claims = self._claims(token.strip())
        except (ValueError, KeyError, TypeError, AttributeError, InvalidSignature):
            raise refusal() from None
        return str(claims["sub"])

    def session_of(self, authorization: Annotated[str | None, Header()] = None) -> str:
        """Return the session of a token."""
        self.who(authorization)
        claims = self._claims((authorization or "").partition(" ")[2].strip())
        return str(claims.get("sid", claims.get("opened")))

    def _claims(self, token: str) -> dict[str, object]:
        head, payload, signature = token.split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(payload))
        self._check_signature(header, f"{head}.{payload}".encode(), decoded(signature))
        self._check_claims(claims)
        found: dict[str, object] = claims
        return found

    def _check_signature(
        self, header: Mapping[str, object], signing_input: bytes, signature: bytes
    ) -> None:
        algorithm = header["alg"]
        if self.hole == "unverified" or (self.hole == "none" and algorithm == "none"):
            return None
        public = self.key.public_key()
        if self.hole == "brought" and isinstance(brought := header.get("jwk"), dict):
            public = Ed25519PublicKey.from_public_bytes(decoded(brought["x"]))
            return public.verify(signature, signing_input)
        if self.hole == "confused" and algorithm == "HS256":
            pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            return _check_hmac(pem, signing_input, signature)
        if self.hole == "kid" and header.get("kid") == "/dev/null":
            return _check_hmac(b"", signing_input, signature)
        if self.secret:
            return _check_hmac(self.secret, signing_input, signature)
        return public.verify(signature, signing_input)

    def _check_claims(self, claims: Mapping[str, object]) -> None:
        hole, now = self.hole, time.time()
        expires, audience, issuer = claims["exp"], claims.get("aud"), claims.get("iss")
        checks = {
            "exp": isinstance(expires, int) and expires > now,
            "aud": audience == _AUDIENCE,
            "aud begins": isinstance(audience, str) and audience.startswith(_AUDIENCE),
            "iss": issuer == _ISSUER,
            "iss begins": isinstance(issuer, str) and issuer.startswith(_ISSUER),
            "kind": claims.get("type") == "access",
            "session": claims.get("sid", claims.get("opened")) in self.sessions,
        }
        strict = [name for name in checks if not name.endswith("begins")]
        asked = [f"{name} begins" if hole == f"{name} begins" else name for name in strict]
        if not all(checks[name] for name in asked if name != hole or name.endswith("begins")):
            raise ValueError("refused")
        if claims["sub"] not in self.passwords:
            raise ValueError("nobody")

    def refresh(self, token: str) -> dict[str, str]:
        """Give new tokens for a refresh token, once."""
        session = self.refresh_tokens.get(token) if self.hole == "reuse" else None
        session = session or self.refresh_tokens.pop(token, None)
        if session is None and token in self.used and self.hole != "family":
            self.sessions.pop(self.used[token], None)
        if session is None or session not in self.sessions:
            raise refusal()
        self.used[token] = session
        return self.tokens(session, self.sessions[session])

    def end(self, email: str, *, but: str = "") -> None:
        """End every session of somebody, but for one."""
        for session, whose in list(self.sessions.items()):
            if whose == email and session != but:
                del self.sessions[session]


def refusal() -> HTTPException:
    """Return the one refusal of these apps."""
    return HTTPException(401, "no", {"WWW-Authenticate": 'Bearer realm="lab"'})


def _check_hmac(key: bytes, signing_input: bytes, signature: bytes) -> None:
    if not hmac.compare_digest(hmac.digest(key, signing_input, hashlib.sha256), signature):
        raise InvalidSignature


def encoded(raw: bytes) -> str:
    """Encode as JOSE does."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Decode as JOSE does."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
