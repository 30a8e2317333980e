"""The gate behind uvicorn, granian and hypercorn: the same answers, over HTTP/1.1 and HTTP/2."""

from collections.abc import Iterator

import httpx
import pytest

from gatepost.attacks import RawRequest, send
from tests.gate.served import SECRET
from tests.gate.servers import SERVERS, Served

each_server = pytest.mark.parametrize("served", SERVERS, indirect=True)
each_with_http2 = pytest.mark.parametrize("served", ["granian", "hypercorn"], indirect=True)


def _bearer(served: Served) -> tuple[str, str]:
    return ("Authorization", f"Bearer {served.ada.token}")


ANSWERS = {
    "/open": (200, 200),
    "/closed": (401, 200),
    "/me": (401, 200),
    "/docs": (401, 200),
    "/nothing": (401, 404),
    "/live": (401, 404),
    "/api/auth/ok": (200, 200),
}
"""What a stranger and somebody who is signed in are answered."""


@pytest.mark.parametrize("path", ANSWERS)
@each_server
def test_each_server_gives_the_same_answers(path: str, served: Served) -> None:
    """Whatever is not public is 401 to a stranger, with a challenge, and is kept by no cache."""
    to_nobody, to_ada = served.anyone.get(path), served.ada.http.get(path)
    assert (to_nobody.status_code, to_ada.status_code) == ANSWERS[path]
    assert to_ada.headers["X-Content-Type-Options"] == "nosniff"
    if to_nobody.status_code == 401:
        assert to_nobody.headers["WWW-Authenticate"] == 'Bearer realm="gatepost"'
        assert to_nobody.headers["Cache-Control"] == "no-store"
        assert to_nobody.json()["code"] == "UNAUTHORIZED"
        assert to_ada.headers["Cache-Control"] == "no-store"


@each_server
def test_each_server_tells_the_gate_who_asks(served: Served) -> None:
    """The handler gets the person of the token, and the log the address of the peer."""
    assert served.ada.http.get("/me").json() == served.ada.user_id
    before = len(served.events())
    assert served.anyone.get("/closed").status_code == 401
    (event,) = served.events()[before:]
    assert event["event"] == "authz_fail"
    assert event["source_ip"] == "127.0.0.1"


@each_with_http2
def test_http2_gives_the_same_answers(served: Served) -> None:
    """HTTP/2, without TLS and by prior knowledge, is the same gate."""
    with httpx.Client(base_url=served.url, http1=False, http2=True) as client:
        for path, (to_nobody, to_ada) in ANSWERS.items():
            anonymous, signed_in = client.get(path), client.get(path, headers=[_bearer(served)])
            assert (anonymous.status_code, signed_in.status_code) == (to_nobody, to_ada), path
            assert anonymous.http_version == "HTTP/2"
        assert client.get("/closed", headers=[_bearer(served)] * 2).status_code == 400
        assert client.get("/breaks", headers=[_bearer(served)]).status_code == 500
        assert client.get("/open").status_code == 200


UNREAD: dict[str, tuple[tuple[tuple[str, str], ...], int | None]] = {
    "announced": ((), 1_000),
    "announced, and huge": ((), 10**12),
    "in chunks": ((("Transfer-Encoding", "chunked"),), None),
}


@pytest.mark.parametrize("case", UNREAD)
@each_server
def test_no_server_waits_for_a_strangers_body(case: str, served: Served) -> None:
    """A stranger is refused before the first byte of a body that never comes."""
    fields, announced = UNREAD[case]
    json = ("Content-Type", "application/json")
    request = RawRequest("POST", "/closed", (json, *fields), announced=announced)
    assert send(served.url, request, seconds=3).status == 401


@pytest.mark.parametrize("served", ["uvicorn", "granian"], indirect=True)
def test_a_strangers_body_is_not_even_asked_for(served: Served) -> None:
    """`Expect: 100-continue` is answered with 401; hypercorn alone says 100 to it by itself."""
    fields = (("Content-Type", "application/json"), ("Expect", "100-continue"))
    request = RawRequest("POST", "/closed", fields, announced=1_000)
    assert send(served.url, request, seconds=3).status == 401


@each_server
def test_a_body_of_somebodys_is_read(served: Served) -> None:
    """The positive control of the two above."""
    came = served.ada.http.post("/closed", json={"with": " and more"})
    assert came.json() == f"{SECRET} and more"


