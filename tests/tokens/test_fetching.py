"""One document from an issuer elsewhere: what is fetched, from where, under whose authority."""

import asyncio
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.tokens.algorithms import ASYMMETRIC_ALGORITHMS
from gatepost.tokens.discovery import JwksUrl
from gatepost.tokens.fetching import (
    MAX_DOCUMENT_BYTES,
    checked_url,
    fetch_document,
    trusted_authorities,
)
from gatepost.tokens.key_set_client import KeySetClient, KeySetPolicy
from gatepost.tokens.key_set_faults import KeySetFault, NoKeySet
from tests.ports import free_port
from tests.tokens.certificates import Authority
from tests.tokens.hostile_issuer import HostileIssuer, hostile_issuer, raw, redirects, sends

URLS = [
    "https://issuer.test",
    "https://issuer.test:8443/api/auth/jwks?a=b",
    "HTTPS://issuer.test/jwks",
    "https://10.0.0.1/jwks",
    "https://[2001:db8::1]/jwks",
    "http://127.0.0.1:3000/jwks",
    "http://localhost:3000/jwks",
    "http://[::1]:3000/jwks",
]
NO_URLS = [
    "",
    "issuer.test/jwks",
    "/jwks",
    "//issuer.test/jwks",
    "https:",
    "https://",
    "https:///jwks",
    "http://issuer.test/jwks",
    "http://10.0.0.1/jwks",
    "http://127.0.0.1.issuer.test/jwks",
    "http://localhost.issuer.test/jwks",
    "http://127.0.0.1@issuer.test/jwks",
    "http://issuer.test#@127.0.0.1/",
    "http://issuer.test\\@127.0.0.1/",
    "http://2130706433/jwks",
    "http://0x7f.1/jwks",
    "http://0.0.0.0/jwks",
    "http://127.0.0.2/jwks",
    "file:///etc/passwd",
    "ftp://127.0.0.1/jwks",
    "data:application/json,{}",
    "unix:///run/issuer.sock",
    "https://ada@issuer.test/jwks",
    "https://ada:secret@issuer.test/jwks",
    "https://@issuer.test/jwks",
    "https://issuer.test/jwks#keys",
    "https://issuer.test/jwks#",
    "https://issuer.test:port/jwks",
    "https://issuer.test:99999/jwks",
    "https://issuer.test /jwks",
    " https://issuer.test/jwks",
    "https://issuer.test/jwks\n",
    "https://issuer\n.test/jwks",
    "https://issuer.test/\r\nHost: other",
    "https://issuer.test/\0",
    "https://ïssuer.test/jwks",
    "https://issuer.test/" + "x" * 2048,
]


@pytest.mark.parametrize("url", URLS)
def test_urls(url: str) -> None:
    """Keys come over https, or from this machine."""
    assert checked_url(url) == url
    assert JwksUrl(url).url == url


@pytest.mark.parametrize("url", NO_URLS)
def test_no_urls(url: str) -> None:
    """From anywhere else no key comes."""
    with pytest.raises(ValueError, match=r"URL|https"):
        JwksUrl(url)


def _authorities() -> ssl.SSLContext:
    return asyncio.run(trusted_authorities())


# Reading them all takes longer than a fetch.
_usual_authorities = cache(_authorities)


def _fetched(url: str, tls: ssl.SSLContext | None = None) -> bytes | str:
    """Return the body, or the fault; any other exception is the test's failure."""
    context = tls or _usual_authorities()

    async def fetch() -> bytes | str:
        try:
            return await fetch_document(url, context)
        except NoKeySet as refused:
            return str(refused.fault)

    return asyncio.run(fetch())


@pytest.fixture(scope="module")
def issuer() -> Iterator[HostileIssuer]:
    """Run an issuer."""
    with hostile_issuer(sends(b"{}")) as running:
        yield running


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/jwk-set+json",
        "Application/JSON; charset=utf-8",
        "application/json;charset=utf-8",
    ],
)
def test_content_types(issuer: HostileIssuer, content_type: str) -> None:
    """JSON may be called by two names, with parameters."""
    issuer.answer = sends(b"{}", headers={"Content-Type": content_type})
    assert _fetched(issuer.url) == b"{}"


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"Content-Type:\r\n",
        b"Content-Type: text/html\r\n",
        b"Content-Type: text/json\r\n",
        b"Content-Type: application/jsonp\r\n",
        b"Content-Type: application/json, text/html\r\n",
        b"Content-Type: application/json\r\nContent-Type: text/html\r\n",
    ],
)
def test_other_content_types(issuer: HostileIssuer, head: bytes) -> None:
    """What is called anything else is not read."""
    issuer.answer = raw(b"HTTP/1.1 200 OK\r\n" + head + b"Content-Length: 2\r\n\r\n{}")
    assert _fetched(issuer.url) == KeySetFault.WRONG_CONTENT_TYPE


