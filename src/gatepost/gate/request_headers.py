"""The headers of a request, by name, with every value of each."""

from collections.abc import Sequence

from starlette.types import Scope


class RequestHeaders:
    """Looks headers up by their names in lower case, as ASGI has them."""

    __slots__ = ("_by_name", "_pairs")

    def __init__(self, scope: Scope) -> None:
        self._pairs: Sequence[tuple[bytes, bytes]] = scope["headers"]
        self._by_name: dict[bytes, bytes] = dict(self._pairs)

    def every(self, name: bytes) -> Sequence[bytes]:
        """Return every value of a header, in the order in which they came."""
        by_name = self._by_name
        if name not in by_name:
            return ()
        if len(by_name) == len(self._pairs):  # then nothing has come twice
            return (by_name[name],)
        return tuple(value for named, value in self._pairs if named == name)

    def only(self, name: bytes) -> bytes | None:
        """Return the value of a header that came once; None where it is absent or repeated."""
        by_name = self._by_name
        if len(by_name) == len(self._pairs):
            return by_name.get(name)
        values = self.every(name)
        return values[0] if len(values) == 1 else None

    def __contains__(self, name: bytes) -> bool:
        """Whether there is such a header."""
        return name in self._by_name
