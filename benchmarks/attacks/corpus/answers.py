"""What every app of the corpus answers alike."""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, StringConstraints
from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=5_000)]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=200)]
Password = Annotated[str, StringConstraints(min_length=8, max_length=100)]

_LARGEST_FORM = 10_000


class Strict(BaseModel):
    """A body that has the members it is declared with and no others."""

    model_config = ConfigDict(extra="forbid")


class Person(Strict):
    """Who signs up."""

    email: Email
    password: Password
    name: Line


class Credentials(Strict):
    """Who says that they are who they are."""

    email: Email
    password: Password


def not_found() -> HTTPException:
    """Answer for what is not there and for what is somebody else's."""
    return HTTPException(404, "Not found")


class NoStore:
    """Answers are for whoever asked, unless a route says otherwise.

    Args:
        app: what is asked.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to answers of HTTP."""

        async def send_private(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Cache-Control", "no-store")
                headers.setdefault("X-Content-Type-Options", "nosniff")
            await send(message)

        await self._app(scope, receive, send_private if scope["type"] == "http" else send)


def settle(app: FastAPI) -> None:
    """Answers without an echo of what came in, and never for a shared cache."""
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_middleware(NoStore)


async def urlencoded(request: Request) -> dict[str, str]:
    """Read a small form.

    Raises:
        HTTPException: 422, it is none.
    """
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded" or len(body) > _LARGEST_FORM:
        raise HTTPException(422, "Send a form")
    try:
        return dict(parse_qsl(body.decode(), max_num_fields=20, errors="strict"))
    except ValueError:
        raise HTTPException(422, "Send a form") from None


def form_schema(*members: str) -> dict[str, object]:
    """What OpenAPI says of a form that is parsed by hand."""
    schema = {
        "type": "object",
        "required": list(members),
        "properties": {member: {"type": "string"} for member in members},
    }
    content = {"application/x-www-form-urlencoded": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


async def _invalid(_: Request, __: Exception) -> JSONResponse:
    return JSONResponse({"detail": "The request is not valid"}, 422)
