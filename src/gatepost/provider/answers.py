"""From an outcome to HTTP. The one file of the provider that picks a status."""

import json
from collections.abc import Sequence

from starlette.responses import Response

from gatepost.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    Refusal,
    Unauthenticated,
    Unavailable,
)
from gatepost.provider.faults import (
    MethodNotAllowed,
    PayloadTooLarge,
    TooManyRequests,
    Unprocessable,
    UnsupportedMediaType,
)

_STATUS: dict[type[Refusal], int] = {
    BadRequest: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    MethodNotAllowed: 405,
    Conflict: 409,
    PayloadTooLarge: 413,
    UnsupportedMediaType: 415,
    Unprocessable: 422,
    TooManyRequests: 429,
    Unavailable: 503,
}

Headers = Sequence[tuple[str, str]]
RETRY_AFTER = "x-retry-after"
"""Better Auth's own name for Retry-After, which its client reads."""


def success(body: object, headers: Headers, *, cacheable: bool) -> Response:
    """Answer 200 with JSON as JavaScript's `JSON.stringify` writes it."""
    return _json(200, body, headers, cacheable=cacheable)


def refused(refusal: Refusal, headers: Headers) -> Response:
    """Answer a refusal: `{"message","code"}`, message first, the code only where there is one."""
    body = {"message": refusal.message}
    if refusal.code:
        body["code"] = refusal.code
    return _json(_STATUS[type(refusal)], body, headers, cacheable=False)


def unknown_path() -> Response:
    """Answer 404 with nothing in it, as the original does for a path or a method it lacks."""
    return Response(status_code=404)


def disabled_path() -> Response:
    """Answer 404 as the original does for a path that the deployment has turned off."""
    return Response("Not Found", status_code=404, media_type="text/plain;charset=UTF-8")


def failed() -> Response:
    """Answer 500 with nothing in it: what went wrong is for the log."""
    return Response(status_code=500)


def _json(status: int, body: object, headers: Headers, *, cacheable: bool) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    response = Response(text.encode("utf-8"), status, media_type="application/json")
    if not cacheable:
        # RFC 9111, section 5.2.2.5. The original says it on get-session only; a sign-in carries
        # a session token in its body, and a refusal may be one person's too.
        response.headers["cache-control"] = "no-store"
    for name, value in headers:
        response.headers.append(name, value)
    return response
