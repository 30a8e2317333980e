"""base64url without padding (RFC 7515, section 2), in its one canonical spelling."""

import base64
import binascii

# Two bytes are three letters whose last two bits say nothing, one byte is two letters with four
# such bits: they must be zero, or one signature would have many spellings (RFC 4648, section 3.5).
_LAST_LETTERS = {0: None, 2: frozenset(b"AQgw"), 3: frozenset(b"AEIMQUYcgkosw048")}
_PADDING = {0: b"", 2: b"==", 3: b"="}
# The other alphabet's letters and the padding become one of neither.
_TO_STANDARD = bytes.maketrans(b"-_+/=", b"+/!!!")


def encode(raw: bytes) -> str:
    """Return the text for `raw`."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decode(text: bytes) -> bytes:
    """Return the bytes behind a text.

    Raises:
        ValueError: no base64url, or another spelling than the canonical one.
    """
    left_over = len(text) % 4
    if left_over == 1:
        raise ValueError("no bytes have this many letters")
    last_letters = _LAST_LETTERS[left_over]
    if last_letters is not None and text[-1] not in last_letters:
        raise ValueError("not the canonical spelling")
    standard = text.translate(_TO_STANDARD) + _PADDING[left_over]
    return binascii.a2b_base64(standard, strict_mode=True)
