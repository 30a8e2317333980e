"""Better Auth's `bearer` plugin: the session token in a header, for clients without cookies."""

from gatepost.provider.cookies import CookieNames, CookieSigner, percent_decoded
from gatepost.provider.exchange import Exchange

_SCHEME = "bearer "
_TOKEN_HEADER = "set-auth-token"  # noqa: S105 - the name of a header


def shown_token(authorization: str, signer: CookieSigner) -> str | None:
    """Return the session token of an Authorization header; None where there is none to go by.

    It may come as it is in a body, or signed, as it is in the cookie. A JWT has dots as well, and
    its payload is no signature of ours.
    """
    if authorization[: len(_SCHEME)].lower() != _SCHEME:
        return None
    token = authorization[len(_SCHEME) :].strip()
    if "." in token:
        return signer.verified(percent_decoded(token))
    return token or None


def show_token(exchange: Exchange, names: CookieNames) -> None:
    """Send the session's cookie as a header, too, where this answer sets one."""
    signed = exchange.set_cookies.value(names.session_token)
    if signed:
        exchange.expose(_TOKEN_HEADER, percent_decoded(signed))
