"""CORS (Fetch Standard, section 3.3): pages of trusted origins may call, and read denials too.

Preflights carry no credential, so the gate answers them itself. The app's own `CORSMiddleware` is
inside the gate, and its word counts for public routes only.
"""

from typing import NamedTuple

from starlette.datastructures import MutableHeaders
from starlette.types import Scope

from gatepost.gate.cross_origin import trusted_origin
from gatepost.gate.request_headers import RequestHeaders
from gatepost.origins import TrustedOrigins

_PREFLIGHT_SECONDS = 600
_EXPOSED = "WWW-Authenticate"
_OURS = (
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-expose-headers",
)


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
        if not headers.every(b"origin"):
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

    def add_to(self, answer: MutableHeaders, *, is_public: bool, is_denial: bool) -> None:
        """Say to the browser whether the page may read an answer.

        Args:
            answer: its headers.
            is_public: whether it is from a public route, where the app may say yes to others.
            is_denial: whether the gate itself answers; its challenge is for the page to read.
        """
        answer.add_vary_header("Origin")
        if self.origin is not None:
            answer["Access-Control-Allow-Origin"] = self.origin.decode("latin-1")
            answer["Access-Control-Allow-Credentials"] = "true"
            if is_denial:
                answer["Access-Control-Expose-Headers"] = _EXPOSED
        elif not is_public:
            for name in _OURS:
                del answer[name]


_SAME_ORIGIN = Cors(None, None)
