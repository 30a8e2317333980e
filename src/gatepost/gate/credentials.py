"""Taking the one credential out of a request, strictly (RFC 6750, section 2.1; RFC 9110, 11.4)."""

from enum import StrEnum

from gatepost.gate.request_headers import RequestHeaders
from gatepost.tokens import UnverifiedToken
from gatepost.tokens.compact import MAX_TOKEN_BYTES

_SCHEME = b"bearer"
# RFC 9110, section 11.2: token68.
_TOKEN68 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/"
_SUBPROTOCOL_PREFIX = b"bearer."

# Host-only, over HTTPS only, and for every path: no sibling domain can plant one (RFC 6265bis).
ACCESS_COOKIE = b"__Host-gatepost"


class CredentialFault(StrEnum):
    """Why a credential was not even looked at; private, for the event log."""

    NONE = "credential_missing"
    REPEATED = "credential_repeated"
    MALFORMED = "credential_malformed"
    TOO_LONG = "credential_too_long"


class MalformedCredential(Exception):
    """The request carries a credential that no client would send (RFC 6750: invalid_request)."""

    def __init__(self, fault: CredentialFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def bearer_token(headers: RequestHeaders) -> UnverifiedToken | None:
    """Return the bearer token of an HTTP request, or None where there is none.

    A query parameter and a form field are no places for it.

    Raises:
        MalformedCredential: two Authorization headers, or one that is no single token.
    """
    if b"authorization" not in headers:
        return None
    value = headers.only(b"authorization")
    if value is None:
        raise MalformedCredential(CredentialFault.REPEATED)
    scheme, _, token = value.strip(b" \t").partition(b" ")
    if scheme.lower() != _SCHEME or not token:
        return None
    return _strict(token.lstrip(b" "))


def websocket_token(headers: RequestHeaders) -> UnverifiedToken | None:
    """Return the token of a websocket's opening request, or None where there is none.

    A browser cannot set headers on a websocket, so its page offers the subprotocols `gatepost`
    and `bearer.<token>`; any other client uses the Authorization header.

    Raises:
        MalformedCredential: more than one token, or one that is none.
    """
    in_header = bearer_token(headers)
    offered = [
        protocol.strip()
        for value in headers.every(b"sec-websocket-protocol")
        for protocol in value.split(b",")
    ]
    tokens = [
        protocol[len(_SUBPROTOCOL_PREFIX) :]
        for protocol in offered
        if protocol.startswith(_SUBPROTOCOL_PREFIX)
    ]
    if len(tokens) + (in_header is not None) > 1:
        raise MalformedCredential(CredentialFault.REPEATED)
    return _strict(tokens[0]) if tokens else in_header


def cookie_token(headers: RequestHeaders) -> UnverifiedToken | None:
    """Return the token in the access cookie, or None where there is no such cookie.

    Raises:
        MalformedCredential: the cookie came twice, or holds no token.
    """
    values = [
        value
        for header in headers.every(b"cookie")
        for name, _, value in (pair.partition(b"=") for pair in header.split(b";"))
        if name.strip(b" \t") == ACCESS_COOKIE
    ]
    if not values:
        return None
    if len(values) > 1:
        raise MalformedCredential(CredentialFault.REPEATED)
    return _strict(values[0].strip(b" \t"))


def _strict(value: bytes) -> UnverifiedToken:
    if len(value) > MAX_TOKEN_BYTES:
        raise MalformedCredential(CredentialFault.TOO_LONG)
    token = value.rstrip(b"=")
    if not token or token.translate(None, _TOKEN68):
        raise MalformedCredential(CredentialFault.MALFORMED)
    return UnverifiedToken(value)
