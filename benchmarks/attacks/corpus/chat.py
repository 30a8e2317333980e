"""A chat: rooms, their members, messages over HTTP and over websockets; HS256 made by hand."""

import hmac
import os
import secrets
import time
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request, WebSocket
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse

from benchmarks.attacks.corpus import answers, bearer, jws
from benchmarks.attacks.corpus.accounts import Accounts, User
from benchmarks.attacks.corpus.planting import planted

_SECRET = os.environ.get("CHAT_SECRET", secrets.token_hex()).encode()
if planted("weak_secret"):
    _SECRET = b"changeme"
_LIFETIME = 3600

app = FastAPI(title="Chat", redoc_url=None, redirect_slashes=False)
app.router.route_class = bearer.AuthFirst
answers.settle(app)


@dataclass
class Message:
    """What somebody said in a room."""

    id: str
    author_id: str
    text: str


@dataclass
class Room:
    """Where its members talk."""

    id: str
    name: str
    members: set[str]
    messages: dict[str, Message] = field(default_factory=dict)
    sockets: set[WebSocket] = field(default_factory=set)


class RoomIn(answers.Strict):
    """A room to be."""

    name: answers.Line


class MemberIn(answers.Strict):
    """Who is to be let in."""

    email: answers.Email


class MessageIn(answers.Strict):
    """What somebody says."""

    text: answers.Text


_accounts = Accounts()
_rooms: dict[str, Room] = {}
_ended: set[str] = set()


def _user_of(token: bearer.Token, *, ended_too: bool = False) -> User:
    try:
        parsed = jws.parse(token)
    except ValueError:
        raise bearer.invalid_token() from None
    expected, claims = jws.hs256(_SECRET, parsed.signed), parsed.claims
    if planted("signature_prefix"):
        expected = expected[: len(parsed.signature)]
    user, session = claims.get("sub"), claims.get("sid")
    valid = (
        parsed.header in ({"alg": "HS256", "typ": "JWT"}, {"alg": "HS256"})
        and hmac.compare_digest(parsed.signature, expected)
        and not (jws.is_expired(claims) or jws.is_early(claims))
        and not jws.is_long_lived(claims, _LIFETIME)
        and (claims.get("iss"), claims.get("aud")) == ("https://chat.example", "chat")
        and isinstance(session, str)
        and (ended_too or session not in _ended)
    )
    found = _accounts.get(user)
    if not valid or found is None:
        raise bearer.invalid_token()
    return found


def _token_of(connection: HTTPConnection) -> bearer.Token:
    if planted("any_scheme"):
        return bearer.Token(connection.headers.get("authorization", " ").rpartition(" ")[2])
    return bearer.bearer_token(connection)


@bearer.door
def current_user(request: Request, _declared: bearer.Declared = None) -> User:
    """Whoever calls."""
    if planted("user_id_header") and (named := _accounts.get(request.headers.get("x-user-id"))):
        return named  # the proxy in front has set it
    return _user_of(_token_of(request))


Caller = Annotated[User, Depends(current_user)]


def _room_of(user: User, room_id: str) -> Room:
    room = _rooms.get(room_id)
    if room is None or user.id not in room.members:
        raise answers.not_found()
    return room


@app.post("/signup", status_code=201)
def sign_up(person: answers.Person) -> dict[str, str]:
    _accounts.add(person)
    return {"next": "Sign in"}


@app.post("/login")
def sign_in(given: answers.Credentials) -> dict[str, str]:
    user = _accounts.checked(given.email, given.password)
    if user is None:
        raise bearer.no_credentials()
    now = int(time.time())
    claims = {"iss": "https://chat.example", "aud": "chat", "sub": user.id, "iat": now}
    claims |= {"exp": now + _LIFETIME, "sid": secrets.token_hex(8)}
    signed = jws.signing_input({"alg": "HS256", "typ": "JWT"}, claims)
    return {"token": f"{signed.decode()}.{jws.encode(jws.hs256(_SECRET, signed))}"}


@app.post("/logout", status_code=204)
def sign_out(request: Request, _: Caller) -> None:
    _ended.add(str(jws.parse(_token_of(request)).claims["sid"]))


@app.get("/profile")
def profile(user: Caller) -> dict[str, str]:
    return {"id": user.id, "email": user.email, "name": user.name}


