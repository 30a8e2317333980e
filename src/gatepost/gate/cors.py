"""CORS (Fetch Standard, section 3.3): pages of trusted origins may call, and read denials too.

Preflights carry no credential, so the gate answers them itself. The app's own `CORSMiddleware` is
inside the gate, and its word counts for public routes only.
"""

from collections.abc import Collection
from typing import NamedTuple, TypeAlias

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import Scope

from gatepost.gate.cross_origin import trusted_origin
from gatepost.gate.request_headers import RequestHeaders
from gatepost.origins import TrustedOrigins

_PREFLIGHT_SECONDS = 600
_EXPOSED = "WWW-Authenticate"
_VARY = (b"vary", b"Origin")
_ALLOWING = frozenset({b"access-control-allow-origin", b"access-control-allow-credentials"})
_ALL = _ALLOWING | {b"access-control-expose-headers"}
_NOTHING: frozenset[bytes] = frozenset()

RawHeaders: TypeAlias = list[tuple[bytes, bytes]]


class Cors(NamedTuple):
    """What the browser is to be told about one request.

    Attributes:
        origin: of the page that sent it, where it is trusted and another than the app's own.
        requested_method: of the request that a preflight asks for; None where this is no preflight.
    """

    origin: bytes | None
    requested_method: str | None

    @classmethod
    def of(cls, scope: Scope, headers: RequestHeaders, origins: TrustedOrigins) -> "Cors":
        """Look at the headers of one request."""
        if b"origin" not in headers:
            return _SAME_ORIGIN
        requested = None
        if scope["type"] == "http" and scope["method"] == "OPTIONS":
            method = headers.only(b"access-control-request-method")
            requested = None if method is None else method.decode("latin-1")
        origin = trusted_origin(headers, origins)
        if origin is not None and origin.decode("latin-1") == origins.base:
            origin = None
        return cls(origin, requested)

    @property
    def is_answered_here(self) -> bool:
        """Whether it is a preflight of a page that may call."""
        return self.origin is not None and self.requested_method is not None

    def preflight_headers(self, headers: RequestHeaders) -> dict[str, str]:
        """Return what a preflight is answered: yes, for what it asks and for no more."""
        return {
            "Access-Control-Allow-Methods": self.requested_method or "",
            "Access-Control-Allow-Headers": ", ".join(
                value.decode("latin-1")
                for value in headers.every(b"access-control-request-headers")
            ),
            "Access-Control-Max-Age": str(_PREFLIGHT_SECONDS),
        }

    def add_to(
        self, answer: RawHeaders, named: Collection[bytes], *, is_public: bool, may_be_kept: bool
    ) -> None:
        """Say to the browser whether the page may read an answer of the app's.

        Args:
            answer: its headers.
            named: their names, in lower case.
            is_public: whether it is from a public route, where the app may say yes to others.
            may_be_kept: whether a cache may keep it, and show it to the page of another origin.
        """
        if b"vary" in named:
            MutableHeaders(raw=answer).add_vary_header("Origin")
        elif may_be_kept or self.origin is not None:
            answer.append(_VARY)
        # What the app says, in whatever case, does not stand beside what is said here.
        silenced = _ALLOWING if self.origin is not None else _NOTHING if is_public else _ALL
        if not silenced.isdisjoint(named):
            answer[:] = [pair for pair in answer if pair[0].lower() not in silenced]
        if self.origin is not None:
            self._allow(MutableHeaders(raw=answer))

    def add_to_own(self, answer: Response) -> None:
        """Say it of an answer of the gate's own, whose challenge is for the page to read."""
        if self.origin is not None:
            answer.headers.add_vary_header("Origin")
            self._allow(answer.headers)
            answer.headers["Access-Control-Expose-Headers"] = _EXPOSED

    def _allow(self, headers: MutableHeaders) -> None:
        headers["Access-Control-Allow-Origin"] = (self.origin or b"").decode("latin-1")
        headers["Access-Control-Allow-Credentials"] = "true"


_SAME_ORIGIN = Cors(None, None)