SPELLINGS = [
    "/closed", "/%63losed", "/%2563losed", "/closed%2f", "/%2fclosed", "//closed", "///closed",
    "/./closed", "/closed/.", "/closed/../open", "/open/../closed", "/open/..%2fclosed",
    "/open/%2e%2e/closed", "/open%2f..%2fclosed", "/open/..;/closed", "/open%00/../closed",
    "/closed;x=1", "/closed%00", "/closed%20", "/CLOSED", "/closed?open", "/closed#/open",
    "/open\\..\\closed", "\\closed", "closed", "*", "http://127.0.0.1/closed",
    "/api/auth/../../closed", "/api/auth/%2e%2e/%2e%2e/closed", "/api/auth//closed",
    "/%c3losed", "/%zz/closed", "/cl%6Fsed/",
]  # fmt: skip


@pytest.mark.parametrize("target", SPELLINGS)
@each_server
def test_no_spelling_of_a_path_opens_it(target: str, served: Served) -> None:
    """However a server decodes a request target, a stranger never sees what is closed."""
    answered = send(served.url, RawRequest("GET", target))
    assert SECRET.encode() not in answered.body
    assert answered.status in (400, 401, 404)
    assert "location" not in {name.lower() for name, _ in answered.headers}


@pytest.mark.parametrize("target", ["/closed", "/%63losed", "/closed?open"])
@each_server
def test_a_spelling_that_means_the_same_is_the_same(target: str, served: Served) -> None:
    """The positive control: these reach the route, with a token."""
    answered = send(served.url, RawRequest("GET", target, (_bearer(served),)))
    assert answered.body.decode() == f'"{SECRET}"'


@each_server
def test_two_credentials_are_none(served: Served) -> None:
    """Two Authorization headers, one field with two tokens, or one with two words: 400."""
    name, value = _bearer(served)
    for fields in (
        ((name, value), (name, value)),
        ((name, value), (name, "Bearer x")),
        ((name, "Basic YTpi"), (name, value)),
        ((name, f"{value}, {value}"),),
        ((name, f"{value} {value}"),),
    ):
        answered = send(served.url, RawRequest("GET", "/closed", fields))
        assert answered.status == 400
        assert SECRET.encode() not in answered.body


@pytest.mark.parametrize(
    ("path", "media_type", "first", "last"),
    [
        ("/stream", "text/plain", "first;", "last"),
        ("/feed", "text/event-stream", "data: first\n\n", "data: last\n\n"),
    ],
)
@each_server
def test_an_answer_is_sent_as_it_is_made(
    path: str, media_type: str, first: str, last: str, served: Served
) -> None:
    """The first part of a stream has arrived while its handler waits to make the second."""
    assert served.anyone.get(path).status_code == 401
    with served.ada.http.stream("GET", path) as stream:
        assert stream.headers["Content-Type"].startswith(media_type)
        assert stream.headers["Cache-Control"] == "no-store"
        parts = stream.iter_text()
        assert next(parts) == first
        served.ada.http.post("/go-on").raise_for_status()
        assert "".join(parts) == last


@each_server
def test_an_exception_says_nothing(served: Served) -> None:
    """A handler that raises is 500 and one sentence; its text is in the server's own log."""
    came = served.ada.http.get("/breaks", headers={"Accept": "text/html"})
    assert came.status_code == 500
    assert came.json()["code"] == "INTERNAL_SERVER_ERROR"
    assert SECRET not in came.text
    assert "Traceback" not in came.text
    assert served.logs(f"RuntimeError: {SECRET}")
    assert served.ada.http.get("/me").status_code == 200


def _too_much() -> Iterator[bytes]:
    """A little over a mebibyte, without a word about its length."""
    yield b'{"with":"'
    for _ in range(16):
        yield b"x" * 65_536
    yield b'"}'


def _refusal(served: Served, headers: dict[str, str], *, http2: bool) -> httpx.Response:
    """Return what too long a body is answered.

    A server may hang up on whoever goes on sending once it has said no, and the answer be lost on
    the way; so this asks a few times.
    """
    for last in (False, False, False, True):
        with httpx.Client(base_url=served.url, http1=not http2, http2=http2) as client:
            try:
                return client.post("/closed", content=_too_much(), headers=headers)
            except httpx.WriteError:
                if last:
                    raise
    raise AssertionError


def _check_a_bound(served: Served, *, http2: bool) -> None:
    headers = dict([_bearer(served), ("Content-Type", "application/json")])
    assert _refusal(served, headers, http2=http2).status_code == 413
    # By a connection of its own: a server may close the one on which it has said no.
    with httpx.Client(base_url=served.url, http1=not http2, http2=http2) as client:
        assert client.get("/me", headers=headers).status_code == 200


@each_server
def test_a_body_in_chunks_has_its_bound(served: Served) -> None:
    """More than a mebibyte is 413, though no header has said how much is coming."""
    _check_a_bound(served, http2=False)


@each_with_http2
def test_a_body_in_frames_has_its_bound(served: Served) -> None:
    """The same over HTTP/2, where a request with a body need not say that it has one."""
    _check_a_bound(served, http2=True)
