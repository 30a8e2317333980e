"""docs/operations/leaked-secret.md, followed to the letter, with two workers and all it forges."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gatepost.events import EventName
from gatepost.provider.faults import UserChange
from gatepost.testing import sign_up
from tests.docs.leaks import Deployment, commands, eventually, forged_link
from tests.docs.snippets import ROOT

_PAGE = "docs/operations/leaked-secret.md"
_OLD = "kR4tW9zB2nX7mQ5vH8cJ3dL6-the-leaked-one"
_PATIENCE_SECONDS = 60


@pytest.fixture
def deployment(tmp_path: Path, postgres_url: str) -> Iterator[Deployment]:
    """Two workers with the secret that leaks, which stop with the test."""
    deployment = Deployment(tmp_path, postgres_url)
    try:
        deployment.start(GATEPOST_SECRET=_OLD)
        yield deployment
    finally:
        deployment.stop()


def test_the_page_ends_what_a_leaked_secret_forges(deployment: Deployment) -> None:
    """Step by step: cookie, link and token are believed before and refused after, by each worker.

    Who was signed in is out, and signs in again with the same password.
    """
    make, rotate, see, retire, revoke, check, examine = commands(_PAGE)
    assert make == ({}, "secret")
    with sign_up(deployment.urls[0], "ada") as ada, sign_up(deployment.urls[0], "bob") as bob:
        [leaked] = deployment.keys(GATEPOST_SECRET=_OLD)
        token = deployment.forged_token(_OLD, ada.user_id)
        cookie = deployment.forged_cookie(_OLD, ada.user_id)
        link = forged_link(_OLD, ada.user_id, ada.email, "mallory.1@example.com")
        assert deployment.statuses(token) == [200, 200]
        assert all(deployment.who(cookie))
        taken = forged_link(_OLD, bob.user_id, bob.email, "mallory.2@example.com")
        assert _followed(deployment.urls[1], taken) == 200

        said = deployment.run(make[1], GATEPOST_SECRET=_OLD)
        new = max(re.findall(r"2:([^,\s]{32,})", said), key=len)

        def follow(step: tuple[dict[str, str], str]) -> str:
            before, command = step
            setting = before["GATEPOST_SECRETS"].replace("NEW", new).replace("OLD", _OLD)
            command = command.replace("KEY_ID", leaked)
            command = command.replace("main:app", "--factory gatepost_tasks.app:create_app")
            return deployment.run(command, GATEPOST_SECRETS=setting)

        follow(rotate)
        assert all(deployment.who(cookie))

        deployment.stop()
        deployment.start(GATEPOST_SECRETS=f"2:{new}")
        assert deployment.who(cookie) == [None, None]
        assert [_followed(url, link) for url in deployment.urls] == [401, 401]
        assert deployment.statuses(token) == [200, 200]

        assert leaked in follow(see)
        follow(retire)
        eventually(lambda: deployment.statuses(token) == [401, 401])

        assert "ended: 2" in follow(revoke)
        states = [key["state"] for key in json.loads(follow(check))]
        assert sorted(states) == ["current", "ended"]
        examined = follow(examine)
        assert re.search(r"^ok +secret  ", examined, re.MULTILINE)
        assert re.search(r"^ok +keys  ", examined, re.MULTILINE)

        account = {"email": ada.email, "password": ada.password}
        ada.browser.post("/api/auth/sign-in/email", json=account).raise_for_status()
        eventually(lambda: deployment.statuses(_token(ada.browser)) == [200, 200])


def test_the_event_that_the_page_names_is_there() -> None:
    """By which one finds whose address a forged link has changed."""
    named = f"`{EventName.USER_UPDATED.value}` with the reason `{UserChange.EMAIL.value}`"
    assert named in (ROOT / _PAGE).read_text()


def _followed(url: str, link: str) -> int:
    return httpx.get(f"{url}{link}", timeout=_PATIENCE_SECONDS).status_code


def _token(browser: httpx.Client) -> str:
    token: str = browser.get("/api/auth/token").raise_for_status().json()["token"]
    return token
