"""Every answer that the gate and the errors of this house give: the one file with HTTP statuses.

Bodies have Better Auth's shape, `{"message", "code"}`, so that a client has one to handle.
"""

import functools
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from gatepost.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    PreconditionFailed,
    Refusal,
    Unauthenticated,
    Unavailable,
)

_STATUS: dict[type[Refusal], int] = {
    BadRequest: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    PreconditionFailed: 412,
    Unavailable: 503,
}

_REALM = 'Bearer realm="gatepost"'
_LONGEST_FIELD_NAME = 64
_BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT, HTTPStatus.NOT_MODIFIED)
# Pydantic's own words for these repeat what was sent.
_ECHOING_MESSAGES = {
    "union_tag_invalid": "The tag is none of the expected ones",
    "union_tag_not_found": "The tag is missing",
}


@functools.lru_cache(maxsize=256)
def _body(message: str, code: str) -> str:
    return json.dumps({"message": message, "code": code}, separators=(",", ":"))


def _answer(status: int, message: str, code: str, **headers: str) -> Response:
    return Response(
        _body(message, code),
        status,
        {"Cache-Control": "no-store", **{k.replace("_", "-"): v for k, v in headers.items()}},
        "application/json",
    )


def no_credential() -> Response:
    """401 without an error code: nothing was shown (RFC 6750, section 3.1)."""
    return _answer(401, "Sign in first", "UNAUTHORIZED", WWW_Authenticate=_REALM)


def invalid_token() -> Response:
    """401, one answer for every cause, so that a forger learns nothing."""
    return _answer(
        401,
        "Your sign-in is no longer valid",
        "INVALID_TOKEN",
        WWW_Authenticate=f'{_REALM}, error="invalid_token"',
    )


def malformed_credential() -> Response:
    """400 (RFC 6750, section 3.1, invalid_request)."""
    return _answer(
        400,
        "The Authorization header cannot be read",
        "INVALID_REQUEST",
        WWW_Authenticate=f'{_REALM}, error="invalid_request"',
    )


def insufficient_scope(scopes: Iterable[str]) -> Response:
    """403 for somebody who may not (RFC 6750, section 3.1); the scopes that would do are named.

    Roles are not: which ones there are is nobody's business.
    """
    named = " ".join(sorted(scopes))
    wanted = f', scope="{named}"' if named else ""
    return _answer(
        403,
        "You may not do this",
        "INSUFFICIENT_SCOPE",
        WWW_Authenticate=f'{_REALM}, error="insufficient_scope"{wanted}',
    )


def stale_sign_in(max_age_seconds: int) -> Response:
    """401 that asks for a new sign-in, and says how old one may be (RFC 9470, section 3)."""
    return _answer(
        401,
        "Sign in again to do this",
        "INSUFFICIENT_USER_AUTHENTICATION",
        WWW_Authenticate=f'{_REALM}, error="insufficient_user_authentication", '
        f'error_description="A more recent sign-in is required", max_age="{max_age_seconds}"',
    )


def no_content(**headers: str) -> Response:
    """204, kept by no cache."""
    return Response(status_code=204, headers={"Cache-Control": "no-store", **headers})


def not_found() -> Response:
    """404 for a path that no route can read."""
    return _answer(404, "Not Found", "NOT_FOUND")


def not_modified(tag: str) -> Response:
    """304: what is asked for is what the caller has (RFC 9110, section 15.4.5)."""
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})


def unreadable_length() -> Response:
    """400 for a Content-Length that is no number."""
    return _answer(400, "The Content-Length cannot be read", "BAD_REQUEST")


def too_large() -> Response:
    """413 for a body that its own Content-Length gives away."""
    return _answer(413, "The request is too large", "PAYLOAD_TOO_LARGE")


def too_large_for_a_cookie() -> Response:
    """413 for an access token that no browser would keep as a cookie."""
    return _answer(413, "The token does not fit into a cookie", "TOKEN_TOO_LARGE")


