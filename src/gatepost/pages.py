"""Serving a built page: every file is a route of its own, public and listed, and nothing else is.

There is no catch-all: a path that no file and no client route has is closed like any other.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from gatepost.errors import ConfigurationError
from gatepost.gate import public

_CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'"
)

PAGE_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""What a page of people's own data is sent with: no foreign or inline script, no framing."""

# The names of built assets carry a hash of their content, so they never change.
_HASHED_FOLDER = "assets"
_FOREVER = "public, max-age=31536000, immutable"


def serve_page(app: FastAPI, directory: Path, *, client_routes: Sequence[str]) -> None:
    """Serve a built single-page application.

    Args:
        app: the application; call this before `gatepost.protect(app)`.
        directory: holds `index.html` and what it needs.
        client_routes: the paths of the page itself, for instance `("/", "/sign-in")`.

    Raises:
        ConfigurationError: there is no `index.html` in the directory.
    """
    index = directory / "index.html"
    if not index.is_file():
        raise ConfigurationError(
            f"There is no built page in {directory}. In a checkout, `make page` builds it."
        )
    for path in client_routes:
        app.router.routes.append(_page_route(path, index))
    for file in sorted(directory.rglob("*")):
        if file.is_file() and file != index:
            app.router.routes.append(_asset_route(file, file.relative_to(directory).as_posix()))


def _page_route(path: str, index: Path) -> Route:
    @public("the page itself, the same for everyone; what it shows comes from the API")
    async def page(_request: Request) -> Response:
        return FileResponse(index, headers={**PAGE_HEADERS, "Cache-Control": "no-cache"})

    return Route(path, page, methods=["GET"], include_in_schema=False)


def _asset_route(file: Path, name: str) -> Route:
    caching = _FOREVER if name.startswith(f"{_HASHED_FOLDER}/") else "no-cache"

    @public("a built asset of the page, the same for everyone")
    async def asset(_request: Request) -> Response:
        return FileResponse(file, headers={**PAGE_HEADERS, "Cache-Control": caching})

    return Route(f"/{name}", asset, methods=["GET"], include_in_schema=False)
