"""Who is same-origin, and who is trusted.

An origin is scheme, host and port (RFC 6454). `localhost`, `127.0.0.1` and `[::1]` are one
machine to the person who types them, so on a loopback base URL the three are trusted alike.

A pattern such as `https://*.example.com` trusts many, as in Better Auth, whose rules here are
tighter: the scheme is written out, and so are the last two labels of the host, so that no pattern
trusts what strangers can register. `*` may stand for the port as well.

What belongs to an app rather than to the web is in `app_links`.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from gatepost.app_links import AppLink, is_app_link, trusted_link

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")
# ASCII only: an international name is trusted as its punycode, which has one spelling.
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]*:[0-9a-f:.]*")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_PATTERN = re.compile(r"(https?)://([a-z0-9*.-]+)(?::([0-9]{1,5}|\*))?/?")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_WHOLE_LABELS = r"[a-z0-9-]+(?:\.[a-z0-9-]+)*"
_IN_A_LABEL = "[a-z0-9-]*"
_HIGHEST_PORT = 65_535


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
    patterns: tuple[re.Pattern[str], ...] = ()
    links: tuple[AppLink, ...] = ()

    @classmethod
    def of(cls, base_url: str, others: tuple[str, ...] = ()) -> "TrustedOrigins":
        """Take the base URL and further origins: absolute URLs, patterns with `*`, apps' links.

        Raises:
            ValueError: one of them is none of these, or would trust strangers.
        """
        links = tuple(trusted_link(url) for url in others if is_app_link(url))
        others = tuple(url for url in others if not is_app_link(url))
        whole = [url for url in others if "*" not in url]
        base, *rest = (_required_origin(url) for url in (base_url, *whole))
        trusted = {base, *rest}
        if is_loopback(base_url):
            scheme, _, netloc = base.partition("://")
            host = next(name for name in LOOPBACK_HOSTS if netloc.startswith(name))
            trusted |= {f"{scheme}://{name}{netloc[len(host) :]}" for name in LOOPBACK_HOSTS}
        patterns = tuple(_compiled(url) for url in others if "*" in url)
        return cls(base, frozenset(trusted), patterns, links)

    def trusts(self, origin: str) -> bool:
        """Compare a whole serialized origin, never a prefix or a suffix of one."""
        if origin in self.others:
            return True
        if any(pattern.fullmatch(origin) for pattern in self.patterns):
            return origin_of(origin) == origin  # as a browser writes it
        link = AppLink.of(origin)
        return link is not None and link.origin == origin and self._has(link)

    def trusts_url(self, url: str) -> bool:
        """Whether a URL is one of a trusted origin, or a trusted link into an app."""
        origin, link = origin_of(url), AppLink.of(url)
        if origin is not None:
            return self.trusts(origin)
        return link is not None and self._has(link)

    def _has(self, link: AppLink) -> bool:
        return any(trusted.covers(link) for trusted in self.links)


def _required_origin(url: str) -> str:
    origin = origin_of(url)
    # Better Auth takes `?` for any one character; it cannot be meant as anything else here.
    if origin is None or "?" in url or "*" in url:
        raise ValueError(f"not an http(s) URL: {url!r}")
    return origin


def _compiled(pattern: str) -> re.Pattern[str]:
    """Turn a pattern into one that whole origins are matched with.

    As a whole label `*` stands for one or more of them, as part of one for a part, and as the port
    for any port that is written.
    """
    found = _PATTERN.fullmatch(pattern.lower())
    if found is None or not _is_port(found[3]):
        raise ValueError(f"not the pattern of an http(s) URL: {pattern!r}")
    scheme, host, port = found.groups()
    labels = host.split(".")
    if not _is_bounded(labels):
        raise ValueError(
            f"a pattern that trusts strangers: {pattern!r}. The last two labels of a URL's host, "
            "or localhost, are written without *"
        )
    matched = r"\.".join(_label(label) for label in labels)
    if port == "*":
        return re.compile(f"{scheme}://{matched}:[0-9]+")
    shown = "" if port is None or int(port) == _DEFAULT_PORTS[scheme] else f":{port}"
    return re.compile(f"{scheme}://{matched}{shown}")


def _is_port(port: str | None) -> bool:
    return port in (None, "*") or int(port) <= _HIGHEST_PORT


def _is_bounded(labels: list[str]) -> bool:
    """Whether the end of a host is written out, and is not a range of addresses."""
    if not all(_LABEL.fullmatch(label.replace("*", "a", 1)) for label in labels):
        return False  # not even with a star that stands for something, and only one
    if labels[-1] == "localhost":  # no stranger's, wherever it is looked up (RFC 6761, 6.3)
        return True
    if labels[-1].isdigit():
        return not any("*" in label for label in labels)
    return len(labels) > 1 and "*" not in labels[-1] + labels[-2]


def _label(label: str) -> str:
    if label == "*":
        return _WHOLE_LABELS
    return _IN_A_LABEL.join(re.escape(part) for part in label.split("*"))
