"""What a deployment connects to besides its database: Valkey, mail, issuers elsewhere."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from gatepost.connection_urls import is_valkey
from gatepost.doctor.database_checks import clock_finding, not_there
from gatepost.doctor.findings import Check, Finding
from gatepost.doctor.keys_and_feed import FEED, MIGRATE, feed_finding
from gatepost.doctor.limits_check import limits_finding, sentence
from gatepost.doctor.patient import Patient
from gatepost.errors import ConfigurationError
from gatepost.issuers import BetterAuthServer, OpenIdProvider
from gatepost.mail import MailServer
from gatepost.settings import Secret
from gatepost.store.engine import open_engine
from gatepost.store.feed import CarrierLost
from gatepost.store.feed.schema import feed_identity
from gatepost.store.feed.valkey_server import ValkeyServer, command
from gatepost.tokens.fetching import trusted_authorities

if TYPE_CHECKING:
    from valkey.asyncio import Valkey

_SERVER = Check("mail server", "What it does not take, nobody reads.")
_ISSUER = Check("issuer", "Without its keys no token of its people can be verified.")
_SECONDS = 5.0
_STREAM_KEYS = ("gatepost:{revocations}:stream", "gatepost:{revocations}:identity")


async def elsewhere_checks(patient: Patient) -> AsyncIterator[Finding]:
    """Yield what each of them answers; one that is dead is a finding like any other."""
    settings = patient.settings
    if settings.feed_url is not None:
        in_valkey = is_valkey(settings.feed_url)
        yield await (_feed(settings.feed_url) if in_valkey else _feed_in_database(patient))
    if patient.is_built_in:
        yield await limits_finding(patient)
        if settings.mail_url is not None:
            yield await _mail_server(settings.mail_url)
    for issuer in patient.issuers:
        if isinstance(issuer, BetterAuthServer | OpenIdProvider):
            for finding in await _issuer(issuer):
                yield finding


async def _feed(url: Secret) -> Finding:
    async def exchange(client: "Valkey") -> int:
        return int(await command(client, "EXISTS", *_STREAM_KEYS))

    begun = time.monotonic()
    try:
        there = await ValkeyServer(url.reveal()).ask(exchange)
    except (CarrierLost, ConfigurationError) as lost:
        return FEED.fail(sentence(lost), "Start that server, or correct GATEPOST_FEED_URL.")
    took = (time.monotonic() - begun) * 1000
    if there != len(_STREAM_KEYS):
        return FEED.warn(
            "Valkey answers and has no feed: the first worker makes it, and every token from "
            "before is refused.",
            "Where it had one, see that Valkey keeps its data: appendonly yes, noeviction.",
        )
    return FEED.ok(f"In Valkey, which answered in {took:.0f} ms.")


async def _feed_in_database(patient: Patient) -> Finding:
    """Look at a feed that another URL names, which is to be a second way to the same database."""
    settings = patient.settings
    assert settings.feed_url is not None  # noqa: S101 - the caller has looked
    direct, own = (
        open_engine(settings.feed_url.reveal()),
        open_engine(settings.database_url.reveal()),
    )
    try:
        if await not_there(direct) is not None:
            return FEED.fail(
                "GATEPOST_FEED_URL cannot be reached.", "Correct it, or start that server."
            )
        found = await feed_finding(direct, "GATEPOST_FEED_URL")
        if not patient.is_built_in or found.write:
            return found
        if await not_there(own) is not None:
            return FEED.unknown(
                "GATEPOST_FEED_URL has one; whether it is that of the sessions cannot be asked.",
                "Mend `database` first.",
            )
        if await feed_identity(direct) == await feed_identity(own):
            return found
        return FEED.fail(
            "GATEPOST_FEED_URL names another database than the one that has the sessions.",
            "Name the same one, or leave it out.",
        )
    except ConfigurationError as refused:
        return FEED.fail(str(refused), MIGRATE)
    finally:
        await direct.dispose()
        await own.dispose()


async def _mail_server(url: Secret) -> Finding:
    try:
        server = MailServer.of(url)
    except ConfigurationError as refused:
        return _SERVER.fail(str(refused), "Correct GATEPOST_MAIL_URL.")
    where = f"{server.host}:{server.port}"
    try:
        async with asyncio.timeout(_SECONDS):
            _, writer = await asyncio.open_connection(server.host, server.port)
    except OSError as error:
        why = error.strerror or type(error).__name__
        return _SERVER.fail(f"{where} cannot be reached: {why}.", "Correct GATEPOST_MAIL_URL.")
    writer.close()
    return _SERVER.ok(f"{where} can be reached; no mail was sent.")


async def _issuer(issuer: BetterAuthServer | OpenIdProvider) -> list[Finding]:
    import httpx  # noqa: PLC0415 - only where an issuer is elsewhere

    if isinstance(issuer, BetterAuthServer):
        url = issuer.jwks_url
    else:
        url = f"{issuer.issuer.rstrip('/')}/.well-known/openid-configuration"
    todo = "See that the URL is right, and that this machine may connect to it."
    try:
        async with httpx.AsyncClient(
            verify=await trusted_authorities(), trust_env=False, timeout=_SECONDS
        ) as client:
            answer = await client.get(url)
    except httpx.HTTPError as error:
        return [_ISSUER.fail(f"{url} cannot be reached: {type(error).__name__}.", todo)]
    if answer.status_code != httpx.codes.OK:
        return [_ISSUER.fail(f"{url} answers {answer.status_code}.", todo)]
    found = [_ISSUER.ok(f"{url} answers.")]
    try:
        theirs = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return found
    apart = (datetime.now(UTC) - theirs).total_seconds()
    return [*found, clock_finding(f"{issuer.issuer}'s", apart, exact_to=1.0)]
