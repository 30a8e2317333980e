"""A websocket that sends while it waits for a message ends with its session, on every server."""

import time

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from gatepost.testing import sign_up
from tests.gate.servers import SERVERS, Served

_SECONDS = 30

each_server = pytest.mark.parametrize("served", SERVERS, indirect=True)


def _ticking(served: Served, token: str) -> ClientConnection:
    headers = {"Authorization": f"Bearer {token}"}
    return connect(f"{served.live_url}/ticking", additional_headers=headers)


def _listen(live: ClientConnection) -> None:
    """Hear everything, for a while."""
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        live.recv(_SECONDS)


@each_server
def test_a_websocket_that_is_talked_to_ends_with_its_session(served: Served) -> None:
    """A handler that sends while it waits for a message hears of the end, and its client too."""
    with sign_up(served.url, "cleo") as cleo, _ticking(served, cleo.token) as live:
        assert live.recv(_SECONDS) == "tick"
        cleo.browser.post("/api/auth/sign-out", json={}).raise_for_status()
        with pytest.raises(ConnectionClosed) as closed:
            _listen(live)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008
    assert served.logs("ticking has heard of its end")
