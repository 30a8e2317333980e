"""What an app has to say about each request to the provider: Better Auth's hooks."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from gatepost.errors import Refusal
from gatepost.principal import SessionId, UserId

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110, section 5.6.2
# RFC 9110, section 5.5: spaces and tabs only in between.
_HEADER_VALUE = re.compile(r"(?![ \t])[\t\x20-\x7e\x80-\xff]*(?<![ \t])")
# How an answer is framed, read and kept is the provider's to say: many belong to one person.
_PROVIDERS_OWN = frozenset(
    {"cache-control", "connection", "content-length", "content-type", "transfer-encoding"}
)


@dataclass(frozen=True, slots=True)
class AuthRequest:
    """A request to the provider, of whoever sent it; nobody has signed in by it yet.

    Attributes:
        path: below the base path, names and all: `/sign-up/email`, `/reset-password/:token`.
        method: of HTTP, in upper case.
        headers: cannot be written; names in any case.
        body: the members of its JSON object or form, numbers as floats; empty where it has none.
            In `before` nothing of it has been validated.
    """

    path: str
    method: str
    headers: Mapping[str, str]
    body: Mapping[str, object]

    def __repr__(self) -> str:
        return f"AuthRequest({self.method} {self.path})"  # never a password, and never a cookie


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that this very request has made.

    Attributes:
        user: as answers show them.
    """

    session_id: SessionId
    user_id: UserId
    user: Mapping[str, object]

    def __repr__(self) -> str:
        return f"NewSession({self.session_id!r})"


@dataclass(slots=True)
class AuthOutcome:
    """What has come of a request, before it is told.

    Attributes:
        request: with the body that `before` has given it.
        answer: a copy of the JSON that is about to be sent; None where it was refused, and for a
            redirect or a page.
        refusal: what it was refused with; None where it was not.
        new_session: the session that it has made, if it has.
    """

    request: AuthRequest
    answer: object
    refusal: Refusal | None
    new_session: NewSession | None
    headers: dict[str, str] = field(default_factory=dict, init=False)
    cookies: dict[str, tuple[str, int | None]] = field(default_factory=dict, init=False)

    def __repr__(self) -> str:
        return f"AuthOutcome({self.request!r})"  # never a token

    def set_header(self, name: str, value: str) -> None:
        """Send a header with the answer, in place of one of that name.

        Raises:
            ValueError: it cannot be sent, or is the provider's own to send.
        """
        if name.lower() == "set-cookie":
            raise ValueError("write set_cookie(name, value)")
        if name.lower() in _PROVIDERS_OWN:
            raise ValueError(f"{name} is the provider's own to send")
        if _TOKEN.fullmatch(name) is None or _HEADER_VALUE.fullmatch(value) is None:
            raise ValueError(
                "a header has a name of ASCII and a value of one line, with no space around"
            )
        self.headers[name.lower()] = value

    def set_cookie(self, name: str, value: str, *, max_age: int | None = None) -> None:
        """Set a cookie, with the attributes of the session's: HttpOnly, SameSite=Lax, Path=/.

        Args:
            name: of ASCII.
            value: any text; it is percent-encoded.
            max_age: seconds; None for as long as the browser is open.

        Raises:
            ValueError: no cookie can have that name.
        """
        if _TOKEN.fullmatch(name) is None:
            raise ValueError("a cookie has a name of ASCII")
        self.cookies[name] = (value, max_age)


BeforeHook: TypeAlias = Callable[[AuthRequest], Awaitable[Mapping[str, object] | None]]
"""Sees a request before its body is validated. Returns another body, or None to leave it."""

AfterHook: TypeAlias = Callable[[AuthOutcome], Awaitable[None]]
"""Sees what has come of it, before that is told."""
