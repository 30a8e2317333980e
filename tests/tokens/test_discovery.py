"""Where an issuer's keys are, by its own discovery document."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import replace

import pytest

from gatepost.tokens.algorithms import ASYMMETRIC_ALGORITHMS
from gatepost.tokens.discovery import DiscoveredUrl
from gatepost.tokens.key_set_client import KeySetClient, KeySetPolicy
from gatepost.tokens.key_set_faults import KeySetFault, NoKeySet
from gatepost.tokens.strict_json import JsonFault
from tests.tokens.hostile_issuer import (
    Answer,
    HostileIssuer,
    hostile_issuer,
    redirects,
    sends,
    sends_json,
    stalls_before_the_head,
)
from tests.tokens.house import signing_key

_WELL_KNOWN = "/.well-known/openid-configuration"
_ISSUER = "https://issuer.test/realm"
_QUIET = replace(KeySetPolicy(), fetch_seconds=1.0, cool_down_seconds=0.01)


def _keys(key_id: str) -> object:
    return {"keys": [{**signing_key("EdDSA").as_dict(private=False), "kid": key_id}]}


def _found(issuer: str, document: bytes) -> tuple[str, str]:
    """Return what was asked, and the URL of the keys or the fault."""
    asked = []

    async def fetch(url: str) -> bytes:
        asked.append(url)
        return document

    async def find_out() -> str:
        try:
            return await DiscoveredUrl(issuer).find_out(fetch)
        except NoKeySet as refused:
            return str(refused.fault)

    found = asyncio.run(find_out())
    return asked[0], found


def _document(**changes: object) -> bytes:
    good = {"issuer": _ISSUER, "jwks_uri": "https://keys.issuer.test/jwks", "claims": ["sub"]}
    return json.dumps({k: v for k, v in {**good, **changes}.items() if v is not ...}).encode()


DOCUMENTS: dict[str, tuple[bytes, str]] = {
    "good": (_document(), "https://keys.issuer.test/jwks"),
    "with many lists": (_document(more=[["a"]] * 200), "https://keys.issuer.test/jwks"),
    "another issuer": (_document(issuer="https://other.test"), KeySetFault.WRONG_ISSUER),
    "with a slash more": (_document(issuer=_ISSUER + "/"), KeySetFault.WRONG_ISSUER),
    "in another case": (_document(issuer=_ISSUER.upper()), KeySetFault.WRONG_ISSUER),
    "a prefix": (_document(issuer="https://issuer.test"), KeySetFault.WRONG_ISSUER),
    "a list of issuers": (_document(issuer=[_ISSUER]), KeySetFault.WRONG_ISSUER),
    "no issuer": (_document(issuer=...), KeySetFault.WRONG_ISSUER),
    "no keys": (_document(jwks_uri=...), KeySetFault.BAD_URL),
    "keys null": (_document(jwks_uri=None), KeySetFault.BAD_URL),
    "a list of keys": (_document(jwks_uri=["https://keys.test"]), KeySetFault.BAD_URL),
    "keys in a file": (_document(jwks_uri="file:///etc/passwd"), KeySetFault.BAD_URL),
    "keys in the clear": (_document(jwks_uri="http://issuer.test/jwks"), KeySetFault.BAD_URL),
    "keys at a door of ours": (_document(jwks_uri="http://127.0.0.1:6379/"), KeySetFault.BAD_URL),
    "keys at a door by name": (_document(jwks_uri="http://localhost/"), KeySetFault.BAD_URL),
    "keys with a password": (_document(jwks_uri="https://a:b@issuer.test/"), KeySetFault.BAD_URL),
    "keys with a fragment": (_document(jwks_uri="https://issuer.test/#a"), KeySetFault.BAD_URL),
    "keys at a relative URL": (_document(jwks_uri="/jwks"), KeySetFault.BAD_URL),
    "two issuers": (
        b'{"issuer":"https://other.test","issuer":"' + _ISSUER.encode() + b'"}',
        JsonFault.DUPLICATE_MEMBER,
    ),
    "HTML": (b"<html>", JsonFault.NOT_JSON),
    "a list": (b"[]", JsonFault.NOT_AN_OBJECT),
    "deep": (_document(more=[[]] * 600), JsonFault.TOO_DEEP),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents(name: str) -> None:
    """A document speaks for its issuer, exactly, and names a URL from which keys may come."""
    document, expected = DOCUMENTS[name]
    assert _found(_ISSUER, document) == (_ISSUER + _WELL_KNOWN, expected)


@pytest.mark.parametrize(
    ("issuer", "expected"),
    [
        ("https://issuer.test", "https://issuer.test/.well-known/openid-configuration"),
        ("https://issuer.test/", "https://issuer.test/.well-known/openid-configuration"),
        ("https://issuer.test/a/", "https://issuer.test/a/.well-known/openid-configuration"),
        ("https://issuer.test/a//", "https://issuer.test/a//.well-known/openid-configuration"),
    ],
)
def test_a_trailing_slash(issuer: str, expected: str) -> None:
    """One trailing slash is removed for the URL; the document says the issuer with it."""
    asked, found = _found(issuer, _document(issuer=issuer))
    assert (asked, found) == (expected, "https://keys.issuer.test/jwks")


@pytest.mark.parametrize(
    "issuer",
    ["", "issuer.test", "http://issuer.test", "https://issuer.test?a=b", "https://issuer.test#a"],
)
def test_no_issuers(issuer: str) -> None:
    """An issuer is an https URL without query and fragment, or http on this machine."""
    with pytest.raises(ValueError, match=r"URL|https|query"):
        DiscoveredUrl(issuer)


def _run(test: Callable[[HostileIssuer, KeySetClient], Coroutine[None, None, None]]) -> None:
    with hostile_issuer(sends(b"{}", status="404 Not Found")) as issuer:
        issuer.answers[_WELL_KNOWN] = sends_json(
            {"issuer": issuer.origin, "jwks_uri": issuer.origin + "/one"}
        )
        issuer.answers["/one"] = sends_json(_keys("one"))
        location = DiscoveredUrl(issuer.origin)
        asyncio.run(test(issuer, KeySetClient(location, ASYMMETRIC_ALGORITHMS, _QUIET)))


def _paths(issuer: HostileIssuer) -> list[str]:
    return [head.split(b" ")[1].decode() for head in issuer.heads]


def test_keys_are_discovered() -> None:
    """The keys are found where the document says, which is asked once while all is well."""

    async def test(issuer: HostileIssuer, client: KeySetClient) -> None:
        async with client.keeping():
            assert client.find("one") is not None
            await client.refresh()
            assert _paths(issuer) == [_WELL_KNOWN, "/one", "/one"]

    _run(test)


def test_keys_that_have_moved() -> None:
    """When the keys are no longer where they were, the document is asked again."""

    async def test(issuer: HostileIssuer, client: KeySetClient) -> None:
        async with client.keeping():
            before = client.find("one")
            issuer.answers[_WELL_KNOWN] = sends_json(
                {"issuer": issuer.origin, "jwks_uri": issuer.origin + "/two"}
            )
            issuer.answers["/two"] = sends_json(_keys("two"))
            del issuer.answers["/one"]
            await client.refresh()
            assert client.find("one") is before
            await asyncio.sleep(2 * _QUIET.cool_down_seconds)
            await client.refresh()
            assert client.find("one") is None
            assert client.find("two") is not None

    _run(test)


@pytest.mark.parametrize(
    "answer",
    [redirects("/one"), stalls_before_the_head, sends(b"[]")],
    ids=["a redirect", "a stall", "a list"],
)
def test_a_document_that_is_none(answer: Answer) -> None:
    """Without a document there are no keys, and nobody guesses where they are."""

    async def test(issuer: HostileIssuer, client: KeySetClient) -> None:
        issuer.answers[_WELL_KNOWN] = answer
        async with client.keeping():
            assert client.staleness_seconds == float("inf")
        assert set(_paths(issuer)) == {_WELL_KNOWN}

    _run(test)
