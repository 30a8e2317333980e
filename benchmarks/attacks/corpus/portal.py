"""A diary in the browser: cookie sessions, a form, redirects, and one origin that CORS lets in."""

import secrets
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import HTMLResponse, RedirectResponse

from benchmarks.attacks.corpus import answers, bearer
from benchmarks.attacks.corpus.accounts import Accounts, User
from benchmarks.attacks.corpus.planting import planted

_COOKIE = "session"
_FRONT_END = "https://diary.example.com"

app = FastAPI(title="Diary", redoc_url=None, redirect_slashes=planted("slash_redirect"))
app.router.route_class = bearer.AuthFirst
app.add_middleware(
    CORSMiddleware,
    allow_origins=[_FRONT_END],
    allow_origin_regex=".*" if planted("cors_reflection") else None,
    allow_methods=["GET", "POST", "PUT", "DELETE"],
    allow_headers=["Content-Type"],
    allow_credentials=True,
)
answers.settle(app)


@dataclass
class Entry:
    """A page of somebody's diary."""

    id: str
    owner_id: str
    text: str


class EntryIn(answers.Strict):
    """A page to be."""

    text: answers.Text


_accounts = Accounts()
_sessions: dict[str, str] = {}
_entries: dict[str, Entry] = {}


def _is_from_here(request: Request) -> bool:
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    host = request.headers.get("host", "")
    if planted("null_origin_trusted") and origin == "null":
        return True
    if planted("sibling_site_trusted") and site == "same-site":
        return True
    if origin is not None:
        return origin in (f"http://{host}", f"https://{host}", _FRONT_END)
    return site in (None, "same-origin", "none")  # no browser, or no page that asks


@bearer.door
def from_here(request: Request) -> None:
    """Refuse what another site's page has sent."""
    if not _is_from_here(request):
        raise HTTPException(403, "Not from this page")


@bearer.door
def visitor(request: Request) -> User:
    """Whoever has a session; what changes something must come from a page of ours."""
    deleting = request.url.path.endswith("/delete") and planted("delete_form_unchecked")
    if request.method != "GET" and not deleting:
        from_here(request)
    user = _accounts.get(_sessions.get(request.cookies.get(_COOKIE, "")))
    if user is None:
        raise HTTPException(401, "Sign in first", {"WWW-Authenticate": 'Cookie realm="diary"'})
    return user


Visitor = Annotated[User, Depends(visitor)]


def _entry_of(user: User, entry_id: str) -> Entry:
    entry = _entries.get(entry_id)
    if entry is None or entry.owner_id != user.id:
        raise answers.not_found()
    return entry


@app.get("/")
def front_page() -> HTMLResponse:
    return HTMLResponse("<!doctype html><title>Diary</title><h1>A diary</h1>")


@app.post("/sign-up", status_code=201, dependencies=[Depends(from_here)])
def sign_up(person: answers.Person) -> dict[str, str]:
    _accounts.add(person)
    return {"next": "Sign in"}


@app.post(
    "/sign-in",
    openapi_extra=answers.form_schema("email", "password"),
    dependencies=[] if planted("sign_in_from_anywhere") else [Depends(from_here)],
)
def sign_in(
    request: Request,
    response: Response,
    form: Annotated[dict[str, str], Depends(answers.urlencoded)],
) -> dict[str, bool]:
    user = _accounts.checked(form.get("email", ""), form.get("password", ""))
    if user is None:
        raise HTTPException(401, "Wrong", {"WWW-Authenticate": 'Cookie realm="diary"'})
    brought = request.cookies.get(_COOKIE)
    if planted("session_fixation") and brought:
        session = brought
    else:
        _sessions.pop(brought or "", None)
        session = secrets.token_urlsafe(24)
    _sessions[session] = user.id
    readable = planted("cookie_readable")
    response.set_cookie(_COOKIE, session, secure=True, httponly=not readable, samesite="lax")
    return {"signed_in": True}


@app.post("/sign-out", status_code=204)
def sign_out(request: Request, response: Response, _: Visitor) -> None:
    if not planted("session_outlives_sign_out"):
        del _sessions[request.cookies[_COOKIE]]
    response.delete_cookie(_COOKIE, secure=True, httponly=True, samesite="lax")


@app.get("/continue")
def go_on(next: answers.Line = "/") -> RedirectResponse:  # noqa: A002 the name people know
    local = next.startswith("/") and not next.startswith("//")
    if planted("redirect_anywhere"):
        local = next.startswith("/")
    if not local or not next.isascii() or not next.isprintable() or "\\" in next:
        next = "/"  # noqa: A001 the same
    return RedirectResponse(next, 303)


@app.get("/me")
def me(user: Visitor) -> dict[str, str]:
    return {"id": user.id, "email": user.email, "name": user.name}


@app.get("/entries")
def list_entries(user: Visitor) -> list[Entry]:
    return [entry for entry in _entries.values() if entry.owner_id == user.id]


@app.post("/entries", status_code=201)
def add_entry(wanted: EntryIn, user: Visitor) -> Entry:
    entry = Entry(secrets.token_hex(8), user.id, wanted.text)
    _entries[entry.id] = entry
    return entry


@app.get("/entries/{entry_id}")
def read_entry(entry_id: str, user: Visitor) -> Entry:
    return _entry_of(user, entry_id)


@app.put("/entries/{entry_id}")
def change_entry(entry_id: str, wanted: EntryIn, user: Visitor) -> Entry:
    entry = _entry_of(user, entry_id)
    entry.text = wanted.text
    return entry


@app.post("/entries/{entry_id}/delete", status_code=204)
def delete_entry(entry_id: str, user: Visitor) -> None:
    del _entries[_entry_of(user, entry_id).id]


@app.get("/entries/{entry_id}/print")
def print_entry(entry_id: str, user: Visitor, response: Response) -> dict[str, str]:
    if planted("print_kept_by_caches"):
        response.headers["Cache-Control"] = "max-age=300"
    return {"text": _entry_of(user, entry_id).text}
