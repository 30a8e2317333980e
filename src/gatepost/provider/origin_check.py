"""Whether a request comes from a page that may act for the person who has it open.

Better Auth's rules: a request with any cookie, other than a safe one, must name a trusted origin;
sign-in and sign-up, which make a cookie, must do so without one as well, wherever the browser says
anything of its origin (Fetch Metadata, Origin, Referer).
"""

import re
from collections.abc import Mapping

from gatepost.errors import BadRequest, Forbidden, Refusal
from gatepost.origins import TrustedOrigins
from gatepost.provider.exchange import Exchange
from gatepost.provider.faults import (
    CROSS_SITE_NAVIGATION,
    INVALID_ORIGIN,
    MISSING_OR_NULL_ORIGIN,
    OriginFault,
)

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FETCH_METADATA = ("sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")
_ENCODED_SEPARATOR = re.compile(r"%2f|%5c", re.IGNORECASE)
# The member of the body, the name the original calls it by, the code of its refusal.
_REDIRECTS = (
    ("callbackURL", "callbackURL", "INVALID_CALLBACK_URL"),
    ("redirectTo", "redirectURL", "INVALID_REDIRECT_URL"),
    ("errorCallbackURL", "errorCallbackURL", "INVALID_ERROR_CALLBACK_URL"),
    ("newUserCallbackURL", "newUserCallbackURL", "INVALID_NEW_USER_CALLBACK_URL"),
)


class CrossSite(Exception):
    """A refusal that belongs in the event log: another site may be behind this request."""

    def __init__(self, refusal: Refusal, reason: OriginFault) -> None:
        super().__init__(reason.value)
        self.refusal = refusal
        self.reason = reason


def check_request(exchange: Exchange, trusted: TrustedOrigins) -> None:
    """Check any request before its body is validated.

    Raises:
        CrossSite: its origin or a place it wants to be sent to is not trusted.
        BadRequest: such a place is not a string.
    """
    if exchange.method in _SAFE_METHODS:
        return
    if "cookie" in exchange.headers:
        _check_origin(exchange, trusted)
    _check_redirects(exchange, trusted)


def check_sign_in(exchange: Exchange, trusted: TrustedOrigins) -> None:
    """Check a sign-in or sign-up, against a page that signs its visitors in as somebody else.

    Raises:
        CrossSite: it comes from another site.
    """
    if "cookie" in exchange.headers:
        return  # `check_request` has looked at it
    if any(exchange.header(name).strip() for name in _FETCH_METADATA):
        site, mode = exchange.header("sec-fetch-site"), exchange.header("sec-fetch-mode")
        if site == "cross-site" and mode == "navigate":
            raise CrossSite(CROSS_SITE_NAVIGATION.refusal(), OriginFault.CROSS_SITE_NAVIGATION)
        _check_origin(exchange, trusted)
    elif exchange.header("origin") or exchange.header("referer"):
        _check_origin(exchange, trusted)


def check_callback(url: str | None, trusted: TrustedOrigins) -> None:
    """Check where a link in a mail leads in the end.

    Raises:
        CrossSite: it is not trusted.
    """
    if url and not _may_redirect_to(url, trusted):
        refusal = Forbidden("Invalid callbackURL", code="INVALID_CALLBACK_URL")
        raise CrossSite(refusal, OriginFault.UNTRUSTED_REDIRECT)


def _check_origin(exchange: Exchange, trusted: TrustedOrigins) -> None:
    shown = exchange.header("origin")
    if shown == "null" and exchange.header("sec-fetch-site") == "same-origin":
        # A page under a strict referrer policy; the browser itself vouches for its origin.
        shown = exchange.own_origin
    shown = shown or exchange.header("referer")
    if not shown or shown == "null":
        raise CrossSite(MISSING_OR_NULL_ORIGIN.refusal(), OriginFault.MISSING_OR_NULL)
    if not trusted.trusts_url(shown):
        raise CrossSite(INVALID_ORIGIN.refusal(), OriginFault.UNTRUSTED)


def _check_redirects(exchange: Exchange, trusted: TrustedOrigins) -> None:
    body: Mapping[str, object] = exchange.body if isinstance(exchange.body, Mapping) else {}
    for member, name, code in _REDIRECTS:
        url = body.get(member)
        if _is_falsy(url) and member == "callbackURL":
            url = exchange.query.get(member)
        if _is_falsy(url):
            continue
        if not isinstance(url, str):
            raise BadRequest(f"Invalid {name}: expected a string", code="")
        if not _may_redirect_to(url, trusted):
            refusal = Forbidden(f"Invalid {name}", code=code)
            raise CrossSite(refusal, OriginFault.UNTRUSTED_REDIRECT)


def _is_falsy(value: object) -> bool:
    """Whether JavaScript takes a JSON value for false; an empty object it takes for true."""
    return not value and not isinstance(value, dict | list)


def _may_redirect_to(url: str, trusted: TrustedOrigins) -> bool:
    """Take a root-relative path, or a URL of a trusted origin or app, and no riddle."""
    if _CONTROL.search(url):
        return False
    if url.startswith("/"):
        path = re.split(r"[?#]", url, maxsplit=1)[0]
        # Without its dot segments `/.//host` would be `//host` (URL Standard, section 4.5).
        return "//" not in path and _ENCODED_SEPARATOR.search(path) is None
    return trusted.trusts_url(url)
