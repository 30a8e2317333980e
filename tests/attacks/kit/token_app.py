"""Small apps whose credential is a JWT, sound in every way or with one hole, by its name."""

import secrets
from itertools import count
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel

from tests.attacks.kit.lab import Credentials
from tests.attacks.kit.token_lab import TokenLab, encoded

_ACCOUNT = {"email": "{email}", "password": "{password}"}

PEOPLE: dict[str, object] = {
    "kind": "password",
    "sign_up": {"path": "/register", "body": _ACCOUNT},
    "sign_in": {"path": "/login", "body": _ACCOUNT, "token": "access_token"},
    "sign_out": {"path": "/logout", "body": {}},
    "refresh": {
        "path": "/refresh", "body": {"refresh_token": "{refresh_token}"}, "token": "access_token",
    },
    "reset": {"path": "/forgotten", "body": {"email": "{email}"}},
    "password_change": {
        "path": "/me/password", "body": {"old": "{password}", "new": "{new_password}"},
    },
}  # fmt: skip
"""How people sign in to an app of `token_app`."""


class Note(BaseModel):
    """What people keep."""

    text: str


class Refresh(BaseModel):
    """What is given for new tokens."""

    refresh_token: str


class NewPassword(BaseModel):
    """What changes a password."""

    old: str = ""
    new: str


class Address(BaseModel):
    """Whose password is forgotten."""

    email: str


def token_app(hole: str = "", *, secret: str = "", jwks: bool = False) -> FastAPI:
    """Make an app in which people sign in and keep notes.

    Args:
        hole: what is wrong with it, in its tokens or here; empty for nothing.
        secret: what signs its tokens; an Ed25519 key does, where it is empty.
        jwks: whether it publishes its key.
    """
    lab = TokenLab(hole, secret)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, title="Harbour Notes")
    _doors(app, lab)
    _accounts(app, lab)
    _notes(app, lab)
    if jwks:
        x = encoded(lab.key.public_key().public_bytes_raw())
        key = {"kty": "OKP", "crv": "Ed25519", "x": x}
        if hole == "private":
            key["d"] = encoded(lab.key.private_bytes_raw())

        @app.get("/.well-known/jwks.json")
        def keys() -> dict[str, list[dict[str, str]]]:
            return {"keys": [key]}

    return app


def _doors(app: FastAPI, lab: TokenLab) -> None:
    @app.post("/register", status_code=201)
    def register(sent: Credentials) -> dict[str, str]:
        if sent.email in lab.passwords and lab.hole != "sign up over":
            raise HTTPException(409, "taken")
        lab.passwords[sent.email] = sent.password
        return {"email": sent.email}

    @app.post("/login")
    def login(sent: Credentials) -> dict[str, str]:
        return lab.sign_in(sent.email, sent.password)

    @app.post("/refresh")
    def refresh(sent: Refresh) -> dict[str, str]:
        return lab.refresh(sent.refresh_token)

    @app.post("/logout")
    def logout(session: Annotated[str, Depends(lab.session_of)]) -> dict[str, bool]:
        if lab.hole != "sign out":
            lab.sessions.pop(session, None)
        return {"ok": True}

    @app.post("/forgotten", status_code=202)
    def forgotten(sent: Address) -> dict[str, str]:
        if sent.email not in lab.passwords and lab.hole == "unknown":
            raise HTTPException(404, "nobody of this name")
        told = secrets.token_urlsafe(16) if lab.hole == "told" else "sent"
        return {"reset_token" if lab.hole == "told" else "message": told}


def _accounts(app: FastAPI, lab: TokenLab) -> None:
    @app.get("/me")
    def me(
        who: Annotated[str, Depends(lab.who)], x_user: Annotated[str, Header()] = ""
    ) -> dict[str, str]:
        return {"email": x_user if lab.hole == "posing" and x_user else who}

    @app.delete("/me", status_code=204)
    def leave(who: Annotated[str, Depends(lab.who)]) -> None:
        if lab.hole != "deleted":
            del lab.passwords[who]

    @app.post("/me/password", status_code=204)
    def change(sent: NewPassword, session: Annotated[str, Depends(lab.session_of)]) -> None:
        email = lab.sessions[session]
        if lab.passwords[email] != sent.old and lab.hole != "any old":
            raise HTTPException(403, "not the password")
        lab.passwords[email] = sent.new
        if lab.hole != "others":
            lab.end(email, but=session)


def _notes(app: FastAPI, lab: TokenLab) -> None:
    rows, numbers = dict[int, tuple[str, str]](), count(1)

    @app.post("/notes", status_code=201)
    def create(sent: Note, who: Annotated[str, Depends(lab.who)]) -> dict[str, int]:
        number = next(numbers)
        rows[number] = (who, sent.text)
        return {"id": number}

    @app.get("/notes")
    def every(who: Annotated[str, Depends(lab.who)]) -> list[Note]:
        return [Note(text=text) for owner, text in rows.values() if owner == who]
