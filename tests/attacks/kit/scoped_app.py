"""A small app whose tokens have scopes and a time of the sign-in, with one hole or none."""

import hashlib
import hmac
import json
import time
from typing import Annotated, TypeAlias

from fastapi import Depends, FastAPI, HTTPException, Request, Security
from fastapi.security import OAuth2PasswordBearer, SecurityScopes

from tests.attacks.kit.lab import Credentials
from tests.attacks.kit.token_lab import decoded, encoded, refusal

SECRET = "Zk3pV8sQ1wN6yT0bH4rJ7mC2xL5gD9fA"
_SCHEME = OAuth2PasswordBearer("login", scopes={"notes:read": "see", "notes:write": "change"})
_MAX_AGE = 300
_STALE: dict[int | str, dict[str, object]] = {
    401: {"description": f'insufficient_user_authentication, max_age="{_MAX_AGE}"'}
}
_ACCOUNT = {"email": "{email}", "password": "{password}"}

FILE: dict[str, object] = {
    "people": {
        "kind": "password",
        "sign_up": {"path": "/register", "body": _ACCOUNT},
        "sign_in": {"path": "/login", "body": _ACCOUNT, "token": "access_token"},
    },
    "tokens": {"secret": SECRET},
}
"""What the kit is told of it."""

Claims: TypeAlias = dict[str, object]


def scoped_app(hole: str = "", *, listed: bool = False, declared: bool = True) -> FastAPI:
    """Make an app with one route for a scope and one for a recent sign-in.

    Args:
        hole: what is wrong with it; empty for nothing.
        listed: whether its tokens name their scopes in a list, and not in one text.
        declared: whether its OpenAPI says which scope is asked for.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    _add_doors(app, listed=listed)

    def scoped(
        request: Request, wanted: SecurityScopes, claims: Annotated[Claims, Depends(_who)]
    ) -> None:
        names = wanted.scopes if declared else ["notes:write"]
        if not all(_has(claims, name, request, hole) for name in names):
            raise HTTPException(403, "a scope is missing")

    needs = Security(scoped, scopes=["notes:write"]) if declared else Depends(scoped)

    @app.get("/me")
    def me(claims: Annotated[Claims, Depends(_who)]) -> dict[str, str]:
        return {"email": str(claims["sub"])}

    @app.post("/notes", dependencies=[needs])
    def write(claims: Annotated[Claims, Depends(_who)]) -> dict[str, str]:
        return {"by": str(claims["sub"])}

    _add_transfer(app, hole)
    return app


def _add_doors(app: FastAPI, *, listed: bool) -> None:
    passwords = dict[str, str]()

    @app.post("/register", status_code=201)
    def register(sent: Credentials) -> None:
        passwords[sent.email] = sent.password

    @app.post("/login")
    def login(sent: Credentials) -> dict[str, str]:
        if passwords.get(sent.email) != sent.password:
            raise refusal()
        now, scopes = int(time.time()), ["notes:read", "notes:write"]
        said = scopes if listed else " ".join(scopes)
        claims = {"sub": sent.email, "iat": now, "exp": now + 900, "auth_time": now, "scope": said}
        return {"access_token": _signed(claims)}


def _who(token: Annotated[str, Depends(_SCHEME)]) -> Claims:
    return _verified(token)


def _add_transfer(app: FastAPI, hole: str) -> None:
    @app.post("/transfer", responses=_STALE)
    def transfer(claims: Annotated[Claims, Depends(_who)]) -> dict[str, str]:
        if not _is_recent(claims, hole):
            raise HTTPException(401, "sign in again")
        return {"by": str(claims["sub"])}


def _has(claims: Claims, wanted: str, request: Request, hole: str) -> bool:
    said = claims.get("scope")
    if hole == "any kind" and isinstance(said, dict):
        return wanted in said
    if hole == "contained" and isinstance(said, str):
        return wanted in said
    names = said.split(" ") if isinstance(said, str) else said
    if not isinstance(names, list):
        return hole == "ignored"
    texts = [each for each in names if isinstance(each, str) and each]
    asked = request.query_params.get("scope", "").split(" ") if hole == "asked" else []
    return {
        "ignored": True,
        "any": bool(texts),
        "beginning": any(wanted.startswith(each) for each in texts),
        "case": wanted.lower() in [each.lower() for each in texts],
    }.get(hole, wanted in [*texts, *asked])


def _is_recent(claims: Claims, hole: str) -> bool:
    at = claims.get("auth_time")
    if at is None:
        return hole == "at no time"
    longest = {"not asked": 1e12, "a day": 86_400}.get(hole, _MAX_AGE)
    return isinstance(at, int) and time.time() - at <= longest


def _signed(claims: Claims) -> str:
    head, payload = (
        encoded(json.dumps(each).encode()) for each in ({"alg": "HS256", "typ": "JWT"}, claims)
    )
    return f"{head}.{payload}.{encoded(_mac(f'{head}.{payload}'))}"


def _verified(token: str) -> Claims:
    try:
        head, payload, signature = token.split(".")
        algorithm = json.loads(decoded(head))["alg"]
        given, found = decoded(signature), json.loads(decoded(payload))
        expires = found["exp"]
    except (ValueError, KeyError, TypeError):
        raise refusal() from None
    is_ours = algorithm == "HS256" and hmac.compare_digest(given, _mac(f"{head}.{payload}"))
    if not is_ours or expires < time.time():
        raise refusal()
    claims: Claims = found
    return claims


def _mac(text: str) -> bytes:
    return hmac.digest(SECRET.encode(), text.encode(), hashlib.sha256)
