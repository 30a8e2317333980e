"""Routes below other routes: whatever is mounted or included is attacked as well."""

from fastapi import APIRouter, FastAPI
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, Router

from gatepost.attacks.targets.routes import operations_of_app


async def _read(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.url.path)


def _app() -> FastAPI:
    app, inner, router, deeper = FastAPI(), FastAPI(), APIRouter(), APIRouter(prefix="/deeper")

    @inner.get("/notes/{note_id}")
    def note(note_id: int) -> int:
        return note_id

    @deeper.post("/leaf")
    def leaf(size: int) -> int:
        return size

    router.include_router(deeper, prefix="/outer")
    app.include_router(router, prefix="/v1")
    app.mount("/zipped", GZipMiddleware(inner))
    app.mount("/plain", Starlette(routes=[Route("/read", _read)]))
    app.router.routes.append(
        Mount("/listed", routes=[Route("/read/{part}", _read), Mount("/twice", Router([]))])
    )
    app.router.routes.append(Mount("/routed", Router([Route("/read", _read)])))
    return app


def test_every_route_below_another_is_there() -> None:
    """Behind a middleware, in an app of Starlette's, in a router, and in a router of a router."""
    found = {str(each): each for each in operations_of_app(_app())}
    assert {
        each for each in found if not each.endswith(("/docs", "/redoc", ".json", "redirect"))
    } == {
        "POST /v1/outer/deeper/leaf",
        "GET /zipped/notes/{note_id}",
        "GET /plain/read",
        "GET /listed/read/{part}",
        "GET /routed/read",
    }
    by_number = found["GET /zipped/notes/{note_id}"].taken("path")
    assert [each.schema["type"] for each in by_number] == ["integer"]
    by_text = found["GET /listed/read/{part}"].taken("path")
    assert [each.schema["type"] for each in by_text] == ["string"]
    (size,) = found["POST /v1/outer/deeper/leaf"].taken("query")
    assert size.required
