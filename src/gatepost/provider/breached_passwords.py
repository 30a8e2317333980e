"""Whether a password is in a list of breached ones, which is asked for by five digits of its hash.

The list answers with every hash that begins so, some hundreds, and learns which of them was meant
from nothing: k-anonymity, in the protocol of Have I Been Pwned's range API.
"""

import asyncio
import hashlib
import re
import ssl
from enum import StrEnum

import httpx

ANSWER_SECONDS = 3.0
"""How long an answer may take, the way there included."""

_PREFIX_DIGITS = 5
# The largest ranges have some 2,000 lines of 45 bytes; padding comes on top.
_MOST_BYTES = 512 * 1024
_LINE = re.compile(r"([0-9A-Fa-f]{35}):(0|[1-9][0-9]{0,14})")
_HEADERS = {
    # Ranges differ in length, which TLS shows; padded, they do less.
    "Add-Padding": "true",
    "Accept": "text/plain",
    # What is sent is what is counted: a small answer cannot grow.
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": "gatepost",
}


class BreachedListFault(StrEnum):
    """Why the list did not say anything."""

    UNREACHABLE = "breached_list_unreachable"
    TOO_SLOW = "breached_list_too_slow"
    BROKEN_ANSWER = "breached_list_broken_answer"
    WRONG_STATUS = "breached_list_wrong_status"
    ENCODED = "breached_list_encoded"
    TOO_LONG = "breached_list_too_long"
    MALFORMED = "breached_list_malformed"


class NoBreachedList(Exception):
    """The list did not answer, or not with what could be believed."""

    def __init__(self, reason: BreachedListFault) -> None:
        super().__init__(reason.value)
        self.reason = reason


class BreachedPasswords:
    """A list somewhere else, which sees five hexadecimal digits and nothing more.

    Args:
        url: what the five digits are put behind; https, or on this machine.
        tls: which authorities are trusted.
    """

    def __init__(self, url: str, tls: ssl.SSLContext) -> None:
        self._url = url
        self._tls = tls

    async def contains(self, password: str) -> bool:
        """Whether the password has been seen in a breach, once or more.

        Raises:
            NoBreachedList: the list does not say.
        """
        # Over UTF-8 and not normalized, as breached passwords are counted, and as the original.
        text = password.encode("utf-8", "replace")
        digest = hashlib.sha1(text, usedforsecurity=False).hexdigest().upper()
        prefix, rest = digest[:_PREFIX_DIGITS], digest[_PREFIX_DIGITS:]
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return rest in _seen(await self._range(prefix))
        except TimeoutError:
            raise NoBreachedList(BreachedListFault.TOO_SLOW) from None

    async def _range(self, prefix: str) -> bytes:
        try:
            # A client for each: one that is kept would keep cookies.
            async with (
                httpx.AsyncClient(
                    verify=self._tls,
                    trust_env=False,
                    follow_redirects=False,
                    headers=_HEADERS,
                    timeout=ANSWER_SECONDS,
                ) as client,
                client.stream("GET", f"{self._url}{prefix}") as answer,
            ):
                return await _body(answer)
        except httpx.TimeoutException:
            raise NoBreachedList(BreachedListFault.TOO_SLOW) from None
        except (httpx.ConnectError, OSError):
            raise NoBreachedList(BreachedListFault.UNREACHABLE) from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise NoBreachedList(BreachedListFault.BROKEN_ANSWER) from None


async def _body(answer: httpx.Response) -> bytes:
    if answer.status_code != httpx.codes.OK:  # a redirect too
        raise NoBreachedList(BreachedListFault.WRONG_STATUS)
    if answer.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise NoBreachedList(BreachedListFault.ENCODED)
    body = bytearray()
    async for part in answer.aiter_raw():
        body += part
        if len(body) > _MOST_BYTES:
            raise NoBreachedList(BreachedListFault.TOO_LONG)
    return bytes(body)


def _seen(body: bytes) -> set[str]:
    """Read `SUFFIX:COUNT` lines; a count of 0 is padding.

    Raises:
        NoBreachedList: a line is anything else.
    """
    text = body.decode("ascii", "replace").replace("\r\n", "\n").removesuffix("\n")
    seen: set[str] = set()
    for line in text.split("\n") if text else ():
        read = _LINE.fullmatch(line)
        if read is None:
            raise NoBreachedList(BreachedListFault.MALFORMED)
        if int(read[2]):
            seen.add(read[1].upper())
    return seen
