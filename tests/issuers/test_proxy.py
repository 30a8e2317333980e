"""The example's server before an app: one origin, and nothing lost or made up on the way."""

import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from tests.issuers.behind import Behind
from tests.issuers.reading import wait_until
from tests.ports import free_port
from tests.services.better_auth import BetterAuth, better_auth_server
from tests.services.fixtures import NewBetterAuth
from tests.serving import serving

pytestmark = pytest.mark.usefixtures("node_modules")


@dataclass(frozen=True)
class Joined:
    """The server, the app behind it, and where that listens."""

    server: BetterAuth
    app: Behind

    @property
    def url(self) -> str:
        """The one origin."""
        return self.server.url

    @property
    def host(self) -> str:
        """The one host."""
        return self.url.removeprefix("http://")

    def send(self, request: str) -> str:
        """Send raw bytes, and read until the connection ends."""
        host, _, port = self.host.partition(":")
        with socket.create_connection((host, int(port)), timeout=60) as connection:
            connection.sendall(request.replace("\n", "\r\n").encode("latin-1"))
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
        return answer.decode("latin-1")


@pytest.fixture(scope="module")
def joined() -> Iterator[Joined]:
    app = Behind()
    with serving(app) as behind, better_auth_server(tasks_url=behind) as server:
        yield Joined(server, app)


def _headers(seen: dict[str, list[list[str]]]) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in seen["headers"]]


def test_a_request_arrives_as_it_was_sent(joined: Joined) -> None:
    """Method, path, query, host, credentials, body: all of it, and the peer's address."""
    headers = {"Cookie": "c=1", "Authorization": "Bearer x", "Origin": joined.url}
    path = "/api/tasks/a%2Fb/../%C3%A9"
    host, _, port = joined.host.partition(":")
    lines = [f"PUT {path}?q=1%20&q=%2B HTTP/1.1", f"Host: {joined.host}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    answer = joined.send("\n".join([*lines, "Content-Length: 4", "", "body"]))
    seen = json.loads(answer.partition("\r\n\r\n")[2])
    assert (seen["method"], seen["path"], seen["query"]) == ("PUT", path, "q=1%20&q=%2B")
    assert seen["body"] == "body"
    got = _headers(seen)
    for name, value in [*headers.items(), ("Host", joined.host), ("X-Forwarded-For", "127.0.0.1")]:
        assert got.count((name.lower(), value)) == 1
    assert (host, port) == ("127.0.0.1", joined.url.rpartition(":")[2])


def test_what_concerns_one_connection_goes_no_further(joined: Joined) -> None:
    """Hop-by-hop fields end here, those that Connection names included, but for the framing."""
    answer = joined.send(
        f"""POST /x HTTP/1.1
Host: {joined.host}
Connection: close, X-Mine, Content-Length, Host
Keep-Alive: timeout=9
Proxy-Connection: keep-alive
TE: trailers
Upgrade: h2c
HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA
X-Mine: 1
Content-Length: 2

ab"""
    )
    seen = json.loads(answer.partition("\r\n\r\n")[2])
    names = {name for name, _ in _headers(seen)}
    assert names.isdisjoint({"keep-alive", "proxy-connection", "te", "upgrade", "x-mine"})
    assert {"host", "content-length"} <= names
    assert seen["body"] == "ab"


def test_nobody_says_of_himself_who_he_is(joined: Joined) -> None:
    """What a client writes as if it were a proxy is dropped; the peer's own address stands."""
    claimed = {
        "Forwarded": "for=9.9.9.9",
        "X-Forwarded-For": "9.9.9.9",
        "X-Forwarded-Host": "evil.test",
        "X-Forwarded-Proto": "https",
        "X-Real-IP": "9.9.9.9",
    }
    got = _headers(httpx.get(f"{joined.url}/x", headers=claimed).json())
    assert [each for each in got if each[0].startswith(("x-f", "x-r", "forw"))] == [
        ("x-forwarded-for", "127.0.0.1")
    ]
    ada = joined.server.sign_up()
    ada.http.headers.update(claimed)
    ada.sign_in()
    session = ada.http.get("/api/auth/get-session").json()["session"]
    assert session["ipAddress"] == "127.0.0.1"


def test_a_body_without_a_length_arrives_whole(joined: Joined) -> None:
    """A chunked body stays one, also where its method has none as a rule."""
    pieces = [b"one ", b"two ", b"three"]
    for method in ("POST", "DELETE", "GET"):
        answer = httpx.request(method, f"{joined.url}/x", content=iter(pieces))
        assert answer.json()["body"] == "one two three"


def test_an_answer_comes_back_as_it_is(joined: Joined) -> None:
    """Status, repeated fields and the absence of a body are the app's."""
    answer = httpx.get(f"{joined.url}/x")
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert len(answer.headers.get_list("date")) == 1
    assert httpx.get(f"{joined.url}/empty").status_code == 204
    head = httpx.head(f"{joined.url}/x")
    assert (head.status_code, head.content) == (200, b"")


def test_a_stream_is_not_held_back(joined: Joined) -> None:
    """The first event is there before the second one has been thought of."""
    joined.app.gate.clear()
    with httpx.stream("GET", f"{joined.url}/stream", timeout=60) as answer:
        pieces = answer.iter_raw()
        assert next(pieces) == b"data: 1\n\n"
        joined.app.go_on()
        assert b"".join(pieces) == b"data: 2\n\n"


def test_a_reader_who_leaves_is_gone_for_the_app_too(joined: Joined) -> None:
    """A stream that nobody reads any more ends at its source."""
    joined.app.gate.clear()
    before = joined.app.left
    with httpx.stream("GET", f"{joined.url}/stream", timeout=60) as answer:
        assert next(answer.iter_raw()) == b"data: 1\n\n"
    wait_until(lambda: joined.app.left == before + 1)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_half_an_answer_is_not_passed_for_a_whole(joined: Joined) -> None:
    """An answer that breaks off behind the server breaks off before it."""
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{joined.url}/breaks-off")


def test_a_websocket_goes_through(joined: Joined) -> None:
    """Handshake, subprotocol, both directions, and who closed it and why."""
    with connect(
        f"ws://{joined.host}/live?since=1",
        subprotocols=[Subprotocol("bearer"), Subprotocol("token.x")],
        origin=Origin(joined.url),
        additional_headers={"X-Forwarded-For": "9.9.9.9"},
        proxy=None,
    ) as socket_:
        seen = json.loads(socket_.recv(60))
        got = dict(_headers(seen))
        assert (seen["path"], seen["query"]) == ("/live", "since=1")
        assert (got["origin"], got["host"]) == (joined.url, joined.host)
        assert got["x-forwarded-for"] == "127.0.0.1"
        assert socket_.subprotocol == "bearer"
        for message in ("text", b"\x00bytes", "x" * 200_000):
            socket_.send(message)
            assert socket_.recv(60) == message
        socket_.send("bye")
        with pytest.raises(ConnectionClosedError, match="4001"):
            socket_.recv(60)


def test_a_refused_websocket_says_why(joined: Joined) -> None:
    """A handshake that the app refuses is answered with the app's own words."""
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(f"ws://{joined.host}/refused", proxy=None),
    ):
        pass
    assert refused.value.response.status_code == 401
    assert refused.value.response.body == b'{"code":"UNAUTHORIZED"}'


