"""The tokens in links about an e-mail address: Better Auth's own, so that each server reads both.

An HS256 JWT `{email, updateTo?, requestType?, userId, iat, exp}`. Nothing of it is stored: it is
spent by the change that it allows, since it names the address that its user had before.
"""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from enum import StrEnum

from gatepost.errors import TokenError
from gatepost.provider.faults import EMAIL_TOKEN_EXPIRED, INVALID_EMAIL_TOKEN, Fault, LinkFault
from gatepost.provider.validation import is_email
from gatepost.settings import Secrets
from gatepost.tokens import UnverifiedToken, base64url
from gatepost.tokens.compact import Header, ParsedToken, parse

LIFETIME_SECONDS = 60 * 60
_HEADER = Header("HS256", key_id="", token_type="")
_HEADER_PART = base64url.encode(b'{"alg":"HS256"}')


class EmailPurpose(StrEnum):
    """What a token is for; the values are Better Auth's `requestType`, which one has none of."""

    VERIFY = ""
    CONFIRM_CHANGE = "change-email-confirmation"
    VERIFY_NEW = "change-email-verification"


@dataclass(frozen=True, slots=True)
class EmailClaims:
    """What a token says.

    Attributes:
        email: the address that its user has, in lower case.
        new_email: the one that they want instead; "" where it is only to be verified.
    """

    purpose: EmailPurpose
    email: str
    user_id: str
    new_email: str = ""


class LinkRefused(Exception):
    """A link that does nothing.

    Attributes:
        fault: what the caller learns.
        reason: what the log does.
    """

    def __init__(self, fault: Fault, reason: LinkFault) -> None:
        super().__init__(reason.value)
        self.fault = fault
        self.reason = reason


class EmailTokens:
    """Signs with the current secret, and knows the tokens of every secret that counts.

    Args:
        secrets: the keys of the HMAC, as UTF-8.
    """

    def __init__(self, secrets: Secrets) -> None:
        self._keys = tuple(secret.reveal().encode("utf-8") for secret in secrets.every)

    def sign(self, claims: EmailClaims) -> str:
        """Return a token that is good for an hour."""
        issued_at = int(time.time())
        members: dict[str, object] = {"email": claims.email}
        if claims.purpose is not EmailPurpose.VERIFY:
            members |= {"updateTo": claims.new_email, "requestType": claims.purpose.value}
        members |= {
            "userId": claims.user_id,
            "iat": issued_at,
            "exp": issued_at + LIFETIME_SECONDS,
        }
        payload = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
        signed = f"{_HEADER_PART}.{base64url.encode(payload.encode('utf-8'))}"
        return f"{signed}.{base64url.encode(_mac(self._keys[0], signed.encode('ascii')))}"

    def read(self, unverified: str) -> EmailClaims:
        """Return what a token says.

        Raises:
            LinkRefused: it is not one of ours, or too old.
        """
        try:
            parsed = parse(UnverifiedToken(unverified.encode("utf-8", "replace")))
        except TokenError:
            raise _forged() from None
        if parsed.header != _HEADER or not self._is_ours(parsed):
            raise _forged()
        members = parsed.unverified_claims  # verified by now
        expires_at = members.get("exp")
        if type(expires_at) is not int:
            raise _forged()
        if expires_at <= time.time():
            raise LinkRefused(EMAIL_TOKEN_EXPIRED, LinkFault.EXPIRED)
        return _claims(members)

    def _is_ours(self, parsed: ParsedToken) -> bool:
        # With each, whichever fits, so that the time does not tell which secret it was.
        fits = [
            hmac.compare_digest(_mac(key, parsed.signing_input), parsed.signature)
            for key in self._keys
        ]
        return any(fits)


def _claims(members: dict[str, object]) -> EmailClaims:
    """Read what each purpose needs and nothing besides.

    Better Auth also takes a token that names no user, and one that changes the address with no
    `requestType`; 1.7 sends neither.
    """
    purpose, new_email = members.get("requestType"), members.get("updateTo")
    changes = isinstance(purpose, str) and purpose in set(EmailPurpose) - {EmailPurpose.VERIFY}
    if changes != ("requestType" in members) or changes != ("updateTo" in members):
        raise _forged()
    email, user_id = members.get("email"), members.get("userId")
    if not isinstance(email, str) or not isinstance(user_id, str) or not is_email(email):
        raise _forged()
    if not changes:
        return EmailClaims(EmailPurpose.VERIFY, email, user_id)
    if not isinstance(new_email, str) or not is_email(new_email):
        raise _forged()
    return EmailClaims(EmailPurpose(str(purpose)), email, user_id, new_email)


def _forged() -> LinkRefused:
    return LinkRefused(INVALID_EMAIL_TOKEN, LinkFault.FORGED)


def _mac(key: bytes, signed: bytes) -> bytes:
    return hmac.new(key, signed, hashlib.sha256).digest()
