"""From an outcome to HTTP. The one file of the provider that picks a status."""

import json
from collections.abc import Sequence

from starlette.responses import HTMLResponse, Response

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
from gatepost.provider.faults import (
    MethodNotAllowed,
    PayloadTooLarge,
    TooManyRequests,
    Unprocessable,
    UnsupportedMediaType,
)
from gatepost.provider.outcomes import Page, Redirect

_STATUS: dict[type[Refusal], int] = {
    BadRequest: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    MethodNotAllowed: 405,
    Conflict: 409,
    PreconditionFailed: 412,
    PayloadTooLarge: 413,
    UnsupportedMediaType: 415,
    Unprocessable: 422,
    TooManyRequests: 429,
    Unavailable: 503,
}

# Made once; `json.dumps` makes an encoder each time.
_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

Headers = Sequence[tuple[str, str]]
_NOTHING = object()  # the original names a type of it nevertheless
RETRY_AFTER = "x-retry-after"
"""Better Auth's own name for Retry-After, which its client reads."""


def come_back(seconds: int) -> list[tuple[str, str]]:
    """Return the headers of a 503: the standard's name (RFC 9110, section 10.2.3) beside theirs."""
    return [("retry-after", str(seconds)), (RETRY_AFTER, str(seconds))]


def success(outcome: object, headers: Headers, *, cacheable: bool) -> Response:
    """Answer 200 with JSON as JavaScript's `JSON.stringify` writes it, or with a page, or 302."""
    if isinstance(outcome, Redirect):
        return _json(302, _NOTHING, [("location", outcome.location), *headers], cacheable=False)
    if isinstance(outcome, Page):
        return _with_headers(HTMLResponse(outcome.html, headers=outcome.headers), headers)
    return _json(200, outcome, headers, cacheable=cacheable)


def refused(refusal: Refusal, headers: Headers) -> Response:
    """Answer a refusal: `{"message","code"}`, message first, each only where there is one."""
    body = {"message": refusal.message, "code": refusal.code}
    said = {name: text for name, text in body.items() if text}
    # An app's hook may raise one of its own kind.
    status = next(_STATUS[kind] for kind in type(refusal).__mro__ if kind in _STATUS)
    return _json(status, said or _NOTHING, headers, cacheable=False)


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
    text = "" if body is _NOTHING else _write(body)
    response = Response(text.encode("utf-8"), status, media_type="application/json")
    if not cacheable:
        # RFC 9111, section 5.2.2.5. The original says it on get-session only; a sign-in carries
        # a session token in its body, and a refusal may be one person's too.
        response.headers["cache-control"] = "no-store"
        # A page of the same site could frame it, session cookie and all, and show a token.
        response.headers["x-frame-options"] = "DENY"
        response.headers["cross-origin-resource-policy"] = "same-origin"
    return _with_headers(response, headers)


def _with_headers(response: Response, headers: Headers) -> Response:
    for name, value in headers:
        response.headers.append(name, value)
    return response
