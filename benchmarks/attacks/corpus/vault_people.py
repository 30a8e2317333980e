"""The people of the vault: short access tokens, refresh tokens that rotate, scopes, passwords."""

import hmac
import os
import secrets
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from benchmarks.attacks.corpus import answers, bearer, jws
from benchmarks.attacks.corpus.accounts import Accounts, User
from benchmarks.attacks.corpus.passwords import hash_password, is_password
from benchmarks.attacks.corpus.planting import planted

_KEYS = {"v1": os.environ.get("VAULT_SECRET", secrets.token_hex()).encode()}
_KEY_FOLDER = Path(__file__).parent / "keys"
_NAMES = {"iss": "https://vault.example", "aud": "vault"}
_LIFETIMES = {"access": 900, "refresh": 7 * 86_400, "reset": 900}
_SCOPES = ("items:read", "items:write")


@dataclass
class Family:
    """What began with one sign-in: only its latest pair of tokens is good."""

    user_id: str
    scope: str
    latest: str


class Refresh(answers.Strict):
    """A token that renews."""

    refresh_token: Annotated[str, answers.StringConstraints(max_length=4096)]


class Forgotten(answers.Strict):
    """Whose password is to be reset."""

    email: answers.Email


class NewPassword(answers.Strict):
    """The old password and the new one."""

    old: answers.Password
    new: answers.Password


class ResetPassword(answers.Strict):
    """A new password, by a token that came by mail."""

    token: Annotated[str, answers.StringConstraints(max_length=4096)]
    new: answers.Password


router = APIRouter(route_class=bearer.AuthFirst)
accounts = Accounts()
_families: dict[str, Family] = {}
_left: set[str] = set()
_ended: set[str] = set()
_renewing = threading.Lock()


def _key_of(kid: object) -> bytes:
    if isinstance(kid, str) and kid in _KEYS:
        return _KEYS[kid]
    if planted("kid_from_disk") and isinstance(kid, str):
        try:
            with (_KEY_FOLDER / kid).open("rb") as file:
                return file.read(64)
        except OSError:
            pass
    raise ValueError("no such key")


def _verified(token: str, *uses: str) -> dict[str, Any]:
    try:
        parsed = jws.parse(token)
        key = _key_of(parsed.header.get("kid"))
    except ValueError:
        raise bearer.invalid_token() from None
    claims, use = parsed.claims, parsed.claims.get("use")
    valid = (
        parsed.header == {"alg": "HS256", "typ": "JWT", "kid": parsed.header.get("kid")}
        and hmac.compare_digest(parsed.signature, jws.hs256(key, parsed.signed))
        and use in uses
        and not jws.is_expired(claims)
        and (planted("nbf_ignored") or not jws.is_early(claims))
        and not jws.is_long_lived(claims, _LIFETIMES[str(use)])
        and {name: claims.get(name) for name in _NAMES} == _NAMES
        and isinstance(claims.get("sub"), str)
        and isinstance(claims.get("jti"), str)
        and isinstance(claims.get("scope"), str)
    )
    if not valid:
        raise bearer.invalid_token()
    return claims


def _issued(use: str, claims: dict[str, Any]) -> str:
    now = int(time.time())
    said = _NAMES | claims | {"use": use, "iat": now, "nbf": now, "exp": now + _LIFETIMES[use]}
    signed = jws.signing_input({"alg": "HS256", "typ": "JWT", "kid": "v1"}, said)
    return f"{signed.decode()}.{jws.encode(jws.hs256(_KEYS['v1'], signed))}"


def _pair(family_id: str, family: Family, response: Response) -> dict[str, str]:
    family.latest = secrets.token_hex(8)
    claims = {"sub": family.user_id, "sid": family_id, "jti": family.latest, "scope": family.scope}
    caching = "private, max-age=60" if planted("tokens_cacheable") else "no-store"
    response.headers["Cache-Control"] = caching
    return {
        "access_token": _issued("access", claims),
        "refresh_token": _issued("refresh", claims),
        "token_type": "bearer",
        "scope": family.scope,
    }