def foreign_origin() -> Response:
    """403 for what another site's page has sent."""
    return _answer(403, "This origin is not trusted", "INVALID_ORIGIN")


def unavailable() -> Response:
    """503 while the database cannot be reached."""
    return _answer(
        503,
        "The service cannot be reached right now; try again in a moment",
        "SERVICE_UNAVAILABLE",
        Retry_After="5",
    )


def invalid_idempotency_key() -> Response:
    """400 for an Idempotency-Key that cannot be read, or came twice."""
    return _answer(400, "The Idempotency-Key cannot be read", "INVALID_IDEMPOTENCY_KEY")


def idempotency_key_in_use() -> Response:
    """409 while the first request with the same key is still being worked on."""
    return _answer(
        409,
        "The same request is being worked on; ask again in a moment",
        "IDEMPOTENCY_KEY_IN_USE",
        Retry_After="1",
    )


def idempotency_key_reused() -> Response:
    """422 for a key that was sent with another request before."""
    return _answer(422, "This Idempotency-Key belongs to another request", "IDEMPOTENCY_KEY_REUSED")


def replayed(status: int, headers: Mapping[str, str], body: bytes) -> Response:
    """Return what was answered the first time, and say that it is that."""
    return Response(body, status, {**headers, "Idempotent-Replayed": "true"})


def internal_error(http_version: str) -> Response:
    """500 that says nothing; the cause is in the server's log.

    Servers drop the connection after an exception; over HTTP/1 the client is told not to reuse it.
    """
    headers = {"Connection": "close"} if http_version.startswith("1") else {}
    message = "Something went wrong on our side"
    return _answer(500, message, "INTERNAL_SERVER_ERROR", **headers)


async def refuse_websocket(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a websocket before it is accepted; with the whole answer where the server can."""
    if "websocket.http.response" in scope.get("extensions", {}):
        await response(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": 1008})


async def answer_refusal(_request: Request, error: Exception) -> Response:
    """Exception handler for `Refusal`."""
    if not isinstance(error, Refusal):
        raise error
    status = next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
    return _answer(status, error.message, error.code)


async def answer_exception(request: Request, _error: Exception) -> Response:
    """Exception handler of a mounted app for what nobody expected."""
    return internal_error(request.scope.get("http_version", "1.1"))


async def answer_http_exception(_request: Request, error: Exception) -> Response:
    """Exception handler for Starlette's and FastAPI's HTTPException."""
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code in _BODILESS or error.status_code < HTTPStatus.OK:
        return Response(status_code=error.status_code, headers=error.headers)
    detail: object = error.detail
    body: dict[str, object] = {
        "message": detail if isinstance(detail, str) else _phrase(error.status_code),
        "code": re.sub(r"\W+", "_", _phrase(error.status_code).upper()),
    }
    if not isinstance(detail, str):
        body["detail"] = detail  # the app's own shape, for its own client
    response = JSONResponse(body, error.status_code, {"Cache-Control": "no-store"})
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"HTTP {status}"


async def answer_validation_error(_request: Request, error: Exception) -> Response:
    """Exception handler for FastAPI's 422, without the input, which may be a password."""
    if not isinstance(error, RequestValidationError):
        raise error
    detail = [
        {
            "type": item["type"],
            "loc": _location(item["loc"]),
            "msg": _ECHOING_MESSAGES.get(item["type"], item["msg"]),
        }
        for item in error.errors()
    ]
    # ASCII escapes: a lone surrogate in a field's name must not make the answer a 500.
    body = json.dumps({"detail": detail}, separators=(",", ":"), ensure_ascii=True)
    return Response(body, 422, {"Cache-Control": "no-store"}, "application/json")


def _location(parts: Sequence[str | int]) -> list[str | int]:
    return [
        part if isinstance(part, int) or len(part) <= _LONGEST_FIELD_NAME else "…" for part in parts
    ]
