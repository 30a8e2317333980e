"""Which page sent a request, and whether its origin may do so."""

from starlette.types import Scope

from gatepost.gate.request_headers import RequestHeaders
from gatepost.origins import TrustedOrigins

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def is_forged(scope: Scope, headers: RequestHeaders, origins: TrustedOrigins) -> bool:
    """Whether a request that a cookie speaks for may come from another site's page (CSRF).

    As Go 1.25 decides it: by Fetch Metadata, which every browser sends since 2023 and no page can
    set; else by Origin. What sends neither is no browser, and nobody's cookie is in it by itself.
    """
    if scope["type"] == "http" and scope["method"] in _SAFE_METHODS:
        return False
    site = headers.every(b"sec-fetch-site")
    if len(site) == 1 and site[0] in (b"same-origin", b"none"):
        return False
    return not _is_trusted(headers, origins) if site else is_foreign(headers, origins)


def is_foreign(headers: RequestHeaders, origins: TrustedOrigins) -> bool:
    """Whether a request names an origin that is not trusted; one that names none is not foreign."""
    return bool(headers.every(b"origin")) and not _is_trusted(headers, origins)


def trusted_origin(headers: RequestHeaders, origins: TrustedOrigins) -> bytes | None:
    """Return the origin that a request names, where it is one and trusted."""
    origin = headers.only(b"origin")
    return origin if origin is not None and origins.trusts(origin.decode("latin-1")) else None


def _is_trusted(headers: RequestHeaders, origins: TrustedOrigins) -> bool:
    return trusted_origin(headers, origins) is not None
