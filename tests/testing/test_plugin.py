"""What the plugin promises beyond its page: real people, apart from each other and from tests."""

from pathlib import Path

import pytest

from tests.testing.running import run_pytest, write_app

_PEOPLE = """
import httpx
import pytest

SEEN = []

def test_one_name_is_one_person(as_user):
    assert as_user("ada") is as_user("ada")
    assert as_user("ada").user_id != as_user("Ada").user_id

@pytest.mark.parametrize("name", ["ada", "Ada Lovelace", "Зоя", "a@b", "..", "x" * 200])
def test_any_name_will_do(as_user, name):
    person = as_user(name)
    assert person.browser.get("/api/auth/get-session").json()["user"]["name"] == name

@pytest.mark.parametrize("time", [1, 2])
def test_a_test_finds_nothing_of_another(as_user, gatepost_settings, time):
    ada = as_user("ada")
    assert ada.get("/notes").json() == []
    ada.post("/notes", json={"text": "x"}).raise_for_status()
    assert ada.user_id not in SEEN and gatepost_settings.database_url not in SEEN
    SEEN.extend([ada.user_id, gatepost_settings.database_url])

def test_a_token_of_another_test_is_worth_nothing(as_user, anonymous):
    SEEN.append(as_user("ada").token)

def test_neither_is_that_one(anonymous):
    headers = {"Authorization": f"Bearer {SEEN[-1]}"}
    assert anonymous.get("/notes", headers=headers).status_code == 401

def test_the_password_signs_in(as_user, anonymous, gatepost_settings):
    ada = as_user("ada")
    account = {"email": ada.email, "password": ada.password}
    headers = {"Origin": gatepost_settings.url}
    answer = anonymous.post("/api/auth/sign-in/email", json=account, headers=headers)
    assert answer.json()["user"]["id"] == ada.user_id

def test_a_token_goes_nowhere_else(as_user, gatepost_url):
    ada = as_user("ada")
    with ada.websocket("ws://127.0.0.1:1/whoami") as live:
        assert live.recv() == ada.user_id

def test_a_websocket_left_open_and_a_page_of_another_origin(as_user):
    ada = as_user("ada")
    ada.websocket("/whoami")
    with pytest.raises(Exception, match="403"):
        ada.websocket("/whoami", headers={"Origin": "https://evil.example"})

"""


def test_people_are_real_and_apart(tmp_path: Path) -> None:
    """One name is one person within a test, and nobody at all in the next."""
    write_app(tmp_path)
    (tmp_path / "test_people.py").write_text(_PEOPLE)
    outcome = run_pytest(tmp_path, "test_people.py")
    assert outcome.counts == {"passed": 14}, outcome.text


def test_the_environment_is_not_read(tmp_path: Path) -> None:
    """Neither a deployment's settings nor a proxy of the machine's reach the app or its clients."""
    write_app(tmp_path)
    nowhere = "http://127.0.0.1:9"
    deployment = {
        "GATEPOST_URL": "https://tasks.example.com",
        "DATABASE_URL": "sqlite:////nonexistent/production.db",
        "GATEPOST_ISSUER": "https://auth.example.com",
        "HTTP_PROXY": nowhere,
        "http_proxy": nowhere,
        "ALL_PROXY": nowhere,
    }
    outcome = run_pytest(tmp_path, "test_notes.py", **deployment)
    assert outcome.counts == {"passed": 5}, outcome.text


_AT_IMPORT = """
import pytest
from notes import create_app

pytest_plugins = ["gatepost.testing.plugin"]
app = create_app()

@pytest.fixture
def gatepost_settings():
    return app.state.gatepost.settings

@pytest.fixture
def gatepost_app():
    return app
"""


def test_an_app_made_at_import_can_be_meant(tmp_path: Path) -> None:
    """Its own settings, handed over on purpose, are taken, and it starts again for each test."""
    write_app(tmp_path)
    (tmp_path / "conftest.py").write_text(_AT_IMPORT)
    data = tmp_path / "data"
    outcome = run_pytest(tmp_path, "test_notes.py", GATEPOST_DATA_DIR=str(data))
    assert outcome.counts == {"passed": 5}, outcome.text
    assert (data / "gatepost.db").is_file()


@pytest.mark.parametrize("app", ["create_app", "create_app(gatepost_settings)"])
def test_the_app_or_what_makes_it(app: str, tmp_path: Path) -> None:
    """The fixture may return the app, or the function that makes it from settings."""
    write_app(tmp_path)
    conftest = (tmp_path / "conftest.py").read_text()
    conftest = conftest.replace("return create_app(gatepost_settings)", f"return {app}")
    (tmp_path / "conftest.py").write_text(conftest)
    outcome = run_pytest(tmp_path, "test_notes.py", "-k", "private or closed")
    assert outcome.counts == {"passed": 2}, outcome.text
