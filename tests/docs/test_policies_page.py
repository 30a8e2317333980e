"""docs/policies.md does what it says of its app."""

from pathlib import Path

import httpx

from gatepost.testing import sign_up
from tests.cli.running import gatepost
from tests.docs.running import uvicorn
from tests.docs.snippets import ROOT, write_snippets


def test_the_notebook_asks_what_the_page_says(tmp_path: Path) -> None:
    """Public, signed in, recent, and a role that holds from the next request on."""
    write_snippets("docs/policies.md", tmp_path)
    with uvicorn("notebook:app", tmp_path) as url, sign_up(url) as ada:
        assert httpx.get(f"{url}/health").json() == "ok"
        assert httpx.get(f"{url}/whoami").json()["code"] == "UNAUTHORIZED"
        assert ada.http.get("/whoami").json() == ada.user_id
        assert ada.http.delete("/account").json() == "gone"
        refused = ada.http.get("/admin/reports")
        assert (refused.status_code, refused.json()["code"]) == (403, "INSUFFICIENT_SCOPE")
        given = gatepost(tmp_path, "users", "set-role", ada.email, "admin")
        assert given.out == f"Roles of {ada.email}: admin.\n"
        assert ada.http.get("/admin/reports").json() == ["all quiet"]


def test_its_routes_are_listed_as_the_page_says(tmp_path: Path) -> None:
    """What is asked stands in the table of routes, in the words that review sees."""
    write_snippets("docs/policies.md", tmp_path)
    listed = gatepost(tmp_path, "routes", "notebook:app").out
    for asked in ("signed in, role admin", "signed in, within 300 s", "public"):
        assert asked in listed


def test_every_answer_of_the_page_is_one_that_is_given() -> None:
    """The codes in the page are codes of the gate's answers."""
    page = (ROOT / "docs" / "policies.md").read_text()
    answers = (ROOT / "src" / "gatepost" / "gate" / "responses.py").read_text()
    for code in ("UNAUTHORIZED", "INVALID_TOKEN", "INSUFFICIENT_SCOPE"):
        assert f'"{code}"' in answers
        assert code in page
    assert "INSUFFICIENT_USER_AUTHENTICATION" in page
