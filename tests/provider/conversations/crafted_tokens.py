"""Tokens about an address as neither server sends them."""

import base64
import hashlib
import hmac
import json

from tests.provider.conversations.verification import MAILED
from tests.provider.oracle.deployment import SECRET
from tests.provider.oracle.steps import Change, Conversation, Mails, Step, get

_VERIFY = "/verify-email"
_2001, _2100 = 978_307_200, 4_102_444_800


def _jwt(
    claims: dict[str, str], *, secret: str = SECRET, alg: str = "HS256", until: int = _2100
) -> str:
    """Make a token as nobody sends it."""
    parts = [{"alg": alg}, {**claims, "iat": _2001, **({"exp": until} if until else {})}]
    written = [json.dumps(part, separators=(",", ":")).encode() for part in parts]
    signed = ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in written)
    mac = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def _bad(step: str, query: str) -> Step:
    return get(step, f"{_VERIFY}?{query}")


_CRAFTED_USER = (
    'INSERT INTO "user" (id, name, email, "emailVerified", "createdAt", "updatedAt") VALUES '
    "('crafted', 'Ada', 'crafted@example.com', false, '2026-01-01T00:00:00.000Z', "
    "'2026-01-01T00:00:00.000Z')"
)
_OF_CRAFTED = {"email": "crafted@example.com", "userId": "crafted"}
_TO_NEW = {"updateTo": "new.v@example.com", "requestType": "change-email-verification"}
_CRAFTED = {
    "expired": _jwt(_OF_CRAFTED, until=_2001),
    "another secret": _jwt(_OF_CRAFTED, secret="x"),
    "alg none": _jwt(_OF_CRAFTED, alg="none"),
    "alg HS512": _jwt(_OF_CRAFTED, alg="HS512"),
    "a user who is gone": _jwt({"email": "gone@example.com", "userId": "gone"}),
    "of another user": _jwt({"email": "crafted@example.com", "userId": "other"}),
    "a change of nobody's": _jwt({"email": "crafted@example.com", **_TO_NEW}),
    "a change of somebody who is gone": _jwt(
        {"email": "gone@example.com", "userId": "gone", **_TO_NEW}
    ),
    "a change of another address": _jwt(
        {"email": "old.v@example.com", "userId": "crafted", **_TO_NEW}
    ),
    "without an end": _jwt(_OF_CRAFTED, until=0),
    "without a user": _jwt({"email": "crafted@example.com"}),
    "without an address": _jwt({"userId": "crafted"}),
    "a change of no kind": _jwt({**_OF_CRAFTED, "updateTo": "new.v@example.com"}),
}

CONVERSATIONS: tuple[Conversation, ...] = (
    Conversation(
        "verification tokens of nobody's making",
        (
            Change(_CRAFTED_USER),
            get("no token", _VERIFY),
            *(
                _bad(query, query)
                for query in (
                    "token=",
                    "token=x",
                    "token=a.b.c",
                    "token=x&token=y",
                    "token=x&callbackURL=",
                    "token=x&callbackURL=/a&callbackURL=/b",
                    "token=x&callbackURL=/a",
                    "token=x&callbackURL=//evil.example",
                    "callbackURL=//evil.example",
                    "token=x&callbackURL=/a?b=1%23f",
                    "token=x&callbackURL=/a?b=1%26",
                    "token=x&callbackURL=/a/./b/../c%2520d?",
                    "token=x&callbackURL=/%20a?%20b%22<>'`{}|%5e~%23%20c%22<>`",
                    "token=x&callbackURL=https://friend.example",
                    "token=x&callbackURL=https://friend.example:443/%C3%A9?%C3%A9=1",
                    "token=x&callbackURL=https://friend.example%23f",
                )
            ),
            *(_bad(step, f"token={token}") for step, token in _CRAFTED.items()),
            _bad("expired, to a page", f"token={_CRAFTED['expired']}&callbackURL=/a"),
            Mails("what these send", 0),
        ),
        MAILED,
    ),
)
