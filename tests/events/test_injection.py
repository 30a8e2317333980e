"""Nothing that a caller sends begins a line of the log, or is in it at all."""

import asyncio
import io
import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from gatepost import Gatepost
from gatepost.events import JsonLines
from gatepost.proxies import TrustedProxies
from tests.conftest import settings_for
from tests.gate.guarded import call, http_scope, started

_MARK = "forged"
_HOSTILE = [
    f'x"}}\n{{"event":"{_MARK}"}}',
    f"\r\n{_MARK}",
    f"\u2028{_MARK}\u2029\x85",
    f"\x1b[2J{_MARK}\x00\u202e",
    f"${{jndi:ldap://{_MARK}}} %s %(x)s {{0}}",
]


def _app() -> FastAPI:
    app = FastAPI()

    @app.api_route("/closed/{name}", methods=["GET", "POST"])
    async def closed(name: str) -> str:
        return name

    return app


def _check(stream: io.StringIO, at_least: int) -> list[dict[str, object]]:
    lines = stream.getvalue().splitlines()
    events = [json.loads(line) for line in lines]
    assert len(events) >= at_least
    assert _MARK not in stream.getvalue()
    assert stream.getvalue().isascii()
    return events


@pytest.mark.parametrize("hostile", _HOSTILE)
def test_no_part_of_a_request_is_in_the_log(hostile: str, tmp_path: Path) -> None:
    """Route parameter, method, headers, and whom a trusted proxy names."""
    stream = io.StringIO()
    settings = replace(
        settings_for(1, tmp_path), trusted_proxies=TrustedProxies.of(["127.0.0.1", "10.0.0.0/8"])
    )
    app = _app()
    Gatepost(settings, events=JsonLines(stream)).protect(app)
    scopes = [
        {**http_scope("/closed/x"), "path": f"/closed/{hostile}"},
        {**http_scope("/closed/x"), "method": f"GET{hostile}"},
        http_scope("/closed/x", authorization=f"Bearer {quote(hostile)}"),
        http_scope("/closed/x", cookie=f"better-auth.session_token={quote(hostile)}"),
        {**http_scope("/closed/x"), "query_string": hostile.encode()},
        {
            **http_scope("/closed/x"),
            "client": ("10.0.0.1", 1),
            "headers": [
                (b"x-forwarded-for", hostile.encode()),
                (b"x-request-id", hostile.encode()),
                (b"user-agent", hostile.encode()),
                (b"traceparent", hostile.encode()),
            ],
        },
    ]

    async def ask() -> None:
        async with started(app):
            for scope in scopes:
                sent = await call(app, scope)
                assert sent[0]["status"] in (400, 401)

    asyncio.run(ask())
    assert len(_check(stream, len(scopes))) == len(scopes)


@pytest.mark.parametrize("hostile", _HOSTILE)
def test_no_name_that_somebody_types_is_in_the_log(hostile: str, tmp_path: Path) -> None:
    """At a sign-up and at sign-ins that fail: the name, the address, the password."""
    stream = io.StringIO()
    app = _app()
    Gatepost(settings_for(8000, tmp_path), events=JsonLines(stream)).protect(app)
    typed = [
        ("/sign-up/email", {"name": hostile, "email": "ada@example.com", "password": hostile * 2}),
        ("/sign-in/email", {"email": hostile, "password": "password1"}),
        ("/sign-in/email", {"email": f"{_MARK}@example.com", "password": hostile}),
        ("/sign-in/email", {"email": "ada@example.com", "password": hostile}),
        (f"/{hostile}", {}),
    ]
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        for path, body in typed:
            origin = {"origin": "http://127.0.0.1:8000"}
            client.post("/api/auth" + quote(path), json=body, headers=origin)
    names = [event["event"] for event in _check(stream, 4)]
    assert names.count("authn_login_fail") == 3
