"""Websockets behind uvicorn, granian and hypercorn: refused unopened, closed after sign-out."""

from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from gatepost.testing import sign_up
from tests.gate.servers import SERVERS, Served

_SECONDS = 30

each_server = pytest.mark.parametrize("served", SERVERS, indirect=True)


def _offering(served: Served, token: str) -> ClientConnection:
    """Open a websocket as the app's own page does, which cannot set a header."""
    protocols = [Subprotocol("gatepost"), Subprotocol(f"bearer.{token}")]
    url = f"{served.live_url}/live"
    return connect(url, subprotocols=protocols, origin=Origin(served.url))


def _with_header(served: Served, token: str) -> ClientConnection:
    headers = {"Authorization": f"Bearer {token}"}
    return connect(f"{served.live_url}/live", additional_headers=headers)


@pytest.mark.parametrize("path", ["/live", "/%6cive", "//live", "/open", "/nothing"])
@each_server
def test_a_strangers_websocket_is_never_accepted(path: str, served: Served) -> None:
    """The opening request of a stranger's websocket is answered with 401, as one of HTTP is."""
    with pytest.raises(InvalidStatus) as refused:
        connect(served.live_url + path).close()
    assert refused.value.response.status_code == 401
    assert "WWW-Authenticate" in refused.value.response.headers


REFUSED: dict[str, tuple[int, list[str], dict[str, str]]] = {
    "forged": (401, ["gatepost", "bearer.{token}x"], {}),
    "no token": (401, ["gatepost", "bearer"], {}),
    "empty": (400, ["gatepost", "bearer."], {}),
    "two protocols": (400, ["gatepost", "bearer.{token}", "bearer.{token}"], {}),
    "twice": (400, ["gatepost", "bearer.{token}"], {"Authorization": "Bearer {token}"}),
    "foreign page": (
        403,
        ["gatepost", "bearer.{token}"],
        {"Origin": "https://evil.example"},
    ),
    "no page at all": (403, ["gatepost", "bearer.{token}"], {"Origin": "null"}),
}


@pytest.mark.parametrize("case", REFUSED)
@each_server
def test_a_bad_credential_opens_no_websocket(case: str, served: Served) -> None:
    """What is not believed is 401, what cannot be read is 400, another site's page is 403."""
    status, offered, headers = REFUSED[case]
    token = served.ada.token
    with pytest.raises(InvalidStatus) as refused:
        connect(
            f"{served.live_url}/live",
            subprotocols=[Subprotocol(name.format(token=token)) for name in offered],
            additional_headers={name: text.format(token=token) for name, text in headers.items()},
        ).close()
    assert refused.value.response.status_code == status


@each_server
def test_a_token_among_the_protocols_opens_a_websocket(served: Served) -> None:
    """A page offers `gatepost` and `bearer.<token>`, and the server chooses the first."""
    with _offering(served, served.ada.token) as live:
        assert live.subprotocol == "gatepost"
        assert live.recv(_SECONDS) == served.ada.user_id
        live.send("hello")
        assert live.recv(_SECONDS) == "hello"


@each_server
def test_a_token_in_the_header_opens_a_websocket(served: Served) -> None:
    """Any other client sends the header, and no protocol is chosen for it."""
    with _with_header(served, served.ada.token) as live:
        assert live.subprotocol is None
        assert live.recv(_SECONDS) == served.ada.user_id
        for text in ("", "ä", "x" * 100_000):
            live.send(text)
            assert live.recv(_SECONDS) == text


@pytest.mark.parametrize("talks", [True, False], ids=["talking", "silent"])
@each_server
def test_a_websocket_ends_with_its_session(
    talks: bool,  # noqa: FBT001 - a case of the table
    served: Served,
) -> None:
    """After sign-out the server closes it with 1008, and nothing more goes either way."""
    with sign_up(served.url, "cleo") as cleo, _offering(served, cleo.token) as live:
        assert live.recv(_SECONDS) == cleo.user_id
        cleo.browser.post("/api/auth/sign-out", json={}).raise_for_status()
        if talks:
            with suppress(ConnectionClosed):  # it may be quicker
                live.send("after")
        with pytest.raises(ConnectionClosed) as closed:
            live.recv(_SECONDS)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008
    with pytest.raises(InvalidStatus) as refused:
        _offering(served, cleo.token).close()
    assert refused.value.response.status_code == 401


@each_server
def test_a_websocket_that_its_client_leaves_ends(served: Served) -> None:
    """A client that closes, or just goes, leaves no error in the server's log."""
    before = len(served.log.read_text("utf-8", "replace"))
    with _offering(served, served.ada.token) as live:
        live.recv(_SECONDS)
    with _offering(served, served.ada.token) as live:
        live.recv(_SECONDS)
        live.socket.close()
    with _offering(served, served.ada.token) as live:
        assert live.recv(_SECONDS) == served.ada.user_id
    assert "Traceback" not in served.log.read_text("utf-8", "replace")[before:]
