"""What a deployment chooses of paths and cookies holds for a whole app."""

from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from gatepost import Gatepost
from gatepost.errors import ConfigurationError
from gatepost.settings import Settings
from gatepost.testing.people import open_account, sign_in
from tests.conftest import TEST_SECRET
from tests.ports import free_port
from tests.services.fixtures import NewOfficialClient
from tests.serving import serving


def _app(url: str, data_dir: Path, chosen: Mapping[str, str]) -> FastAPI:
    environment = {
        "GATEPOST_URL": url,
        "GATEPOST_SECRET": TEST_SECRET,
        "GATEPOST_DATA_DIR": str(data_dir),
        **chosen,
    }
    app = FastAPI()

    @app.get("/notes")
    async def notes() -> list[str]:
        return []

    Gatepost(Settings.from_environment(environment)).protect(app)
    return app


def test_base_path_prefix_and_disabled_paths(tmp_path: Path) -> None:
    """People sign in below the base path, nowhere else, with the cookie that was named."""
    port = free_port()
    chosen = {
        "GATEPOST_BASE_PATH": "/auth",
        "GATEPOST_COOKIE_PREFIX": "notes",
        "GATEPOST_DISABLED_PATHS": "/sign-out",
    }
    app = _app(f"http://127.0.0.1:{port}", tmp_path, chosen)
    with (
        serving(app, port=port) as url,
        httpx.Client(base_url=url, headers={"Origin": url}, trust_env=False) as browser,
    ):
        account = open_account(browser, "ada", "/auth")
        sign_in(browser, account.email, account.password, "/auth")
        assert set(browser.cookies) == {"notes.session_token", "notes.known_device"}
        bearer = {"Authorization": f"Bearer {account.token}"}
        assert browser.get("/notes", headers=bearer).status_code == 200
        assert browser.post("/auth/sign-out").status_code == 404
        assert browser.get("/auth/get-session").json()["user"]["email"] == account.email
        assert browser.get("/auth/auth/get-session").status_code == 404
        for elsewhere in ("/api/auth/get-session", "/authget-session"):
            assert browser.get(elsewhere).status_code == 401
        assert "/auth/token`" in str(app.openapi()["components"]["securitySchemes"])


def test_the_official_client_finds_the_base_path(
    tmp_path: Path, new_official_client: NewOfficialClient
) -> None:
    """A page that says where the provider is signs its people in and out there."""
    port = free_port()
    app = _app(f"http://127.0.0.1:{port}", tmp_path, {"GATEPOST_BASE_PATH": "/sign/in"})
    with serving(app, port=port) as url:
        client = new_official_client(f"{url}/sign/in")
        account = {"name": "Ada", "email": "ada@example.com", "password": "correct horse battery"}
        assert client.call("signUp.email", account).error is None
        assert client.call("getSession").data["user"]["email"] == "ada@example.com"
        assert client.call("token").data["token"]
        assert client.call("signOut").data == {"success": True}


def test_a_path_that_is_not_there_cannot_be_disabled(tmp_path: Path) -> None:
    """A misspelled path stops the start, which says what there is."""
    app = _app("http://127.0.0.1:8000", tmp_path, {"GATEPOST_DISABLED_PATHS": "/sign-up/mail"})
    with pytest.raises(ConfigurationError, match=r"/sign-up/mail.*/sign-up/email"), TestClient(app):
        pass
