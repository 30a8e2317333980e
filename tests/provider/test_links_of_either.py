"""One database, both servers: a link that either of them mailed is followed at the other."""

import time
from collections.abc import Iterator

import httpx
import pytest

from gatepost.password_hash import PasswordHash
from tests.provider.conversations.verification import MAILED
from tests.provider.oracle.mailbox import Mail
from tests.provider.oracle.original import originals
from tests.provider.oracle.playing import Server
from tests.provider.served import serving_provider
from tests.services.postgres import Postgres

_PASSWORD, _NEW = "correct horse battery", "a much newer battery"
Servers = dict[str, Server]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def servers(
    request: pytest.FixtureRequest, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Servers]:
    file = tmp_path_factory.mktemp("shared") / "shared.db"
    url = f"sqlite:///{file}" if request.param == "sqlite" else postgres.create_database()
    with originals() as original:
        theirs = original.start(MAILED, url)
        with serving_provider(url, MAILED, password_hash=PasswordHash.SCRYPT) as ours:
            yield {"original": theirs, "gatepost": ours}


@pytest.fixture(params=["original", "gatepost"])
def mailing(request: pytest.FixtureRequest, servers: Servers) -> Iterator[httpx.Client]:
    """A browser at the server that mails, signed in to an account of its own."""
    server = servers[request.param]
    with httpx.Client(base_url=server.url + server.base_path, timeout=60) as client:
        client.headers["origin"] = server.base_url
        email = f"{request.param}.{time.monotonic_ns()}@example.com"
        account = {"name": "Ada", "email": email, "password": _PASSWORD}
        client.post("/sign-up/email", json=account).raise_for_status()
        yield client


def _other(servers: Servers, mailing: httpx.Client) -> httpx.Client:
    """Return a browser at the server that did not mail, with the cookies of the other."""
    [server] = [each for each in servers.values() if each.url not in str(mailing.base_url)]
    client = httpx.Client(base_url=server.url + server.base_path, timeout=60)
    client.headers["origin"] = server.base_url
    client.headers["cookie"] = "; ".join(
        f"{name}={mailing.cookies[name]}" for name in mailing.cookies
    )
    return client


def _ask(servers: Servers, mailing: httpx.Client, path: str, body: dict[str, str]) -> Mail:
    """Ask for a mail, and wait for it."""
    [server] = [each for each in servers.values() if each.url in str(mailing.base_url)]
    before = len(server.mailbox.mails())
    mailing.post(path, json=body).raise_for_status()
    return _newest(server, before)


def _newest(server: Server, before: int) -> Mail:
    end = time.monotonic() + 20
    while len(server.mailbox.mails()) == before and time.monotonic() < end:
        time.sleep(0.02)
    return server.mailbox.mails()[-1]


def _email(client: httpx.Client) -> str:
    return str(client.get("/get-session").json()["user"]["email"])


def test_an_address_is_verified_at_the_other(servers: Servers, mailing: httpx.Client) -> None:
    """A verification token of one is one of the other."""
    mail = _ask(servers, mailing, "/send-verification-email", {"email": _email(mailing)})
    with _other(servers, mailing) as other:
        other.get("/verify-email", params={"token": mail.token}).raise_for_status()
    assert mailing.get("/get-session").json()["user"]["emailVerified"] is True


def test_a_password_is_reset_at_the_other(servers: Servers, mailing: httpx.Client) -> None:
    """A reset token of one is one of the other, and is used up for both."""
    email = _email(mailing)
    mail = _ask(servers, mailing, "/request-password-reset", {"email": email})
    body = {"newPassword": _NEW, "token": mail.token}
    with _other(servers, mailing) as other:
        other.post("/reset-password", json=body).raise_for_status()
    assert mailing.post("/reset-password", json=body).json()["code"] == "INVALID_TOKEN"
    mailing.post("/sign-in/email", json={"email": email, "password": _NEW}).raise_for_status()


def test_an_address_is_changed_at_the_other(servers: Servers, mailing: httpx.Client) -> None:
    """Both links of the way to a new address, the first mailed by one, the second by the other."""
    email = _email(mailing)
    verification = _ask(servers, mailing, "/send-verification-email", {"email": email})
    mailing.get("/verify-email", params={"token": verification.token}).raise_for_status()
    new = f"new.{email}"
    confirmation = _ask(servers, mailing, "/change-email", {"newEmail": new})
    assert (confirmation.to, confirmation.new_email) == (email, new)
    with _other(servers, mailing) as other:
        [server] = [each for each in servers.values() if each.url in str(other.base_url)]
        before = len(server.mailbox.mails())
        other.get("/verify-email", params={"token": confirmation.token}).raise_for_status()
        mail = _newest(server, before)
    assert mail.to == new
    mailing.get("/verify-email", params={"token": mail.token}).raise_for_status()
    assert _email(mailing) == new


def test_an_account_is_deleted_at_the_other(servers: Servers, mailing: httpx.Client) -> None:
    """A deletion token of one is one of the other."""
    email = _email(mailing)
    mail = _ask(servers, mailing, "/delete-user", {})
    with _other(servers, mailing) as other:
        other.get("/delete-user/callback", params={"token": mail.token}).raise_for_status()
    assert mailing.get("/get-session").json() is None
    credentials = {"email": email, "password": _PASSWORD}
    assert mailing.post("/sign-in/email", json=credentials).status_code == 401
