"""Uploads that say more than a file, are refused, or come back in an odd way."""

import secrets
from email import message_from_bytes

import pytest
from fastapi import FastAPI, HTTPException, Request, Response

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.uploads import uploads
from tests.attacks.kit.lab import Me, attacked, lab_app

_FILE: dict[str, object] = {"type": "string", "format": "binary"}
_PICTURES = "POST /albums/{album_id}/pictures"


def _form(**members: object) -> dict[str, object]:
    schema = {"type": "object", "required": list(members), "properties": members}
    return {
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    }


async def _parts(request: Request) -> dict[str, tuple[str, str, bytes]]:
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    found = {}
    for part in message_from_bytes(head + await request.body()).walk():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            found[name] = (part.get_filename() or "", part.get_content_type(), content)
    return found


def _albums(hole: str) -> FastAPI:
    """Make an app that keeps pictures in albums, below a URL that it tells as a whole."""
    app = lab_app()
    albums, blobs = dict[str, str](), dict[str, tuple[str, str, bytes]]()

    @app.post("/albums", status_code=201)
    def create(me: Me) -> dict[str, str]:
        number = secrets.token_hex(4)
        albums[number] = me
        return {"id": number}

    @app.post(
        "/albums/{album_id}/pictures", status_code=201,
        openapi_extra=_form(
            title={"type": "string", "minLength": 2},
            labels={"type": "array", "items": {"type": "string"}, "minItems": 1},
            file=_FILE,
        ),
    )  # fmt: skip
    async def put(album_id: str, request: Request, me: Me) -> dict[str, str]:
        parts = await _parts(request)
        name, kind, content = parts["file"]
        whole = len(parts["title"][2]) > 1 and parts["labels"][2].startswith(b'["')
        if albums.get(album_id) != me or not whole or kind == "application/zip":
            raise HTTPException(415)
        if ".." in name or "/" in name:
            raise HTTPException(500 if hole == "breaks" else 400)
        key = secrets.token_hex(8)
        blobs[key] = (me, kind, content)
        return {"url": f"{request.base_url}blobs/2024/{key}"}

    @app.get("/blobs/{year}/{key}")
    def read(year: str, key: str, me: Me) -> Response:
        owner, kind, content = blobs.get(key, ("", "", year.encode()))
        if not owner or (owner != me and hole != "anybody"):
            raise HTTPException(404)
        policy = "default-src 'self'" if hole == "page" else "sandbox"
        headers = {"Content-Type": kind, "Content-Security-Policy": policy}
        return Response(content, headers=headers)

    return app


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", set[str]()),
        ("page", {"173"}),
        ("breaks", {"174"}),
        ("anybody", {"176"}),
    ],
)
def test_a_file_beside_other_members_is_attacked(hole: str, found: set[str]) -> None:
    """A form with more than a file is filled in whole, and its file asked for where it is told."""
    came = attacked(_albums(hole), uploads)
    assert came.findings == {(number, _PICTURES) for number in found}, came.said(Outcome.FINDING)
    assert came.said(Outcome.INCONCLUSIVE) == {}
    assert came.verdicts["175", _PICTURES].says == "its path names a row: see 106"
    assert came.verdicts["176", _PICTURES].outcome is (
        Outcome.FINDING if hole == "anybody" else Outcome.REFUSED
    )


def test_a_file_that_is_public_on_purpose_is_nobodys() -> None:
    """What the attack file declares open may be read by everybody."""
    came = attacked(
        _albums("anybody"), uploads, file={"public": {"GET /blobs/*": "a gallery"}},
        only=lambda trial: trial.attack.id == "176",
    )  # fmt: skip
    assert came.said(Outcome.NOT_APPLICABLE) == {
        ("176", _PICTURES): "no file that was uploaded can be read again"
    }


def test_what_takes_no_file_is_said() -> None:
    """A name in the query may be that of anything, and a form without a file takes none."""
    app = lab_app()

    @app.post("/tags", status_code=201)
    async def tag(name: str, request: Request, me: Me) -> dict[str, str]:
        if await request.body():
            raise HTTPException(415)
        return {"name": name, "of": me}

    @app.post("/letters", status_code=201, openapi_extra=_form(text={"type": "string"}))
    def write(me: Me) -> dict[str, str]:
        return {"of": me}

    @app.post("/scans", status_code=201, openapi_extra=_form(file=_FILE))
    def scan(me: Me) -> None:
        raise HTTPException(415, f"nothing of {me}")

    came = attacked(app, uploads)
    says = {
        each: came.verdicts["174", each].says for number, each in came.verdicts if number == "174"
    }
    assert says == {
        "POST /tags": "it takes no file as its body",
        "POST /scans": "no file of Alice's is taken: 415",
    }
    assert came.verdicts["174", "POST /tags"].outcome is Outcome.NOT_APPLICABLE
    assert came.verdicts["174", "POST /scans"].outcome is Outcome.INCONCLUSIVE