@pytest.mark.parametrize(("extra", "taken"), [(0, True), (1, False)])
def test_the_size_is_bounded(issuer: HostileIssuer, extra: int, taken: bool) -> None:  # noqa: FBT001 - a case's expectation
    """256 KiB are taken, and not one byte more, whether or not the length is said."""
    body = b" " * (MAX_DOCUMENT_BYTES + extra)
    expected = body if taken else KeySetFault.TOO_LONG
    issuer.answer = sends(body)
    assert _fetched(issuer.url) == expected
    issuer.answer = raw(b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + body)
    assert _fetched(issuer.url) == expected


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "identity, gzip", "x"])
def test_encoded_content(issuer: HostileIssuer, coding: str) -> None:
    """What is encoded is not decoded, and none of it is asked for."""
    issuer.answer = sends(b"{}", headers={"Content-Encoding": coding})
    assert _fetched(issuer.url) == KeySetFault.ENCODED
    assert b"accept-encoding: identity\r\n" in issuer.heads[-1].lower()


def test_redirects_are_not_followed(issuer: HostileIssuer) -> None:
    """Where a redirect points, nobody asks."""
    with hostile_issuer(sends(b"{}")) as other:
        for location in (other.url, f"//127.0.0.1:{other.port}/", "/again", "file:///etc/passwd"):
            for status in ("301 M", "302 F", "303 S", "307 T", "308 P", "300 C"):
                issuer.answer, asked = redirects(location, status), issuer.asked
                assert _fetched(issuer.url) == KeySetFault.REDIRECTED
                assert issuer.asked == asked + 1
        assert other.asked == 0


def test_nothing_is_taken_from_the_environment_or_from_before(
    issuer: HostileIssuer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No proxy, no netrc, no cookie of the last answer."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ada password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    issuer.answer = sends(b"{}", headers={"Set-Cookie": "a=b; Path=/"})
    client = KeySetClient(JwksUrl(issuer.url), ASYMMETRIC_ALGORITHMS, KeySetPolicy())
    asked = issuer.asked

    async def twice() -> None:
        await client.refresh()
        async with client.keeping():
            pass

    asyncio.run(twice())
    assert issuer.asked == asked + 2
    for head in issuer.heads[asked:]:
        assert head.startswith(b"GET /jwks HTTP/1.1\r\n")
        assert b"cookie" not in head.lower()
        assert b"authorization" not in head.lower()


def test_a_look_up_of_the_name_counts(
    monkeypatch: pytest.MonkeyPatch, issuer: HostileIssuer
) -> None:
    """The time of a fetch includes a name server that does not answer."""
    released = threading.Event()
    look_up = socket.getaddrinfo

    def slow(*arguments: Any, **options: Any) -> Any:
        released.wait(30)
        return look_up(*arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    policy = replace(KeySetPolicy(), fetch_seconds=0.5)
    url = JwksUrl(f"http://localhost:{issuer.port}/jwks")
    client = KeySetClient(url, ASYMMETRIC_ALGORITHMS, policy)

    async def seconds() -> float:
        begin = time.monotonic()
        await client.refresh()
        took = time.monotonic() - begin
        released.set()
        return took

    assert 0.4 < asyncio.run(seconds()) < 5


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=300)
    | st.builds(
        lambda *parts: b"HTTP/1.1 200 OK\r\n" + b"".join(parts),
        st.sampled_from([b"", b"Content-Type: application/json\r\n"]),
        st.sampled_from([b"", b"Transfer-Encoding: chunked\r\n", b"Content-Length: 5\r\n"]),
        st.binary(max_size=40),
        st.sampled_from([b"\r\n", b"\r\n\r\n", b"\r\n\r\n2\r\n{}\r\n0\r\n\r\n"]),
        st.binary(max_size=40),
    )
)
def test_no_other_exception(issuer: HostileIssuer, answer: bytes) -> None:
    """Whatever bytes come, there is a document or a `NoKeySet`."""
    issuer.answer = raw(answer)
    assert isinstance(_fetched(issuer.url), bytes | str)


@pytest.mark.parametrize(
    ("host", "trusted", "expected"),
    [
        ("127.0.0.1", True, b"{}"),
        ("127.0.0.1", False, KeySetFault.TLS_REFUSED),
        ("issuer.test", True, KeySetFault.TLS_REFUSED),
    ],
    ids=["an authority of the system", "an unknown authority", "another host"],
)
def test_https(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, *, trusted: bool, expected: bytes
) -> None:
    """Only who proves to be the host, by an authority that is trusted, is asked anything."""
    authority = Authority(tmp_path)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    with hostile_issuer(sends(b"{}"), authority.server(host)) as issuer:
        assert _fetched(issuer.url, _authorities()) == expected
        assert issuer.asked == (expected == b"{}")


def test_https_of_an_old_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that speaks TLS 1.1 at most is refused."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    tls = authority.server("127.0.0.1")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        tls.minimum_version = tls.maximum_version = ssl.TLSVersion.TLSv1_1
    tls.set_ciphers("ALL:@SECLEVEL=0")
    with hostile_issuer(sends(b"{}"), tls) as issuer:
        assert _fetched(issuer.url, _authorities()) == KeySetFault.TLS_REFUSED
        assert issuer.asked == 0


def test_http_where_https_is_expected(issuer: HostileIssuer) -> None:
    """A server without TLS is not talked to in the clear."""
    asked = issuer.asked
    assert _fetched(f"https://127.0.0.1:{issuer.port}/jwks") in {
        KeySetFault.TLS_REFUSED,
        KeySetFault.UNREACHABLE,
    }
    assert issuer.asked == asked


def test_importing_gatepost_imports_no_client() -> None:
    """An app whose keys are its own never pays for an HTTP client."""
    program = "import gatepost, gatepost.tokens, sys; sys.exit('httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
