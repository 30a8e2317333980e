"""Better Auth's cookies: names, attributes, signatures.

A signed value is `encodeURIComponent(value + "." + base64(HMAC-SHA256(secret, value)))`.
"""

import base64
import hmac
import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote_to_bytes

from gatepost.settings import Secret, Secrets
from gatepost.wire import DEFAULT_COOKIE_PREFIX

_SIGNATURE_LENGTH = 44
_CHUNKS = 100
_MARKS = 32  # of several cookies of one name
_UNRESERVED = "!'()*"  # what encodeURIComponent leaves alone beside what `quote` does
_CHUNK_INDEX = re.compile(r"0|[1-9][0-9]{0,2}")


@dataclass(frozen=True, slots=True)
class CookieNames:
    """The names of the cookies; `__Secure-` (RFC 6265bis, 4.1.3.1) where the base URL is https."""

    secure: bool
    prefix: str = DEFAULT_COOKIE_PREFIX

    @property
    def session_token(self) -> str:
        """Holds the signed session token."""
        return self._named("session_token")

    @property
    def session_data(self) -> str:
        """Better Auth's session cache. Gatepost keeps none and clears what it finds."""
        return self._named("session_data")

    @property
    def dont_remember(self) -> str:
        """Says that the session is to end with the browser."""
        return self._named("dont_remember")

    @property
    def known_device(self) -> str:
        """Has a mark of each account that somebody has signed in to with this device."""
        return self._named("known_device")

    def _named(self, name: str) -> str:
        return f"{'__Secure-' if self.secure else ''}{self.prefix}.{name}"


class CookieSigner:
    """Signs cookie values with the current secret, and knows those of every secret that counts.

    So a new secret signs nobody out: Better Auth checks with the current one alone. A session that
    is in use is signed anew when it slides.

    Args:
        secret: the keys of the HMAC, as UTF-8.
    """

    def __init__(self, secret: Secrets | Secret) -> None:
        self._keys = tuple(each.reveal().encode("utf-8") for each in Secrets.of(secret).every)

    def sign(self, value: str) -> str:
        """Return the value as it goes into Set-Cookie."""
        signature = _signature(self._keys[0], value).decode("ascii")
        return percent_encoded(f"{value}.{signature}")

    def verified(self, signed: str) -> str | None:
        """Return the value inside where its signature is ours; any text may come in."""
        value, dot, signature = signed.rpartition(".")
        if not dot or not value or len(signature) != _SIGNATURE_LENGTH:
            return None
        # As bytes: compare_digest raises on text that is not ASCII.
        given = signature.encode("utf-8", "surrogatepass")
        # With each, whichever fits, so that the time does not tell which secret it was.
        fits = [hmac.compare_digest(_signature(key, value), given) for key in self._keys]
        return value if any(fits) else None


def _signature(key: bytes, value: str) -> bytes:
    digest = hmac.digest(key, value.encode("utf-8", "surrogatepass"), "sha256")
    return base64.b64encode(digest)


class Cookies:
    """The cookies of a request.

    A name may come twice: a page on a sibling domain can set a cookie for the parent domain, and
    the browser sends both. The original looks at the first only, so such a page can sign a user
    out. Here every value is looked at, and those with a good signature count.

    Args:
        header: the Cookie header.
        names: the names that are ours.
        signer: tells which values are.
        bearer: the session token of another header, which goes before those of the cookies.
    """

    def __init__(
        self, header: str, names: CookieNames, signer: CookieSigner, *, bearer: str | None = None
    ) -> None:
        self._pairs = tuple(_pairs(header))
        self._names = names
        self._signer = signer
        self._bearer = bearer

    @property
    def session_tokens(self) -> tuple[str, ...]:
        """The session tokens with a good signature, in the order in which they came.

        A bearer is one that stands in for all of them.
        """
        if self._bearer is not None:
            return (self._bearer,)
        return self._verified(self._names.session_token)

    @property
    def dont_remember(self) -> bool:
        """Whether a signed `dont_remember` is among them."""
        return bool(self._verified(self._names.dont_remember))

    @property
    def device_marks(self) -> tuple[str, ...]:
        """The marks of this device, whoever made them."""
        name = self._names.known_device
        values = [value for found, value in self._pairs if found == name]
        return tuple(mark for value in values for mark in value.split("."))[:_MARKS]

    @property
    def session_data(self) -> tuple[str, ...]:
        """The names of the session cache's cookies, chunks included."""
        name = self._names.session_data
        ours = [pair for pair in self._pairs if pair[0] == name or _is_chunk(pair[0], name)]
        if not any(value for _, value in ours):
            return ()
        return tuple(dict.fromkeys(found for found, _ in ours))[:_CHUNKS]

    def _verified(self, name: str) -> tuple[str, ...]:
        values = [value for found, value in self._pairs if found == name]
        verified = (self._signer.verified(value) for value in values)
        return tuple(dict.fromkeys(value for value in verified if value is not None))


@dataclass(slots=True)
class SetCookies:
    """The Set-Cookie headers of an answer, by the name of their cookie.

    Attributes:
        domain: whose hosts all get the cookies; "" for the host that sets them alone.
    """

    domain: str = ""
    _cookies: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, name: str, value: str, *, secure: bool, max_age: int | None) -> None:
        """Set a cookie; without `max_age` it ends with the browser."""
        age = "" if max_age is None else f" Max-Age={max_age};"
        domain = f" Domain={self.domain};" if self.domain else ""
        flag = " Secure;" if secure else ""
        header = f"{name}={value};{age}{domain} Path=/; HttpOnly;{flag} SameSite=Lax"
        self._cookies.append((name, value, header))

    def expire(self, name: str, *, secure: bool) -> None:
        """Remove a cookie, and take back what this answer set for it or its chunks."""
        self._cookies = [
            cookie for cookie in self._cookies if not f"{cookie[0]}.".startswith(f"{name}.")
        ]
        self.add(name, "", secure=secure, max_age=0)

    def withhold(self, name: str) -> None:
        """Take back what this answer set for a cookie; one that it removes goes all the same."""
        self._cookies = [cookie for cookie in self._cookies if cookie[0] != name or not cookie[1]]

    def value(self, name: str) -> str:
        """Return the value a cookie is left with, as sent; "" where it is removed or not set."""
        return next((value for found, value, _ in reversed(self._cookies) if found == name), "")

    def headers(self) -> list[tuple[str, str]]:
        """Return them as header fields, one each (RFC 6265, section 3)."""
        return [("set-cookie", header) for _, _, header in self._cookies]


def _pairs(header: str) -> list[tuple[str, str]]:
    pairs = []
    for part in header.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            pairs.append((name.strip(), _unquoted(value.strip())))
    return pairs


def _unquoted(value: str) -> str:
    return percent_decoded(value[1:-1] if value.startswith('"') else value)


def percent_encoded(text: str) -> str:
    """Return `encodeURIComponent` of a text."""
    return quote(text, safe=_UNRESERVED)


def percent_decoded(text: str) -> str:
    """Undo `encodeURIComponent`; what is not UTF-8 underneath stays as it is."""
    if "%" not in text:
        return text
    try:
        return unquote_to_bytes(text.encode("latin-1", "replace")).decode("utf-8")
    except UnicodeDecodeError:
        return text


def _is_chunk(name: str, of: str) -> bool:
    index = name.removeprefix(f"{of}.")
    return index != name and _CHUNK_INDEX.fullmatch(index) is not None
