"""Somebody who is signed in, as the app knows them by what their requests carry."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_JWT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class Person:
    """A person and their credential.

    Attributes:
        headers: what their requests carry: `Authorization`, `Cookie` or the app's own.
        signed_in: the members of the sign-in's JSON answer, such as a refresh token.
        signed_up: the members of the sign-up's JSON answer, such as the person's id.
        cookies: those that signing in set, by name; also where the credential is a token.
        set_cookies: the `Set-Cookie` headers of the sign-in's answer, as they came.
        csrf_token: what the app's own page sends with a cookie, where the app gives one.
    """

    name: str
    email: str
    password: str
    headers: Mapping[str, str]
    signed_in: Mapping[str, object] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    signed_up: Mapping[str, object] = field(default_factory=dict)
    set_cookies: tuple[str, ...] = ()
    csrf_token: str | None = None

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """The headers as they are sent."""
        return tuple(self.headers.items())

    @property
    def bearer(self) -> str | None:
        """The bearer token, where the credential is one (RFC 6750, section 2.1)."""
        for name, value in self.headers.items():
            if name.lower() == "authorization" and value.lower().startswith(_BEARER):
                return value[len(_BEARER) :].strip()
        return None

    @property
    def jwt(self) -> str | None:
        """The bearer token, where it is a signed JWT in compact form (RFC 7515, section 3.1)."""
        token = self.bearer
        return token if token is not None and _JWT.fullmatch(token) else None

    @property
    def cookie(self) -> str | None:
        """The `Cookie` header, where the credential is one."""
        return next(
            (value for name, value in self.headers.items() if name.lower() == "cookie"), None
        )
