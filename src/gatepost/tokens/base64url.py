"""base64url without padding (RFC 7515, section 2), in its one canonical spelling."""

import base64


def encode(raw: bytes) -> str:
    """Return the text for `raw`."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decode(text: bytes) -> bytes:
    """Return the bytes behind a text whose alphabet has been checked.

    Raises:
        ValueError: no base64url, or another spelling of some: unused trailing bits would give one
            signature many (RFC 4648, section 3.5).
    """
    padded = text + b"=" * (-len(text) % 4)
    decoded = base64.urlsafe_b64decode(padded)
    if base64.urlsafe_b64encode(decoded) != padded:
        raise ValueError("not the canonical spelling")
    return decoded
