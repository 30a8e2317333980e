"""Websockets, 16 and 17, against Tasks."""

import base64
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from gatepost.attacks import Answered, Attack, Expected, RawRequest, complaints
from gatepost.attacks.catalogue import WEBSOCKETS
from gatepost.testing import Somebody
from tests.attacks.conftest import CANARY, Deployment, session_cookie

_LIVE = "/api/live"
_QUIET_SECONDS = 0.5

Field = tuple[str, str]


def _knock(deployment: Deployment, *fields: Field, target: str = _LIVE) -> Answered:
    key = base64.b64encode(secrets.token_bytes(16)).decode()
    opening = (
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", key),
    )
    return deployment.send(RawRequest("GET", target, (*opening, *fields)))


def _protocols(*tokens: str) -> Field:
    return ("Sec-WebSocket-Protocol", ", ".join(["gatepost", *(f"bearer.{t}" for t in tokens)]))


def _bearer(token: str) -> Field:
    return ("Authorization", f"Bearer {token}")


# By the attack's id: the opening requests that try it, for a real token.
OPENINGS: dict[str, Callable[[str, str], list[tuple[Field, ...]]]] = {
    "16.1": lambda _token, url: [
        (),
        (("Sec-WebSocket-Protocol", "gatepost"),),
        (("Sec-WebSocket-Protocol", "gatepost, bearer"),),
        (("Origin", url),),
    ],
    "16.2": lambda token, _: [
        (_protocols("nonsense"),),
        (_bearer("nonsense"),),
        (_protocols(token[:-4]),),
    ],
    "16.3": lambda _token, _url: [()],
    "16.4": lambda token, _: [
        (_protocols(token, token),),
        (_protocols("nonsense", token),),
        (_protocols(token), _bearer(token)),
        (_bearer(token), _bearer(token)),
        (_protocols(token), _protocols(token)),
    ],
    "17.1": lambda token, url: [
        (_protocols(token), ("Origin", origin))
        for origin in (
            "https://evil.example",
            "null",
            "",
            f"{url}.evil.example",
            f"{url}/",
            f"{url} https://evil.example",
            "http://127.0.0.1:1",
            url.replace("http:", "https:"),
            url.replace("127.0.0.1", "127.0.0.1.evil.example"),
            f"http://evil.example#{url}",
        )
    ],
}

_REFUSED = [attack for attack in WEBSOCKETS if attack.expected is not Expected.OK]


@contextmanager
def _listening(deployment: Deployment, token: str) -> Iterator[ClientConnection]:
    with connect(
        deployment.url.replace("http", "ws") + _LIVE,
        subprotocols=[Subprotocol("gatepost"), Subprotocol(f"bearer.{token}")],
        origin=Origin(deployment.url),
    ) as websocket:
        assert json.loads(websocket.recv(5)) == {"type": "ready"}
        yield websocket


@pytest.mark.parametrize("attack", _REFUSED, ids=str)
def test_a_websocket_is_refused_before_it_is_accepted(
    attack: Attack, deployment: Deployment, ada: Somebody
) -> None:
    """A websocket is refused by an HTTP answer, the one that a request would have got."""
    assert _knock(deployment, _protocols(ada.token)).status == 101, "INCONCLUSIVE"
    twin = _knock(deployment, _bearer("a.b.c"))
    target = f"{_LIVE}?token={ada.token}&access_token={ada.token}"
    for fields in OPENINGS[attack.id](ada.token, deployment.url):
        answered = _knock(deployment, *fields, target=target if attack.id == "16.3" else _LIVE)
        assert complaints(attack.expected, answered, twin=twin) == [], fields


def test_the_session_cookie_opens_no_websocket(deployment: Deployment, ada: Somebody) -> None:
    """A websocket that brings the session cookie, as a page's does, is refused."""
    answered = _knock(deployment, ("Cookie", session_cookie(ada)), ("Origin", deployment.url))
    assert complaints(Expected.R0, answered) == []


@pytest.mark.parametrize("origin", [True, False])
def test_a_token_among_the_protocols_is_not_repeated(
    origin: bool,  # noqa: FBT001 - a case of the table
    deployment: Deployment,
    ada: Somebody,
) -> None:
    """16.5: the token is accepted as a subprotocol, and nothing that comes back repeats it."""
    fields = (_protocols(ada.token), *([("Origin", deployment.url)] if origin else []))
    answered = _knock(deployment, *fields)
    assert answered.status == 101
    assert answered.every("Sec-WebSocket-Protocol") == ("gatepost",)
    assert ada.token not in repr(answered.headers)


def test_a_token_in_the_header_opens_a_websocket(deployment: Deployment, ada: Somebody) -> None:
    """16.6: a client that is no browser may use the Authorization header."""
    assert _knock(deployment, _bearer(ada.token)).status == 101


@pytest.mark.parametrize(
    "target", ["/api/tasks", "/api/live/", "/api/live%2f", "//api/live", "/nothing", "/api/LIVE"]
)
def test_a_websocket_finds_no_other_way_in(target: str, deployment: Deployment) -> None:
    """An upgrade to any other path is refused to a stranger as a request is."""
    assert complaints(Expected.R0, _knock(deployment, target=target)) == []


@pytest.mark.parametrize("target", ["/api/health", "/api/auth/ok", "/", "/docs"])
def test_an_upgrade_opens_no_public_path(target: str, deployment: Deployment) -> None:
    """An upgrade where only HTTP is public ends in a refusal, not in an open connection."""
    assert 400 <= _knock(deployment, target=target).status < 500


def test_nobody_hears_what_another_does(
    deployment: Deployment, ada: Somebody, bob: Somebody
) -> None:
    """Ada's tabs hear of her changes; Bob's hear nothing, and nobody hears what was written."""
    with _listening(deployment, ada.token) as hers, _listening(deployment, bob.token) as his:
        ada.http.post("/api/tasks", json={"title": f"{CANARY} live"}).raise_for_status()
        heard = hers.recv(5)
        assert json.loads(heard)["type"] in {"tasks_changed", "lists_changed"}
        assert CANARY not in str(heard)
        with pytest.raises(TimeoutError):
            his.recv(_QUIET_SECONDS)


@pytest.mark.parametrize(
    "message", ["", "x" * 70_000, '{"type":', b"\x00\xff", "\x00"], ids=range(5)
)
def test_hostile_messages_disturb_nobody_else(
    message: str | bytes, deployment: Deployment, ada: Somebody, bob: Somebody
) -> None:
    """Whatever one tab sends, the tabs of others stay open and go on hearing."""
    with _listening(deployment, bob.token) as his:
        with _listening(deployment, ada.token) as hers:
            hers.send(message)
        bob.http.post("/api/tasks", json={"title": "mine"}).raise_for_status()
        assert json.loads(his.recv(5))["type"] in {"tasks_changed", "lists_changed"}
