"""Finding the key that an app signs with: named, guessed, lying in its own process, or published.

The kit needs it for lies that are well signed. A secret that is guessed an attacker has too; one
that is named, or lies in the process, only helps the kit and is no fault of the app's.
"""

import base64
import binascii
import json
import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from types import ModuleType

from gatepost.attacks.attack_file import TokensSection
from gatepost.attacks.dictionary import secrets_of, usual_secrets
from gatepost.attacks.encoding import unbase64url
from gatepost.attacks.errors import AttackError
from gatepost.attacks.signing_keys import (
    ASYMMETRIC,
    PrivateKey,
    UnfitKeyError,
    hmac_of,
    private_key_of,
    verifies,
)

_PEM = "-----BEGIN"
_DEEPEST = 3
_SHORTEST, _LONGEST = 4, 8_192
_MOST_MEMBERS = 500


@dataclass(frozen=True, slots=True)
class Sample:
    """A real token, taken apart: what a key must have signed in order to be the one.

    Attributes:
        algorithm: what its header says.
        signing_input: the first two segments.
        signature: the third, decoded.
    """

    algorithm: str
    signing_input: bytes
    signature: bytes

    @classmethod
    def of(cls, token: str) -> "Sample":
        """Take a JWT apart."""
        signing_input, _, signature = token.rpartition(".")
        header: object = json.loads(unbase64url(signing_input.split(".")[0]))
        algorithm = header.get("alg") if isinstance(header, dict) else None
        return cls(str(algorithm), signing_input.encode(), unbase64url(signature))

    @property
    def is_symmetric(self) -> bool:
        """Whether a secret has signed it."""
        return self.algorithm.startswith("HS")

    def signed_by(self, key: PrivateKey) -> bool:
        """Whether this key has."""
        return verifies(key, self.algorithm, self.signing_input, self.signature)


def guessed_secret(sample: Sample, words: Iterable[str]) -> bytes | None:
    """Return the secret that a dictionary has of a token signed with HMAC, or None.

    Args:
        sample: the token.
        words: the app's own, of which people make secrets.
    """
    if not sample.is_symmetric:
        return None
    for text in chain(usual_secrets(), secrets_of(words)):
        secret = text.encode()
        if hmac_of(secret, sample.algorithm, sample.signing_input) == sample.signature:
            return secret
    return None


def named_key(section: TokensSection, sample: Sample) -> PrivateKey | None:
    """Return the key that the attack file names below `[tokens]`, or None where it names none.

    Raises:
        AttackError: it cannot be read, or has not signed the app's tokens.
    """
    candidates: list[PrivateKey] = []
    if section.private_key is not None:
        try:
            candidates += _keys_in(section.private_key.read_bytes())
        except OSError as error:
            raise AttackError(
                f"[tokens] private_key: {section.private_key} cannot be read: {error.strerror}."
            ) from error
    variable = section.secret_variable
    named = [section.secret, os.environ.get(variable) if variable else None]
    for text in named:
        candidates += _keys_in(text.encode()) if text is not None else []
    if not candidates and section == TokensSection():
        return None
    for key in candidates:
        if sample.signed_by(key):
            return key
    raise AttackError(
        f"The key below [tokens] of the attack file has not signed the app's tokens "
        f"({sample.algorithm})."
    )


def key_in_this_process(sample: Sample) -> PrivateKey | None:
    """Return the app's key where it lies in a variable of this process, or None.

    An app that is attacked in this process has its key in the environment, in a constant or in the
    members of its settings; an app behind a URL has nothing here.
    """
    seen: set[int] = set()
    sources: list[object] = [dict(os.environ)]
    elsewhere = _elsewhere()
    sources += [
        {
            name: value
            for name, value in getattr(module, "__dict__", {}).items()
            if not name.startswith("__")
        }
        for module in list(sys.modules.values())
        if _is_the_apps(module, elsewhere)
    ]
    for source in sources:
        for key in _keys_below(source, _DEEPEST, seen):
            if sample.signed_by(key):
                return key
    return None


def _is_the_apps(module: object, elsewhere: tuple[str, ...]) -> bool:
    """Whether a module is neither Python's, nor installed, nor the house's own."""
    file = getattr(module, "__file__", None)
    return (
        isinstance(module, ModuleType) and isinstance(file, str) and not file.startswith(elsewhere)
    )


def _elsewhere() -> tuple[str, ...]:
    """Return the folders in which no module is the app's."""
    installed = {
        sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")
    }
    return tuple(f"{folder}{os.sep}" for folder in (*installed, str(Path(__file__).parents[1])))


def _keys_below(value: object, depth: int, seen: set[int]) -> Iterator[PrivateKey]:
    """Yield what may be a key in a value and, down to a depth, in its members."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, str | bytes):
        yield from _keys_in(value.encode(errors="replace") if isinstance(value, str) else value)
    elif isinstance(value, ASYMMETRIC):
        yield value
    elif depth > 0 and not isinstance(value, type | ModuleType):
        for member in _members_of(value):
            yield from _keys_below(member, depth - 1, seen)


def _members_of(value: object) -> list[object]:
    """Return the values of a table, a list or an object's own attributes; nothing is computed."""
    if isinstance(value, Mapping):
        members: list[object] = list(value.values())
    elif isinstance(value, list | tuple | set | frozenset):
        members = list(value)
    else:
        members = list(getattr(value, "__dict__", {}).values())
    return members if len(members) <= _MOST_MEMBERS else []


def _keys_in(text: bytes) -> Iterator[PrivateKey]:
    """Yield the keys that a text may stand for: itself, what it encodes, the key of a PEM."""
    if not _SHORTEST <= len(text) <= _LONGEST:
        return
    if _PEM.encode() in text:
        with suppress(UnfitKeyError):
            yield private_key_of(text)
    yield text
    for decode in (_from_base64, _from_hexadecimal):
        if (decoded := decode(text)) is not None:
            yield decoded


def _from_base64(text: bytes) -> bytes | None:
    try:
        return base64.b64decode(text.replace(b"-", b"+").replace(b"_", b"/") + b"==")
    except (ValueError, binascii.Error):
        return None


def _from_hexadecimal(text: bytes) -> bytes | None:
    try:
        return bytes.fromhex(text.decode())
    except ValueError:
        return None
