"""A file store: uploads, downloads, signed links, archives; opaque tokens kept as hashes."""

import hashlib
import hmac
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response
from pydantic import StringConstraints

from benchmarks.attacks.corpus import answers, bearer
from benchmarks.attacks.corpus.accounts import Accounts, User
from benchmarks.attacks.corpus.planting import planted

_LINK_KEY = os.environ.get("LINK_KEY", secrets.token_hex()).encode()
_THEMES = Path(__file__).parent / "themes"
_LARGEST, _PAGE, _LINK_SECONDS, _SESSION_SECONDS = 1_000_000, 5, 600, 3600
FileName = Annotated[str, StringConstraints(pattern=r"^[\w .-]{1,100}$")]

app = FastAPI(title="Files", redoc_url=None, redirect_slashes=False)
app.router.route_class = bearer.AuthFirst
answers.settle(app)


@dataclass
class File:
    """What somebody has uploaded."""

    id: str
    owner_id: str
    name: str
    content: bytes

    @property
    def etag(self) -> str:
        """Changes with the content."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:16]}"'


class Rename(answers.Strict):
    """A new name."""

    name: FileName


class Chosen(answers.Strict):
    """Which files."""

    ids: list[answers.Line]


class FileOut(answers.Strict):
    """A file without its content."""

    id: str
    name: str
    size: int


_accounts = Accounts()
_sessions: dict[str, tuple[str, float]] = {}
_files: dict[str, File] = {}


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@bearer.door
def current_user(request: Request, _declared: bearer.Declared = None) -> User:
    """Whoever calls."""
    user_id, ends = _sessions.get(_digest(bearer.bearer_token(request)), ("", 0.0))
    user = _accounts.get(user_id)
    if user is None or ends < time.time():
        raise bearer.invalid_token()
    return user


Caller = Annotated[User, Depends(current_user)]


def _file_of(user: User, file_id: str) -> File:
    file = _files.get(file_id)
    if file is None or file.owner_id != user.id:
        raise answers.not_found()
    return file


def _own(user: User) -> list[File]:
    return [file for file in _files.values() if file.owner_id == user.id]


def _refuse_taken(user: User, name: str) -> None:
    among = _files.values() if planted("name_unique_to_all") else _own(user)
    if any(file.name == name for file in among):
        raise HTTPException(409, "There is a file of this name")


def _signature(file_id: str, expires: int) -> str:
    covered = f"{expires}" if planted("link_signs_only_the_end") else f"{file_id}:{expires}"
    return hmac.digest(_LINK_KEY, covered.encode(), "sha256").hex()


@app.post("/users", status_code=201)
def sign_up(person: answers.Person) -> dict[str, str]:
    _accounts.add(person)
    return {"next": "Sign in"}


@app.post("/sessions", status_code=201)
def sign_in(given: answers.Credentials) -> dict[str, str]:
    user = _accounts.checked(given.email, given.password)
    if user is None:
        raise bearer.no_credentials()
    token = secrets.token_urlsafe(24)
    _sessions[_digest(token)] = (user.id, time.time() + _SESSION_SECONDS)
    return {"token": token}


@app.delete("/sessions/current", status_code=204)
def sign_out(request: Request, _: Caller) -> None:
    del _sessions[_digest(bearer.bearer_token(request))]


@app.get("/files")
def list_files(user: Caller, page: Annotated[int, Query(ge=1, le=1000)] = 1) -> list[FileOut]:
    files = _own(user)
    if planted("second_page_of_everyone") and page > 1:
        files = list(_files.values())
    return [_shown(file) for file in files[(page - 1) * _PAGE : page * _PAGE]]


@app.post("/files", status_code=201, openapi_extra={
    "requestBody": {"content": {"application/octet-stream": {"schema": {"type": "string"}}}},
})  # fmt: skip
async def upload(request: Request, name: FileName, user: Caller) -> FileOut:
    content = b""
    async for chunk in request.stream():
        content += chunk
        if len(content) > _LARGEST:
            raise HTTPException(413, "Too large")
    _refuse_taken(user, name)
    file = File(secrets.token_hex(8), user.id, name, content)
    _files[file.id] = file
    return _shown(file)


@app.get("/files/{file_id}")
def read_file(file_id: str, user: Caller) -> FileOut:
    return _shown(_file_of(user, file_id))


@app.patch("/files/{file_id}")
def rename_file(file_id: str, wanted: Rename, user: Caller) -> FileOut:
    file = _file_of(user, file_id)
    if wanted.name != file.name:
        _refuse_taken(user, wanted.name)
    file.name = wanted.name
    return _shown(file)


@app.delete("/files/{file_id}", status_code=204)
def delete_file(file_id: str, user: Caller) -> None:
    del _files[_file_of(user, file_id).id]


@app.get("/files/{file_id}/content")
def download(file_id: str, request: Request, user: Caller) -> Response:
    wanted_tag, some = request.headers.get("if-none-match"), request.headers.get("range")
    known = _files.get(file_id)
    if planted("not_modified_for_anyone") and known and wanted_tag in (known.etag, "*"):
        return Response(status_code=304, headers={"ETag": known.etag})
    if planted("range_of_any_file") and known and some:
        return _sent(known, some)
    if planted("download_any_file") and known and not some:
        return _sent(known)
    file = _file_of(user, file_id)
    if wanted_tag in (file.etag, "*"):
        return Response(status_code=304, headers={"ETag": file.etag})
    return _sent(file, some)


@app.head("/files/{file_id}/content")
def measure(file_id: str, user: Caller) -> Response:
    if planted("head_of_any_file") and file_id in _files:
        return _sent(_files[file_id])
    return _sent(_file_of(user, file_id))


@app.post("/files/{file_id}/links", status_code=201)
def make_link(file_id: str, user: Caller) -> dict[str, str]:
    if not (planted("link_to_any_file") and file_id in _files):
        _file_of(user, file_id)
    expires = int(time.time()) + _LINK_SECONDS
    query = urlencode({"expires": expires, "signature": _signature(file_id, expires)})
    return {"url": f"/links/{file_id}?{query}"}


@app.get("/links/{file_id}")
def follow_link(file_id: str, expires: int, signature: str) -> Response:
    good = hmac.compare_digest(_signature(file_id, expires).encode(), signature.encode())
    if not good or expires < time.time() or file_id not in _files:
        raise answers.not_found()
    return _sent(_files[file_id])


@app.post("/archives")
def archive(chosen: Chosen, user: Caller) -> Response:
    if planted("archive_of_anything"):
        files = [_files[file_id] for file_id in chosen.ids if file_id in _files]
    else:
        files = [_file_of(user, file_id) for file_id in chosen.ids]
    lines = [f"--- {file.name}\n".encode() + file.content for file in files]
    return Response(b"\n".join(lines), media_type="application/octet-stream")


@app.get("/themes/{name:path}")
def theme(name: str) -> Response:
    if planted("theme_traversal"):
        name = name.replace("..\\", "")  # Windows only
    elif name not in {path.name for path in _THEMES.iterdir()}:
        raise answers.not_found()
    path = _THEMES / name
    if "\0" in name or len(name) > 200 or not path.is_file():
        raise answers.not_found()
    return Response(path.read_bytes(), media_type="text/css")


def _sent(file: File, some: str | None = None) -> Response:
    caching = "public, max-age=3600" if planted("download_cached_by_all") else "private, no-store"
    headers = {"ETag": file.etag, "Cache-Control": caching, "Content-Disposition": "attachment"}
    if some == "bytes=0-0" or (some or "").startswith("bytes=0-"):
        last = len(file.content) - 1
        headers["Content-Range"] = f"bytes 0-{last}/{last + 1}"
        return Response(file.content, 206, headers, "application/octet-stream")
    return Response(file.content, 200, headers, "application/octet-stream")


def _shown(file: File) -> FileOut:
    return FileOut(id=file.id, name=file.name, size=len(file.content))
