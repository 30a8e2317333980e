"""Connections that stay open: somebody hears what an app tells them meanwhile."""

import contextlib
import json
import re
import socket
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from typing import Protocol
from urllib.parse import quote, urlencode, urlsplit

from websockets.exceptions import ConnectionClosed, InvalidHandshake, WebSocketException
from websockets.sync.client import ClientConnection, connect

from gatepost.attacks.people.person import Person
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.wire import RawRequest

_OPEN_SECONDS = 20.0
_CLOSE_SECONDS = 0.5  # an app that no longer listens does not say goodbye
_LONGEST_SECONDS = 5.0
_TOKENS = re.compile(r"token|jwt|auth|bearer|^key$|ticket")
_PART = 65_536


class Ear(Protocol):
    """One open connection."""

    def heard(self, silence: float) -> bytes:
        """Return all that has come so far, once nothing has come for so many seconds."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...


class WebsocketEar:
    """A websocket.

    Args:
        opening: opens it.

    Raises:
        InvalidHandshake: the app refuses.
    """

    def __init__(self, opening: AbstractContextManager[ClientConnection]) -> None:
        self._opened = ExitStack()
        self._connection = self._opened.enter_context(opening)
        self._heard = b""

    def say(self, message: object) -> None:
        """Send a message as JSON; whoever has hung up does not hear it."""
        with contextlib.suppress(WebSocketException, OSError):
            self._connection.send(json.dumps(message))

    def heard(self, silence: float) -> bytes:
        """Return all that has come so far, once nothing has come for so many seconds."""
        until = time.monotonic() + _LONGEST_SECONDS
        with contextlib.suppress(TimeoutError, ConnectionClosed, OSError):
            while time.monotonic() < until:
                part = self._connection.recv(silence)
                self._heard += (part.encode() if isinstance(part, str) else part) + b"\n"
        return self._heard

    def close(self) -> None:
        """Hang up."""
        with contextlib.suppress(WebSocketException, OSError):
            self._opened.close()


class StreamEar:
    """A stream of events (HTML Living Standard, section 9.2).

    Args:
        url: the origin.
        request: with its credential.
    """

    def __init__(self, url: str, request: RawRequest) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection(
            (parts.hostname or "", parts.port or 80), timeout=_OPEN_SECONDS
        )
        self._socket.sendall(request.encode(parts.netloc))
        self._heard = b""

    def heard(self, silence: float) -> bytes:
        """Return all that has come so far, once nothing has come for so many seconds."""
        until = time.monotonic() + _LONGEST_SECONDS
        self._socket.settimeout(silence)
        with contextlib.suppress(TimeoutError, OSError):
            while time.monotonic() < until and (part := self._socket.recv(_PART)):
                self._heard += part
        return self._heard

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def open_websocket(
    url: str,
    operation: Operation,
    person: Person,
    values: Mapping[str, str],
    query: Mapping[str, str],
) -> WebsocketEar | None:
    """Open a websocket as somebody, or return None where the app refuses.

    The credential goes into the headers, and where these are refused into the query as well.

    Args:
        url: the origin.
        operation: which websocket.
        person: who.
        values: of the path.
        query: further members of the query.
    """
    path = operation.path
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    declared = [each.name for each in operation.taken("query") if _TOKENS.search(each.name)]
    token = person.bearer or ""
    first = {**query, **dict.fromkeys(declared, token)}
    second = {**first, "token": token, "access_token": token}
    for members in (first, second) if token else (first,):
        target = f"{path}?{urlencode(members)}" if members else path
        with contextlib.suppress(InvalidHandshake, WebSocketException, OSError):
            return WebsocketEar(
                connect(
                    url.replace("http", "ws", 1) + target,
                    additional_headers=dict(person.headers),
                    open_timeout=_OPEN_SECONDS,
                    close_timeout=_CLOSE_SECONDS,
                    proxy=None,
                )
            )
    return None
