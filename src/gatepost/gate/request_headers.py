"""What the gate reads of a request's headers: in one pass, and every value of each."""

from collections.abc import Sequence

from starlette.types import Scope

_READ = frozenset(
    {
        b"access-control-request-headers",
        b"access-control-request-method",
        b"authorization",
        b"content-length",
        b"cookie",
        b"host",
        b"origin",
        b"sec-fetch-site",
        b"sec-websocket-protocol",
        b"transfer-encoding",
    }
)


class RequestHeaders:
    """The values of the headers that matter here, by name, in the order in which they came."""

    __slots__ = ("_found",)

    def __init__(self, scope: Scope) -> None:
        found: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            if name in _READ:
                found.setdefault(name, []).append(value)
        self._found = found

    def every(self, name: bytes) -> Sequence[bytes]:
        """Return every value of a header that this class reads."""
        return self._found.get(name, ())

    def only(self, name: bytes) -> bytes | None:
        """Return the value of a header that came once; None where it is absent or repeated."""
        values = self._found.get(name, ())
        return values[0] if len(values) == 1 else None
