"""Grounds for what Tasks has not: policies, tokens that the kit can sign, and cookie mode."""

import secrets
from collections.abc import Sequence
from contextlib import suppress

import httpx
from fastapi import FastAPI, HTTPException, Response, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey, Text, delete, select, update
from sqlalchemy.orm import Mapped, aliased, mapped_column

from gatepost import CurrentUser, Gatepost, Rows, SharedSecretIssuer, fresh, public, requires
from gatepost.rows import Base, Owned, matching
from gatepost.settings import Secret, Settings
from tests.attacks.sabotage.doors import AUDIENCE, ISSUER, SECRET, Account, Tokens

_COOKIE_PATH = "/api/access-cookie"


class Note(Owned, Base):
    """A text of somebody's."""

    __tablename__ = "ground_note"

    id: Mapped[str] = mapped_column(
        Text, primary_key=True, default=lambda: secrets.token_urlsafe(12)
    )
    text: Mapped[str] = mapped_column(Text)


class Comment(Owned, Base):
    """A remark on a note."""

    __tablename__ = "ground_comment"

    id: Mapped[str] = mapped_column(
        Text, primary_key=True, default=lambda: secrets.token_urlsafe(12)
    )
    note_id: Mapped[str] = mapped_column(ForeignKey("ground_note.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Text)


class NoteIn(BaseModel):
    """A new note."""

    model_config = ConfigDict(extra="forbid")

    text: str


class NoteOut(BaseModel):
    """A note."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    text: str


class CommentIn(BaseModel):
    """A new comment."""

    model_config = ConfigDict(extra="forbid")

    note_id: str
    text: str


class CommentOut(BaseModel):
    """A comment."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    note_id: str
    text: str


def issuer() -> FastAPI:
    """Make an app with scopes, roles and fresh sign-ins, whose tokens have a known secret."""
    app = FastAPI(title="ground")
    _add_doors(app, Tokens())
    _add_notes(app)
    _add_queries(app)
    _add_policies(app)
    believed = SharedSecretIssuer(issuer=ISSUER, audience=AUDIENCE, secret=Secret(SECRET))
    Gatepost(Settings.from_environment(issued_elsewhere=True), issuer=believed).protect(app)
    return app


def cookies() -> FastAPI:
    """Make an app in cookie mode: who signs in gets the access cookie, from Gatepost itself."""
    app = FastAPI(title="ground")
    _add_cookie_doors(app, Tokens())
    _add_notes(app)
    _add_live(app)
    believed = SharedSecretIssuer(issuer=ISSUER, audience=AUDIENCE, secret=Secret(SECRET))
    settings = Settings.from_environment(issued_elsewhere=True)
    Gatepost(settings, issuer=believed, access_cookie=_COOKIE_PATH).protect(app)
    return app


def secure() -> FastAPI:
    """Make an app below https, in cookie mode, with the provider built in."""
    app = FastAPI(title="ground")
    _add_notes(app)
    _add_live(app)
    Gatepost(access_cookie=_COOKIE_PATH).protect(app)
    return app


def _add_doors(app: FastAPI, tokens: Tokens) -> None:
    @app.post("/register", status_code=201)
    @public("people sign up here")
    async def register(account: Account) -> dict[str, str]:
        tokens.sign_up(account)
        return {"email": account.email}

    @app.post("/login")
    @public("people sign in here")
    async def login(account: Account) -> dict[str, str]:
        token = tokens.sign_in(account.email, account.password)
        return {"access_token": token, "token_type": "bearer"}


def _add_cookie_doors(app: FastAPI, tokens: Tokens) -> None:
    @app.post("/register", status_code=201)
    @public("people sign up here")
    async def register(account: Account) -> dict[str, str]:
        tokens.sign_up(account)
        return {"email": account.email}

    @app.post("/login")
    @public("people sign in here")
    async def login(account: Account) -> Response:
        token = tokens.sign_in(account.email, account.password)
        inside = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=inside, base_url="http://inside") as page:
            came = await page.post(_COOKIE_PATH, headers={"Authorization": f"Bearer {token}"})
        handed_on = {name: came.headers[name] for name in ("Set-Cookie", "Cache-Control")}
        return Response(status_code=204, headers=handed_on)


def _add_notes(app: FastAPI) -> None:
    @app.get("/notes")
    async def list_notes(rows: Rows) -> list[NoteOut]:
        return [NoteOut.model_validate(each) for each in await rows.all(select(Note))]

    @app.post("/notes", status_code=201)
    async def add_note(sent: NoteIn, rows: Rows) -> NoteOut:
        note = Note(text=sent.text)
        rows.add(note)
        await rows.flush()
        return NoteOut.model_validate(note)

    @app.get("/notes/{note_id}")
    async def read_note(note_id: str, rows: Rows) -> NoteOut:
        return NoteOut.model_validate(await rows.get_one(Note, note_id))

    # Without a body: what any form sends.
    @app.post("/notes/{note_id}/copy", status_code=201)
    async def copy_note(note_id: str, rows: Rows) -> NoteOut:
        copied = Note(text=(await rows.get_one(Note, note_id)).text)
        rows.add(copied)
        await rows.flush()
        return NoteOut.model_validate(copied)

    # By statements, which the session's compiler alone keeps with their owner.
    @app.put("/notes/{note_id}")
    async def change_note(note_id: str, sent: NoteIn, rows: Rows) -> dict[str, int]:
        changing = update(Note).where(Note.id == note_id).values(text=sent.text)
        return _done((await rows.execute(changing.returning(Note.id))).all())

    @app.delete("/notes/{note_id}")
    async def delete_note(note_id: str, rows: Rows) -> dict[str, int]:
        deleting = delete(Note).where(Note.id == note_id)
        return _done((await rows.execute(deleting.returning(Note.id))).all())


def _done(ids: Sequence[object]) -> dict[str, int]:
    if not ids:
        raise HTTPException(404, "No such note")
    return {"count": len(ids)}


def _add_queries(app: FastAPI) -> None:
    @app.get("/search")
    async def search(rows: Rows, q: str = "") -> list[NoteOut]:
        other = aliased(Note)
        # Columns, and no objects: at those a guard of the session's would look once more.
        found = await rows.execute(select(other.id, other.text).where(matching(q, other.text)))
        return [NoteOut(id=each.id, text=each.text) for each in found]

    @app.get("/count")
    async def count(rows: Rows) -> dict[str, int]:
        return {"count": await rows.count(select(Note))}

    @app.post("/comments", status_code=201)
    async def add_comment(sent: CommentIn, rows: Rows) -> CommentOut:
        comment = Comment(note_id=sent.note_id, text=sent.text)
        rows.add(comment)
        await rows.flush()
        return CommentOut.model_validate(comment)

    @app.get("/comments/{comment_id}")
    async def read_comment(comment_id: str, rows: Rows) -> CommentOut:
        return CommentOut.model_validate(await rows.get_one(Comment, comment_id))


def _add_policies(app: FastAPI) -> None:
    @app.get("/admin/people")
    @requires(role="admin")
    async def people() -> list[str]:
        return ["everybody"]

    @app.delete("/admin/people")
    @requires(role="admin")
    async def remove_people() -> dict[str, bool]:
        return {"ok": True}

    @app.post("/scoped", status_code=201)
    @requires(scope="notes:write")
    async def scoped(sent: NoteIn) -> dict[str, str]:
        return {"text": sent.text}

    @app.delete("/account")
    @fresh(300)
    async def leave() -> dict[str, bool]:
        return {"ok": True}

    @app.get("/me")
    async def me(user: CurrentUser) -> dict[str, str]:
        return {"id": user.user_id}


def _add_live(app: FastAPI) -> None:
    @app.websocket("/live")
    async def live(websocket: WebSocket, user: CurrentUser) -> None:
        await websocket.accept()
        await websocket.send_text(user.user_id)
        with suppress(WebSocketDisconnect, KeyError):
            while True:
                await websocket.receive_text()
