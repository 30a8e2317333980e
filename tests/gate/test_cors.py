"""CORS at the gate: trusted pages may call and read, and no other page learns a thing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI, HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from gatepost import Gatepost, public, requires
from gatepost.attacks import Answered, RawRequest, send
from gatepost.origins import TrustedOrigins
from gatepost.testing import anonymous, sign_up
from tests.conftest import settings_for
from tests.gate.guarded import Guarded, Recorder
from tests.gate.servers import SERVERS, Served
from tests.ports import free_port
from tests.serving import serving

Field = tuple[str, str | bytes]

TRUSTED, EVIL = "https://pages.example", "https://evil.example"
FROM_TRUSTED, FROM_EVIL = ("Origin", TRUSTED), ("Origin", EVIL)
RAN: list[str] = []
CLOSED = ("/closed", "/items/7", "/own-options", "/nothing", "/", "//", "/%ff", "/docs", "/stream")
PROVIDERS = ("/api/auth/token", "/api/auth/sign-out", "/api/auth/nothing", "/api/auth")
PATHS = (*CLOSED, *PROVIDERS, "/open")


async def _closed(request: Request) -> Response:
    RAN.append(request.url.path)
    return PlainTextResponse("closed")


@public("the same for everyone")
async def _open(_request: Request) -> Response:
    return PlainTextResponse("open")


async def _missing(_request: Request) -> Response:
    raise HTTPException(404, "no such item")


async def _breaks(_request: Request) -> Response:
    raise RuntimeError


async def _stream(_request: Request) -> Response:
    return StreamingResponse(iter(["a", "b"]))


def cors_app() -> FastAPI:
    routes: list[BaseRoute] = [
        Route("/closed", _closed, methods=["GET", "POST"]),
        Route("/own-options", _closed, methods=["OPTIONS"]),
        Route("/open", _open), Route("/open", _closed, methods=["DELETE"]),
        Route("/items/{item_id}", _missing), Route("/breaks", _breaks), Route("/stream", _stream),
    ]  # fmt: skip
    app = FastAPI(routes=routes)

    @app.post("/form")
    async def form(body: dict[str, int]) -> int:
        return len(body)

    @app.get("/admin")
    @requires(role="admin")
    async def admin() -> None: ...

    return app


@contextmanager
def trusting(app: FastAPI, data_dir: Path) -> Iterator[Guarded]:
    port, events = free_port(), Recorder()
    settings = settings_for(port, data_dir)
    trusted = TrustedOrigins.of(settings.url, (TRUSTED, "https://*.previews.example"))
    Gatepost(replace(settings, trusted_origins=trusted), events=events).protect(app)
    with serving(app, port=port) as url, anonymous(url) as anyone, sign_up(url) as ada:
        yield Guarded(url, settings, anyone, ada, events)


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with trusting(cors_app(), tmp_path_factory.mktemp("cors")) as served:
        yield served


def _others(url: str) -> list[tuple[Field, ...]]:
    single: list[str | bytes] = [
        EVIL, "null", "", "*", f"{TRUSTED}.evil.example", f"{TRUSTED}/", f"{TRUSTED}:443",
        f"{TRUSTED}:8443", TRUSTED.upper(), "https://PAGES.example", "http://pages.example",
        "https://xpages.example", "https://pages.example.", "https://sub.pages.example",
        "pages.example", f"{EVIL}#{TRUSTED}", f"{TRUSTED} {EVIL}", f"{TRUSTED},{EVIL}",
        f"{TRUSTED}@evil.example", f'"{TRUSTED}"', f"{url}.evil.example", "http://127.0.0.1:1",
        url.replace("http", "https"), b"\xff\xfe", TRUSTED.encode() + b"\x80",
        "https://p\u00e4ges.example".encode(),
    ]  # fmt: skip
    twice = ((TRUSTED, EVIL), (EVIL, TRUSTED), (TRUSTED, TRUSTED), (url, TRUSTED))
    doubled = [(("Origin", first), ("Origin", second)) for first, second in twice]
    return [*((("Origin", origin),) for origin in single), *doubled]


def preflight(url: str, path: str, *fields: Field, method: str = "GET") -> Answered:
    asks = ("Access-Control-Request-Method", method)
    return send(url, RawRequest("OPTIONS", path, (*fields, asks)))


def cors_of(answered: Answered) -> dict[str, str]:
    found = [(name.lower(), value) for name, value in answered.headers]
    named = [(name, value) for name, value in found if name.startswith("access-control-")]
    assert len(named) == len(dict(named)), named
    return dict(named)


def _varies(answered: Answered) -> bool:
    said = [part.strip() for value in answered.every("Vary") for part in value.split(",")]
    return "Origin" in said


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "PURGE", "OPTIONS"])
def test_a_preflight_of_a_trusted_page_is_answered_alike_everywhere(
    method: str, it: Guarded
) -> None:
    """Yes, for what it asks, whatever the path, so that it tells nobody which paths there are."""
    wanted: Field = ("Access-Control-Request-Headers", "authorization,x-own")
    for path in PATHS:
        answered = preflight(it.url, path, FROM_TRUSTED, wanted, method=method)
        assert (answered.status, answered.body, _varies(answered)) == (204, b"", True)
        assert cors_of(answered) == {
            "access-control-allow-origin": TRUSTED,
            "access-control-allow-credentials": "true",
            "access-control-allow-methods": method,
            "access-control-allow-headers": "authorization,x-own",
            "access-control-expose-headers": "WWW-Authenticate",
            "access-control-max-age": "600",
        }
        first = preflight(it.url, PATHS[0], FROM_TRUSTED, wanted, method=method)
        assert answered.lasting == first.lasting
    assert RAN == []


@pytest.mark.parametrize("path", PATHS)
def test_a_preflight_of_any_other_page_gets_nothing(path: str, it: Guarded) -> None:
    """From an origin that only looks trusted, or that comes twice, nothing is allowed or runs."""
    for fields in _others(it.url):
        for method in ("GET", "OPTIONS"):
            answered = preflight(it.url, path, *fields, method=method)
            assert answered.status == (404 if path in PROVIDERS else 401)
            assert cors_of(answered) == {}, fields
    assert RAN == []


def test_a_page_that_a_pattern_trusts_is_named_itself(it: Guarded) -> None:
    """The answer allows the one origin that asks, and no other that looks like the pattern."""
    for origin in ("https://one.previews.example", "https://two.previews.example"):
        allowed = cors_of(preflight(it.url, "/closed", ("Origin", origin)))
        assert allowed["access-control-allow-origin"] == origin
    for origin in ("https://previews.example", "https://*.previews.example", "https://*"):
        assert cors_of(preflight(it.url, "/closed", ("Origin", origin))) == {}


def test_what_asks_for_no_one_method_is_a_request(it: Guarded) -> None:
    """OPTIONS that is no preflight is a request like any other: closed, but to who is signed in."""
    asks = ("Access-Control-Request-Method", "GET")
    for fields in ((), (asks, asks), (("Access-Control-Request-Headers", "authorization"),)):
        for path in ("/closed", "/own-options", "/nothing", "/open"):
            request = RawRequest("OPTIONS", path, (FROM_TRUSTED, *fields))
            assert send(it.url, request).status == 401
    assert RAN == []
    bearer = ("Authorization", f"Bearer {it.ada.token}")
    assert send(it.url, RawRequest("OPTIONS", "/own-options", (bearer,))).status == 200
    assert RAN.pop() == "/own-options"


_LARGE = 1024 * 1024 + 1
_JSON, _IN_PARTS = ("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")
_PARTS = b"%x\r\n%s\r\n0\r\n\r\n" % (_LARGE, b"x" * _LARGE)
# By what it is: its status, who asks, and what.
ANSWERS: dict[str, tuple[int, str, RawRequest]] = {
    "public": (200, "", RawRequest("GET", "/open")),
    "session": (200, "", RawRequest("GET", "/api/auth/get-session")),
    "provider": (401, "", RawRequest("GET", "/api/auth/token")),
    "closed": (200, "ada", RawRequest("POST", "/closed")),
    "streamed": (200, "ada", RawRequest("GET", "/stream")),
    "no credential": (401, "", RawRequest("GET", "/closed")),
    "forged": (401, "a.b.c", RawRequest("GET", "/closed")),
    "unreadable": (400, "a b", RawRequest("GET", "/closed")),
    "no role": (403, "ada", RawRequest("GET", "/admin")),
    "missing": (404, "ada", RawRequest("GET", "/items/7")),
    "unknown": (404, "ada", RawRequest("GET", "/nothing")),
    "method": (405, "ada", RawRequest("PATCH", "/closed")),
    "announced": (413, "ada", RawRequest("POST", "/form", (_JSON,), announced=_LARGE)),
    "in parts": (413, "ada", RawRequest("POST", "/form", (_JSON, _IN_PARTS), _PARTS)),
    "invalid": (422, "ada", RawRequest("POST", "/form", (_JSON,), b"[]")),
    "broken": (500, "ada", RawRequest("GET", "/breaks")),
}


def answer(it: Guarded, name: str, *fields: Field) -> Answered:
    status, who, request = ANSWERS[name]
    token = it.ada.token if who == "ada" else who
    credential = (("Authorization", f"Bearer {token}"),) if who else ()
    answered = send(it.url, replace(request, fields=(*request.fields, *credential, *fields)))
    assert answered.status == status
    kept = "no-store" not in ", ".join(answered.every("Cache-Control"))
    assert _varies(answered) or not (kept or cors_of(answered))
    return answered


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_for_trusted_pages_to_read(name: str, it: Guarded) -> None:
    """Whatever is answered, a trusted page may read it, and the challenge of a denial."""
    answered = answer(it, name, FROM_TRUSTED)
    said = cors_of(answered)
    exposed = said.pop("access-control-expose-headers", "")
    assert exposed == "WWW-Authenticate" or not answered.every("WWW-Authenticate")
    assert said == {
        "access-control-allow-origin": TRUSTED, "access-control-allow-credentials": "true",
    }  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_for_no_other_page_to_read(name: str, it: Guarded) -> None:
    """Another page may not read it; and it is the same for the app's own pages, and for no page."""
    plain = answer(it, name)
    for fields in (*_others(it.url), (("Origin", it.url),)):
        answered = answer(it, name, *fields)
        assert cors_of(answered) == {}, fields
        assert answered.body == plain.body


