"""Where the browser is sent, spelled as the WHATWG URL Standard spells it.

The original parses such a URL with JavaScript's `URL` and writes it anew. What comes here has been
let through by `origin_check`: it is a root-relative path, an absolute URL of a trusted origin, or a
link into an app, without a backslash or a control character.
"""

import string
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, quote_plus

from gatepost.app_links import AppLink
from gatepost.origins import origin_of
from gatepost.provider.outcomes import Redirect

# What a header may hold as it stands; the rest of a URL goes as percent-encoded UTF-8 (RFC 3987).
_PRINTABLE_ASCII = "".join(map(chr, range(0x20, 0x7F)))
_PUNCTUATION = string.punctuation
# The percent-encode sets of the standard, section 1.3, each as what it leaves alone.
_PATH = "".join(sign for sign in _PUNCTUATION if sign not in '"#<>?^`{}')
_QUERY = "".join(sign for sign in _PUNCTUATION if sign not in "\"#<>'")
_FRAGMENT = "".join(sign for sign in _PUNCTUATION if sign not in '"<>`')
_DOT = frozenset({".", "%2e"})
_TWO_DOTS = frozenset({"..", ".%2e", "%2e.", "%2e%2e"})


def redirect_to(url: str) -> Redirect:
    """Send the browser to a URL as it was given."""
    return Redirect(header_value(url))


def header_value(url: str) -> str:
    """Return a URL as Location can hold it."""
    return quote(url.strip(), safe=_PRINTABLE_ASCII)


def redirect_with(url: str, name: str, value: str, *, base_url: str) -> Redirect:
    """Send the browser to a URL in which one parameter is set, as `searchParams.set` does.

    Args:
        url: one that has been checked.
        name: the parameter's.
        value: the parameter's.
        base_url: the origin that a root-relative one is resolved against.
    """
    parts = _Parts.of(url)
    pairs = parse_qsl(parts.query or "", keep_blank_values=True, errors="replace")
    kept, found = [], False
    for each, given in pairs:
        if each != name:
            kept.append((each, given))
        elif not found:
            kept.append((name, value))
            found = True
    if not found:
        kept.append((name, value))
    query = "&".join(f"{_form(each)}={_form(given)}" for each, given in kept)
    return Redirect(f"{parts.origin or base_url}{parts.path}?{query}{parts.fragment}")


def redirect_with_error(url: str, code: str) -> Redirect:
    """Send the browser to a URL with `error=CODE` after its query, and whatever else it has."""
    parts = _Parts.of(url)
    query = parts.query or ""
    joined = "&" if query and not query.endswith("&") else ""
    return Redirect(f"{parts.origin}{parts.path}?{query}{joined}error={code}{parts.fragment}")


@dataclass(frozen=True, slots=True)
class _Parts:
    """A URL taken apart; `origin` is "" for a root-relative one."""

    origin: str
    path: str
    query: str | None
    fragment: str

    @classmethod
    def of(cls, url: str) -> "_Parts":
        rest, origin, root = url.strip(), "", "/"
        if not rest.startswith("/"):
            link = AppLink.of(rest)
            # Without a path, a link into an app goes without one; a URL of the web never does.
            origin, root = (origin_of(rest) or "", "/") if link is None else (link.origin, "")
            behind = rest.partition("://")[2]
            end = min((at for sign in "/?#" if (at := behind.find(sign)) >= 0), default=len(behind))
            rest = behind[end:]
        before, hash_sign, fragment = rest.partition("#")
        path, question_mark, query = before.partition("?")
        return cls(
            origin,
            quote(_without_dots(path) if path else root, safe=_PATH),
            quote(query, safe=_QUERY) if question_mark else None,
            hash_sign + quote(fragment, safe=_FRAGMENT),
        )


def _without_dots(path: str) -> str:
    """Resolve `.` and `..` (RFC 3986, section 5.2.4), also where they are encoded."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment.lower() in _TWO_DOTS:
            del kept[-1:]
        elif segment.lower() not in _DOT:
            kept.append(segment)
    if segments[-1].lower() in _DOT | _TWO_DOTS:
        kept.append("")
    return "/" + "/".join(kept)


def _form(text: str) -> str:
    """Encode as application/x-www-form-urlencoded: all but `*-._` and letters and digits."""
    return quote_plus(text, safe="*").replace("~", "%7E")
