"""`gatepost demo` in the place of somebody's Better Auth server, told by its environment alone."""

import re
import time
from pathlib import Path

import httpx

from tests.cli.running import demo
from tests.ports import free_port
from tests.services.fixtures import NewOfficialClient

_ADA = {"name": "Ada", "email": "ada@example.com", "password": "correct horse battery"}
_PAGE = "http://localhost:3000"
_MONTH = 30 * 86_400


def _deployment(port: int) -> dict[str, str]:
    """Return the deployment file of a Better Auth server, and what its code would have said."""
    return {
        "BETTER_AUTH_URL": f"http://127.0.0.1:{port}",
        "BETTER_AUTH_SECRET": "what-the-real-server-has-as-its-secret",
        "BETTER_AUTH_TRUSTED_ORIGINS": f"{_PAGE},myapp://",
        "GATEPOST_BEARER": "true",
        "GATEPOST_SEND_ON_SIGN_UP": "true",
        "GATEPOST_DELETE_USER": "true",
        "GATEPOST_SESSION_EXPIRES_IN": "30d",
    }


def test_the_demo_stands_in_for_a_better_auth_server(
    tmp_path: Path, new_official_client: NewOfficialClient
) -> None:
    """At that server's address, with its options, it answers the official client as it would."""
    deployment = _deployment(free_port())
    url = deployment["BETTER_AUTH_URL"]
    with demo(tmp_path, **deployment) as said:
        client = new_official_client(url)
        signed_up = client.call("signUp.email", _ADA)
        assert signed_up.error is None
        assert f"Max-Age={_MONTH};" in signed_up.exchange.set_cookies[0]
        bearer = {"type": "Bearer", "token": signed_up.exchange.headers["set-auth-token"]}
        without_cookies = new_official_client(url)
        session = without_cookies.call("getSession", {"fetchOptions": {"auth": bearer}}).data
        assert session["user"]["email"] == _ADA["email"]

        [outbox] = re.findall(r"Mail +(http://127\.0\.0\.1:\d+)/", said)
        [token] = re.findall(r"verify-email\?token=([\w.-]+)", _mail(outbox, 1))
        assert client.call("verifyEmail", {"query": {"token": token}}).data["status"] is True
        asked = client.call("deleteUser", {"callbackURL": "myapp://bye"})
        assert asked.data == {"success": True, "message": "Verification email sent"}
        [link] = re.findall(rf"{url}/api/auth/delete-user/callback\S+", _mail(outbox, 2))
        deleted = httpx.get(link, cookies=client.cookies())
        assert deleted.headers["location"] == "myapp://bye"
        assert client.call("getSession").data is None

        for origin, status in ((_PAGE, 401), ("http://localhost:3001", 403)):
            answer = httpx.post(
                f"{url}/api/auth/sign-in/email",
                json={"email": _ADA["email"], "password": _ADA["password"]},
                headers={"origin": origin},
            )
            assert answer.status_code == status


def _mail(outbox: str, number: int) -> str:
    """Wait for so many mails, which are written after the answers; return the newest's text."""
    mails: list[dict[str, str]] = []
    end = time.monotonic() + 20
    while len(mails) < number and time.monotonic() < end:
        mails = httpx.get(f"{outbox}/mails").raise_for_status().json()["mails"]
    assert len(mails) == number
    return mails[-1]["text"]
