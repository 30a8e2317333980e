"""Behind a proxy: below a path prefix, and with headers that say who came to the proxy."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from gatepost.testing.people import open_account
from tests.gate.served import SECRET
from tests.gate.servers import Served, served_by


@dataclass(frozen=True, slots=True)
class Behind:
    """A server behind a proxy that serves the app below `/v1`, and how it is told so.

    Attributes:
        forwards: what the proxy may leave before a path: nothing where it strips the prefix.
        trusts: whether the server believes what this peer says of others.
    """

    server: str
    arguments: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    forwards: tuple[str, ...] = ("", "/v1")
    trusts: bool = False


_IN_THE_APP = {"SERVED_ROOT_PATH": "/v1"}
BEHIND = {
    "FastAPI(root_path)": Behind("uvicorn", ("--forwarded-allow-ips", "10.1.1.1"), _IN_THE_APP),
    "uvicorn --root-path": Behind(
        "uvicorn", ("--root-path", "/v1", "--no-proxy-headers"), forwards=("",)
    ),
    "both, and a trusted proxy": Behind(
        "uvicorn",
        ("--root-path", "/v1", "--proxy-headers", "--forwarded-allow-ips", "127.0.0.1"),
        _IN_THE_APP,
        forwards=("",),
        trusts=True,
    ),
    "granian --url-path-prefix": Behind("granian", ("--url-path-prefix", "/v1")),
    "hypercorn --root-path": Behind("hypercorn", ("--root-path", "/v1")),
}
"""uvicorn puts the prefix before the path itself, so a proxy before it has to strip it."""

each = pytest.mark.parametrize("below", BEHIND, indirect=True)
distrusting = pytest.mark.parametrize(
    "below", [name for name, case in BEHIND.items() if not case.trusts], indirect=True
)
trusting = pytest.mark.parametrize(
    "below", [name for name, case in BEHIND.items() if case.trusts], indirect=True
)


@dataclass(frozen=True, slots=True)
class Below:
    """One of them, running."""

    served: Served
    forwards: tuple[str, ...]


@pytest.fixture(scope="module")
def below(request: pytest.FixtureRequest) -> Iterator[Below]:
    """The app behind the proxy of that name."""
    case = BEHIND[request.param]
    with served_by(case.server, *case.arguments, **case.settings) as served:
        yield Below(served, case.forwards)


CLOSED = [
    "/closed", "/docs", "/me", "/nothing", "//closed", "/closed/", "/v1closed", "/v1/v1/closed",
    "/v1//closed", "/v1%2fclosed", "/v1/../closed", "/open/..%2fclosed", "/openclosed", "/v1",
    "/v1/", "/v1open", "/v1/v1/open", "/v1/closed", "/v1/docs", "//v1/closed", "/v1/open/closed",
]  # fmt: skip


@pytest.mark.parametrize("path", CLOSED)
@each
def test_a_prefix_opens_nothing(path: str, below: Below) -> None:
    """With the prefix, without it and with it twice, a stranger finds closed what is closed."""
    refused = below.served.anyone.get(httpx.URL(below.served.url + path))
    assert refused.status_code == 401
    assert SECRET not in refused.text


@each
def test_a_prefix_closes_nothing(below: Below) -> None:
    """What the proxy forwards reaches the same routes: public, closed, sign-in, websockets."""
    served = below.served
    for prefix in below.forwards:
        base = served.url + prefix
        with httpx.Client(base_url=base, headers={"Origin": served.url}) as browser:
            token = open_account(browser, "bob").token
            bearer = {"Authorization": f"Bearer {token}"}
            assert browser.get("/open").json() == "open"
            assert browser.get("/closed").status_code == 401
            assert browser.get("/closed", headers=bearer).json() == SECRET
        live = base.replace("http", "ws", 1) + "/live"
        with pytest.raises(InvalidStatus) as refused:
            connect(live).close()
        assert refused.value.response.status_code == 401
        protocols = [Subprotocol("gatepost"), Subprotocol(f"bearer.{token}")]
        with connect(live, subprotocols=protocols) as websocket:
            assert websocket.recv(5)


@pytest.mark.parametrize("path", ["/closed/", "/open/", "/v1/open/", "/v1", "//open", "/docs/"])
@each
def test_no_redirect_leaves_the_house(path: str, below: Below) -> None:
    """Whoever writes Host, or the headers that stand for it, is never sent there."""
    served = below.served
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    for client in (served.anyone, served.ada.http):
        came = client.get(httpx.URL(served.url + path), headers=evil)
        assert "evil.example" not in came.headers.get("Location", "")
        assert not came.is_redirect


FORWARDED: dict[str, dict[str, str]] = {
    "a client": {"X-Forwarded-For": "203.0.113.9"},
    "this machine": {"X-Forwarded-For": "127.0.0.2, ::1"},
    "another port": {"X-Forwarded-Port": "443", "X-Real-IP": "203.0.113.9"},
    "a scheme": {"X-Forwarded-Proto": "https"},
    "a host": {"X-Forwarded-Host": "evil.example", "Host": "evil.example"},
    "a prefix": {"X-Forwarded-Prefix": "/open", "X-Script-Name": "/open"},
    "another path": {"X-Original-URL": "/open", "X-Rewrite-URL": "/open"},
    "another method": {"X-HTTP-Method-Override": "OPTIONS"},
    "a user": {"X-Forwarded-User": "ada", "Remote-User": "ada"},
    "RFC 7239": {"Forwarded": 'for="203.0.113.9";host=evil.example;proto=https'},
}


def _check_foreign(served: Served, headers: dict[str, str]) -> None:
    """No other origin than the one of the settings may sign up, whatever is forwarded."""
    account = {"name": "eve", "email": "eve@example.com", "password": "correct horse battery"}
    for origin in ("https://evil.example", "http://evil.example", served.url.replace("p:", "ps:")):
        foreign = {**headers, "Origin": origin}
        refused = served.anyone.post("/api/auth/sign-up/email", json=account, headers=foreign)
        assert (refused.status_code, refused.json()["code"]) == (403, "INVALID_ORIGIN")


@pytest.mark.parametrize("case", FORWARDED)
@distrusting
def test_what_a_stranger_forwards_changes_nothing(case: str, below: Below) -> None:
    """Policies, sign-in's origin and the address in the log are what they were without it."""
    served, headers = below.served, FORWARDED[case]
    before = len(served.events())
    assert served.anyone.get("/closed", headers=headers).status_code == 401
    assert served.anyone.get("/open", headers=headers).json() == "open"
    assert served.ada.http.get("/me", headers=headers).json() == served.ada.user_id
    (event,) = served.events()[before:]
    assert (event["source_ip"], event["route"]) == ("127.0.0.1", "/closed")
    _check_foreign(served, headers)


@pytest.mark.parametrize(
    ("forwarded", "logged"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("198.51.100.7, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 127.0.0.1", "203.0.113.9"),
        ("2001:db8::9", "2001:db8::9"),
        ("", "127.0.0.1"),
    ],
)
@trusting
def test_a_trusted_proxy_names_its_client(forwarded: str, logged: str, below: Below) -> None:
    """The log has the last address that no trusted proxy has, whatever a client wrote before it."""
    before = len(below.served.events())
    headers = {"X-Forwarded-For": forwarded}
    assert below.served.anyone.get("/closed", headers=headers).status_code == 401
    (event,) = below.served.events()[before:]
    assert event["source_ip"] == logged


@pytest.mark.parametrize("case", FORWARDED)
@trusting
def test_a_trusted_proxy_decides_on_no_policy(case: str, below: Below) -> None:
    """A scheme, a host or a prefix that a proxy forwards opens no route and trusts no origin."""
    served, headers = below.served, FORWARDED[case]
    assert served.anyone.get("/closed", headers=headers).status_code == 401
    assert served.anyone.get("/open", headers=headers).json() == "open"
    _check_foreign(served, headers)
