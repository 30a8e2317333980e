"""What a page of people's own data is sent with, file by file."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from gatepost import ConfigurationError, Gatepost, Settings, page_headers, serve_page
from tests.conftest import TEST_SECRET, settings_for
from tests.gate.guarded import Recorder
from tests.ports import free_port
from tests.serving import serving

# OWASP's Secure Headers Project, but for what a proxy takes away and the gate sends.
_SENT = {
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-permitted-cross-domain-policies": "none",
}


def _app(directory: Path) -> FastAPI:
    (directory / "assets").mkdir(parents=True)
    (directory / "index.html").write_text("<!doctype html><title>A page</title>")
    (directory / "assets" / "start-1.js").write_text("")
    app = FastAPI(openapi_url=None)
    serve_page(app, directory, client_routes=("/",), trusted_types=("markdown",))
    return app


@pytest.fixture(scope="module")
def page_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page of two files; yields its origin."""
    directory, port = tmp_path_factory.mktemp("page"), free_port()
    app = _app(directory / "page")
    Gatepost(settings_for(port, directory)).protect(app)
    with serving(app, port=port) as url:
        yield url


@pytest.mark.parametrize("path", ["/", "/assets/start-1.js"])
def test_each_file_has_the_headers_of_a_page(page_url: str, path: str) -> None:
    """Nothing foreign or inline runs, nothing frames it, and text is never taken for a script."""
    headers = httpx.get(page_url + path).raise_for_status().headers
    assert {name: headers[name] for name in _SENT} == _SENT
    policy = headers["content-security-policy"].split("; ")
    assert {"script-src 'self'", "frame-ancestors 'none'", "object-src 'none'"} <= set(policy)
    assert policy[-2:] == ["require-trusted-types-for 'script'", "trusted-types markdown"]
    assert "unsafe" not in headers["content-security-policy"]
    assert "strict-transport-security" not in headers  # it is served over http


def test_no_policy_of_trusted_types_is_there_unless_it_is_named() -> None:
    """A page that names none may make none."""
    assert page_headers()["Content-Security-Policy"].endswith("; trusted-types 'none'")


@pytest.mark.parametrize("name", ["*", "'allow-duplicates'", "", "a b", "a; script-src *", "a\n"])
def test_what_is_no_name_of_a_policy_stops_the_start(name: str) -> None:
    """Neither a wildcard, nor a keyword, nor another directive comes in by way of a name."""
    with pytest.raises(ConfigurationError, match="not the name of a policy"):
        page_headers(trusted_types=(name,))


def test_an_app_on_https_is_never_asked_for_over_http_again(tmp_path: Path) -> None:
    """Answers of the page and of the provider say so where GATEPOST_URL is https."""
    app = _app(tmp_path / "page")
    settings = Settings.from_environment(
        {
            "GATEPOST_URL": "https://tasks.example.com",
            "GATEPOST_SECRET": TEST_SECRET,
            "GATEPOST_DATA_DIR": str(tmp_path),
        }
    )
    Gatepost(settings, events=Recorder()).protect(app)

    async def ask() -> list[str]:
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url=settings.url) as client,
        ):
            answers = [await client.get(path) for path in ("/", "/api/auth/ok")]
            return [answer.headers["strict-transport-security"] for answer in answers]

    assert asyncio.run(ask()) == ["max-age=31536000"] * 2
