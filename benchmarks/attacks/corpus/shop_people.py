"""The people of the shop: accounts, HS256 tokens by joserfc, and the two doors."""

import os
import secrets
import time
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from benchmarks.attacks.corpus import answers, bearer, jws
from benchmarks.attacks.corpus.accounts import Accounts, User
from benchmarks.attacks.corpus.planting import planted

_KEY = OctKey.import_key(os.environ.get("SHOP_SECRET") or secrets.token_hex())
_LIFETIME = 3600


class SignUp(answers.Person):
    """Who signs up."""

    if planted("role_in_sign_up"):
        role: str = "user"


router = APIRouter(route_class=bearer.AuthFirst)
accounts = Accounts()
_ended: set[str] = set()
accounts.add(
    answers.Person(email="root@example.com", password="correct horse battery", name="Root"), "admin"
)


@bearer.door
def current_user(request: Request, _declared: bearer.Declared = None) -> User:
    """Whoever calls."""
    token = bearer.bearer_token(request)
    try:
        if jws.parse(token).header != {"alg": "HS256", "typ": "JWT"}:
            raise ValueError("not one of ours")
        claims = jwt.decode(token, _KEY, algorithms=["HS256"]).claims
    except (ValueError, JoseError):
        raise bearer.invalid_token() from None
    times = jws.is_expired(claims) or jws.is_early(claims) or jws.is_long_lived(claims, _LIFETIME)
    names = (claims.get("iss"), claims.get("aud")) == ("https://shop.example", "shop")
    user, session = accounts.get(claims.get("sub")), claims.get("jti")
    if times or not names or user is None or not isinstance(session, str) or session in _ended:
        raise bearer.invalid_token()
    request.state.session = session
    if planted("role_claim_trusted"):
        return User(user.id, user.email, user.name, user.password, str(claims.get("role")))
    return user


Caller = Annotated[User, Depends(current_user)]


@bearer.door
def administrator(request: Request, _declared: bearer.Declared = None) -> User:
    """An administrator who calls."""
    user = current_user(request)
    if user.role != "admin":
        raise bearer.insufficient_scope()
    return user


@router.post("/auth/register", status_code=201)
def sign_up(person: SignUp) -> dict[str, str]:
    accounts.add(person, getattr(person, "role", "user"))
    return {"next": "Sign in"}


@router.post("/auth/login")
def sign_in(given: answers.Credentials) -> dict[str, str]:
    user = accounts.checked(given.email, given.password)
    if user is None:
        raise bearer.no_credentials()
    now = int(time.time())
    claims = {"iss": "https://shop.example", "aud": "shop", "sub": user.id, "role": user.role}
    rest = {"iat": now, "exp": now + _LIFETIME, "jti": secrets.token_hex(8)}
    return {"token": jwt.encode({"alg": "HS256", "typ": "JWT"}, claims | rest, _KEY)}


@router.post("/auth/logout", status_code=204)
def sign_out(request: Request, _: Caller) -> None:
    _ended.add(request.state.session)


@router.get("/auth/me")
def me(user: Caller) -> dict[str, str]:
    shown = {"id": user.id, "email": user.email, "name": user.name, "role": user.role}
    return shown | ({"password": user.password.hex()} if planted("password_hash_in_me") else {})
