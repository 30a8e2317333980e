"""Tasks, tested with the plugin."""

import pytest
from websockets.exceptions import InvalidStatus

from gatepost.testing import AppClient, AsUser


def test_lists_are_private(as_user: AsUser) -> None:
    """What Ada keeps, Bob does not see; each name is one person."""
    ada, bob = as_user("ada"), as_user("bob")
    ada.post("/api/tasks", json={"title": "x"}).raise_for_status()
    assert len(as_user("ada").get("/api/tasks").json()["items"]) == 1
    assert bob.get("/api/tasks").json()["items"] == []
    assert ada.user_id != bob.user_id


def test_tasks_are_closed(anonymous: AppClient) -> None:
    """Nobody sees any."""
    assert anonymous.get("/api/tasks").status_code == 401


def test_a_websocket_asks_who_it_is(as_user: AsUser, anonymous: AppClient) -> None:
    """Somebody's websocket is opened, nobody's is refused, a foreign page's as well."""
    with as_user("ada").websocket("/api/live") as live:
        assert live.response is not None
    with pytest.raises(InvalidStatus, match="401"):
        anonymous.websocket("/api/live")
    with pytest.raises(InvalidStatus, match="403"):
        as_user("ada").websocket("/api/live", headers={"Origin": "https://evil.example"})
