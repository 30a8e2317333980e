"""Every request gets an answer, and none that it should not."""

import asyncio
import base64
import json
import logging
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope

from gatepost.events import JsonLines
from gatepost.limits import local_windows
from gatepost.origins import TrustedOrigins
from gatepost.principal import SessionId, UserId
from gatepost.provider import Provider, ProviderConfig, SignedToken
from gatepost.provider.bodies import FORM, JSON
from gatepost.provider.routes import ROUTES
from gatepost.proxies import TrustedProxies
from gatepost.rates import HIGHEST_RATES, parse_rates
from gatepost.settings import Secret, Secrets
from gatepost.store.engine import open_engine
from tests.provider.oracle.deployment import SECRET, Deployment
from tests.provider.served import Ends, Served, serving_provider

_PERSON = {"name": "Ada", "email": "ada@example.com", "password": "password1"}
_SIGN_IN = "/sign-in/email"


class _NoSigner:
    async def issue(
        self, user_id: UserId, session_id: SessionId, *, signed_in_at: float, seen_at: float
    ) -> SignedToken:
        raise AssertionError(user_id, session_id, signed_in_at, seen_at)

    async def public_jwks(self) -> list[Mapping[str, str]]:
        raise RuntimeError(SECRET)


def _provider() -> Provider:
    """A provider whose database does not exist, for what is answered without it."""
    base_url = "http://127.0.0.1:8000"
    config = ProviderConfig(
        base_url,
        Secrets.of(Secret(SECRET)),
        secure_cookies=False,
        trusted_origins=TrustedOrigins.of(base_url),
        events=JsonLines(),
        windows=local_windows(parse_rates(HIGHEST_RATES, "the tests")),
        trusted_proxies=TrustedProxies(),
    )
    engine = open_engine("sqlite+aiosqlite:////nowhere/at/all.db")
    return Provider(engine, config, _NoSigner(), Ends())


def _scope(
    method: str, raw_path: bytes, path: str, headers: tuple[tuple[bytes, bytes], ...] = ()
) -> Scope:
    return {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": raw_path,
        "root_path": "/api/auth",
        "query_string": b"",
        "scheme": "http",
        "client": ("::ffff:192.0.2.1", 1),
        "headers": list(headers),
    }


