"""Links in answers, and files by names that can be guessed: told from apps that keep them apart."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path

import pytest
from fastapi import FastAPI, HTTPException, Request, Response
from pydantic import BaseModel
from starlette.staticfiles import StaticFiles

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.links import links
from tests.attacks.kit.lab import Me, attacked, lab_app


class Letter(BaseModel):
    """What is kept in a file."""

    text: str


_FILE = {"type": "string", "format": "binary"}
_SCAN = {"type": "object", "properties": {"scan": _FILE}, "required": ["scan"]}
_MULTIPART = {
    "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _SCAN}}}
}


def _files(tmp_path: Path, kind: str, place: str) -> FastAPI:
    """Keep what is written or sent up in a file, which is served with everybody's or not at all."""
    app, numbers = lab_app(), list[str]()

    def keep(text: bytes, name: str) -> None:
        path = tmp_path / place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)

    if kind == "written":

        @app.post("/letters", status_code=201)
        def write(sent: Letter, me: Me) -> dict[str, object]:
            numbers.append(me)
            name = f"letters/{len(numbers)}.txt"
            keep(sent.text.encode(), name)
            return {"id": len(numbers), "file": name}

    elif kind != "none":

        @app.post("/scans", status_code=201, openapi_extra=_MULTIPART)
        async def send_up(request: Request, me: Me) -> dict[str, object]:
            numbers.append(me)
            keep(await request.body(), kind.format(len(numbers)))
            return {"id": len(numbers)}

    @app.get("/scans/{scan_id}")
    def read(scan_id: int, me: Me) -> dict[str, int]:
        if scan_id > len(numbers) or numbers[scan_id - 1] != me:
            raise HTTPException(404, "no scan")
        return {"id": scan_id}

    (tmp_path / "served").mkdir(exist_ok=True)
    app.mount("/media", StaticFiles(directory=tmp_path / "served"))
    return app


@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize(
    ("kind", "place", "outcome"),
    [
        ("written", "served", Outcome.FINDING),
        ("written", "kept", Outcome.REFUSED),
        ("{}.txt", "served", Outcome.FINDING),
        ("{}/file.txt", "served", Outcome.FINDING),
        ("{}.txt", "kept", Outcome.REFUSED),
        ("none", "kept", Outcome.NOT_APPLICABLE),
    ],
)
def test_a_file_is_not_guessed_by_its_name(
    tmp_path: Path, kind: str, place: str, outcome: Outcome, *, public: bool
) -> None:
    """A folder that gives out Alice's file by the name in her answer, or by an id, is found."""
    said: dict[str, object] = {"public": {"GET /media/*": "pictures"}} if public else {}
    came = attacked(_files(tmp_path, kind, place), links, file=said)
    folder = {("123.1", "GET /media/*")}
    assert came.of(outcome) & folder == folder, came.said(*Outcome)
    assert came.findings <= folder, came.said(Outcome.FINDING)


def _signed(note_id: int) -> str:
    return sha256(f"a pinch of salt {note_id}".encode()).hexdigest()


def _linked(hole: str) -> FastAPI:
    """Answer with links: to what is open, to nothing, and to what only its owner may see."""
    app, notes = lab_app(), list[tuple[str, str]]()

    @app.middleware("http")
    async def pages(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        number = request.url.path.removeprefix("/pages/")
        if hole == "page" and number.isdigit() and int(number) <= len(notes):
            return Response(notes[int(number) - 1][1])
        return await call_next(request)

    @app.post("/notes", status_code=201)
    def create(sent: Letter, me: Me) -> dict[str, int]:
        notes.append((me, sent.text))
        return {"id": len(notes)}

    @app.get("/notes/{note_id}")
    def read(note_id: int, me: Me) -> list[str]:
        if note_id > len(notes) or notes[note_id - 1][0] != me:
            raise HTTPException(404, "no note")
        secret = f"/download/{note_id}?sig={_signed(note_id)}"
        return ["/assets/img/logo.png", "/gone", f"/pages/{note_id}", secret]

    @app.get("/assets/{name:path}")
    def asset(name: str) -> str:
        return f"the picture {name}"

    @app.get("/download/{note_id}")
    def download(note_id: int, sig: str = "") -> str:
        if sig != _signed(note_id) or note_id > len(notes):
            if hole == "breaks":
                raise ValueError
            raise HTTPException(403, "no such link")
        return notes[note_id - 1][1]

    return app


@pytest.mark.parametrize(("hole", "found"), [("", ""), ("page", "is opened by"), ("breaks", "500")])
def test_a_link_is_opened_by_whom_it_is_for(hole: str, found: str) -> None:
    """A link that no route answers is tried as well; one to a folder for everybody says nothing."""
    said: dict[str, object] = {"public": {"GET /assets/*": "pictures", "GET /download/*": "signed"}}
    came = attacked(_linked(hole), links, file=said)
    reading = ("123", "GET /notes/{note_id}")
    assert came.findings == ({reading} if hole else set()), came.said(Outcome.FINDING)
    assert found in came.verdicts[reading].says
