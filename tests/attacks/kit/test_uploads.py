"""Uploads, told from apps that keep every file where and what it is."""

import io
import os
import secrets
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse
from starlette.staticfiles import StaticFiles

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.uploads import uploads
from tests.attacks.kit.lab import Me, attacked, lab_app

_FORM: dict[str, object] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


async def _sent(request: Request) -> tuple[str, str, bytes]:
    """Read the file of a form without the package that FastAPI wants for its own way of it."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    for part in message_from_bytes(head + await request.body()).walk():
        if part.get_filename() is not None:
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            return str(part.get_filename()), part.get_content_type(), content
    raise HTTPException(422)


def _app(hole: str, folder: Path) -> FastAPI:
    app = lab_app()
    kept: dict[str, tuple[str, str, Path]] = {}
    folder = folder / "kept"
    folder.mkdir()
    if hole == "served":
        app.mount("/media", StaticFiles(directory=folder))

    @app.post("/files", status_code=201, openapi_extra=_FORM)
    async def create(request: Request, me: Me) -> dict[str, str]:
        name, kind, content = await _sent(request)
        plain = os.path.basename(name)  # noqa: PTH119 - as apps do it
        if "\\" in name or not plain:
            raise HTTPException(400)
        if hole == "archive" and kind == "application/zip":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for member in archive.namelist():
                    (folder / member).write_bytes(archive.read(member))
        number = secrets.token_hex(4)
        own = number if hole in {"", "page", "archive", "anybody"} else plain
        path = folder / (name if hole == "leaves" else own)
        try:
            path.write_bytes(content)
        except OSError as error:
            raise HTTPException(400) from error
        kept[number] = (me, kind, path)
        return {"id": number, "name": plain}

    @app.get("/files/{file_id}")
    def read(file_id: str, me: Me) -> Response:
        owner, kind, path = kept.get(file_id, ("", "", folder))
        if not owner or (owner != me and hole != "anybody"):
            raise HTTPException(404)
        if hole == "page":
            return Response(path.read_bytes(), media_type=kind)
        return FileResponse(path, media_type="application/octet-stream", filename="file")

    return app


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", set()),
        ("page", {"173"}),
        ("leaves", {"174", "175", "177.s"}),
        ("archive", {"174"}),
        ("overwrites", {"175"}),
        ("anybody", {"176"}),
        ("served", {"173", "175", "176"}),
    ],
)
def test_a_careless_upload_is_found_out(hole: str, found: set[str], tmp_path: Path) -> None:
    """Uploads that become pages, leave their folder, or meet another's are found."""
    came = attacked(_app(hole, tmp_path), uploads)
    assert came.findings == {(number, "POST /files") for number in found}, came.said(
        Outcome.FINDING
    )
    assert came.of(Outcome.INCONCLUSIVE) == set(), came.said(Outcome.INCONCLUSIVE)


def test_what_leaves_its_folder_is_taken_away_again(tmp_path: Path) -> None:
    """Nothing that the kit made outside of the app's folder is left behind."""
    attacked(_app("leaves", tmp_path), uploads)
    assert [each.name for each in tmp_path.iterdir()] == ["kept"]


def _kept_under_a_name(hole: str, folder: Path) -> FastAPI:
    app, names = lab_app(), dict[str, tuple[str, str]]()

    @app.post("/papers", status_code=201, openapi_extra=_FORM)
    async def create(request: Request, me: Me) -> dict[str, str]:
        name, _, content = await _sent(request)
        number = secrets.token_hex(4)
        (folder / number).write_bytes(content)
        names[number] = (me, name)
        return {"id": number}

    @app.get("/papers/{paper_id}")
    def read(paper_id: str, me: Me) -> Response:
        owner, name = names.get(paper_id, ("", ""))
        path = folder / (name if hole and (folder / name).is_file() else paper_id)
        if owner != me:
            raise HTTPException(404)
        return FileResponse(path, media_type="application/octet-stream", filename="file")

    return app


@pytest.mark.parametrize(("hole", "found"), [("name", {("177.s", "POST /papers")}), ("", set())])
def test_a_kept_name_that_leaves_its_folder_is_found_out(
    hole: str, found: set[tuple[str, str]], tmp_path: Path
) -> None:
    """A name that was kept and is opened later is found, though nothing was written by it."""
    came = attacked(_kept_under_a_name(hole, tmp_path), uploads)
    assert came.findings == found, came.said(Outcome.FINDING)


def _raw(hole: str, folder: Path) -> FastAPI:
    app, kinds = lab_app(), dict[str, tuple[str, str]]()

    @app.put("/objects/{name:path}", status_code=201)
    async def put(name: str, request: Request, me: Me) -> dict[str, str]:
        own = name if hole == "leaves" else name.replace("/", "_").replace("..", "_")
        key = own if hole in {"leaves", "shared"} else f"{me}-{own}"
        if "\\" in name:
            raise HTTPException(400)
        try:
            (folder / key).write_bytes(await request.body())
        except OSError as error:
            raise HTTPException(400) from error
        kinds[key] = (me, request.headers["content-type"])
        return {"name": name}

    @app.get("/objects/{name:path}")
    def get(name: str, me: Me) -> Response:
        key = name if hole in {"leaves", "shared"} else f"{me}-{name}"
        owner, kind = kinds.get(key, ("", ""))
        if owner != me and hole != "shared":
            raise HTTPException(404)
        if not owner:
            raise HTTPException(404)
        kind = kind if hole == "page" else "application/octet-stream"
        return Response((folder / key).read_bytes(), media_type=kind)

    @app.post("/tags", status_code=201)
    def tag(name: str, me: Me) -> dict[str, str]:
        return {"name": name, "of": me}

    return app


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", set()),
        ("page", {"173"}),
        ("leaves", {"174", "175", "177.s"}),
        ("shared", {"175", "176"}),
    ],
)
def test_a_careless_raw_upload_is_found_out(hole: str, found: set[str], tmp_path: Path) -> None:
    """A file that is the whole body, with its name in the path, is an upload as any other."""
    folder = tmp_path / "kept"
    folder.mkdir()
    came = attacked(_raw(hole, folder), uploads)
    expected = {(number, "PUT /objects/{name}") for number in found}
    assert came.findings == expected, came.said(Outcome.FINDING)
    assert came.of(Outcome.INCONCLUSIVE) == set(), came.said(Outcome.INCONCLUSIVE)
