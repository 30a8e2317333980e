"""Getting a JSON document from an issuer elsewhere, which may be slow, broken or hostile."""

import asyncio
import re
import ssl
from collections.abc import Awaitable, Callable
from typing import TypeAlias
from urllib.parse import urlsplit

import certifi
import httpx

from gatepost.origins import is_loopback, origin_of
from gatepost.tokens.key_set_faults import KeySetFault, NoKeySet

MAX_DOCUMENT_BYTES = 256 * 1024
# For one step; the caller bounds them all, and sooner.
_STEP_SECONDS = 10.0
_MAX_URL_LENGTH = 2048
_URL_LETTERS = re.compile(r"[!-~]+")
_CONTENT_TYPES = frozenset({"application/json", "application/jwk-set+json"})
_HEADERS = {
    "Accept": "application/jwk-set+json, application/json",
    # What is sent is what is counted: a small document cannot grow.
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": "gatepost",
}

Fetch: TypeAlias = Callable[[str], Awaitable[bytes]]


def checked_url(url: str) -> str:
    """Return a URL that may be fetched: https, or http on this machine.

    Raises:
        ValueError: another scheme, user information, a fragment, or no URL at all.
    """
    if len(url) > _MAX_URL_LENGTH or not _URL_LETTERS.fullmatch(url) or origin_of(url) is None:
        raise ValueError(f"not an http(s) URL: {url[:_MAX_URL_LENGTH]!r}")
    parts = urlsplit(url)
    if parts.scheme != "https" and not is_loopback(url):
        raise ValueError(f"keys come over https, or from this machine: {url!r}")
    if "@" in parts.netloc or "#" in url:
        raise ValueError("user information or a fragment in a URL that keys come from")
    return url


async def fetch_document(url: str, tls: ssl.SSLContext) -> bytes:
    """GET one JSON document. How long it may take is for the caller to bound.

    No redirect is followed, nothing is kept from one call to the next, and nothing is read from
    the environment but where the system's certificate authorities are.

    Args:
        url: one that `checked_url` returned.
        tls: which authorities are trusted.

    Raises:
        NoKeySet: there is no such document, or it is not one to be read.
    """
    try:
        # A client for each: one that is kept would keep cookies.
        async with (
            httpx.AsyncClient(
                verify=tls,
                trust_env=False,
                follow_redirects=False,
                headers=_HEADERS,
                timeout=_STEP_SECONDS,
            ) as client,
            client.stream("GET", url) as answer,
        ):
            _check_head(answer)
            return await _bounded_body(answer)
    except httpx.ConnectError as error:
        raise NoKeySet(_why_not_connected(error)) from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise NoKeySet(KeySetFault.BROKEN_ANSWER) from error


async def trusted_authorities() -> ssl.SSLContext:
    """Return a context that trusts certifi's authorities and the system's; needs TLS 1.2."""
    return await asyncio.to_thread(_trusted_authorities)


def _trusted_authorities() -> ssl.SSLContext:
    context = ssl.create_default_context()
    # Both: an image without the system's can reach the public ones, a company adds its own.
    context.load_verify_locations(certifi.where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _check_head(answer: httpx.Response) -> None:
    if answer.is_redirect:
        raise NoKeySet(KeySetFault.REDIRECTED)
    if answer.status_code != httpx.codes.OK:
        raise NoKeySet(KeySetFault.WRONG_STATUS)
    content_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in _CONTENT_TYPES:
        raise NoKeySet(KeySetFault.WRONG_CONTENT_TYPE)
    if answer.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise NoKeySet(KeySetFault.ENCODED)


async def _bounded_body(answer: httpx.Response) -> bytes:
    body = bytearray()
    async for part in answer.aiter_raw():
        body += part
        if len(body) > MAX_DOCUMENT_BYTES:
            raise NoKeySet(KeySetFault.TOO_LONG)
    return bytes(body)


def _why_not_connected(error: BaseException) -> KeySetFault:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return KeySetFault.TLS_REFUSED
        cause = cause.__cause__ or cause.__context__
    return KeySetFault.UNREACHABLE
