"""The app of docs/how-to/show-activity.md does what the page says of it."""

import time
from pathlib import Path

from gatepost.testing import Somebody, sign_up
from tests.cli.running import gatepost
from tests.docs.running import uvicorn
from tests.docs.snippets import write_snippets

_SECONDS = 10


def test_the_page_shows_people_their_activity(tmp_path: Path) -> None:
    """Each item says what happened, of what kind it was, and whether it was in this session."""
    write_snippets("docs/how-to/show-activity.md", tmp_path)
    with uvicorn("seen:app", tmp_path) as url, sign_up(url) as ada:
        account = {"email": ada.email, "password": "not the password"}
        assert ada.browser.post("/api/auth/sign-in/email", json=account).status_code == 401
        until = time.monotonic() + _SECONDS
        while len(items := ada.http.get("/api/activity").json()["items"]) < 2:
            assert time.monotonic() < until, items
            time.sleep(0.1)
    assert {key: items[0][key] for key in ("name", "kind", "detail", "this_session")} == {
        "name": "authn_login_fail",
        "kind": "refusal",
        "detail": "wrong_password",
        "this_session": False,
    }


def _answers(person: Somebody, path: str) -> int:
    token = person.browser.get("/api/auth/token").raise_for_status().json()["token"]
    return person.http.get(path, headers={"Authorization": f"Bearer {token}"}).status_code


def test_the_page_shows_administrators_everybody(tmp_path: Path) -> None:
    """Being signed in is not enough; whoever has been given the role by the command is answered."""
    write_snippets("docs/how-to/show-activity.md", tmp_path)
    paths = ["/api/admin/activity", "/api/admin/activity/counts"]
    with uvicorn("watched:app", tmp_path) as url, sign_up(url) as ada:
        assert [_answers(ada, path) for path in paths] == [403, 403]
        ended = gatepost(tmp_path, "users", "set-role", ada.email, "admin", GATEPOST_URL=url)
        assert ended.code == 0, ended.err
        until = time.monotonic() + 3 * _SECONDS
        while [_answers(ada, path) for path in paths] != [200, 200]:
            assert time.monotonic() < until
            time.sleep(0.2)