def _family_of(claims: dict[str, Any]) -> tuple[str, Family]:
    family_id = claims.get("sid")
    family = _families.get(family_id) if isinstance(family_id, str) else None
    if family is None or family.user_id != claims["sub"]:
        raise bearer.invalid_token()
    return str(family_id), family


@bearer.door
def current_user(request: Request, _declared: bearer.Declared = None) -> User:
    """Whoever calls."""
    uses = ("access", "refresh") if planted("refresh_as_access") else ("access",)
    claims = _verified(bearer.bearer_token(request), *uses)
    request.state.family, _ = _family_of(claims)
    user = accounts.get(claims["sub"])
    if user is None or claims["jti"] in _ended:
        raise bearer.invalid_token()
    if user.id in _left and not planted("deleted_account_lives"):
        raise bearer.invalid_token()
    request.state.scopes, request.state.token = claims["scope"].split(), claims["jti"]
    return user


Caller = Annotated[User, Depends(current_user)]


@router.post("/register", status_code=201)
def sign_up(person: answers.Person) -> dict[str, str]:
    accounts.add(person)
    return {"next": "Sign in"}


@router.post("/oauth/token", openapi_extra=answers.form_schema("username", "password"))
def sign_in(
    form: Annotated[dict[str, str], Depends(answers.urlencoded)], response: Response
) -> dict[str, str]:
    email = form.get("username", "")
    if planted("sign_in_hurries") and accounts.by_email(email) is None:
        raise bearer.no_credentials()
    user = accounts.checked(email, form.get("password", ""))
    if user is None or user.id in _left:
        raise bearer.no_credentials()
    wanted = form.get("scope", " ".join(_SCOPES)).split()
    family_id = secrets.token_hex(8)
    family = Family(user.id, " ".join(scope for scope in _SCOPES if scope in wanted), "")
    _families[family_id] = family
    return _pair(family_id, family, response)


@router.post("/oauth/refresh")
def renew(given: Refresh, response: Response) -> dict[str, str]:
    uses = ("refresh", "access") if planted("access_as_refresh") else ("refresh",)
    claims = _verified(given.refresh_token, *uses)
    with _renewing:
        family_id, family = _family_of(claims)
        if claims["jti"] != family.latest and not planted("refresh_again_and_again"):
            del _families[family_id]  # somebody has stolen one of the two
            raise bearer.invalid_token()
        return _pair(family_id, family, response)


@router.post("/logout", status_code=204)
def sign_out(request: Request, _: Caller) -> None:
    _ended.add(request.state.token)
    if not planted("refresh_after_sign_out"):
        _families.pop(request.state.family, None)


@router.post("/forgot", status_code=202)
def forgot(given: Forgotten) -> dict[str, str]:
    user = accounts.by_email(given.email)
    if user is None and planted("forgot_tells"):
        raise HTTPException(404, "Nobody has this address")
    # The mail itself goes from a queue, so that sending takes no time here.
    return {"message": "If somebody has this address, a mail is on its way"}


@router.post("/reset", status_code=204)
def reset(given: ResetPassword) -> None:
    claims = _verified(given.token, "reset")
    user = accounts.get(claims["sub"])
    if user is None or claims["jti"] in _ended:
        raise bearer.invalid_token()
    _ended.add(claims["jti"])
    user.password = hash_password(given.new)
    _end_families(user)


@router.post("/me/password", status_code=204)
def change_password(given: NewPassword, request: Request, user: Caller) -> None:
    if not is_password(given.old, user.password):
        raise HTTPException(403, "The old password is another")
    user.password = hash_password(given.new)
    if not planted("password_change_ends_nothing"):
        _end_families(user, but=request.state.family)


@router.get("/me")
def me(user: Caller) -> dict[str, str]:
    return {"id": user.id, "email": user.email, "name": user.name}


@router.delete("/me", status_code=204)
def leave(user: Caller) -> None:
    _left.add(user.id)
    if not planted("deleted_account_lives"):
        _end_families(user)


def _end_families(user: User, but: str = "") -> None:
    for family_id in [key for key, one in _families.items() if one.user_id == user.id]:
        if family_id != but:
            del _families[family_id]