@app.get("/stats")
def stats(user: Caller) -> dict[str, int]:
    rooms = [one for one in _rooms.values() if user.id in one.members]
    if planted("stats_of_everyone"):
        rooms = list(_rooms.values())
    return {"rooms": len(rooms), "messages": sum(len(room.messages) for room in rooms)}


@app.get("/rooms")
def list_rooms(user: Caller) -> list[dict[str, object]]:
    return [_shown(room) for room in _rooms.values() if user.id in room.members]


@app.post("/rooms", status_code=201)
def open_room(wanted: RoomIn, user: Caller) -> dict[str, object]:
    room = Room(secrets.token_hex(8), wanted.name, {user.id})
    _rooms[room.id] = room
    return _shown(room)


@app.get("/rooms/{room_id}")
def read_room(room_id: str, user: Caller) -> dict[str, object]:
    return _shown(_room_of(user, room_id))


@app.delete("/rooms/{room_id}", status_code=204)
def close_room(room_id: str, user: Caller) -> None:
    del _rooms[_room_of(user, room_id).id]


@app.post("/rooms/{room_id}/members", status_code=204)
def let_in(room_id: str, wanted: MemberIn, user: Caller) -> None:
    room = _room_of(user, room_id)
    # Nothing tells whether somebody has that address.
    if (named := _accounts.by_email(wanted.email)) is not None:
        room.members.add(named.id)


@app.get("/rooms/{room_id}/messages")
def list_messages(room_id: str, user: Caller) -> list[Message]:
    if planted("messages_of_any_room") and room_id in _rooms:
        return list(_rooms[room_id].messages.values())
    return list(_room_of(user, room_id).messages.values())


@app.post("/rooms/{room_id}/messages", status_code=201)
async def say(room_id: str, wanted: MessageIn, user: Caller) -> Message:
    return await _said(_room_of(user, room_id), user, wanted.text)


@app.put("/rooms/{room_id}/messages/{message_id}")
def edit_message(room_id: str, message_id: str, wanted: MessageIn, user: Caller) -> Message:
    room = _rooms.get(room_id) if planted("edit_any_message") else _room_of(user, room_id)
    message = room.messages.get(message_id) if room else None
    if message is None or (message.author_id != user.id and not planted("edit_any_message")):
        raise answers.not_found()
    message.text = wanted.text
    return message


@app.websocket("/rooms/{room_id}/live")
async def live(websocket: WebSocket, room_id: str) -> None:
    origin, host = websocket.headers.get("origin"), websocket.headers.get("host", "")
    foreign = origin is not None and origin not in (f"http://{host}", f"https://{host}")
    try:
        if foreign and not planted("ws_any_origin"):
            raise HTTPException(403, "Not from this page")
        user, room = _who_listens(websocket, room_id)
    except HTTPException as refusal:
        answer = JSONResponse({"detail": refusal.detail}, refusal.status_code, refusal.headers)
        await websocket.send_denial_response(answer)
        return
    await websocket.accept()
    room.sockets.add(websocket)
    for message in room.messages.values():
        await websocket.send_json({"id": message.id, "text": message.text})
    while (event := await websocket.receive())["type"] == "websocket.receive":
        if isinstance(text := event.get("text"), str) and len(text) <= 5_000:
            await _said(room, user, text)
    room.sockets.discard(websocket)


def _who_listens(websocket: WebSocket, room_id: str) -> tuple[User, Room]:
    if planted("ws_no_token") and "authorization" not in websocket.headers and room_id in _rooms:
        return User("guest", "", "guest", b""), _rooms[room_id]
    user = _user_of(_token_of(websocket), ended_too=planted("ws_after_logout"))
    if planted("ws_any_room") and room_id in _rooms:
        return user, _rooms[room_id]
    return user, _room_of(user, room_id)


async def _said(room: Room, user: User, text: str) -> Message:
    message = Message(secrets.token_hex(8), user.id, text)
    room.messages[message.id] = message
    for socket in list(room.sockets):
        try:
            await socket.send_json({"id": message.id, "text": text})
        except RuntimeError:  # it has gone meanwhile
            room.sockets.discard(socket)
    return message


def _shown(room: Room) -> dict[str, object]:
    return {"id": room.id, "name": room.name, "members": sorted(room.members)}
