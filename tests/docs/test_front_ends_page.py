"""docs/how-to/front-ends.md: its app serves a page that reaches it through another server."""

from collections.abc import Iterator

import httpx
import pytest

from tests.docs.running import uvicorn
from tests.docs.snippets import ROOT, write_snippets

_PAGE = "docs/how-to/front-ends.md"
_VITE = "http://localhost:5173"
_TRUSTED = ("GATEPOST_TRUSTED_ORIGINS", "https://app.example.com")
_ADA = {"name": "Ada", "email": "ada@example.com", "password": "correct horse battery"}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app of the page, which people reach through Vite or Next.js."""
    directory = tmp_path_factory.mktemp("notes")
    write_snippets(_PAGE, directory)
    with uvicorn("notes:app", directory, GATEPOST_URL=_VITE, **dict([_TRUSTED])) as url:
        yield url


def test_the_app_serves_the_page_that_a_development_server_passes_on(url: str) -> None:
    """What is passed on is signed in and answered, with the origin of the page."""
    with httpx.Client(base_url=url, headers={"Origin": _VITE}, timeout=30) as page:
        page.post("/api/auth/sign-up/email", json=_ADA).raise_for_status()
        token = page.get("/api/auth/token").raise_for_status().json()["token"]
        bearer = {"Authorization": f"Bearer {token}"}
        assert page.post("/api/notes", json={"text": "mine"}, headers=bearer).status_code == 201
        assert page.get("/api/notes", headers=bearer).json() == [{"text": "mine"}]
        assert page.get("/api/notes").status_code == 401


def test_the_page_of_another_origin_may_call(url: str) -> None:
    """With the setting of the page, the gate answers the preflight of that origin, and no other."""
    name, trusted = _TRUSTED
    assert f"$ export {name}={trusted}\n" in (ROOT / _PAGE).read_text()
    asked = {"Access-Control-Request-Method": "GET"}
    for origin, allowed in ((trusted, trusted), ("https://evil.example", None)):
        answer = httpx.options(f"{url}/api/notes", headers={"Origin": origin, **asked})
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed
