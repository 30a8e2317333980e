"""What a page written for Better Auth does by mail works against Gatepost as it stands."""

import pytest

from tests.client.conftest import MailedApp
from tests.services.fixtures import NewOfficialClient

_ADA = {"name": "Ada", "email": "ada@example.com", "password": "correct horse battery"}
_BOB = {"name": "Bob", "email": "bob@example.com", "password": "correct horse battery"}
_NEW = "a much newer battery"


def test_every_link_can_be_asked_for_and_followed(
    mailed: MailedApp, new_official_client: NewOfficialClient
) -> None:
    """Verification, reset, another address and deletion, by the official client's own methods."""
    client = new_official_client(mailed.url)
    assert client.call("signUp.email", _ADA).error is None

    asked = client.call("sendVerificationEmail", {"email": _ADA["email"], "callbackURL": "/"})
    assert asked.data == {"status": True}
    verified = client.call("verifyEmail", {"query": {"token": mailed.token(1)}})
    assert verified.data == {"status": True, "user": None}
    assert client.call("getSession").data["user"]["emailVerified"] is True

    asked = client.call("requestPasswordReset", {"email": _ADA["email"], "redirectTo": "/new"})
    assert asked.data["status"] is True
    reset = {"newPassword": _NEW, "token": mailed.token(2)}
    assert client.call("resetPassword", reset).data == {"status": True}
    assert client.call("resetPassword", reset).error["code"] == "INVALID_TOKEN"
    assert client.call("getSession").data is None
    credentials = {"email": _ADA["email"], "password": _NEW}
    assert client.call("signIn.email", credentials).error is None

    assert client.call("changeEmail", {"newEmail": "ada2@example.com"}).data == {"status": True}
    assert mailed.mail(3).to == _ADA["email"]
    assert client.call("verifyEmail", {"query": {"token": mailed.token(3)}}).error is None
    assert mailed.mail(4).to == "ada2@example.com"
    changed = client.call("verifyEmail", {"query": {"token": mailed.token(4)}})
    assert changed.data["user"]["email"] == "ada2@example.com"
    assert client.call("getSession").data["user"]["email"] == "ada2@example.com"

    asked = client.call("deleteUser", {"callbackURL": "/bye"})
    assert asked.data == {"success": True, "message": "Verification email sent"}
    deleted = client.call("deleteUser", {"token": mailed.token(5)})
    assert deleted.data == {"success": True, "message": "User deleted"}
    assert client.call("getSession").data is None
    assert client.call("signIn.email", credentials).error["status"] == 401


@pytest.mark.parametrize(
    ("method", "argument", "expected"),
    [
        ("sendVerificationEmail", {"email": "other@example.com"}, (400, "EMAIL_MISMATCH")),
        ("verifyEmail", {"query": {"token": "x"}}, (401, "INVALID_TOKEN")),
        ("resetPassword", {"newPassword": _NEW, "token": "x"}, (400, "INVALID_TOKEN")),
        ("resetPassword", {"newPassword": "short", "token": "x"}, (400, "PASSWORD_TOO_SHORT")),
        ("changeEmail", {"newEmail": "x"}, (400, "VALIDATION_ERROR")),
        ("deleteUser", {"token": "x"}, (404, "INVALID_TOKEN")),
        ("deleteUser", {"password": "wrong"}, (400, "INVALID_PASSWORD")),
    ],
)
def test_a_refusal_reaches_the_page_with_its_code(
    mailed: MailedApp,
    new_official_client: NewOfficialClient,
    method: str,
    argument: dict[str, object],
    expected: tuple[int, str],
) -> None:
    """The client hands the page Better Auth's own status and code for each refusal."""
    client = new_official_client(mailed.url)
    person = {**_BOB, "email": f"{method}.{expected[1]}@example.com"}
    assert client.call("signUp.email", person).error is None
    refused = client.call(method, argument)
    assert refused.data is None
    assert (refused.error["status"], refused.error["code"]) == expected
