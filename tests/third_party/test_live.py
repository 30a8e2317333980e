"""What stays open in the three: websockets, and the events of an app that is mounted."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect, unix_connect
from websockets.typing import Subprotocol

from gatepost.testing import Somebody, sign_up
from tests.third_party.conftest import EVERY, GLANCES, JUPYVERSE
from tests.third_party.running import Application

pytestmark = pytest.mark.service


@EVERY
def test_no_websocket_opens_for_a_stranger(running: Application) -> None:
    """A websocket to any route, mount or file is refused with 401, before it has been accepted."""
    for way in running.found.ways:
        with pytest.raises(InvalidStatus) as refused:
            connect(running.url.replace("http", "ws") + way.target).close()
        answer = refused.value.response
        assert answer.status_code == 401, way
        assert json.loads(answer.body)["code"] == "UNAUTHORIZED"


@JUPYVERSE
def test_its_terminal_was_open_to_anybody(running: Application) -> None:
    """As it was written, a stranger runs a shell in it."""
    path = _new_terminal(running.open)
    with unix_connect(str(running.socket), f"ws://127.0.0.1:1{path}") as terminal:
        assert _says(terminal, "echo $((6*7))", "42")


@JUPYVERSE
@pytest.mark.parametrize("by", ["subprotocols", "Authorization"])
def test_its_terminal_works_for_whoever_is_signed_in(by: str, running: Application) -> None:
    """Its websocket opens with a token in either place, and carries what it carried before."""
    path = _new_terminal(running.ada.http)
    with _terminal(running, path, running.ada, by=by) as terminal:
        assert terminal.subprotocol == ("gatepost" if by == "subprotocols" else None)
        assert _says(terminal, "echo $((6*7))", "42")


@JUPYVERSE
def test_its_terminal_ends_with_the_session(running: Application) -> None:
    """A terminal that somebody has open closes when they sign out."""
    with (
        sign_up(running.url, "bob") as bob,
        _terminal(running, _new_terminal(bob.http), bob) as terminal,
    ):
        assert _says(terminal, "echo $((6*7))", "42")
        bob.browser.post("/api/auth/sign-out", json={}).raise_for_status()
        with pytest.raises(ConnectionClosed) as closed:
            _wait_for_the_end(terminal)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008


@GLANCES
def test_its_mounted_app_speaks_to_whoever_is_signed_in(running: Application) -> None:
    """The MCP server that is mounted in it opens its stream and takes messages, of nobody else."""
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "tests", "version": "1"},
        },
    }
    with running.ada.http.stream("GET", "/mcp/sse") as stream:
        events = _data_of(stream)
        session = next(events)
        assert session.startswith("/mcp/messages/?session_id=")
        assert running.anyone.post(session, json=hello).status_code == 401
        assert running.ada.http.post(session, json=hello).status_code == 202
        assert json.loads(next(events))["result"]["serverInfo"]["name"] == "Glances"


def _new_terminal(client: httpx.Client) -> str:
    name = client.post("/api/terminals").raise_for_status().json()["name"]
    return f"/terminals/websocket/{name}"


@contextmanager
def _terminal(
    running: Application, path: str, person: Somebody, *, by: str = "Authorization"
) -> Iterator[ClientConnection]:
    in_header = by == "Authorization"
    with connect(
        running.url.replace("http", "ws") + path,
        subprotocols=None
        if in_header
        else [Subprotocol("gatepost"), Subprotocol(f"bearer.{person.token}")],
        additional_headers={by: f"Bearer {person.token}"} if in_header else None,
    ) as opened:
        yield opened


def _says(terminal: ClientConnection, command: str, wanted: str) -> bool:
    """Type a command; whether `wanted`, which is not in it, comes back."""
    terminal.send(json.dumps(["stdin", f"{command}\n"]))
    said = ""
    while wanted not in said:
        kind, *rest = json.loads(terminal.recv(timeout=20))
        said += rest[0] if kind == "stdout" else ""
    return wanted in said


def _wait_for_the_end(terminal: ClientConnection) -> NoReturn:
    while True:
        terminal.recv(timeout=20)


def _data_of(stream: httpx.Response) -> Iterator[str]:
    return (line.removeprefix("data: ") for line in stream.iter_lines() if line.startswith("data:"))
