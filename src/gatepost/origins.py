"""Who is same-origin, and who is trusted.

An origin is scheme, host and port (RFC 6454). `localhost`, `127.0.0.1` and `[::1]` are one
machine to the person who types them, so on a loopback base URL the three are trusted alike.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")
# ASCII only: an international name is trusted as its punycode, which has one spelling.
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]*:[0-9a-f:.]*")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def origin_of(url: str) -> str | None:
    """Return the serialized origin of an absolute http(s) URL, or None where it has none."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not host or not _HOST.fullmatch(host):
        return None
    if "\\" in url:
        return None
    shown = f"[{host}]" if ":" in host else host
    if port is None or port == _DEFAULT_PORTS[parts.scheme]:
        return f"{parts.scheme}://{shown}"
    return f"{parts.scheme}://{shown}:{port}"


def is_loopback(url: str) -> bool:
    """True where the URL's host is this machine by name or by number."""
    origin = origin_of(url)
    if origin is None:
        return False
    host = origin.split("://", 1)[1]
    return any(host == name or host.startswith(f"{name}:") for name in LOOPBACK_HOSTS)


@dataclass(frozen=True, slots=True)
class TrustedOrigins:
    """The origins whose pages may act for the person who has them open."""

    base: str
    others: frozenset[str]

    @classmethod
    def of(cls, base_url: str, others: tuple[str, ...] = ()) -> "TrustedOrigins":
        """Take the base URL and further origins, each an absolute URL.

        Raises:
            ValueError: one of them is no http(s) URL.
        """
        base, *rest = (_required_origin(url) for url in (base_url, *others))
        trusted = {base, *rest}
        if is_loopback(base_url):
            scheme, _, netloc = base.partition("://")
            host = next(name for name in LOOPBACK_HOSTS if netloc.startswith(name))
            trusted |= {f"{scheme}://{name}{netloc[len(host) :]}" for name in LOOPBACK_HOSTS}
        return cls(base, frozenset(trusted))

    def trusts(self, origin: str) -> bool:
        """Compare a whole serialized origin, never a prefix or a suffix of one."""
        return origin in self.others


def _required_origin(url: str) -> str:
    origin = origin_of(url)
    if origin is None:
        raise ValueError(f"not an http(s) URL: {url!r}")
    return origin
