"""From (issuer, subject) to the id that rows are owned by.

Two issuers may give one subject to two people (RFC 7519, section 4.1.2), so a subject alone is an
id for one issuer at most. Everybody else's id is derived from both, by everyone alike and with
nothing to look up.
"""

import hashlib
import json

from gatepost.principal import UserId
from gatepost.tokens import base64url

# No subject that is an id by itself may begin so: the two kinds can never meet.
DERIVED_PREFIX = "@"


def derived_user_id(issuer: str, subject: str) -> UserId:
    """Return the id of one issuer's subject: `@` and 43 letters, the SHA-256 of both.

    Args:
        issuer: the exact `iss`.
        subject: the exact `sub`.
    """
    # A JSON list has one reading, wherever one name ends and the next begins.
    both = json.dumps([issuer, subject], ensure_ascii=True).encode("ascii")
    return UserId(DERIVED_PREFIX + base64url.encode(hashlib.sha256(both).digest()))
