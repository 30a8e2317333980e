"""Live updates: one's own other tabs, and nobody else's."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from gatepost.testing import Somebody
from tests.tasks.test_tasks import add


@contextmanager
def tab(url: str, person: Somebody) -> Iterator[ClientConnection]:
    """Open a tab's websocket as a browser does, and wait until it listens."""
    offered = [Subprotocol("gatepost"), Subprotocol(f"bearer.{person.token}")]
    address = url.replace("http://", "ws://") + "/api/live"
    with connect(address, subprotocols=offered, additional_headers={"Origin": url}) as socket:
        assert socket.subprotocol == "gatepost"
        assert json.loads(socket.recv(timeout=30)) == {"type": "ready"}
        yield socket


def test_every_tab_of_one_person_hears_of_a_change_and_no_other(
    tasks_url: str, ada: Somebody, bob: Somebody
) -> None:
    """When Ada adds a task, both her tabs hear of it, with nothing of it told; Bob's do not."""
    with tab(tasks_url, ada) as one, tab(tasks_url, ada) as two, tab(tasks_url, bob) as other:
        add(ada, title="not to be told")
        for socket in (one, two):
            heard = {socket.recv(timeout=30), socket.recv(timeout=30)}
            assert {json.loads(message)["type"] for message in heard} == {
                "tasks_changed",
                "lists_changed",
            }
            assert not any("told" in str(message) for message in heard)
        with pytest.raises(TimeoutError):
            other.recv(timeout=0.5)
        bob.http.post("/api/lists", json={"name": "Bob's"})
        assert json.loads(other.recv(timeout=30)) == {"type": "lists_changed"}
        with pytest.raises(TimeoutError):
            one.recv(timeout=0.5)


def test_the_owner_and_the_guests_of_a_list_hear_of_each_others_changes(
    tasks_url: str, ada: Somebody, bob: Somebody
) -> None:
    """Bob's tab hears when Ada lets him into a list and changes it, and hers when he does."""
    shared = ada.http.post("/api/lists", json={"name": "House"}).json()["id"]
    with tab(tasks_url, bob) as his:
        wanted = {"address": bob.email, "right": "edit"}
        ada.http.post(f"/api/lists/{shared}/shares", json=wanted).raise_for_status()
        assert json.loads(his.recv(timeout=30))["type"] in {"tasks_changed", "lists_changed"}
    with tab(tasks_url, ada) as hers:
        add(bob, list_id=shared)
        heard = {json.loads(hers.recv(timeout=30))["type"] for _ in range(2)}
        assert heard == {"tasks_changed", "lists_changed"}
    task = add(ada, list_id=shared)["id"]
    with tab(tasks_url, bob) as his:
        for change in ({"done": True}, {"list_id": None}):
            ada.http.patch(f"/api/tasks/{task}", json=change).raise_for_status()
            heard = {json.loads(his.recv(timeout=30))["type"] for _ in range(2)}
            assert heard == {"tasks_changed", "lists_changed"}
        was = {"title": "back", "list_id": shared, "created_at": "2026-01-01T00:00:00Z"}
        ada.http.post("/api/tasks/restore", json={"tasks": [was]}).raise_for_status()
        heard = {json.loads(his.recv(timeout=30))["type"] for _ in range(2)}
        assert heard == {"tasks_changed", "lists_changed"}
        ada.http.patch(f"/api/tasks/{task}", json={"title": "hers alone"}).raise_for_status()
        with pytest.raises(TimeoutError):
            his.recv(timeout=0.5)


def test_a_change_that_is_refused_is_not_told(tasks_url: str, ada: Somebody) -> None:
    """A request that changes nothing wakes nobody."""
    with tab(tasks_url, ada) as socket:
        assert ada.http.patch(f"/api/tasks/{'x' * 32}", json={"done": True}).status_code == 404
        assert ada.http.post("/api/tasks", json={"title": ""}).status_code == 422
        with pytest.raises(TimeoutError):
            socket.recv(timeout=0.5)


def test_a_tab_is_closed_when_the_session_ends(tasks_url: str, ada: Somebody) -> None:
    """After sign-out a tab that was open hears nothing more and is closed."""
    with tab(tasks_url, ada) as socket:
        ada.browser.post("/api/auth/sign-out", json={}).raise_for_status()
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=30)


def test_nobody_listens_without_being_somebody(tasks_url: str) -> None:
    """Without a token the websocket is refused before it is accepted, with the usual 401."""
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(tasks_url.replace("http://", "ws://") + "/api/live"),
    ):
        pass
    assert refused.value.response.status_code == 401


@pytest.mark.parametrize("message", ["hello", b"\x00\xff", "{" * 1000])
def test_what_a_tab_says_does_not_matter(
    tasks_url: str, ada: Somebody, message: str | bytes
) -> None:
    """A message from a tab closes nothing but, at most, that tab, and the server goes on."""
    with tab(tasks_url, ada) as socket:
        socket.send(message)
    assert ada.http.get("/api/tasks").status_code == 200
