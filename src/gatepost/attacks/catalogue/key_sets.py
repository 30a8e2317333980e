"""Key sets, 45 to 47 and 104: an issuer whose keys are not what they should be, or not there."""

import json
from collections.abc import Callable

from gatepost.attacks.answers import Expected
from gatepost.attacks.catalogue.attack import KeySet, KeySetAttack

_7517 = "RFC 7517, section 4"
_8725 = "RFC 8725, section 3.1"


def _row(  # noqa: PLR0913, PLR0917 - the columns of a table
    number: str,
    name: str,
    publish: Callable[[KeySet], bytes | None],
    expected: Expected,
    source: str,
    cwe: int,
) -> KeySetAttack:
    return KeySetAttack(number, name, expected, source, cwe, "9.1.3", publish=publish)


def _set(keys: KeySet) -> bytes:
    return json.dumps({"keys": keys}).encode()


def _with(**members: object) -> Callable[[KeySet], bytes]:
    """Publish the key that has signed with other members, and the other as it is."""
    return lambda keys: _set([{**keys[0], **members}, *keys[1:]])


def _other_under_the_same_kid(keys: KeySet) -> dict[str, object]:
    return {**keys[1], "kid": keys[0]["kid"]}


KEY_SETS = (
    _row("45.0", "a proper set", _set, Expected.OK, _7517, 0),
    _row("45.1", "one kid twice", lambda keys: _set([keys[0], _other_under_the_same_kid(keys)]),
        Expected.UNAVAILABLE, f"{_7517}.5", 694),
    _row("45.2", "one kid twice, the other first",
        lambda keys: _set([_other_under_the_same_kid(keys), keys[0]]),
        Expected.UNAVAILABLE, f"{_7517}.5", 694),
    _row("45.3", "members twice", lambda keys: _set(keys).replace(b'"kty"', b'"kty":"RSA","kty"'),
        Expected.UNAVAILABLE, f"{_7517}", 436),
    _row("47.1", "use enc", _with(use="enc"), Expected.R1, f"{_7517}.2", 327),
    _row("47.2", "key_ops sign", _with(key_ops=["sign"]), Expected.R1, f"{_7517}.3", 327),
    _row("47.3", "key_ops encrypt", _with(key_ops=["encrypt"]), Expected.R1, f"{_7517}.3", 327),
    _row("47.4", "key_ops no list", _with(key_ops="verify"), Expected.R1, f"{_7517}.3", 1287),
    _row("47.5", "alg of another kind", _with(alg="RS256"), Expected.R1, _8725, 327),
    _row("47.6", "alg HS256", _with(alg="HS256"), Expected.R1, _8725, 327),
    _row("47.7", "private half", _with(d="AAAA"), Expected.UNAVAILABLE, "RFC 7517, 9.2", 321),
    _row("47.8", "no kid", lambda keys: _set([{k: v for k, v in keys[0].items() if k != "kid"},
        keys[1]]), Expected.R1, f"{_7517}.5", 694),
    _row("104.1", "issuer away", lambda _: None, Expected.UNAVAILABLE, "RFC 9700, 2.6", 636),
    _row("104.2", "empty set", lambda _: _set([]), Expected.UNAVAILABLE, _7517, 636),
    _row("104.3", "a page in place of a set", lambda _: b"<html></html>", Expected.UNAVAILABLE,
        _7517, 636),
    _row("104.4", "a list in place of a set", lambda keys: json.dumps(keys).encode(),
        Expected.UNAVAILABLE, _7517, 636),
    _row("104.5", "no end", lambda keys: _set(keys)[:-1], Expected.UNAVAILABLE, _7517, 636),
)  # fmt: skip
