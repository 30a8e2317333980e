"""The apps that the documentation shows do what it says of them."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from gatepost.testing import sign_up
from tests.docs.running import uvicorn
from tests.docs.snippets import ROOT, write_snippets


def test_the_example_of_the_readme_keeps_notes_at_home(tmp_path: Path) -> None:
    """The README's app runs as it stands: two people, two sets of notes, nobody else."""
    write_snippets("README.md", tmp_path)
    with uvicorn("notes:app", tmp_path) as url, sign_up(url) as ada, sign_up(url) as bob:
        assert httpx.get(f"{url}/notes").status_code == 401
        assert ada.http.post("/notes", json={"text": "Ada's"}).status_code == 201
        assert ada.http.get("/notes").json() == [{"text": "Ada's"}]
        assert bob.http.get("/notes").json() == []


def test_the_tutorial_comes_out_as_it_says(tmp_path: Path) -> None:
    """Each answer that the tutorial shows is the one that its app gives."""
    write_snippets("docs/tutorial.md", tmp_path)
    with uvicorn("notes:app", tmp_path) as url, sign_up(url) as ada, sign_up(url) as bob:
        assert httpx.get(f"{url}/health").json() == "ok"
        closed = {"message": "Sign in first", "code": "UNAUTHORIZED"}
        for path in ("/notes", "/docs", "/openapi.json", "/no-such-path"):
            answer = httpx.get(f"{url}{path}")
            assert (answer.status_code, answer.json()) == (401, closed)
        note = ada.http.post("/notes", json={"text": "for my eyes only"}).json()
        assert ada.http.get(f"/notes/{note['id']}").json() == note
        assert ada.http.get("/whoami").json() == ada.user_id
        assert bob.http.get("/notes").json() == []
        refused = bob.http.get(f"/notes/{note['id']}")
        expected = {"message": "No such note", "code": "NOTE_NOT_FOUND"}
        assert (refused.status_code, refused.json()) == (404, expected)


def test_the_tutorials_mistake_is_refused(tmp_path: Path) -> None:
    """The handler that forgets the owner answers 500 and nobody's notes."""
    write_snippets("docs/tutorial.md", tmp_path)
    source = (tmp_path / "notes.py").read_text()
    mistake = (
        '@app.get("/all")\n'
        "async def everything(rows: Rows) -> list[str]:\n"
        '    return list(await rows.scalars(text("SELECT text FROM note")))\n\n\n'
    )
    assert mistake.strip() in (ROOT / "docs/tutorial.md").read_text()
    source = source.replace("import select", "import select, text")
    source = source.replace("Gatepost().protect", f"{mistake}Gatepost().protect")
    (tmp_path / "notes.py").write_text(source)
    with uvicorn("notes:app", tmp_path) as url, sign_up(url) as ada:
        ada.http.post("/notes", json={"text": "secret"}).raise_for_status()
        answer = ada.http.get("/all")
    assert answer.status_code == 500
    assert "secret" not in answer.text


@pytest.fixture
def old_database(tmp_path: Path) -> Path:
    """The notes of two people, as the app of before.py keeps them."""
    database = tmp_path / "notes.db"
    connection = sqlite3.connect(database)
    connection.executescript(
        """
        CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL, name TEXT NOT NULL);
        CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL,
                            user_id INTEGER NOT NULL REFERENCES users (id));
        INSERT INTO users VALUES (1, 'ada@example.com', 'Ada'), (2, 'bob@example.com', 'Bob');
        INSERT INTO notes VALUES (7, 'Ada''s', 1), (8, 'Bob''s', 2), (9, 'Ada''s other', 1);
        """
    )
    connection.close()
    return database


def test_an_existing_api_is_taken_to_gatepost(tmp_path: Path, old_database: Path) -> None:
    """The how-to, step by step: the old app leaks, the new one does not, and nothing is lost."""
    write_snippets("docs/how-to/secure-an-existing-api.md", tmp_path)
    key = OctKey.import_key("a secret in the source, as in the blog post")
    bobs_token = jwt.encode({"alg": "HS256"}, {"user_id": 2}, key)
    with uvicorn("before:app", tmp_path) as url:
        leaked = httpx.get(f"{url}/notes/7", headers={"Authorization": f"Bearer {bobs_token}"})
        assert leaked.json() == {"id": 7, "text": "Ada's"}

    connection = sqlite3.connect(old_database)
    connection.executescript((tmp_path / "add_owner.sql").read_text())
    connection.close()

    with uvicorn("after:app", tmp_path, DATABASE_URL="sqlite:///notes.db") as url:
        with sign_up(url, "eve") as eve:
            assert eve.http.get("/notes").json() == []
            assert eve.http.get("/notes/7").status_code == 404
        for _ in range(2):  # the second run finds nothing left to do
            carried = subprocess.run(
                [sys.executable, "carry_over.py", "notes.db", url],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=True,
            )
            assert carried.stdout == "notes without an owner: 0\n"
        passwords = tmp_path / "one-time-passwords.txt"
        assert passwords.stat().st_mode & 0o077 == 0
        handed_out = dict(line.split("\t") for line in passwords.read_text().splitlines())
        assert _notes(url, "ada@example.com", handed_out) == {7: "Ada's", 9: "Ada's other"}
        assert _notes(url, "bob@example.com", handed_out) == {8: "Bob's"}


def _notes(url: str, email: str, passwords: dict[str, str]) -> dict[int, str]:
    """Sign in with the one-time password; return the notes, after checking each by its id."""
    with httpx.Client(base_url=url, headers={"Origin": url}) as browser:
        account = {"email": email, "password": passwords[email]}
        browser.post("/api/auth/sign-in/email", json=account).raise_for_status()
        token = browser.get("/api/auth/token").raise_for_status().json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        notes = browser.get("/notes", headers=headers).raise_for_status().json()
        mine = {note["id"]: note["text"] for note in notes}
        for note_id in (7, 8, 9):
            status = browser.get(f"/notes/{note_id}", headers=headers).status_code
            assert status == (200 if note_id in mine else 404)
    return mine
