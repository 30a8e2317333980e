"""A notebook with comments: people sign in with a form and carry a JWT (HS256, by joserfc)."""

import os
import secrets
import time
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from pydantic import ConfigDict

from benchmarks.attacks.corpus import jws
from benchmarks.attacks.corpus.answers import (
    Line,
    Person,
    Strict,
    Text,
    form_schema,
    not_found,
    settle,
    urlencoded,
)
from benchmarks.attacks.corpus.bearer import (
    AuthFirst,
    Declared,
    Token,
    bearer_token,
    door,
    invalid_token,
    no_credentials,
)
from benchmarks.attacks.corpus.passwords import hash_password, is_password
from benchmarks.attacks.corpus.planting import planted

_KEY = OctKey.import_key(os.environ.get("JWT_SECRET") or secrets.token_hex())
_ISSUER, _AUDIENCE, _LIFETIME = "https://blog.example", "blog", 1800

# Told in full by /openapi.json, and told to nobody: the API is not for others' programs.
_open = planted("docs_left_open")
app = FastAPI(
    title="Notebook",
    openapi_url="/openapi.json" if _open else None,
    docs_url="/docs" if _open else None,
    redoc_url=None,
    redirect_slashes=False,
)
app.router.route_class = AuthFirst
settle(app)


@dataclass
class User:
    """Somebody who has signed up."""

    id: str
    email: str
    name: str
    password: bytes


@dataclass
class Comment:
    """What the owner of a note adds to it."""

    id: str
    text: str


@dataclass
class Note:
    """A note of one person."""

    id: str
    owner_id: str
    title: str
    text: str
    comments: dict[str, Comment] = field(default_factory=dict)


class NoteIn(Strict):
    """A whole note."""

    title: Line
    text: Text = ""


class NotePatch(Strict):
    """A part of one."""

    if planted("patch_owner"):
        model_config = ConfigDict(extra="allow")
    title: Line | None = None
    text: Text | None = None


class CommentIn(Strict):
    """A comment."""

    text: Text


_users: dict[str, User] = {}
_notes: dict[str, Note] = {}
_ended: set[str] = set()


def _claims(token: Token) -> dict[str, object]:
    try:
        parsed = jws.parse(token)
        if planted("alg_none") and str(parsed.header.get("alg")).lower() == "none":
            return parsed.claims
        if parsed.header.keys() - {"alg", "typ"} or parsed.header.get("typ", "JWT") != "JWT":
            raise ValueError("not one of ours")
        claims = jwt.decode(token, _KEY, algorithms=["HS256"]).claims
    except (ValueError, JoseError):
        raise invalid_token() from None
    expired = jws.is_expired(claims) and not planted("exp_ignored")
    if expired or jws.is_early(claims) or jws.is_long_lived(claims, _LIFETIME):
        raise invalid_token()
    if claims.get("iss") != _ISSUER or claims.get("aud") != _AUDIENCE:
        raise invalid_token()
    return claims


@door
def current_user(request: Request, _declared: Declared = None) -> User:
    """Whoever calls."""
    if planted("token_in_query") and "access_token" in request.query_params:
        token = Token(request.query_params["access_token"])
    else:
        token = bearer_token(request)
    claims = _claims(token)
    user, session = claims.get("sub"), claims.get("jti")
    if not isinstance(user, str) or not isinstance(session, str):
        raise invalid_token()
    if user not in _users or session in _ended:
        raise invalid_token()
    request.state.session = session
    return _users[user]


Caller = Annotated[User, Depends(current_user)]


def _note_of(user: User, note_id: str) -> Note:
    note = _notes.get(note_id)
    if note is None or note.owner_id != user.id:
        raise not_found()
    return note


@app.post("/register", status_code=201)
def register(person: Person) -> dict[str, str]:
    email = person.email.lower()
    password = hash_password(person.password)
    if all(user.email != email for user in _users.values()):
        user = User(secrets.token_hex(8), email, person.name, password)
        _users[user.id] = user
    elif planted("register_tells"):
        raise HTTPException(409, "This address has an account already")
    return {"message": "If the address is new, you can sign in with it now"}


@app.post("/token", openapi_extra=form_schema("username", "password"))
def sign_in(form: Annotated[dict[str, str], Depends(urlencoded)]) -> dict[str, str]:
    email = form.get("username", "").lower()
    user = next((user for user in _users.values() if user.email == email), None)
    if not is_password(form.get("password", ""), user.password if user else None) or not user:
        raise no_credentials()
    now = int(time.time())
    claims = {"iss": _ISSUER, "aud": _AUDIENCE, "sub": user.id, "iat": now, "exp": now + _LIFETIME}
    token = jwt.encode({"alg": "HS256"}, {**claims, "jti": secrets.token_hex(8)}, _KEY)
    return {"access_token": token, "token_type": "bearer"}


@app.post("/logout", status_code=204)
def sign_out(request: Request, _: Caller) -> None:
    if not planted("logout_forgets_nothing"):
        _ended.add(request.state.session)


@app.get("/me")
def me(user: Caller) -> dict[str, str]:
    return {"id": user.id, "email": user.email, "name": user.name}


@app.get("/notes")
def list_notes(user: Caller) -> list[Note]:
    return [note for note in _notes.values() if note.owner_id == user.id]


@app.post("/notes", status_code=201)
def add_note(wanted: NoteIn, user: Caller) -> Note:
    note = Note(secrets.token_hex(8), user.id, wanted.title, wanted.text)
    _notes[note.id] = note
    return note


@app.get("/notes/{note_id}")
def read_note(note_id: str, user: Caller) -> Note:
    if planted("read_any_note") and note_id in _notes:
        return _notes[note_id]
    return _note_of(user, note_id)


@app.put("/notes/{note_id}")
def replace_note(note_id: str, wanted: NoteIn, user: Caller) -> Note:
    note = _note_of(user, note_id)
    note.title, note.text = wanted.title, wanted.text
    return note


@app.patch("/notes/{note_id}")
def change_note(note_id: str, wanted: NotePatch, user: Caller) -> Note:
    note = _note_of(user, note_id)
    for member, value in wanted.model_dump(exclude_none=True).items():
        setattr(note, member, value)
    return note


@app.delete("/notes/{note_id}", status_code=204)
def delete_note(note_id: str, user: Caller) -> None:
    del _notes[_note_of(user, note_id).id]


@app.get("/notes/{note_id}/comments")
def list_comments(note_id: str, user: Caller) -> list[Comment]:
    return list(_note_of(user, note_id).comments.values())


@app.post("/notes/{note_id}/comments", status_code=201)
def add_comment(note_id: str, wanted: CommentIn, user: Caller) -> Comment:
    comment = Comment(secrets.token_hex(8), wanted.text)
    _note_of(user, note_id).comments[comment.id] = comment
    return comment


@app.delete("/notes/{note_id}/comments/{comment_id}", status_code=204)
def delete_comment(note_id: str, comment_id: str, user: Caller) -> None:
    note = _note_of(user, note_id)
    if planted("delete_any_comment"):
        note = next((one for one in _notes.values() if comment_id in one.comments), note)
    if note.comments.pop(comment_id, None) is None:
        raise not_found()
