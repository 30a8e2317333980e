"""The app of docs/how-to/extend-sign-up.md does what the page says of it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import httpx

from tests.docs.running import uvicorn
from tests.docs.snippets import write_snippets

_ADA = {"name": "Ada", "email": "ada@example.com", "password": "correct horse battery"}


def test_the_page_extends_sign_up(tmp_path: Path) -> None:
    """Fields are taken, shown and kept from people; the hooks refuse, change and add."""
    write_snippets("docs/how-to/extend-sign-up.md", tmp_path)
    database = tmp_path / "members.db"
    with (
        uvicorn("members:app", tmp_path, DATABASE_URL=f"sqlite:///{database}") as url,
        httpx.Client(base_url=f"{url}/api/auth", headers={"origin": url}, timeout=30) as client,
    ):
        refused = client.post("/sign-up/email", json={**_ADA, "email": "eve@evil.example"})
        assert (refused.status_code, refused.json()) == (403, {
            "message": "Sign up with your address at work", "code": "FOREIGN_ADDRESS",
        })  # fmt: skip
        mine = {**_ADA, "plan": "gold", "born": "1815-12-10", "role": "admin"}
        answer = client.post("/sign-up/email", json=mine)
        user = answer.json()["user"]
        assert [*user][-4:] == ["language", "born", "plan", "id"]
        assert (user["language"], user["plan"]) == ("en", "trial")
        assert user["born"] == "1815-12-10T00:00:00.000Z"
        assert client.cookies["been_here"] == "yes"
        told = client.post("/update-user", json={"customerId": "mine"})
        assert (told.status_code, told.json()["code"]) == (400, "FIELD_NOT_ALLOWED")
        client.post("/update-user", json={"language": "fr"}).raise_for_status()
        assert client.get("/get-session").json()["user"]["language"] == "fr"
    with closing(sqlite3.connect(database)) as connection:
        kept = connection.execute('SELECT language, plan, "customerId", role FROM "user"')
        assert kept.fetchall() == [("fr", "trial", None, None)]