_ODD = [
    b"*", b"", b",", b"x-a,\x09x-b", b"x" * 20_000, b",".join([b"x-a"] * 3_000), b"\xff\xfe\x80",
    b"x-a%0d%0aset-cookie: a=b", b"x-a\\r\\nset-cookie: a=b", b"\x85set-cookie: a=b", b"\x01\x1b",
    "x-a\u2028set-cookie: a=b".encode(), b"x-a\rset-cookie: a=b", b"x-a\nset-cookie: a=b",
    b"x-a\n set-cookie: a=b", b"x-a\x00", b"x-a\x0bset-cookie: a=b", b"x-a\x0cset-cookie: a=b",
]  # fmt: skip


@pytest.mark.parametrize("served", SERVERS, indirect=True)
def test_what_a_preflight_asks_for_writes_no_header(served: Served) -> None:
    """Whatever stands in it, the answer has the headers that it always has, and no more."""
    origin = ("Origin", served.url.replace("127.0.0.1", "localhost"))
    plain = preflight(served.url, "/closed", origin)
    assert (plain.status, cors_of(plain)["access-control-allow-origin"]) == (204, origin[1])
    names = sorted(name.lower() for name, _ in plain.headers)
    for odd in _ODD:
        for name in ("Access-Control-Request-Headers", "Access-Control-Request-Method"):
            asks = {"Access-Control-Request-Method": b"GET", name: odd}
            fields: list[Field] = [origin, *asks.items()]
            answered = send(served.url, RawRequest("OPTIONS", "/closed", fields))
            assert answered.status in (204, 400, 401)
            if answered.status == 204:
                assert sorted(name.lower() for name, _ in answered.headers) == names
    assert preflight(served.url, "/closed", origin).lasting == plain.lasting
