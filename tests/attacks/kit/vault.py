"""A vault of files, sound unless a hole is named: links, jobs, tags, keys, caches."""

import hashlib
import hmac
import secrets
import time
from itertools import count
from typing import Annotated, Any

from fastapi import FastAPI, Header, HTTPException, Query, Request, Response
from pydantic import BaseModel, Field

from tests.attacks.kit.lab import LAB, Me, lab_app

_KEY = secrets.token_bytes(16)


class Document(BaseModel):
    """What is kept."""

    title: str
    body: str = ""


class Hook(BaseModel):
    """What is called, and what it is signed with."""

    label: str
    secret: str = Field(json_schema_extra={"writeOnly": True})


def vault(hole: str = "") -> FastAPI:  # noqa: C901, PLR0915 - many small handlers
    """Make the app; `hole` is what is forgotten."""
    app, rows, hooks = lab_app(), dict[int, dict[str, Any]](), dict[int, dict[str, Any]]()
    jobs: dict[str, tuple[str, float]] = {}
    answers: dict[tuple[str, str], dict[str, Any]] = {}
    kept: dict[str, dict[str, Any]] = {}
    numbers = count(1)

    def mine(number: int, me: str, forgets: str) -> dict[str, Any]:
        found = rows.get(number)
        if found is None or (found["owner"] != me and hole != forgets):
            raise HTTPException(404, "no document")
        return found

    def shown(row: dict[str, Any]) -> dict[str, Any]:
        hidden = {"owner"} if hole == "hash" else {"owner", "password_hash"}
        return {name: value for name, value in row.items() if name not in hidden}

    @app.post("/documents", status_code=201)
    def create(
        sent: Document, me: Me, idempotency_key: Annotated[str | None, Header()] = None
    ) -> dict[str, Any]:
        key = ("" if hole == "key" else me, idempotency_key or secrets.token_hex())
        if key not in answers:
            number = next(numbers)
            hashed = "$2b$12$" + "a" * 53
            rows[number] = {
                "id": number, "owner": me, **sent.model_dump(), "password_hash": hashed,
            }  # fmt: skip
            answers[key] = {"id": number, "title": sent.title}
        return answers[key]

    @app.get("/documents")
    def listing(
        me: Me, request: Request, response: Response, page: Annotated[int, Query(ge=1)] = 1
    ) -> list[dict[str, Any]]:
        everybody = hole == "page" and page > 1
        own = [shown(each) for each in rows.values() if each["owner"] == me or everybody]
        own = own[(page - 1) * 8 : page * 8]
        tag = f'"{len(rows)}"' if hole == "list tag" else f'"{_digest(me + str(own))}"'
        response.headers.update({"ETag": tag, "Cache-Control": "no-store"})
        if request.headers.get("If-None-Match") == tag:
            raise HTTPException(304)
        return own

    @app.get("/documents/{number}")
    def read(number: int, me: Me, request: Request, response: Response) -> dict[str, Any]:
        row = rows.get(number)
        if hole == "tag" and row is not None and _tag(row) == request.headers.get("If-None-Match"):
            raise HTTPException(304)
        if hole == "part" and row is not None and "Range" in request.headers:
            return shown(row)
        found = mine(number, me, "read")
        caching = "public, max-age=60" if hole == "cache" else "private, no-cache"
        response.headers.update({"ETag": _tag(found), "Cache-Control": caching})
        return shown(found)

    @app.put("/documents/{number}")
    def change(
        number: int, sent: Document, me: Me, if_match: Annotated[str | None, Header()] = None
    ) -> dict[str, Any]:
        row = rows.get(number)
        if hole == "match" and row is not None and if_match not in {None, _tag(row)}:
            raise HTTPException(412)
        found = mine(number, me, "read")
        if if_match not in {None, _tag(found)}:
            raise HTTPException(412)
        found.update(sent.model_dump())
        return shown(found)

    @app.get("/documents/{number}/link")
    def link(number: int, me: Me) -> dict[str, str]:
        mine(number, me, "read")
        if hole == "plain link":
            return {"url": f"/raw/{number}"}
        until = int(time.time()) + 300
        return {"url": f"/download/{number}?expires={until}&sig={_sign(number, until)}"}

    @app.get("/raw/{number}")
    def raw(number: int) -> str:
        if hole != "plain link" or number not in rows:
            raise HTTPException(404)
        return str(rows[number]["body"])

    @app.get("/download/{number}")
    def download(number: int, sig: str | None = None, expires: int = 0) -> str:
        fits = sig is not None and hmac.compare_digest(
            sig.encode(), _sign(number, expires).encode()
        )
        if hole == "unsigned" or (hole == "optional" and sig is None):
            fits = True
        if hole == "unbound" and sig is not None:
            fits = any(sig == _sign(each, expires) for each in rows)
        if hole == "end" and sig is not None:
            now = int(time.time())
            fits = any(sig == _sign(number, now + each) for each in range(200, 301))
        if not fits or expires < time.time() or number not in rows:
            raise HTTPException(403, "no such link")
        return str(rows[number]["body"])

    @app.post("/exports", status_code=202)
    def begin(me: Me) -> dict[str, str]:
        job = secrets.token_hex(8)
        jobs[job] = (me, time.monotonic() + 0.3)
        return {"job_id": job}

    @app.get("/jobs/{job_id}")
    def job(job_id: str, me: Me) -> dict[str, Any]:
        owner, done = jobs.get(job_id, ("", 0.0))
        if job_id not in jobs or (owner != me and hole != "job"):
            raise HTTPException(404)
        if time.monotonic() < done:
            return {"state": "running"}
        everybody = hole == "job's caller"
        result = [each["title"] for each in rows.values() if everybody or each["owner"] == owner]
        return {"state": "done", "result": result}

    @app.post("/hooks", status_code=201)
    def hook(sent: Hook, me: Me) -> dict[str, Any]:
        number = next(numbers)
        hooks[number] = {"id": number, "owner": me, **sent.model_dump()}
        return {"id": number, "label": sent.label}

    @app.get("/hooks")
    def all_hooks(me: Me) -> list[dict[str, Any]]:
        hidden = {"owner"} if hole == "secret" else {"owner", "secret"}
        own = [each for each in hooks.values() if each["owner"] == me]
        return [{name: each[name] for name in each if name not in hidden} for each in own]

    @app.get("/summary")
    def summary(request: Request, authorization: Annotated[str, Header()] = "") -> dict[str, Any]:
        if hole == "kept" and request.url.path in kept:
            return kept[request.url.path]
        me = LAB.who(authorization or None)
        made = {"titles": [each["title"] for each in rows.values() if each["owner"] == me]}
        return kept.setdefault(request.url.path, made) if hole == "kept" else made

    return app


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _tag(row: dict[str, Any]) -> str:
    return f'"{_digest(str(row))}"'


def _sign(number: int, until: int) -> str:
    return hmac.new(_KEY, f"{number}:{until}".encode(), "sha256").hexdigest()
