"""Events: each refusal is one event with its private reason, and never with a secret."""

import dataclasses
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from gatepost import public
from gatepost.attacks import Material, RawRequest, send
from gatepost.attacks.forge import ABSENT, Forger, FromNow, rewritten, signed, unsigned
from gatepost.attacks.strangers import stranger_signed, under_an_unknown_kid, with_its_own_jwk
from gatepost.testing import sign_up
from tests.attacks.keys import signing_key_of
from tests.gate.guarded import Guarded, guarded

_REFUSED = "authn_token_refused"


def _app() -> FastAPI:
    app = FastAPI()

    @app.get("/closed/{name}")
    async def closed(name: str) -> str:
        return name

    @app.get("/open")
    @public("the same for everyone")
    async def opened() -> str:
        return "open"

    return app


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """An app whose events are kept."""
    with guarded(_app(), tmp_path_factory.mktemp("watched")) as served:
        yield served


@pytest.fixture(scope="module")
def material(watched: Guarded) -> Material:
    """What a forger has."""
    jwk = httpx.get(f"{watched.url}/api/auth/jwks").json()["keys"][0]
    key = signing_key_of(watched.settings).private_key
    return Material(watched.ada.token, jwk, key, "http://127.0.0.1:1", "", int(time.time()))


TOKENS: list[tuple[str, Forger]] = [
    ("token_not_compact", lambda _: b"nonsense"),
    ("token_not_compact", unsigned("none")),
    ("token_no_key_id", unsigned("none", keep_signature=True)),
    ("token_bad_signature", rewritten(claims={"sub": "somebody-else"})),
    ("token_unknown_key", stranger_signed(under_an_unknown_kid)),
    ("token_header_member_refused", stranger_signed(with_its_own_jwk)),
    ("token_wrong_algorithm", signed(header={"alg": "ES256"})),
    ("token_no_algorithm", signed(header={"alg": ABSENT})),
    ("token_wrong_type", signed(header={"typ": "logout+jwt"})),
    ("token_expired", signed({"iat": FromNow(-120), "exp": FromNow(-60)})),
    ("token_not_yet_valid", signed({"nbf": FromNow(60)})),
    ("token_issued_ahead", signed({"iat": FromNow(60)})),
    ("token_lives_too_long", signed({"exp": FromNow(86_400)})),
    ("token_bad_time", signed({"exp": "tomorrow"})),
    ("token_missing_claim", signed({"exp": ABSENT})),
    ("token_wrong_issuer", signed({"iss": "https://other.example"})),
    ("token_wrong_audience", signed({"aud": "https://other.example"})),
    ("token_bad_subject", signed({"sub": ""})),
    ("token_bad_session", signed({"sid": 7})),
    ("json_duplicate_member", signed(suffix=',"sub":"x"')),
    ("json_not_an_object", signed(payload=b"[]")),
    ("json_not_utf8", signed(payload=b"\xff")),
    ("json_too_deep", signed(payload=b"[" * 100)),
    ("json_malformed", signed(payload=b"{")),
]


@pytest.mark.parametrize(("reason", "forger"), TOKENS, ids=[reason for reason, _ in TOKENS])
def test_a_refused_token_is_one_event_with_its_reason(
    reason: str, forger: Forger, watched: Guarded, material: Material
) -> None:
    """The log says which check failed; the caller and the log's reader never see the token."""
    now = dataclasses.replace(material, now=int(time.time()))
    token = forger(now).decode()
    watched.events.take()
    came = watched.anyone.get("/closed/x", headers={"Authorization": f"Bearer {token}"})
    assert came.status_code == 401
    kept = list(watched.events.kept)
    assert watched.events.take() == [(_REFUSED, reason)]
    assert token not in repr(kept) + came.text
    assert kept[0].request is not None
    assert kept[0].request.route == "/closed/{name}"


@dataclass(frozen=True, slots=True)
class Request:
    """One request, and the event that it owes."""

    fields: tuple[tuple[str, str], ...]
    event: tuple[str, str]
    target: str = "/closed/x"
    method: str = "GET"


