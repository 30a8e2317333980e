"""One request as the routes see it, and what they add to its answer."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.types import Scope

from gatepost.provider.cookies import Cookies, SetCookies

if TYPE_CHECKING:
    from gatepost.provider.records import Session, User


class Absent(Enum):
    """What JavaScript calls `undefined`."""

    ABSENT = "undefined"


ABSENT = Absent.ABSENT


@dataclass(slots=True)
class Exchange:
    """A request and the cookies and headers of its answer.

    Attributes:
        body: JSON as Python has it, with every number a float; `ABSENT` where there is none.
        query: a name given twice has a list, as in the original.
        address: the caller's, IPv6 cut to /64, as the original keeps it; "" where unknown.
        own_origin: scheme and Host of this request.
        path_value: what stands where the route has a name, as in `/callback/:id`; "" elsewhere.
        received_at: seconds since the epoch.
        begun: the session that this request has made, and whose it is; None where there is none.
        is_from_new_device: whether that is news to its person.
    """

    method: str
    headers: Headers
    query: Mapping[str, str | list[str]]
    cookies: Cookies
    address: str
    own_origin: str
    received_at: float
    path_value: str = ""
    body: object = ABSENT
    set_cookies: SetCookies = field(default_factory=SetCookies)
    reply_headers: list[tuple[str, str]] = field(default_factory=list)
    exposed: list[tuple[str, str]] = field(default_factory=list)
    begun: "tuple[Session, User] | None" = None
    is_from_new_device: bool = False

    @property
    def user_agent(self) -> str:
        """The User-Agent header, or "" as the original keeps it."""
        return self.headers.get("user-agent", "").replace("\x00", "")

    def query_text(self, name: str) -> str:
        """Return a parameter of the query; "" where it is not there, or more than once."""
        value = self.query.get(name, "")
        return value if isinstance(value, str) else ""

    def header(self, name: str) -> str:
        """Return a header; one that came twice is joined, so that no origin hides behind one."""
        return ", ".join(self.headers.getlist(name))

    def set_header(self, name: str, value: str) -> None:
        """Send a header, in lower case, in place of one of that name."""
        self.reply_headers = [header for header in self.reply_headers if header[0] != name]
        self.reply_headers.append((name, value))

    def expose(self, name: str, value: str) -> None:
        """Send a header that pages of other origins may read (Fetch, section 3.3.5)."""
        self.exposed.append((name, value))

    def all_reply_headers(self) -> list[tuple[str, str]]:
        """Return the headers of the answer, cookies included."""
        headers = [*self.reply_headers, *self.exposed, *self.set_cookies.headers()]
        if self.exposed:
            names = ", ".join(name for name, _ in self.exposed)
            headers.append(("access-control-expose-headers", names))
        return headers


def exchange_of(
    scope: Scope,
    cookies: Cookies,
    address: str,
    *,
    cookie_domain: str = "",
    path_value: str = "",
) -> Exchange:
    """Take from an ASGI scope what the routes need."""
    headers = Headers(scope=scope)
    return Exchange(
        method=str(scope["method"]),
        headers=headers,
        query=_query(scope.get("query_string", b"")),
        cookies=cookies,
        address=address,
        received_at=time.time(),
        own_origin=f"{scope.get('scheme', 'http')}://{headers.get('host', '')}",
        set_cookies=SetCookies(cookie_domain),
        path_value=path_value,
    )


def _query(query_string: bytes) -> Mapping[str, str | list[str]]:
    found: dict[str, str | list[str]] = {}
    if not query_string:
        return found
    pairs = parse_qsl(query_string.decode("latin-1"), keep_blank_values=True, errors="replace")
    for name, value in pairs:
        earlier = found.get(name)
        if earlier is None:
            found[name] = value
        elif isinstance(earlier, list):
            earlier.append(value)
        else:
            found[name] = [earlier, value]
    return found
