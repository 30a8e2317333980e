"""docs/lists.md does what it says of its app."""

import csv
import io
from pathlib import Path

from gatepost.testing import Somebody, sign_up
from tests.docs.running import uvicorn
from tests.docs.snippets import ROOT, write_snippets

_PAGE = "docs/lists.md"


def _add(who: Somebody, title: str, year: int) -> str:
    added = who.http.post("/books", json={"title": title, "year": year}).raise_for_status()
    return f"/books/{added.json()['id']}"


def _pages(who: Somebody, **params: str) -> list[str]:
    titles: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        answer = who.http.get("/books", params={**params, "limit": "2", **cursor})
        page = answer.raise_for_status().json()
        titles += [book["title"] for book in page["items"]]
        if page["next_cursor"] is None:
            assert page["total"] == len(titles)
            return titles
        cursor = {"cursor": page["next_cursor"]}


def test_the_page_is_true(tmp_path: Path) -> None:
    """Pages, search, export and entity tags are one person's, and answer as the page shows."""
    write_snippets(_PAGE, tmp_path)
    with uvicorn("library:app", tmp_path) as url, sign_up(url) as ada, sign_up(url) as bob:
        for number in range(5):
            _add(ada, f"ada's {'=1+1' if number == 0 else number}", 2000 + number)
            _add(bob, f"bob's {number}", 2000)
        assert _pages(ada) == ["ada's 4", "ada's 3", "ada's 2", "ada's 1", "ada's =1+1"]
        assert _pages(ada, q="ADA'S 3") == ["ada's 3"]
        assert _pages(ada, q="bob") == []
        cursor = ada.http.get("/books?limit=1").json()["next_cursor"]
        foreign = bob.http.get("/books", params={"cursor": cursor})
        assert (foreign.status_code, foreign.json()["code"]) == (400, "INVALID_CURSOR")
        exported = csv.DictReader(io.StringIO(ada.http.get("/books/export").text))
        assert [row["title"] for row in exported] == sorted(_pages(ada))
        _check_tags(ada, bob)


def _check_tags(ada: Somebody, bob: Somebody) -> None:
    book = _add(ada, "a draft", 2026)
    seen = {"If-Match": ada.http.get(book).headers["etag"]}
    wanted = {"title": "a book", "year": 2026}
    assert bob.http.put(book, json=wanted, headers=seen).status_code == 404
    changed = ada.http.put(book, json=wanted, headers=seen).raise_for_status()
    late = ada.http.put(book, json=wanted, headers=seen)
    assert late.status_code == 412
    assert late.text in (ROOT / _PAGE).read_text()
    has = {"If-None-Match": changed.headers["etag"]}
    assert ada.http.get(book, headers=has).status_code == 304
