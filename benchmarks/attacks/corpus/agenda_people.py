"""The people of the agenda: opaque tokens, kept as hashes."""

import hashlib
import secrets
import time
from typing import Annotated

import anyio
from fastapi import APIRouter, Depends, Request

from benchmarks.attacks.corpus import answers, bearer
from benchmarks.attacks.corpus.accounts import Accounts, User
from benchmarks.attacks.corpus.planting import planted

_SECONDS = 3600

router = APIRouter(route_class=bearer.AuthFirst)
_accounts = Accounts()
_sessions: dict[str, tuple[str, float]] = {}
_calling: dict[str, User] = {}


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@bearer.door
def current_user(request: Request, _declared: bearer.Declared = None) -> User:
    """Whoever calls."""
    user_id, ends = _sessions.get(_digest(bearer.bearer_token(request)), ("", 0.0))
    user = _accounts.get(user_id)
    if user is None or ends < time.time():
        raise bearer.invalid_token()
    _calling["user"] = user
    return user


Caller = Annotated[User, Depends(current_user)]


@router.post("/signup", status_code=201)
def sign_up(person: answers.Person) -> dict[str, str]:
    _accounts.add(person)
    return {"next": "Sign in"}


@router.post("/login")
def sign_in(given: answers.Credentials) -> dict[str, dict[str, str]]:
    user = _accounts.checked(given.email, given.password)
    if user is None:
        raise bearer.no_credentials()
    token = secrets.token_urlsafe(24)
    _sessions[_digest(token)] = (user.id, time.time() + _SECONDS)
    return {"data": {"token": token}}


@router.post("/logout", status_code=204)
def sign_out(request: Request, _: Caller) -> None:
    del _sessions[_digest(bearer.bearer_token(request))]


@router.get("/me")
async def me(user: Caller) -> dict[str, str]:
    await anyio.sleep(0.005)  # as long as a query takes
    if planted("caller_of_the_process"):
        user = _calling["user"]
    return {"id": user.id, "email": user.email, "name": user.name}
