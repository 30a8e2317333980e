"""An issuer that stalls, lies, breaks or goes away, and comes back: no request waits for it."""

import asyncio
import logging
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace

import pytest

from gatepost.tokens.algorithms import ASYMMETRIC_ALGORITHMS
from gatepost.tokens.discovery import JwksUrl
from gatepost.tokens.key_set_client import KeySetClient, KeySetPolicy
from gatepost.tokens.key_set_faults import KeySetFault
from gatepost.tokens.strict_json import JsonFault
from tests.tokens.hostile_issuer import (
    Answer,
    HostileIssuer,
    drips,
    endless,
    gzip_bomb,
    hostile_issuer,
    raw,
    redirects,
    sends,
    slowly_endless,
    stalls_before_the_head,
    stalls_in_the_body,
    ten_megabytes,
)
from tests.tokens.kept_keys import GOOD, QUICK, finds, is_unavailable, jwk, publishes, until

_CHUNKED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
)

HOSTILE: dict[str, tuple[Answer, str]] = {
    "stalls before the head": (stalls_before_the_head, KeySetFault.TIMED_OUT),
    "stalls in the body": (stalls_in_the_body, KeySetFault.TIMED_OUT),
    "drips a byte a second": (drips, KeySetFault.TIMED_OUT),
    "says continue for ever": (
        slowly_endless(b"HTTP/1.1 100 Continue\r\n\r\n"),
        KeySetFault.TIMED_OUT,
    ),
    "sends ten megabytes": (sends(ten_megabytes()), KeySetFault.TOO_LONG),
    "sends without end": (
        endless(_CHUNKED, b"10000\r\n" + b" " * 0x10000 + b"\r\n"),
        KeySetFault.TOO_LONG,
    ),
    "sends headers without end": (
        endless(b"HTTP/1.1 200 OK\r\n", b"X: " + b"x" * 1000 + b"\r\n"),
        KeySetFault.BROKEN_ANSWER,
    ),
    "a gzip bomb": (gzip_bomb(), KeySetFault.ENCODED),
    "a redirect to itself": (redirects("/jwks"), KeySetFault.REDIRECTED),
    "a permanent redirect": (redirects("/", "308 Permanent Redirect"), KeySetFault.REDIRECTED),
    "a redirect to a file": (redirects("file:///etc/passwd"), KeySetFault.REDIRECTED),
    "a redirect to nowhere": (sends(b"", status="302 Found"), KeySetFault.REDIRECTED),
    "not modified": (raw(b"HTTP/1.1 304 Not Modified\r\n\r\n"), KeySetFault.REDIRECTED),
    "HTML": (
        sends(b"<html>Sign in</html>", headers={"Content-Type": "text/html"}),
        KeySetFault.WRONG_CONTENT_TYPE,
    ),
    "HTML that is called JSON": (sends(b"<html>Sign in</html>"), JsonFault.NOT_JSON),
    "a good set that is called text": (
        sends(b'{"keys":[]}', headers={"Content-Type": "text/plain"}),
        KeySetFault.WRONG_CONTENT_TYPE,
    ),
    "500": (sends(b"{}", status="500 Internal Server Error"), KeySetFault.WRONG_STATUS),
    "404": (sends(b"{}", status="404 Not Found"), KeySetFault.WRONG_STATUS),
    "201": (sends(b"{}", status="201 Created"), KeySetFault.WRONG_STATUS),
    "204": (raw(b"HTTP/1.1 204 No Content\r\n\r\n"), KeySetFault.WRONG_STATUS),
    "an empty set": (publishes(), KeySetFault.NO_USABLE_KEY),
    "nothing": (sends(b""), JsonFault.NOT_JSON),
    "one kid twice": (
        publishes(jwk("EdDSA"), jwk("ES256", "EdDSA")),
        KeySetFault.DUPLICATE_KEY_ID,
    ),
    "a private key": (publishes({**jwk("EdDSA"), "d": "AA"}), KeySetFault.PRIVATE_KEY),
    "closes at once": (raw(b""), KeySetFault.BROKEN_ANSWER),
    "closes half way": (sends(b'{"keys":[', length=1000), KeySetFault.BROKEN_ANSWER),
    "closes half way, of no length": (
        raw(b'HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{"keys":['),
        JsonFault.NOT_JSON,
    ),
    "no HTTP": (raw(b"SSH-2.0-OpenSSH_9.9\r\n\r\n"), KeySetFault.BROKEN_ANSWER),
    "two lengths": (
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}"),
        KeySetFault.BROKEN_ANSWER,
    ),
}
_CLOSED = "refuses connections"
# Who answers at once is never cut short, on however busy a machine; who stalls is waited for less.
_PATIENT = replace(QUICK, fetch_seconds=3.5, keep_seconds=7.0)
_EXPECTED = {name: fault for name, (_, fault) in HOSTILE.items()} | {
    _CLOSED: KeySetFault.UNREACHABLE
}


