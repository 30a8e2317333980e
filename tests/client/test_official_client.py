"""What a page written for Better Auth does works against Gatepost as it stands."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.services.fixtures import NewOfficialClient

_ADA = {"name": "Ada", "email": "ada@example.com", "password": "correct horse battery"}
_DEVICE = "better-auth.known_device"


def test_a_person_signs_up_works_and_signs_out(
    tasks_url: str, new_official_client: NewOfficialClient
) -> None:
    """Sign-up, session, token, a task, sign-out and sign-in, all through the official client."""
    client = new_official_client(tasks_url)
    signed_up = client.call("signUp.email", _ADA)
    assert signed_up.error is None
    assert signed_up.data["user"]["email"] == "ada@example.com"
    assert client.cookies().keys() == {"better-auth.session_token", _DEVICE}

    session = client.call("getSession").data
    assert session["user"]["id"] == signed_up.data["user"]["id"]
    # A Date, and the right one: the client reads three fraction digits as milliseconds.
    week = session["session"]["expiresAt"] - datetime.now(UTC)
    assert timedelta(days=6, hours=23) < week <= timedelta(days=7)
    assert abs(session["user"]["createdAt"] - datetime.now(UTC)) < timedelta(minutes=1)

    headers = {"Authorization": f"Bearer {client.call('token').data['token']}"}
    body = '{"title": "through the official client"}'
    json_headers = {**headers, "Content-Type": "application/json"}
    added = client.fetch("/api/tasks", method="POST", headers=json_headers, body=body)
    assert added.status == 201
    [task] = client.fetch("/api/tasks", headers=headers).json()["items"]
    assert task["title"] == "through the official client"

    assert client.call("signOut").data == {"success": True}
    assert client.cookies().keys() == {_DEVICE}
    assert client.call("getSession").data is None
    assert client.call("token").error["status"] == 401
    assert client.fetch("/api/tasks", headers=headers).status == 401

    credentials = {"email": _ADA["email"], "password": _ADA["password"]}
    assert client.call("signIn.email", credentials).data["user"]["name"] == "Ada"
    assert client.call("jwks").data["keys"][0]["alg"] == "EdDSA"


@pytest.mark.parametrize(
    ("method", "change", "expected"),
    [
        ("signUp.email", {"password": "short"}, (400, "PASSWORD_TOO_SHORT")),
        ("signUp.email", {"email": "no address"}, (400, "VALIDATION_ERROR")),
        ("signUp.email", {}, (422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL")),
        ("signIn.email", {"password": "wrong password"}, (401, "INVALID_EMAIL_OR_PASSWORD")),
        ("signIn.email", {"email": "nobody@example.com"}, (401, "INVALID_EMAIL_OR_PASSWORD")),
    ],
)
def test_a_refusal_reaches_the_page_with_its_code(
    tasks_url: str,
    new_official_client: NewOfficialClient,
    method: str,
    change: dict[str, str],
    expected: tuple[int, str],
) -> None:
    """The client hands the page Better Auth's own status and code for each refusal."""
    client = new_official_client(tasks_url)
    client.call("signUp.email", _ADA | {"email": "taken@example.com"})
    client.call("signOut")
    refused = client.call(method, _ADA | {"email": "taken@example.com"} | change)
    assert refused.data is None
    assert (refused.error["status"], refused.error["code"]) == expected


def test_two_people_in_two_browsers_are_two_people(
    tasks_url: str, new_official_client: NewOfficialClient
) -> None:
    """The second person's session is their own, and so are their tasks."""
    clients = [new_official_client(tasks_url) for _ in range(2)]
    ids = set()
    for number, client in enumerate(clients):
        account = _ADA | {"email": f"person{number}@example.com"}
        ids.add(client.call("signUp.email", account).data["user"]["id"])
        token = client.call("token").data["token"]
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        body = f'{{"title": "of person {number}"}}'
        client.fetch("/api/tasks", method="POST", headers=headers, body=body)
        items = client.fetch("/api/tasks", headers=headers).json()["items"]
        assert [task["title"] for task in items] == [f"of person {number}"]
    assert len(ids) == 2
