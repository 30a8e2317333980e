"""What somebody may write of themselves: a name and a picture, and nothing else."""

import httpx
import pytest

from tests.provider.served import Served

_ADA = {"name": "Ada", "email": "ada@example.com", "password": "password1"}
_NOT_THEIRS = {
    "id": "x",
    "userId": "x",
    "emailVerified": True,
    "role": "admin",
    "banned": False,
    "createdAt": "2020-01-01T00:00:00.000Z",
    "updatedAt": "2020-01-01T00:00:00.000Z",
}


def _user(client: httpx.Client) -> dict[str, object]:
    user: dict[str, object] = client.get("/get-session").json()["user"]
    return user


@pytest.mark.parametrize("name", sorted(_NOT_THEIRS))
def test_nothing_else_is_written(served: Served, client: httpx.Client, name: str) -> None:
    """A member that is not theirs is ignored beside a name, and alone it is nothing to update."""
    client.post("/sign-up/email", json=_ADA).raise_for_status()
    before = _user(client)
    served.events.take()
    body = {name: _NOT_THEIRS[name]}
    assert client.post("/update-user", json=body).json() == {"message": "No fields to update"}
    assert served.events.take() == []
    client.post("/update-user", json=body | {"name": "Lovelace"}).raise_for_status()
    assert served.events.take() == [("user_updated", None)]
    after = _user(client)
    assert after.pop("updatedAt") >= before.pop("updatedAt")  # type: ignore[operator] # both are texts
    assert after == before | {"name": "Lovelace"}


def test_an_address_is_not_changed_in_passing(client: httpx.Client) -> None:
    """Another e-mail address is refused, and the rest of the body with it."""
    client.post("/sign-up/email", json=_ADA).raise_for_status()
    before = _user(client)
    answer = client.post("/update-user", json={"email": "eve@example.com", "name": "Eve"})
    assert (answer.status_code, answer.json()["code"]) == (400, "EMAIL_CAN_NOT_BE_UPDATED")
    assert _user(client) == before


def test_one_persons_update_is_no_others(client: httpx.Client) -> None:
    """Whoever names another's id writes their own row."""
    client.post("/sign-up/email", json=_ADA).raise_for_status()
    ada = _user(client)
    client.cookies.clear()
    eve = {"name": "Eve", "email": "eve@example.com", "password": "password1"}
    client.post("/sign-up/email", json=eve).raise_for_status()
    named = {"name": "Mallory", "id": ada["id"], "userId": ada["id"]}
    client.post("/update-user", json=named).raise_for_status()
    assert _user(client)["name"] == "Mallory"
    client.cookies.clear()
    signed_in = client.post("/sign-in/email", json=_ADA).json()
    assert signed_in["user"] == ada
