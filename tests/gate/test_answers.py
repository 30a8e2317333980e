"""Answers at the edge: what a stranger and a mistaken caller learn, and what the app keeps."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import httpx
import pytest
from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response, StreamingResponse

from gatepost import public
from tests.gate.guarded import Guarded, call, guarded, http_scope, protect, started

_TYPED = "hunter2-and-more"


class _Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class _Dog(BaseModel):
    kind: Literal["dog"]


class _Form(BaseModel):
    number: int
    short: Annotated[str, Field(max_length=3)]
    ratio: float


def _app() -> FastAPI:
    app = FastAPI(debug=True)

    @app.get("/breaks")
    async def breaks() -> str:
        raise RuntimeError(_TYPED)

    @app.get("/open-breaks")
    @public("the same for everyone")
    async def open_breaks() -> str:
        raise RuntimeError(_TYPED)

    @app.get("/raises/{status}")
    async def raises(status: int) -> str:
        raise HTTPException(status, "in the app's own words", {"X-Own": "kept"})

    @app.get("/raises-shape")
    async def raises_shape() -> str:
        raise HTTPException(409, {"code": "OWN_CODE", "message": "own words", "field": "name"})

    @app.post("/form")
    async def form(body: _Form) -> str:
        return body.short

    @app.post("/animal")
    async def animal(body: Annotated[_Cat | _Dog, Field(discriminator="kind")]) -> str:
        return body.kind

    @app.get("/cached")
    async def cached() -> Response:
        return Response("x", headers={"Cache-Control": "private, max-age=5"})

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        return StreamingResponse(iter(["a", "b"]))

    return app


@pytest.fixture(scope="module")
def clumsy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """An app in debug mode whose routes raise."""
    with guarded(_app(), tmp_path_factory.mktemp("clumsy")) as served:
        yield served


def test_a_strangers_body_is_not_read(tmp_path: Path) -> None:
    """The decision is made before the body is asked for."""
    app = protect(_app(), tmp_path)

    async def ask() -> object:
        async with started(app):
            scope = http_scope("/form", "POST", **{"content-length": "999999999"})
            return (await call(app, scope))[0]["status"]

    assert asyncio.run(ask()) == 401


@pytest.mark.parametrize("length", ["abc", "+5", "1_0", "-1", "1, 1", "٥", "9" * 5_000])
def test_a_length_that_is_no_number_is_a_bad_request(length: str, tmp_path: Path) -> None:
    """A Content-Length that a lenient server lets through is refused, and is no server error."""
    app = FastAPI()

    @app.get("/open")
    @public("the same for everyone")
    async def opened() -> str:
        return "open"

    protect(app, tmp_path)

    async def ask() -> int:
        async with started(app):
            scope = http_scope("/open", **{"content-length": length})
            return int(str((await call(app, scope))[0]["status"]))

    assert asyncio.run(ask()) in (400, 413)


@pytest.mark.parametrize("path", ["/breaks", "/open-breaks"])
def test_an_exception_is_a_bare_500(path: str, clumsy: Guarded) -> None:
    """An exception, debug mode or not, is one sentence: no stack trace, no text of it."""
    came = clumsy.ada.http.get(path, headers={"Accept": "text/html"})
    assert came.status_code == 500
    assert came.json() == {
        "message": "Something went wrong on our side",
        "code": "INTERNAL_SERVER_ERROR",
    }


@pytest.mark.parametrize("status", [400, 402, 403, 404, 409, 410, 418, 422, 429, 499, 503, 599])
def test_an_app_keeps_its_own_words(status: int, clumsy: Guarded) -> None:
    """HTTPException keeps its status, its detail and its headers, in the one shape of denials."""
    came = clumsy.ada.http.get(f"/raises/{status}")
    assert came.status_code == status
    assert came.json()["message"] == "in the app's own words"
    assert came.json()["code"].replace("_", "").isalnum()
    assert came.headers["X-Own"] == "kept"


@pytest.mark.parametrize("status", [204, 205, 304])
def test_a_status_without_a_body_has_none(status: int, clumsy: Guarded) -> None:
    """HTTPException with a status that has no body sends none, and the connection goes on."""
    bearer = {"Authorization": f"Bearer {clumsy.ada.token}"}
    with httpx.Client(base_url=clumsy.url, headers=bearer) as fresh:
        for _ in range(3):
            came = fresh.get(f"/raises/{status}")
            assert (came.status_code, came.content) == (status, b"")


def test_an_app_keeps_its_own_shape(clumsy: Guarded) -> None:
    """HTTPException with a detail of the app's own shape does not lose it."""
    came = clumsy.ada.http.get("/raises-shape")
    assert came.status_code == 409
    assert "OWN_CODE" in came.text
    assert "own words" in came.text


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/form", f'{{"number":"{_TYPED}","short":"{_TYPED}","ratio":"{_TYPED}"}}'),
        ("/form", f'{{"number":{_TYPED}'),
        ("/form", f'"{_TYPED}"'),
        ("/form", f'["{_TYPED}"]'),
        ("/form", '{"number":NaN,"short":"x","ratio":1}'),
        ("/form", '{"number":1,"short":"\\ud800","ratio":1}'),
        ("/animal", f'{{"kind":"{_TYPED}"}}'),
        ("/animal", f'{{"kind":"cat","lives":"{_TYPED}"}}'),
        ("/animal", f'{{"kind":["{_TYPED}"]}}'),
    ],
)
def test_a_validation_error_does_not_echo(path: str, body: str, clumsy: Guarded) -> None:
    """A 422 says where and what is wrong, and not what was sent: it may be a password."""
    came = clumsy.ada.http.post(path, content=body, headers={"Content-Type": "application/json"})
    assert came.status_code == 422
    assert came.json()["detail"]
    assert _TYPED not in came.text


def test_the_gate_sets_no_store_and_an_app_may_say_otherwise(clumsy: Guarded) -> None:
    """Closed answers are kept by no cache unless their handler has thought about it."""
    assert clumsy.ada.http.get("/stream").headers["Cache-Control"] == "no-store"
    assert clumsy.ada.http.get("/cached").headers["Cache-Control"] == "private, max-age=5"
    assert clumsy.ada.http.get("/stream").headers["X-Content-Type-Options"] == "nosniff"


def test_an_app_keeps_its_own_handlers(tmp_path: Path) -> None:
    """Handlers that the app has set, for a class, a status or for anything, answer as they say."""
    app = FastAPI()

    @app.exception_handler(ValueError)
    async def for_values(_request: Request, _error: Exception) -> Response:
        return JSONResponse({"own": "value"}, 409)

    @app.exception_handler(404)
    async def for_missing(_request: Request, _error: Exception) -> Response:
        return JSONResponse({"own": "missing"}, 404)

    @app.get("/value")
    async def value() -> str:
        raise ValueError(_TYPED)

    with guarded(app, tmp_path) as it:
        assert it.ada.http.get("/value").json() == {"own": "value"}
        assert it.ada.http.get("/nothing").json() == {"own": "missing"}
        assert it.anyone.get("/nothing").status_code == 401


def test_an_app_keeps_its_handler_of_everything_else(tmp_path: Path) -> None:
    """A handler for Exception is the app's own 500, and answers as it says."""
    app = FastAPI()

    @app.exception_handler(Exception)
    async def for_anything(_request: Request, _error: Exception) -> Response:
        return JSONResponse({"own": "anything"}, 500)

    @app.get("/breaks")
    async def breaks() -> str:
        raise RuntimeError(_TYPED)

    with guarded(app, tmp_path) as it:
        assert it.ada.http.get("/breaks").json() == {"own": "anything"}
