"""The people of the tracker, and their tokens: RS256, with the key at a well-known address."""

import secrets
import time
from pathlib import Path
from typing import Annotated, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from fastapi import APIRouter, Depends, Request

from benchmarks.attacks.corpus import answers, bearer, jws
from benchmarks.attacks.corpus.accounts import Accounts, User
from benchmarks.attacks.corpus.planting import planted

_LIFETIME = 3600
_ISSUER = "https://tracker.example"
_PEM = (Path(__file__).parent / "tracker.pem").read_bytes()
_key = serialization.load_pem_private_key(_PEM, password=None)
assert isinstance(_key, rsa.RSAPrivateKey)
_KEY: rsa.RSAPrivateKey = _key
_PUBLIC = _KEY.public_key()
_HEADER = {"alg": "RS256", "typ": "JWT", "kid": "2026-1"}

router = APIRouter(route_class=bearer.AuthFirst)
accounts = Accounts()
_ended: set[str] = set()


def _is_signed(parsed: jws.Compact) -> bool:
    key = _PUBLIC
    if planted("key_confusion") and parsed.header.get("alg") == "HS256":
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        secret = _PUBLIC.public_bytes(serialization.Encoding.PEM, form)
        return jws.hs256(secret, parsed.signed) == parsed.signature
    if planted("embedded_jwk") and isinstance(jwk := parsed.header.get("jwk"), dict):
        n, e = (int.from_bytes(jws.decode(str(jwk.get(part))), "big") for part in ("n", "e"))
        key = rsa.RSAPublicNumbers(e, n).public_key()
    elif parsed.header != _HEADER:
        return False
    try:
        key.verify(parsed.signature, parsed.signed, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _holds(claims: dict[str, Any]) -> bool:
    issuer = str(claims.get("iss"))
    named = issuer.startswith(_ISSUER) if planted("issuer_prefix") else issuer == _ISSUER
    meant = claims.get("aud") == "tracker" or planted("audience_ignored")
    timely = not (jws.is_expired(claims) or jws.is_early(claims))
    return named and meant and timely and not jws.is_long_lived(claims, _LIFETIME)


@bearer.door
def current_user(request: Request, _declared: bearer.Declared = None) -> User:
    """Whoever calls."""
    token = bearer.bearer_token(request)
    try:
        parsed = jws.parse(token)
        signed = _is_signed(parsed)
    except ValueError:
        raise bearer.invalid_token() from None
    user, session = accounts.get(parsed.claims.get("sub")), parsed.claims.get("jti")
    ended = not isinstance(session, str) or session in _ended
    if not signed or not _holds(parsed.claims) or user is None or ended:
        raise bearer.invalid_token()
    request.state.session = session
    return user


Caller = Annotated[User, Depends(current_user)]


@router.get("/.well-known/jwks.json")
def keys() -> dict[str, list[dict[str, str]]]:
    numbers = _PUBLIC.public_numbers()
    n, e = (
        jws.encode(number.to_bytes((number.bit_length() + 7) // 8, "big"))
        for number in (numbers.n, numbers.e)
    )
    return {"keys": [{"kty": "RSA", "kid": "2026-1", "use": "sig", "alg": "RS256", "n": n, "e": e}]}


@router.post("/accounts", status_code=201)
def sign_up(person: answers.Person) -> dict[str, str]:
    accounts.add(person)
    return {"next": "Sign in"}


@router.post("/sessions")
def sign_in(given: answers.Credentials) -> dict[str, dict[str, str]]:
    user = accounts.checked(given.email, given.password)
    if user is None:
        raise bearer.no_credentials()
    now = int(time.time())
    claims = {"iss": _ISSUER, "aud": "tracker", "sub": user.id, "jti": secrets.token_hex(8)}
    signed = jws.signing_input(_HEADER, claims | {"iat": now, "exp": now + _LIFETIME})
    signature = _KEY.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    return {"session": {"token": f"{signed.decode()}.{jws.encode(signature)}"}}


@router.post("/sessions/end", status_code=204)
def sign_out(request: Request, _: Caller) -> None:
    _ended.add(request.state.session)


@router.get("/accounts/me")
def me(user: Caller) -> dict[str, str]:
    return {"id": user.id, "email": user.email, "name": user.name}
