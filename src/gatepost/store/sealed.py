"""Private keys at rest, sealed exactly as Better Auth seals them.

XChaCha20-Poly1305 under SHA-256 of the secret; hex of nonce ‖ ciphertext ‖ tag. So either server
opens the other's rows, given the same secret.
"""

import hashlib
import secrets

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
)
from nacl.exceptions import CryptoError

from gatepost.settings import Secret


class CannotUnseal(Exception):
    """The text was sealed with another secret, or has been changed since."""


def seal(text: str, secret: Secret) -> str:
    """Encrypt `text` under `secret`; returns lower-case hex."""
    nonce = secrets.token_bytes(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)
    ciphertext = crypto_aead_xchacha20poly1305_ietf_encrypt(
        text.encode("utf-8"), None, nonce, _key(secret)
    )
    return (nonce + ciphertext).hex()


def unseal(sealed: str, secret: Secret) -> str:
    """Decrypt what `seal`, or Better Auth, made.

    Raises:
        CannotUnseal: another secret, or a changed text.
    """
    try:
        raw = bytes.fromhex(sealed)
        nonce, ciphertext = (
            raw[:crypto_aead_xchacha20poly1305_ietf_NPUBBYTES],
            raw[crypto_aead_xchacha20poly1305_ietf_NPUBBYTES:],
        )
        plain: bytes = crypto_aead_xchacha20poly1305_ietf_decrypt(
            ciphertext, None, nonce, _key(secret)
        )
    except (ValueError, CryptoError) as error:
        raise CannotUnseal from error
    return plain.decode("utf-8")


def _key(secret: Secret) -> bytes:
    return hashlib.sha256(secret.reveal().encode("utf-8")).digest()
