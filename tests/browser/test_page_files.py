"""What the page is made of: light enough, and with no secret of the server's in it."""

import gzip
import re

import httpx
import pytest
from playwright.sync_api import Browser, Error, Response

from gatepost_tasks.app import PAGE
from tests.browser.deployment import Deployment
from tests.browser.people import visitor
from tests.conftest import TEST_SECRET

_MOST_SCRIPT_BYTES = 150_000
_SECRET = re.compile(
    r"BEGIN [A-Z ]*PRIVATE KEY|postgres(?:ql)?://\w+:|smtps?://\w+:|AKIA[0-9A-Z]{16}"
    r"|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\."
)


def test_the_script_is_light() -> None:
    """All the script of the page is under 150 kB, gzipped."""
    scripts = list((PAGE / "assets").glob("*.js"))
    assert scripts
    weight = sum(len(gzip.compress(script.read_bytes())) for script in scripts)
    assert weight < _MOST_SCRIPT_BYTES


def test_no_file_of_the_page_holds_a_secret() -> None:
    """No script, style, map, licence or document has a key, a token, or a URL with a password."""
    files = [file for file in PAGE.rglob("*") if file.is_file()]
    assert len(files) > 5
    held = [file.name for file in files if _SECRET.search(file.read_text(errors="replace"))]
    assert held == []


def test_no_answer_of_a_visit_holds_a_secret(browser: Browser, tasks: Deployment) -> None:
    """Of the secret by which the server signs nothing is in an answer's head or body."""
    answers: list[str] = []

    def note(answer: Response) -> None:
        answers.append(str(answer.all_headers()))
        try:
            answers.append(answer.text())
        except Error:  # a redirect has none
            return

    ada = visitor(browser, tasks.url)
    ada.page.on("response", note)
    ada.sign_up("Ada")
    ada.add("Nothing to see")
    ada.sign_out()
    assert any("Nothing to see" in answer for answer in answers)
    forbidden = (TEST_SECRET, str(tasks.data_dir), "PRIVATE KEY", "privateKey", '"d":')
    assert [each for each in forbidden if any(each in answer for answer in answers)] == []


@pytest.mark.parametrize("path", ["/assets/index.js.map", "/.env", "/../settings.py", "/.git/HEAD"])
def test_nothing_else_is_served(tasks: Deployment, path: str) -> None:
    """Neither a source map nor a file beside the page can be had."""
    assert httpx.get(f"{tasks.url}{path}", trust_env=False).status_code in {401, 404}
