"""Serving a built page: every file is a route of its own, public and listed, and nothing else is.

There is no catch-all: a path that no file and no client route has is closed like any other.
"""

import re
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
    "object-src 'none'; require-trusted-types-for 'script'"
)
_HEADERS: Mapping[str, str] = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
}
# Trusted Types, section 4.1.2: tt-policy-name, without the keywords and the wildcard.
_POLICY_NAME = re.compile(r"[A-Za-z0-9\-#=_/@.%]+")


def page_headers(*, trusted_types: Sequence[str] = ()) -> dict[str, str]:
    """Return what a page of people's own data is sent with: no foreign or inline script, no frame.

    A text is never taken for a script: `innerHTML` and its like take only what a policy of Trusted
    Types has made.

    Args:
        trusted_types: the names of the policies that scripts of the page may make.

    Raises:
        ConfigurationError: a name is none, or would let any policy be made.
    """
    for name in trusted_types:
        if not _POLICY_NAME.fullmatch(name):
            raise ConfigurationError(
                f"trusted_types: {name!r} is not the name of a policy. Write names such as "
                '"dompurify", each of letters, digits and -#=_/@.%.'
            )
    names = " ".join(trusted_types) or "'none'"
    policy = f"{_CONTENT_SECURITY_POLICY}; trusted-types {names}"
    return {"Content-Security-Policy": policy, **_HEADERS}


# The names of built assets carry a hash of their content, so they never change.
_HASHED_FOLDER = "assets"
_FOREVER = "public, max-age=31536000, immutable"


def serve_page(
    app: FastAPI,
    directory: Path,
    *,
    client_routes: Sequence[str],
    trusted_types: Sequence[str] = (),
) -> None:
    """Serve a built single-page application.

    Args:
        app: the application; call this before `gatepost.protect(app)`.
        directory: holds `index.html` and what it needs.
        client_routes: the paths of the page itself, for instance `("/", "/sign-in")`.
        trusted_types: the names of the Trusted Types policies that its scripts make.

    Raises:
        ConfigurationError: there is no `index.html` in the directory, or a name is none.
    """
    headers = page_headers(trusted_types=trusted_types)
    index = directory / "index.html"
    if not index.is_file():
        raise ConfigurationError(
            f"There is no built page in {directory}. In a checkout, `make page` builds it."
        )
    for path in client_routes:
        app.router.routes.append(_page_route(path, index, headers))
    for file in sorted(directory.rglob("*")):
        if file.is_file() and file != index:
            name = file.relative_to(directory).as_posix()
            app.router.routes.append(_asset_route(file, name, headers))


def _page_route(path: str, index: Path, headers: Mapping[str, str]) -> Route:
    @public("the page itself, the same for everyone; what it shows comes from the API")
    async def page(_request: Request) -> Response:
        return FileResponse(index, headers={**headers, "Cache-Control": "no-cache"})

    return Route(path, page, methods=["GET"], include_in_schema=False)


def _asset_route(file: Path, name: str, headers: Mapping[str, str]) -> Route:
    caching = _FOREVER if name.startswith(f"{_HASHED_FOLDER}/") else "no-cache"

    @public("a built asset of the page, the same for everyone")
    async def asset(_request: Request) -> Response:
        return FileResponse(file, headers={**headers, "Cache-Control": caching})

    return Route(f"/{name}", asset, methods=["GET"], include_in_schema=False)