def _receive(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _ask(scope: Scope, body: bytes = b"") -> tuple[int, bytes]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await _provider()(scope, _receive(body), send)
    return sent[0]["status"], sent[1]["body"]


def test_these_are_the_routes() -> None:
    """Nothing is served but what is written here, whatever modules are added."""
    assert set(ROUTES) == {
        ("POST", "/sign-up/email"),
        ("POST", "/sign-in/email"),
        ("POST", "/sign-out"),
        ("GET", "/get-session"),
        ("POST", "/get-session"),
        ("GET", "/token"),
        ("GET", "/jwks"),
        ("GET", "/ok"),
        ("POST", "/send-verification-email"),
        ("GET", "/verify-email"),
        ("POST", "/request-password-reset"),
        ("GET", "/reset-password/:token"),
        ("POST", "/reset-password"),
        ("POST", "/change-email"),
        ("POST", "/delete-user"),
        ("GET", "/delete-user/callback"),
        ("GET", "/error"),
        ("GET", "/list-sessions"),
        ("POST", "/revoke-session"),
        ("POST", "/revoke-sessions"),
        ("POST", "/revoke-other-sessions"),
        ("POST", "/update-session"),
        ("POST", "/update-user"),
        ("POST", "/change-password"),
        ("POST", "/verify-password"),
        ("GET", "/list-accounts"),
        ("POST", "/unlink-account"),
        ("POST", "/get-access-token"),
        ("POST", "/refresh-token"),
        ("GET", "/account-info"),
        ("POST", "/sign-in/social"),
        ("POST", "/link-social"),
        ("GET", "/callback/:id"),
        ("POST", "/callback/:id"),
    }


def test_a_token_says_who_and_which_session(client: httpx.Client) -> None:
    """No field of the user goes into an access token, which passes through many logs."""
    client.post("/sign-up/email", json=_PERSON).raise_for_status()
    payload = client.get("/token").json()["token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert set(claims) == {"sub", "sid", "auth_time", "iat", "exp", "iss", "aud"}


def test_what_is_somebodys_business_is_not_stored_or_framed(
    served: Served, client: httpx.Client
) -> None:
    """Every answer but those of /ok and /jwks is for no cache and no frame, refusals included."""
    answers = [
        client.get("/get-session"),
        client.get("/token"),
        client.post("/sign-up/email", json=_PERSON),
        client.post("/sign-up/email", json=_PERSON),
        client.get("/get-session"),
        client.get("/token"),
        client.post(_SIGN_IN, json=_PERSON),
        client.post(_SIGN_IN, json={}),
        client.post("/sign-out"),
        client.post("/get-session"),
        client.post(_SIGN_IN, json=_PERSON, headers={"origin": "https://evil.example"}),
    ]
    for name, value in (
        ("cache-control", "no-store"),
        ("x-frame-options", "DENY"),
        ("cross-origin-resource-policy", "same-origin"),
    ):
        assert {answer.headers[name] for answer in answers} == {value}
    assert len({answer.status_code for answer in answers}) == 6
    for path in ("/ok", "/jwks"):
        assert "cache-control" not in client.get(path).headers
    assert served.events.take()


@pytest.mark.parametrize(
    ("raw_path", "path"),
    [
        (b"/api/auth/sign-in%2femail", "/api/auth/sign-in/email"),
        (b"/api%2fauth/sign-in/email", "/api/auth/sign-in/email"),
        (b"/api/auth/sign-in/%65mail", "/api/auth/sign-in/email"),
        (b"/api/auth//sign-in/email", "/api/auth//sign-in/email"),
        (b"/api/auth/sign-in/email/", "/api/auth/sign-in/email/"),
        (b"/api/authsign-in/email", "/api/authsign-in/email"),
        (b"/sign-in/email", "/sign-in/email"),
        (b"/api/auth", "/api/auth"),
        (b"/api/auth/\xff", "/api/auth/\udcff"),
        (b"/api/auth/\xed\xa0\x80", "/api/auth/\ud800"),
    ],
)
def test_a_path_is_spelled_one_way(raw_path: bytes, path: str) -> None:
    """A path that a server decoded, and one outside the mount, is an unknown one."""
    assert asyncio.run(_ask(_scope("POST", raw_path, path))) == (404, b"")


def test_a_mount_point_may_be_encoded() -> None:
    """A prefix that needs percent-encoding is still a prefix."""
    scope = _scope("GET", b"/my%20app/ok", "/my app/ok")
    scope["root_path"] = "/my app"
    assert asyncio.run(_ask(scope)) == (200, b'{"ok":true}')


def test_without_a_raw_path_the_path_decides() -> None:
    """`raw_path` is optional in ASGI."""
    scope = _scope("GET", b"", "/api/auth/ok")
    del scope["raw_path"]
    assert asyncio.run(_ask(scope)) == (200, b'{"ok":true}')


def test_a_websocket_is_refused() -> None:
    """There is no websocket here; the handshake is closed."""

    async def close() -> list[Message]:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        await _provider()({**_scope("GET", b"", ""), "type": "websocket"}, _receive(b""), send)
        return sent

    assert [message["type"] for message in asyncio.run(close())] == ["websocket.close"]


def test_who_hangs_up_gets_nothing() -> None:
    """A caller that is gone before the body ends gets no answer and leaves no error."""

    async def hang_up() -> list[Message]:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            return {"type": "http.disconnect"}

        scope = _scope("POST", b"/api/auth/sign-out", "/api/auth/sign-out")
        await _provider()(scope, receive, send)
        return sent

    assert asyncio.run(hang_up()) == []


def test_the_unexpected_is_an_empty_500_and_a_log_line(caplog: pytest.LogCaptureFixture) -> None:
    """What goes wrong inside shows its place in the log, not its text, and nothing outside."""
    with caplog.at_level(logging.ERROR, "gatepost"):
        answer = asyncio.run(_ask(_scope("GET", b"/api/auth/jwks", "/api/auth/jwks")))
    assert answer == (500, b"")
    assert "RuntimeError" in caplog.text
    assert "public_jwks" in caplog.text
    assert SECRET not in caplog.text


def test_a_database_that_is_away_tells_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """Without a database a sign-in is an empty 500, and the log has no address in it."""
    body = json.dumps(_PERSON).encode()
    headers = ((b"content-type", b"application/json"),)
    scope = _scope("POST", b"/api/auth/sign-in/email", "/api/auth/sign-in/email", headers)
    with caplog.at_level(logging.ERROR, "gatepost"):
        assert asyncio.run(_ask(scope, body)) == (500, b"")
    assert "OperationalError" in caplog.text
    assert "ada@example.com" not in caplog.text


_json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
_members = st.sampled_from(
    [
        *("name", "email", "password", "image", "callbackURL", "rememberMe", "redirectTo", "x"),
        *("token", "newPassword", "currentPassword", "revokeOtherSessions", "accountId"),
        *("useAccountCookie", "provider", "idToken", "scopes", "additionalParams", "state"),
    ]
)
_POSTED = sorted(path for method, path in ROUTES if method == "POST" and "/:" not in path)
_bodies = st.one_of(
    st.binary(max_size=200),
    st.dictionaries(_members, _json_values).map(lambda value: json.dumps(value).encode()),
    _json_values.map(lambda value: json.dumps(value).encode()),
    st.integers(1, 200_000).map(lambda depth: b"[" * depth),
    st.integers(1, 200_000).map(lambda depth: b'{"email":' * depth),
    st.integers(1, 20_000).map(lambda digits: b'{"email":' + b"9" * digits + b"}"),
)
_header_texts = st.text(st.characters(min_codepoint=1, max_codepoint=0xFF), max_size=40)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    path=st.sampled_from([*_POSTED, "/callback/x"]),
    body=_bodies,
    content_type=st.sampled_from([JSON, FORM, "text/plain", "", "application/json;x"]),
    headers=st.dictionaries(
        st.sampled_from(["origin", "referer", "host", "sec-fetch-site", "user-agent", "cookie"]),
        _header_texts,
    ),
)
def test_no_input_is_an_error_of_ours(
    path: str, body: bytes, content_type: str, headers: dict[str, str]
) -> None:
    """Whatever comes in, what goes out is a refusal with a message, never a 500.

    There is no database behind it, so a 500 is right for what gets as far as asking one.
    """
    sent = [(b"content-type", content_type.encode())]
    sent += [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    full = f"/api/auth{path}"
    status, answer = asyncio.run(_ask(_scope("POST", full.encode(), full, tuple(sent)), body))
    if status == 200:
        assert path == "/sign-out"
    elif status == 302:
        assert path == "/callback/x"
    elif answer:
        assert status in {400, 401, 403, 404, 405, 413, 415}
        assert json.loads(answer)["message"]
    else:
        assert (status, path) in {(401, "/get-access-token"), (401, "/refresh-token")}


def test_a_form_of_a_thousand_fields_is_enough() -> None:
    """A form with more fields than any page has is refused before they are all read."""
    headers = ((b"content-type", FORM.encode()),)
    scope = _scope("POST", b"/api/auth/sign-in/email", "/api/auth/sign-in/email", headers)
    status, answer = asyncio.run(_ask(scope, b"&".join([b"a=b"] * 1001)))
    assert (status, json.loads(answer)["code"]) == (400, "BAD_REQUEST")


def test_a_route_is_disabled_with_every_name_in_it(tmp_path: Path) -> None:
    """A disabled path that has a name in it answers for none of those that it stands for."""
    disabled = Deployment("a name in it", disabled_paths=("/reset-password/:token",))
    with serving_provider(f"sqlite:///{tmp_path / 'provider.db'}", disabled) as served:
        for path, text in (("/reset-password/x", "Not Found"), ("/nothing/x", "")):
            answer = httpx.get(f"{served.auth}{path}?callbackURL=/")
            assert (answer.status_code, answer.text) == (404, text)
