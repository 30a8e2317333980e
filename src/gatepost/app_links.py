"""Links into apps: URLs of a private-use scheme, as `myapp://signed-in` (RFC 8252, section 7.1).

As in Better Auth, `myapp://` trusts every link of that scheme, `myapp://callback` those of one
host, and `myapp://callback/done` those at or below one path. The rules here are tighter: a link has
`//`, and a host of plain letters, digits, dots and hyphens, or none.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote

_LINK = re.compile(
    r"([A-Za-z][A-Za-z0-9+.-]*)://([A-Za-z0-9._-]*)(?::([0-9]{1,5}))?(/[^?#]*)?(?:[?#].*)?",
    re.DOTALL,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")
_HIGHEST_PORT = 65_535
_OF_THE_WEB = frozenset({"http", "https"})
# What a browser or a phone itself makes something of: it runs a script, shows what a stranger
# wrote, or opens any app at all.
_NOT_OF_AN_APP = frozenset(
    {
        *("about", "blob", "cid", "content", "data", "file", "filesystem", "ftp", "intent", "jar"),
        *("javascript", "mailto", "mhtml", "resource", "sms", "tel", "urn", "vbscript"),
        *("view-source", "ws", "wss", "chrome", "edge"),
    }
)
# One scheme for the extensions of everybody: the host says whose it is.
_OF_EXTENSIONS = frozenset({"chrome-extension", "moz-extension", "safari-web-extension"})


@dataclass(frozen=True, slots=True)
class AppLink:
    """A link, or what it has to begin with.

    Attributes:
        scheme: in lower case.
        authority: the host, with its port where that is written; "" for none.
        path: as it is written; "" for none.
    """

    scheme: str
    authority: str
    path: str

    @classmethod
    def of(cls, url: str) -> "AppLink | None":
        """Take a URL apart; None where it is no link into an app, or a riddle."""
        found = _LINK.fullmatch(url)
        if found is None or _CONTROL.search(url):
            return None
        scheme, host, port, path = found.groups()
        if scheme.lower() in _OF_THE_WEB or int(port or 0) > _HIGHEST_PORT or (port and not host):
            return None
        authority = host if port is None else f"{host}:{int(port)}"
        return cls(scheme.lower(), authority, path or "")

    @property
    def origin(self) -> str:
        """The link without its path, as a page inside the app names where it is."""
        return f"{self.scheme}://{self.authority}"

    def covers(self, other: "AppLink") -> bool:
        """Whether another link is of this scheme, host and path, as far as this one has them."""
        if other.scheme != self.scheme:
            return False
        if self.authority and other.authority.lower() != self.authority.lower():
            return False
        below = _resolved(self.path)
        return not below or f"{_resolved(other.path)}/".startswith(f"{below}/")


def is_app_link(url: str) -> bool:
    """Whether a URL names a scheme, and not one of the web's."""
    scheme, separator, _ = url.partition("://")
    is_scheme = re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme) is not None
    return is_scheme and bool(separator) and scheme.lower() not in _OF_THE_WEB


def trusted_link(url: str) -> AppLink:
    """Read what a deployment trusts.

    Raises:
        ValueError: no app has that scheme for itself, or it cannot be told what is meant.
    """
    link = AppLink.of(url)
    if link is None or set(url) & set("*?#%"):
        raise ValueError(f"not the URL of an app: {url!r}. Write myapp:// or myapp://host/path")
    if link.scheme in _NOT_OF_AN_APP:
        raise ValueError(f"a URL that is no app's: {url!r}. No app has {link.scheme}: for itself")
    if link.scheme in _OF_EXTENSIONS and not link.authority:
        raise ValueError(f"a URL of every extension: {url!r}. Write the id of yours behind it")
    return link


def _resolved(path: str) -> str:
    """Decode a path once and resolve `.` and `..`, so that no spelling leads out of it."""
    kept: list[str] = []
    for segment in unquote(path).split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(segment)
    return "".join(f"/{segment}" for segment in kept)
