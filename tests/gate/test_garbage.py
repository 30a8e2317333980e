"""A flood of refusals leaves nothing that only the garbage collector finds, and stalls nobody."""

import asyncio
import gc
import io
from pathlib import Path

import pytest
from fastapi import FastAPI

from gatepost import Gatepost
from gatepost.events import JsonLines
from tests.conftest import settings_for
from tests.gate.guarded import call, http_scope, started

_REQUESTS = 100
# As long as a good one, and well formed: it is refused for its key, and asked for once.
_UNKNOWN = "eyJhbGciOiJFZERTQSIsImtpZCI6Im5vYm9keSJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, 401),
        ({"authorization": f"Bearer {_UNKNOWN}"}, 401),
        ({"authorization": "Bearer a b"}, 400),
    ],
    ids=["no-credential", "unknown-key", "malformed"],
)
def test_a_refusal_is_no_garbage(headers: dict[str, str], code: int, tmp_path: Path) -> None:
    """What a refusal has made is gone with it, a token's error and the event's line included."""
    app = FastAPI()
    Gatepost(settings_for(1, tmp_path), events=JsonLines(io.StringIO())).protect(app)

    async def flood() -> int:
        async with started(app):
            await call(app, http_scope("/closed", **headers))
            gc.collect()
            gc.disable()
            try:
                for _ in range(_REQUESTS):
                    sent = await call(app, http_scope("/closed", **headers))
                    assert sent[0]["status"] == code
                return gc.collect()
            finally:
                gc.enable()

    assert asyncio.run(flood()) < _REQUESTS