@pytest.mark.parametrize(
    ("request_line", "fields", "status"),
    [
        ("GET http://evil.test/ HTTP/1.1", "", 400),
        ("OPTIONS * HTTP/1.1", "", 400),
        ("GET /api/auth/ok HTTP/1.1", "Host: a b\n", 400),
        ("TRACE /api/auth/ok HTTP/1.1", "", 400),
        ("POST /api/auth/sign-in/email HTTP/1.1", "Content-Length: 9999999\n", 413),
        ("GET /api/auth HTTP/1.1", "", 404),
        ("GET /api/authentic HTTP/1.1", "", 200),
        ("GET //api/auth/ok HTTP/1.1", "", 200),
    ],
)
def test_odd_requests_are_answered(
    joined: Joined, request_line: str, fields: str, status: int
) -> None:
    """Nothing that can be sent ends the server, or reaches Better Auth by another spelling."""
    host = "" if "Host" in fields else f"Host: {joined.host}\n"
    answer = joined.send(f"{request_line}\n{host}{fields}Connection: close\n\n")
    assert answer.startswith(f"HTTP/1.1 {status} ")
    if status == 200:
        assert "set-cookie: a=1" in answer  # the app's answer
    assert httpx.get(f"{joined.url}/api/auth/ok").json() == {"ok": True}


def test_a_body_that_never_ends_is_cut_off(joined: Joined) -> None:
    """Better Auth reads a body into memory: no more than a megabyte of it, told or untold."""
    with pytest.raises(httpx.TransportError):
        httpx.post(
            f"{joined.url}/api/auth/sign-in/email",
            content=(b"x" * 65536 for _ in range(1000)),
            headers={"Content-Type": "application/json"},
        )
    assert httpx.get(f"{joined.url}/api/auth/ok").json() == {"ok": True}


def test_an_app_that_is_away_is_said_to_be(new_better_auth: NewBetterAuth) -> None:
    """Without the app there is a clear 502, and sign-in goes on; once it is back it is found."""
    port = free_port()
    server = new_better_auth(tasks_url=f"http://127.0.0.1:{port}")
    answer = httpx.post(f"{server.url}/api/tasks", json={"title": "x"})
    assert (answer.status_code, answer.json()["code"]) == (502, "BAD_GATEWAY")
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(server.url.replace("http", "ws") + "/live", proxy=None),
    ):
        pass
    assert refused.value.response.status_code == 502
    server.sign_up()
    with serving(Behind(), port=port):
        assert httpx.get(f"{server.url}/x").status_code == 200
    assert httpx.get(f"{server.url}/x").status_code == 502
    assert f"http://127.0.0.1:{port} does not answer" in server.said()


def test_it_stops_though_somebody_is_still_there(new_better_auth: NewBetterAuth) -> None:
    """A stream and a websocket without end do not keep the server from stopping in order."""
    app = Behind()
    with serving(app) as behind:
        server = new_better_auth(tasks_url=behind)
        with (
            httpx.stream("GET", f"{server.url}/stream", timeout=60) as stream,
            connect(server.url.replace("http", "ws") + "/live", proxy=None) as socket_,
        ):
            pieces = stream.iter_raw()
            assert next(pieces) == b"data: 1\n\n"
            socket_.recv(60)
            begun = time.monotonic()
            server.stop()  # fails where its exit status is not 0
            assert time.monotonic() - begun < 30
            with pytest.raises(httpx.RemoteProtocolError):
                next(pieces)
