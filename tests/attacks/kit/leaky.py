"""An app for the tests of reports: one hole, and answers that are full of secrets."""

from pathlib import Path

APP = """\
import logging
import os
import secrets
from typing import Annotated

from fastapi import Body, FastAPI, Header, HTTPException, Response

app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
SOUND = os.environ.get("SOUND") == "yes"
passwords: dict[str, str] = {}
tokens: dict[str, str] = {}
notes: dict[str, tuple[str, str]] = {}


def who(authorization: str | None) -> str:
    whose = tokens.get((authorization or "").removeprefix("Bearer "))
    if whose is None:
        raise HTTPException(401, headers={"WWW-Authenticate": 'Bearer realm="notes"'})
    return whose


@app.post("/register")
def register(email: Annotated[str, Body()], password: Annotated[str, Body()]) -> None:
    passwords[email] = password


@app.post("/login")
def login(email: Annotated[str, Body()], password: Annotated[str, Body()], response: Response):
    if passwords.get(email) != password:
        raise HTTPException(401)
    token = secrets.token_urlsafe(24)
    tokens[token] = email
    response.set_cookie("session", secrets.token_urlsafe(24))
    refresh = f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.{secrets.token_urlsafe(24)}"
    return {"token": token, "refresh_token": refresh}


@app.post("/notes", status_code=201)
def create(text: Annotated[str, Body(embed=True)], authorization: str | None = Header(None)):
    me = who(authorization)
    note_id = secrets.token_hex(8)
    notes[note_id] = (me, text)
    return {"id": note_id}


@app.get("/notes/{note_id}")
def read(note_id: str, response: Response, authorization: str | None = Header(None)):
    me = who(authorization)
    owner, text = notes.get(note_id, ("", ""))
    if note_id not in notes or (SOUND and owner != me):
        raise HTTPException(404)
    print("printed by the app")
    logging.getLogger("app").warning("logged by the app")
    response.set_cookie("again", SECRET_OF_THE_SERVER, httponly=True)
    return {"text": text, "api_key": SECRET_OF_THE_SERVER, "echo": authorization}


@app.delete("/notes/{note_id}", status_code=204)
def delete(note_id: str, authorization: str | None = Header(None)) -> None:
    me = who(authorization)
    if notes.get(note_id, ("", ""))[0] != me:
        raise HTTPException(404)
    del notes[note_id]


@app.get("/health")
def health() -> str:
    return "ok"


@app.post("/hooks/stripe")
def hook() -> None: ...


SECRET_OF_THE_SERVER = "s3rv3r-" + secrets.token_urlsafe(24)
"""

ATTACK_FILE = """\
[people]
kind = "password"
sign_up = { path = "/register", body = { email = "{email}", password = "{password}" } }

[people.sign_in]
path = "/login"
body = { email = "{email}", password = "{password}" }
token = "token"

[public]
"GET /health" = "a probe"

[waived]
"POST /hooks/stripe" = "signed by Stripe"
"""

HOLE = ("105", "GET", "/notes/{note_id}")


def write_leaky_app(directory: Path, *, module: str = "main") -> None:
    """Write the app and its attack file."""
    (directory / f"{module}.py").write_text(APP, "utf-8")
    (directory / "attack.toml").write_text(ATTACK_FILE, "utf-8")
