"""What the kit makes for members and paths that are told by their names only."""

import pytest
from fastapi import FastAPI

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.making.canaries import Canaries
from gatepost.attacks.making.producers import producer_of
from gatepost.attacks.making.values import Referred, Values
from gatepost.attacks.targets import Surface
from gatepost.attacks.targets.routes import operations_of_app

_LISTENER = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("name", "is_url"),
    [("url", True), ("callback_url", True), ("avatarUrl", True), ("webhook", True),
     ("title", False), ("curl", False), ("urls", False)],
)  # fmt: skip
def test_a_member_called_url_is_given_one(name: str, is_url: bool) -> None:  # noqa: FBT001 - a case of the table
    """A plain text whose name says that it is a URL is one, and carries its owner's canary."""
    canaries = Canaries("alice", 1)
    made = Values(canaries, _LISTENER, lambda *_: Referred()).of({"type": "string"}, (name,))
    assert isinstance(made, str)
    assert made.startswith(_LISTENER) is is_url
    assert canaries.found_in(made.encode())


def test_an_upload_makes_a_file() -> None:
    """What takes a file makes the `{filename}` of another path, though its own is called else."""
    app = FastAPI()
    file = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
    said = {"requestBody": {"content": {"multipart/form-data": {"schema": file}}}}

    @app.post("/upload", openapi_extra=said)
    def upload() -> dict[str, str]:
        return {"filename": "x"}

    @app.get("/files/{filename}")
    def read(filename: str) -> str:
        return filename

    surface = Surface(operations_of_app(app), AttackFile())
    reading = surface.find("GET", "/files/{filename}")
    assert reading is not None
    assert str(producer_of(surface, reading, "filename")) == "POST /upload"
