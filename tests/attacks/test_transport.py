"""Transport, 1 to 19, against Tasks."""

import contextlib
import socket
from urllib.parse import urlsplit

import pytest

from gatepost.attacks import Expected, Material, RawRequest, RequestAttack, complaints
from gatepost.attacks.catalogue import TRANSPORT
from gatepost.testing import Somebody
from tests.attacks.conftest import CANARY, Deployment, session_cookie

_CLOSED, _PUBLIC, _MOUNT = "/api/tasks", "/api/health", "/api/auth"


def _filled(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _request(attack: RequestAttack, deployment: Deployment, material: Material) -> RawRequest:
    values = {
        "path": _CLOSED,
        "UPPER": _CLOSED.upper(),
        "encoded": "".join(f"%{ord(character):02x}" for character in _CLOSED),
        "public": _PUBLIC,
        "mount": _MOUNT,
        "token": material.token,
        "session_token": material.session_token,
        "origin": deployment.url,
    }
    fields = [
        (name, _filled(value, values) if isinstance(value, str) else value)
        for name, value in attack.fields
    ]
    return RawRequest(
        method=attack.method or "GET",
        target=_filled(attack.target, values),
        fields=fields,
        body=_filled(attack.body.decode(), values).encode(),
        announced=attack.announced,
    )


def _is_in(deployment: Deployment, token: str) -> bool:
    answered = deployment.get(_CLOSED, ("Authorization", f"Bearer {token}"))
    return answered.status == 200 and CANARY.encode() in answered.body


@pytest.mark.parametrize("attack", TRANSPORT, ids=str)
def test_a_credential_is_taken_from_one_place_only(
    attack: RequestAttack, deployment: Deployment, material: Material
) -> None:
    """A request without a proper credential gets the answer of the catalogue, and no data."""
    assert _is_in(deployment, material.token), "INCONCLUSIVE: the owner does not get in either"
    answered = deployment.send(_request(attack, deployment, material))
    canary = b"" if attack.expected is Expected.OK else CANARY.encode()
    if attack.method == "HEAD":
        assert answered.body == b""
    assert complaints(attack.expected, answered, canary=canary) == []


_OTHER_SPELLINGS = [attack for attack in TRANSPORT if attack.number == 14]


@pytest.mark.parametrize("attack", _OTHER_SPELLINGS, ids=str)
def test_no_spelling_of_a_path_sends_a_caller_away(
    attack: RequestAttack, deployment: Deployment, material: Material
) -> None:
    """Another spelling of a path with a hostile Host never leads to that host, signed in or not."""
    request = _request(attack, deployment, material)
    for credential in ((), (("Authorization", f"Bearer {material.token}"),)):
        answered = deployment.send(
            RawRequest("GET", request.target, (("Host", "evil.example"), *credential))
        )
        assert answered.status in (200, 401, 404)
        assert b"evil.example" not in repr(answered.headers).encode() + answered.body


@pytest.mark.parametrize(
    "name", ["X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Path", "X-HTTP-Method-Override"]
)
def test_a_public_path_stays_what_it_is(
    name: str, deployment: Deployment, material: Material
) -> None:
    """A header that names a closed path does not open it by way of a public one."""
    assert _is_in(deployment, material.token)
    plain = deployment.get(_PUBLIC)
    assert complaints(Expected.OK, plain) == []
    assert deployment.get(_PUBLIC, (name, _CLOSED)).lasting == plain.lasting


def test_the_session_cookie_opens_no_route_of_the_app(
    deployment: Deployment, ada: Somebody
) -> None:
    """A valid session cookie alone, which a hostile page can send, is no credential for the API."""
    assert _is_in(deployment, ada.token)
    answered = deployment.get(_CLOSED, ("Cookie", session_cookie(ada)))
    assert complaints(Expected.R0, answered, canary=CANARY.encode()) == []


def test_what_follows_a_refusal_is_no_request(deployment: Deployment) -> None:
    """The unread body of a refused request is not taken for the next request (smuggling)."""
    parts = urlsplit(deployment.url)
    hidden = b"GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n"
    request = RawRequest("POST", _CLOSED, (("Connection", "keep-alive"),), body=hidden)
    came = b""
    with socket.create_connection((parts.hostname or "", parts.port or 0), 5) as connection:
        connection.sendall(request.encode(parts.netloc))
        with contextlib.suppress(TimeoutError):
            connection.settimeout(1)
            while chunk := connection.recv(65536):
                came += chunk
    assert came.startswith(b"HTTP/1.1 401 ")
    assert came.count(b"HTTP/1.1 ") == 1
    assert b'"ok"' not in came