REQUESTS = [
    Request((), ("authz_fail", "credential_missing")),
    Request((("Authorization", "Basic YTpi"),), ("authz_fail", "credential_missing")),
    Request((), ("authz_fail", "credential_missing"), target="/nothing"),
    Request((), ("authz_fail", "credential_missing"), method="PROPFIND"),
    Request((("Authorization", "Bearer a b"),), (_REFUSED, "credential_malformed")),
    Request((("Authorization", f"Bearer {'a' * 9_000}"),), (_REFUSED, "credential_too_long")),
    Request((("Authorization", "Bearer a"),) * 2, (_REFUSED, "credential_repeated")),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda case: f"{case.event[1]}-{case.target}")
def test_a_refused_request_is_one_event(request_: Request, watched: Guarded) -> None:
    """A request without a proper credential is one event, which quotes nothing of it."""
    watched.events.take()
    refused = send(watched.url, RawRequest(request_.method, request_.target, request_.fields))
    assert refused.status in (400, 401)
    kept = list(watched.events.kept)
    assert watched.events.take() == [request_.event]
    assert "PROPFIND" not in repr(kept)


def test_each_request_has_an_id_of_its_own(watched: Guarded) -> None:
    """The request id is ours: two requests never share one, whatever header they bring."""
    watched.events.take()
    for _ in range(2):
        watched.anyone.get("/closed/x", headers={"X-Request-Id": "theirs"})
    ids = [event.request.request_id for event in watched.events.kept if event.request]
    assert len(set(ids)) == 2
    assert "theirs" not in ids


def test_what_succeeds_refuses_nothing(watched: Guarded) -> None:
    """A request that gets in is no event of refusal."""
    watched.events.take()
    assert watched.anyone.get("/open").status_code == 200
    assert watched.ada.http.get("/closed/x").status_code == 200
    assert watched.events.take() == []


def _foreign_websocket(watched: Guarded) -> None:
    protocols = [Subprotocol("gatepost"), Subprotocol(f"bearer.{watched.ada.token}")]
    url = watched.url.replace("http", "ws") + "/closed/x"
    with pytest.raises(InvalidStatus):
        connect(url, origin=Origin("https://evil.example"), subprotocols=protocols).close()


def _signed_out(watched: Guarded) -> None:
    with sign_up(watched.url, "cleo") as cleo:
        cleo.browser.post("/api/auth/sign-out", json={}).raise_for_status()
        watched.events.take()
        assert cleo.http.get("/closed/x").status_code == 401


@pytest.mark.parametrize(
    ("cause", "event"),
    [
        (_foreign_websocket, ("malicious_csrf", "origin_not_trusted")),
        (_signed_out, ("authn_token_reuse", "token_revoked")),
    ],
)
def test_other_refusals_are_events_too(
    cause: Callable[[Guarded], None], event: tuple[str, str], watched: Guarded
) -> None:
    """A foreign page's websocket and a token after sign-out are one event each."""
    watched.events.take()
    cause(watched)
    assert watched.events.take() == [event]


def test_a_token_that_was_taken_back_says_whose_it_was(
    watched: Guarded, material: Material
) -> None:
    """Its signature is good, so that the event may name the person, the session and the token."""
    with sign_up(watched.url, "dora") as dora:
        forger = signed({"jti": "token-7"})
        token = forger(dataclasses.replace(material, token=dora.token)).decode()
        dora.browser.post("/api/auth/sign-out", json={}).raise_for_status()
        watched.events.take()
        headers = {"Authorization": f"Bearer {token}"}
        assert watched.anyone.get("/closed/x", headers=headers).status_code == 401
        [event] = watched.events.kept
        assert (event.name.value, event.level.value) == ("authn_token_reuse", "critical")
        assert (event.user_id, event.token_id) == (dora.user_id, "token-7")
        assert event.session_id is not None
        assert event.key_id is not None


def test_a_foreign_page_that_asks_whether_it_may_call(watched: Guarded) -> None:
    """A preflight from a page that is not trusted is an event of its own kind."""
    watched.events.take()
    for origin in ("https://evil.example", "null"):
        asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
        assert watched.anyone.options("/closed/x", headers=asked).status_code == 401
        assert watched.events.take() == [("malicious_cors", "origin_not_trusted")]
    assert watched.anyone.options("/closed/x").status_code == 401
    assert watched.events.take() == [("authz_fail", "credential_missing")]
