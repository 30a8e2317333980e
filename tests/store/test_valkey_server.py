"""How Valkey is reached: what a URL may say, what an error may not, and what is advised."""

import asyncio
import logging
import sys
import traceback

import pytest

from gatepost.errors import ConfigurationError
from gatepost.store.feed import CarrierLost
from gatepost.store.feed.valkey import ValkeyCarrier
from gatepost.store.feed.valkey_server import ValkeyServer, command
from gatepost.tokens import Revocation
from tests.ports import free_port
from tests.services.valkey import Valkey, running_valkey

_PATIENCE_SECONDS = 30
_SECRET = "s3cret-of-the-feed"
_NEWS = Revocation(None, "ada", None, 1.0)

ACCEPTED = [
    "valkey://localhost",
    "redis://user:password@localhost:6379/3",
    "valkeys://:password@feed.test:6380/0?ssl_ca_certs=/etc/ca.pem",
    "rediss://feed.test",
    "unix:///run/valkey.sock?db=2",
    "valkey://[::1]:6379",
]
REFUSED = [
    "",
    "localhost:6379",
    f"http://:{_SECRET}@localhost",
    f"valkey://:{_SECRET}@",
    f"valkey://user:{_SECRET}/more@localhost",
    f"valkey://:{_SECRET}@localhost:99999",
    f"valkey://:{_SECRET}@localhost/tasks",
    f"valkey://:{_SECRET}@localhost#0",
    f"valkey://:{_SECRET}@[localhost",
    f"valkeys://:{_SECRET}@localhost?ssl_cert_reqs=none",
    f"valkeys://:{_SECRET}@localhost?ssl_check_hostname=false",
    f"valkey://:{_SECRET}@localhost?socket_timeout=900",
    "unix://",
]


def whole(error: BaseException) -> str:
    """Return everything that a log of an error could hold, its hidden context included."""
    said = ""
    chained: BaseException | None = error
    while chained is not None:
        said += repr(chained) + "".join(traceback.format_exception(chained))
        for frame, _ in traceback.walk_tb(chained.__traceback__):
            if (
                "gatepost" not in frame.f_globals["__name__"]
                and __name__ not in (frame.f_globals["__name__"])
            ):
                said += repr(frame.f_locals)
        chained = chained.__cause__ or chained.__context__
    return said


@pytest.mark.parametrize("url", ACCEPTED)
def test_url_is_accepted(url: str) -> None:
    """Both names of the protocol, TLS and sockets can be written."""
    ValkeyCarrier(url)


@pytest.mark.parametrize("url", REFUSED)
def test_url_is_refused(url: str) -> None:
    """What cannot be meant, or would weaken TLS, is an error that says what to write instead."""
    with pytest.raises(ConfigurationError, match="valkey://user:password@host") as caught:
        ValkeyCarrier(url)
    assert _SECRET not in whole(caught.value)


def test_tls_checks_whose_certificate_it_is() -> None:
    """A certificate in another name opens no connection; the client alone would take it."""
    for url in ("valkeys://feed.test", "rediss://feed.test"):
        pool = ValkeyServer(url)._client.connection_pool  # type: ignore[union-attr]  # noqa: SLF001 - no other way to see it
        connection = pool.make_connection()
        context = connection.ssl_context.get()
        assert context.check_hostname
        assert context.verify_mode.name == "CERT_REQUIRED"


def test_missing_client_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra the error is the command that installs it."""
    monkeypatch.setitem(sys.modules, "valkey.asyncio", None)
    with pytest.raises(ConfigurationError, match=r"pip install gatepost\[valkey\]"):
        ValkeyCarrier("valkey://localhost")


def test_errors_hold_no_password(valkey: Valkey, caplog: pytest.LogCaptureFixture) -> None:
    """Neither a wrong password nor a right one shows in an error or in a log."""
    caplog.set_level(logging.DEBUG)

    async def lost(url: str) -> str:
        carrier = ValkeyCarrier(url)
        said = ""
        for call in (carrier.open, carrier.read, lambda: carrier.publish(_NEWS)):
            with pytest.raises(CarrierLost) as caught:
                await call()
            said += whole(caught.value)
        return said

    with running_valkey({"rename-command": 'AUTH ""'}) as odd:
        cases = {
            "AuthenticationError": valkey.url.replace(valkey.password, _SECRET),
            "ConnectionError": f"valkey://:{_SECRET}@127.0.0.1:{free_port()}",
            "unknown command": odd.url.replace(odd.password, _SECRET),
        }
        for url in cases.values():
            said = asyncio.run(lost(url))
            assert _SECRET not in said
            assert _SECRET not in caplog.text
    assert valkey.password not in caplog.text


def test_settings_that_lose_entries_are_named(
    valkey: Valkey, caplog: pytest.LogCaptureFixture
) -> None:
    """Who opens the feed on a server that evicts, or keeps nothing, is told what to set, once."""

    async def open_twice(url: str) -> str:
        caplog.clear()
        carrier = ValkeyCarrier(url)
        for _ in range(2):
            await carrier.open()
            await carrier.close()
        return caplog.text

    assert asyncio.run(open_twice(valkey.url)) == ""
    valkey.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru", "appendonly", "no")
    valkey.command("ACL", "SETUSER", "plain", "on", f">{_SECRET}", "~*", "+@all", "-config")
    try:
        said = asyncio.run(open_twice(valkey.url))
        assert said.count("set `maxmemory-policy noeviction`") == 1
        assert said.count("set `appendonly yes`") == 1
        plain = valkey.url.replace(f":{valkey.password}", f"plain:{_SECRET}")
        assert asyncio.run(open_twice(plain)) == ""
    finally:
        valkey.command("CONFIG", "SET", "maxmemory-policy", "noeviction", "appendonly", "yes")
        valkey.command("ACL", "DELUSER", "plain")


def test_cancellation_is_never_swallowed(valkey: Valkey) -> None:
    """Who cancels an exchange, at whatever step, sees it cancelled; else a shutdown would hang."""

    async def scenario() -> None:
        server = ValkeyServer(valkey.url)
        server.take()
        await server.ask(lambda client: command(client, "PING"))
        for steps in range(12):
            for _ in range(4):
                task = asyncio.create_task(
                    server.ask(
                        lambda client: command(client, "XREAD", "BLOCK", 50, "STREAMS", "none", "0")
                    )
                )
                for _ in range(steps):
                    await asyncio.sleep(0)
                assert task.cancel()
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    await asyncio.wait([task])
                assert task.cancelled()
        await server.let_go()

    asyncio.run(scenario())


def test_publishing_leaves_no_connection(valkey: Valkey) -> None:
    """A publish on a carrier that is not open ends with its connection closed."""

    async def scenario() -> None:
        carrier = ValkeyCarrier(valkey.url)
        before = valkey.command("CLIENT", "LIST").count(b"\n")
        await asyncio.gather(*(carrier.publish(_NEWS) for _ in range(50)))
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while valkey.command("CLIENT", "LIST").count(b"\n") > before:  # noqa: ASYNC110 - the server's side
                await asyncio.sleep(0.01)

    asyncio.run(scenario())
