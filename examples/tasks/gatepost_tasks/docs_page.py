"""FastAPI's interactive documentation, from files of our own: its usual page loads from a CDN."""

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from gatepost import page_headers, public

_REASON = "the API's documentation: the same for everyone, and says nothing about anyone"

_PAGE = """<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Tasks API</title>
    <link rel="icon" href="/favicon.svg">
    <link rel="stylesheet" href="/swagger/swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/swagger/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
"""

# What DOMPurify has cleaned, Swagger UI hands on as a text, which the default policy takes. It is
# for markup alone: a text that is to run, or to be the address of a script, is refused.
_START = """window.trustedTypes?.createPolicy("default", { createHTML: (cleaned) => cleaned });
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIBundle.SwaggerUIStandalonePreset],
});
"""

_NO_CACHE = {"Cache-Control": "no-cache"}
_HEADERS = {**page_headers(trusted_types=("default", "dompurify")), **_NO_CACHE}


def add_docs(app: FastAPI) -> None:
    """Add `/docs` and `/openapi.json`, both declared public."""

    @app.get("/docs", include_in_schema=False)
    @public(_REASON)
    async def docs() -> HTMLResponse:
        return HTMLResponse(_PAGE, headers=_HEADERS)

    @app.get("/docs/start.js", include_in_schema=False)
    @public(_REASON)
    async def start() -> Response:
        return Response(_START, headers=_HEADERS, media_type="text/javascript")

    @app.get("/openapi.json", include_in_schema=False)
    @public(_REASON)
    async def openapi(request: Request) -> Response:
        schema: FastAPI = request.app
        return JSONResponse(schema.openapi(), headers=_NO_CACHE)
