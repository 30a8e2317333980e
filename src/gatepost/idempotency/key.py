"""Reading the header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header, section 2.1)."""

import re
from collections.abc import Sequence

LONGEST_KEY = 255

# A string of RFC 9651, section 3.3.3, without parameters.
_QUOTED = re.compile(rb'"((?:[ !#-\[\]-~]|\\["\\])+)"')
_ESCAPED = re.compile(rb'\\(["\\])')
# As many clients write it. Without a comma: that may be two headers, which a proxy has joined.
_BARE = re.compile(rb"[!#-+\--~]+")


def read_key(values: Sequence[bytes]) -> str | None:
    """Return the key, or None where it cannot be read.

    Args:
        values: every value of the header, of which there may be one.
    """
    if len(values) != 1:
        return None
    value = values[0].strip(b" \t")
    quoted = _QUOTED.fullmatch(value)
    if quoted is not None:
        key = _ESCAPED.sub(rb"\1", quoted[1])
    elif _BARE.fullmatch(value):
        key = value
    else:
        return None
    return key.decode("ascii") if len(key) <= LONGEST_KEY else None
