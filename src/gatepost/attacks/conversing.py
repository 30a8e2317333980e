"""Conversations over a websocket, as a client of the attacker's has them."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

_PATIENCE_SECONDS = 20.0
_QUIET_SECONDS = 0.6
"""A websocket on which nothing comes for so long has nothing to say."""
_AFTERWARDS_SECONDS = 0.1
"""What belongs to a message comes within this."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How a websocket is opened.

    Attributes:
        says: the way in a few words, for reports.
        target: path and query.
        fields: headers.
        protocols: subprotocols that are offered.
        first: sent at once; a token, where the app takes it from the first message.
    """

    says: str
    target: str
    fields: tuple[tuple[str, str], ...] = ()
    protocols: tuple[str, ...] = ()
    first: str | None = None

    def with_fields(self, *fields: tuple[str, str]) -> "Opening":
        """Return the same with headers in the place of those of the same name."""
        named = {name.lower() for name, _ in fields}
        kept = tuple(each for each in self.fields if each[0].lower() not in named)
        return replace(self, fields=(*kept, *fields))


@dataclass(slots=True)
class Heard:
    """What came of a conversation.

    Attributes:
        status: of the answer to the upgrade; 101 where it was granted.
        messages: what was received, binary ones decoded.
        code: with which it was closed (RFC 6455, section 7.4); None while it is open.
        reason: that was given with it.
    """

    status: int
    messages: list[str] = field(default_factory=list)
    code: int | None = None
    reason: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it was granted and not closed since."""
        return self.status == 101 and self.code is None  # noqa: PLR2004 - RFC 9110, section 15.2.2


@contextmanager
def opened(url: str, opening: Opening) -> Iterator[tuple[ClientConnection | None, Heard]]:
    """Open a websocket for the block; yields no connection where the upgrade was refused.

    Args:
        url: the origin under attack.
        opening: how.
    """
    with ExitStack() as until_the_end:
        connection = None
        try:
            connection = until_the_end.enter_context(
                connect(
                    "ws" + url.removeprefix("http") + opening.target,
                    additional_headers=list(opening.fields),
                    subprotocols=[Subprotocol(each) for each in opening.protocols] or None,
                    open_timeout=_PATIENCE_SECONDS,
                    close_timeout=1,
                    max_size=2**22,
                    proxy=None,
                )
            )
        except InvalidStatus as error:
            heard = Heard(error.response.status_code)
        except (InvalidHandshake, OSError, EOFError):
            heard = Heard(0)
        else:
            heard = Heard(101)
        yield connection, heard


def talk(
    connection: ClientConnection | None, heard: Heard, messages: Sequence[str | bytes]
) -> Heard:
    """Send messages, and listen until nothing comes any more."""
    if connection is None or heard.code is not None:
        return heard
    try:
        for message in messages:
            connection.send(message)
        until = time.monotonic() + _QUIET_SECONDS
        while (left := until - time.monotonic()) > 0 and len(heard.messages) < 100:  # noqa: PLR2004 - enough of a stream
            came = connection.recv(left)
            heard.messages.append(came if isinstance(came, str) else came.decode(errors="replace"))
            until = min(until, time.monotonic() + _AFTERWARDS_SECONDS)
    except TimeoutError:
        pass
    except ConnectionClosed as error:
        heard.code = 1006 if error.rcvd is None else error.rcvd.code
        heard.reason = "" if error.rcvd is None else error.rcvd.reason
    return heard


def conversation(url: str, opening: Opening, *messages: str | bytes) -> Heard:
    """Open a websocket, send messages, listen until nothing comes any more, and close it."""
    with opened(url, opening) as (connection, heard):
        first = [] if opening.first is None else [opening.first]
        return talk(connection, heard, [*first, *messages])
