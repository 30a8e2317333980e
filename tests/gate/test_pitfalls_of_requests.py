"""Pitfalls of what a caller sends: each shown on a bare app, then behind the gate."""

from pathlib import Path
from typing import Annotated

import httpx
import pytest
from fastapi import Depends, FastAPI
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from gatepost.attacks import RawRequest, send
from tests.gate.forgetful import GOOD, SECRET, forgetful
from tests.gate.guarded import Guarded
from tests.serving import serving

TWICE = {
    "two headers": ("Bearer {0}", "Bearer other"),
    "two words": ("Bearer {0} other",),
    "two in one": ("Bearer {0},Bearer other",),
}


@pytest.mark.parametrize("case", TWICE)
def test_9_http_bearer_takes_what_is_no_single_token(case: str, gated: Guarded) -> None:
    """HTTPBearer makes a credential of it; the gate answers 400."""
    app = FastAPI()

    @app.get("/closed")
    async def closed(
        shown: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())],
    ) -> str:
        return shown.credentials

    fields = [("Authorization", value.format(gated.ada.token)) for value in TWICE[case]]
    request = RawRequest("GET", "/closed", tuple(fields))
    with serving(app) as url:
        taken = send(url, request)
    assert taken.status == 200
    assert gated.ada.token in taken.body.decode()
    assert send(gated.url, request).status == 400


class _ByRawPath:
    """Closes a path, spelled as it came; what opens to another spelling is what the pitfall is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["raw_path"] == b"/closed":
            await PlainTextResponse("sign in", 401)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class _ByPrefix:
    """Closes all but what begins as a public path does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith("/open"):
            await PlainTextResponse("sign in", 401)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


@pytest.mark.parametrize(
    ("decides", "closed", "opened"),
    [(_ByRawPath, "/closed", "/%63losed"), (_ByPrefix, "/closed", "/openings")],
    ids=["10-spelling", "16-prefix"],
)
def test_10_and_16_a_path_is_not_what_runs(
    decides: type[_ByRawPath | _ByPrefix], closed: str, opened: str, gated: Guarded, tmp_path: Path
) -> None:
    """A middleware that decides on the path is passed by another path; the gate asks the routes."""
    with serving(decides(forgetful(tmp_path, checked=False))) as url:
        assert send(url, RawRequest("GET", closed)).status == 401
        assert SECRET.encode() in send(url, RawRequest("GET", opened)).body
    for path in (closed, opened):
        assert send(gated.url, RawRequest("GET", path)).status == 401


@pytest.mark.parametrize("path", ["/open/", "//open", "/OPEN", "/open/x", "/openings", "/sub/open"])
def test_16_no_other_path_is_open_than_the_public_one(path: str, gated: Guarded) -> None:
    """What looks like a public path is closed."""
    assert gated.anyone.get("/open").status_code == 200
    assert gated.anyone.get(httpx.URL(gated.url + path)).status_code == 401


UNWRITABLE = {
    "a number": ("GET", f"/number/{'9' * 5_000}", b""),
    "a surrogate": ("POST", "/form", b'{"number":"\\ud800"}'),
}


@pytest.mark.parametrize("case", UNWRITABLE)
def test_15_bad_input_makes_an_error_of_ours(
    case: str, open_app: httpx.Client, gated: Guarded
) -> None:
    """A number without end, half a character: 500 from a bare app, a refusal behind the gate."""
    method, path, body = UNWRITABLE[case]
    headers = {"Content-Type": "application/json"}
    # The server ends the connection on which an app has failed, after its answer.
    good = {**headers, **GOOD, "Connection": "close"}
    assert open_app.request(method, path, content=body, headers=good).status_code == 500
    assert gated.anyone.request(method, path, content=body, headers=headers).status_code == 401
    assert gated.ada.http.request(method, path, content=body, headers=headers).status_code in (
        404,
        422,
    )
