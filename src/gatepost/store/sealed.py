"""Private keys at rest, sealed exactly as Better Auth seals them.

XChaCha20-Poly1305 under SHA-256 of the secret; hex of nonce ‖ ciphertext ‖ tag, and in front of it
`$ba$<version>$` where the secret has a version. So either server opens the other's rows, given the
same secrets.
"""

import hashlib
import re
import secrets as random

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
)
from nacl.exceptions import CryptoError

from gatepost.settings import Secret, Secrets

_ENVELOPE = re.compile(r"\$ba\$(0|[1-9][0-9]{0,8})\$")


class CannotUnseal(Exception):
    """The text was sealed with another secret, or has been changed since."""


def seal(text: str, secret: Secrets | Secret) -> str:
    """Encrypt `text` under the current secret; returns lower-case hex, its version in front."""
    secrets = Secrets.of(secret)
    nonce = random.token_bytes(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)
    ciphertext = crypto_aead_xchacha20poly1305_ietf_encrypt(
        text.encode("utf-8"), None, nonce, _key(secrets.current)
    )
    version = secrets.current_version
    return f"{'' if version is None else f'$ba${version}$'}{(nonce + ciphertext).hex()}"


def unseal(sealed: str, secret: Secrets | Secret) -> str:
    """Decrypt what `seal`, or Better Auth, made.

    A version in front says which secret it was. Without one it is the unversioned secret, or, which
    Better Auth does not try, the same under the version that it has been given since. Likewise a
    process that has been given no versions yet tries its one secret on what others seal already.

    Raises:
        CannotUnseal: another secret, or a changed text.
    """
    secrets = Secrets.of(secret)
    version, ciphertext = _opened_envelope(sealed)
    if version is None:
        tried = (secrets.unversioned, *secrets.by_version.values())
    else:
        tried = (secrets.by_version.get(version, secrets.unversioned),)
    for each in dict.fromkeys(tried):
        text = None if each is None else _decrypted(ciphertext, each)
        if text is not None:
            return text
    raise CannotUnseal


def is_outdated(sealed: str, secrets: Secrets) -> bool:
    """Whether a text that can be opened should be sealed again before older secrets are dropped.

    Forwards only: while a new secret is being brought in, some processes have it as their second
    and others as their current one, and they are not to take turns.
    """
    current = secrets.current_version
    if current is None:
        return False
    version, ciphertext = _opened_envelope(sealed)
    if version is not None:
        return version < current
    # Under a version the current secret may be the very one from before there were any, and then
    # processes that know of no version yet can go on reading it.
    return _decrypted(ciphertext, secrets.current) is None


def _opened_envelope(sealed: str) -> tuple[int | None, str]:
    envelope = _ENVELOPE.match(sealed)
    if envelope is None:
        return None, sealed
    return int(envelope[1]), sealed[envelope.end() :]


def _decrypted(ciphertext: str, secret: Secret) -> str | None:
    try:
        raw = bytes.fromhex(ciphertext)
        nonce, rest = (
            raw[:crypto_aead_xchacha20poly1305_ietf_NPUBBYTES],
            raw[crypto_aead_xchacha20poly1305_ietf_NPUBBYTES:],
        )
        plain: bytes = crypto_aead_xchacha20poly1305_ietf_decrypt(rest, None, nonce, _key(secret))
        return plain.decode("utf-8")
    except (ValueError, CryptoError):
        return None


def _key(secret: Secret) -> bytes:
    return hashlib.sha256(secret.reveal().encode("utf-8")).digest()