def _policy(name: str) -> KeySetPolicy:
    return QUICK if _EXPECTED[name] is KeySetFault.TIMED_OUT else _PATIENT


@dataclass(frozen=True, slots=True)
class Ordeal:
    """What was seen of one client, whose issuer was good, then hostile, then good again.

    Attributes:
        served: how often the known key was found while the hostile answer was awaited.
        find_seconds: the median of one look-up in that time.
        fetches: how often the issuer was asked while it was hostile.
        hostile_seconds: how long that was.
        logged: what was said of it.
        same: whether the key after all of it is the object of before.
    """

    served: int
    find_seconds: float
    fetches: int
    hostile_seconds: float
    logged: list[str]
    same: bool


class _Log(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())

    def about(self, issuer: HostileIssuer) -> list[str]:
        return [message for message in self.messages if f":{issuer.port}/" in message]


@pytest.fixture(scope="module")
def log() -> Iterator[_Log]:
    """Keep what the logger `gatepost` says."""
    kept = _Log()
    logger = logging.getLogger("gatepost")
    logger.addHandler(kept)
    yield kept
    logger.removeHandler(kept)


@pytest.fixture(scope="module")
def ordeals(log: _Log) -> dict[str, Ordeal]:
    """Put one client for each kind of hostility through it, all at once."""

    async def all_at_once() -> list[Ordeal]:
        with ExitStack() as stack:
            issuers = [stack.enter_context(hostile_issuer(GOOD)) for _ in _EXPECTED]
            return await asyncio.gather(
                *(
                    _ordeal(issuer, name, log)
                    for issuer, name in zip(issuers, _EXPECTED, strict=True)
                )
            )

    return dict(zip(_EXPECTED, asyncio.run(all_at_once()), strict=True))


async def _ordeal(issuer: HostileIssuer, name: str, log: _Log) -> Ordeal:
    client = KeySetClient(JwksUrl(issuer.url), ASYMMETRIC_ALGORITHMS, _policy(name))
    async with client.keeping():
        await until(lambda: finds(client, "EdDSA") is not None)
        before = client.find("EdDSA")
        asked, began = issuer.asked, time.monotonic()
        said = len(log.about(issuer))
        if name == _CLOSED:
            await asyncio.to_thread(issuer.close_port)
        else:
            issuer.answer = HOSTILE[name][0]
        await until(lambda: issuer.asked > asked or len(log.about(issuer)) > said)
        durations = [_timed(client) for _ in range(1000)]
        await until(lambda: is_unavailable(client))
        hostile_seconds, fetches = time.monotonic() - began, issuer.asked - asked
        issuer.answer = GOOD
        if name == _CLOSED:
            issuer.open()
        await until(lambda: finds(client, "EdDSA") is not None)
        return Ordeal(
            served=len(durations),
            find_seconds=statistics.median(durations),
            fetches=fetches,
            hostile_seconds=hostile_seconds,
            logged=log.about(issuer)[said:],
            same=client.find("EdDSA") is before,
        )


def _timed(client: KeySetClient) -> float:
    begin = time.perf_counter()
    key = client.find("EdDSA")
    seconds = time.perf_counter() - begin
    assert key is not None
    return seconds


@pytest.mark.parametrize("name", _EXPECTED)
class TestHostileIssuer:
    """Whatever the issuer does, each in turn."""

    def test_known_keys_are_served_meanwhile(self, ordeals: dict[str, Ordeal], name: str) -> None:
        """A known key is found in microseconds while the hostile answer is awaited."""
        assert ordeals[name].served == 1000
        assert ordeals[name].find_seconds < 100e-6

    def test_fetches_are_bounded(self, ordeals: dict[str, Ordeal], name: str) -> None:
        """An issuer in trouble is asked less and less often, but asked."""
        ordeal, policy = ordeals[name], _policy(name)
        shortest = 0.9 * min(policy.longest_retry_seconds, policy.refresh_seconds)
        # The pauses before the longest one are 0.1 and 0.2 s.
        assert ordeal.fetches <= 3 + ordeal.hostile_seconds / shortest
        assert ordeal.fetches >= 2 or name == _CLOSED

    def test_the_last_good_set_has_an_end(self, ordeals: dict[str, Ordeal], name: str) -> None:
        """After its time the last good set is refused, and not before."""
        # The set may have been as old as it gets when the hostility began.
        policy = _policy(name)
        youngest = policy.keep_seconds - 1.1 * policy.refresh_seconds - policy.fetch_seconds
        assert youngest <= ordeals[name].hostile_seconds

    def test_it_is_said_once(self, ordeals: dict[str, Ordeal], name: str) -> None:
        """The log says once that the keys are lost, and why, and once that they are back."""
        lost, back = ordeals[name].logged
        assert f": {_EXPECTED[name]};" in lost
        assert back.endswith("are back")

    def test_it_comes_back(self, ordeals: dict[str, Ordeal], name: str) -> None:
        """When the issuer is well again its keys are found, and are the objects of before."""
        assert ordeals[name].same
