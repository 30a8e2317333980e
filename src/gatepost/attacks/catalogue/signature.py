"""Signature, 20 to 63: tokens that nobody who may has signed, or not what they say."""

from collections.abc import Callable

from gatepost.attacks.answers import Expected
from gatepost.attacks.catalogue.attack import TokenAttack
from gatepost.attacks.forge import (
    ABSENT,
    Forger,
    Raw,
    hmac_signed,
    rewritten,
    signed,
    signed_under,
    spelled,
    unsigned,
)
from gatepost.attacks.strangers import (
    at_a_url,
    encrypted,
    malleated,
    public_der,
    public_number,
    public_pem,
    stranger_signed,
    trailing_bits,
    truncated,
    under_an_unknown_kid,
    under_the_real_kid,
    with_its_own_certificate,
    with_its_own_jwk,
)

_8725 = "RFC 8725, section 3.1"
_8725_KEYS = "RFC 8725, section 3.10"
_7515 = "RFC 7515, section 5.2"
_7515_CRIT = "RFC 7515, section 4.1.11"
_NONE, _SPELLING, _CONFUSED, _BROUGHT = (
    "RFC 8725, section 2.1", "RFC 7515, section 2", "CVE-2015-9235", "CVE-2018-0114",
)  # fmt: skip


def _row(  # noqa: PLR0913, PLR0917 - the columns of a table
    number: str, name: str, forger: Forger, source: str, cwe: int = 347, asvs: str = "9.1.1"
) -> TokenAttack:
    return TokenAttack(number, name, Expected.R1, source, cwe, asvs, forger=forger)


def _strict(  # noqa: PLR0913, PLR0917 - the columns of a table
    number: str, name: str, forger: Forger, source: str, cwe: int = 347, asvs: str = "9.1.1"
) -> TokenAttack:
    """Make a row of what none but the holder of a good token, or of the key, can send."""
    return TokenAttack(number, name, Expected.R1, source, cwe, asvs, forger=forger, lets_in=False)


def _unreadable(number: str, name: str, spell: Callable[[str, str, str], str]) -> TokenAttack:
    return TokenAttack(
        number,
        name,
        Expected.R2,
        "RFC 6750, section 2.1",
        20,
        "9.1.1",
        forger=spelled(spell),
        lets_in=False,
    )


def _bytes(text: bytes) -> Forger:
    return signed(payload=text)


_DEEP = "[" * 1_500 + "]" * 1_500
_LOW_ORDER = "AQ" + "A" * 84  # R the neutral element, S zero: holds for keys of low order only

SIGNATURE = (
    _row("20", "alg none", unsigned("none"), _NONE, asvs="9.1.2"),
    _row("21.1", "alg None", unsigned("None"), _NONE, 178, "9.1.2"),
    _row("21.2", "alg NONE", unsigned("NONE"), _NONE, 178, "9.1.2"),
    _row("21.3", "alg nOnE", unsigned("nOnE"), _NONE, 178, "9.1.2"),
    _row("22", "none with a real signature", unsigned("none", keep_signature=True), _NONE),
    _row("22.1", "empty alg", unsigned("", keep_signature=True), _NONE),
    _row("23", "empty signature", spelled(lambda h, p, _: f"{h}.{p}."), _7515),
    _row("24.1", "no signature segment", spelled(lambda h, p, _: f"{h}.{p}"), _7515),
    _row("24.2", "payload only", spelled(lambda _h, p, _s: p), _7515),
    _row("24.3", "empty header", spelled(lambda _, p, s: f".{p}.{s}"), _7515),
    _row("24.4", "empty payload", spelled(lambda h, _, s: f"{h}..{s}"), _7515),
    _row("25", "payload changed", rewritten(claims={"sub": "somebody-else"}), _7515, 345),
    _row("26", "header changed", rewritten(header={"typ": "JWT"}), _7515, 345),
    _row("27", "signature truncated", truncated, _7515),
    _strict("28", "trailing bits set", trailing_bits, "RFC 4648, section 3.5", 436),
    _strict("28.1", "signature malleated", malleated, "RFC 8032, section 5.1.7", 347),
    _strict("29.1", "padding appended", spelled(lambda h, p, s: f"{h}.{p}.{s}=="), _SPELLING, 436),
    _strict("29.2", "standard alphabet", spelled(lambda h, p, s: f"{h}.{p}.+/{s}"), _SPELLING, 436),
    _strict("29.3", "dot appended", spelled(lambda h, p, s: f"{h}.{p}.{s}."), _SPELLING, 436),
    # A space ends a credential and a brace is no character of one: RFC 6750, section 2.1.
    _unreadable("30.1", "space inside", lambda h, p, s: f"{h}. {p}.{s}"),
    _unreadable("30.2", "space at the end of a segment", lambda h, p, s: f"{h}.{p} .{s}"),
    _row("31", "HMAC with the PEM", hmac_signed(public_pem), _CONFUSED, 327, "9.1.2"),
    _row("32.1", "PEM stripped", hmac_signed(lambda m: public_pem(m).strip()), _CONFUSED, 327),
    _row(
        "32.2", "PEM with CRLF",
        hmac_signed(lambda m: public_pem(m).replace(b"\n", b"\r\n")), _CONFUSED, 327,
    ),
    _row("33", "HMAC with the DER", hmac_signed(public_der), _CONFUSED, 327, "9.1.2"),
    _row("33.1", "HMAC with the number", hmac_signed(public_number), _CONFUSED, 327),
    _row("34", "HMAC with the JWK", hmac_signed(lambda m: str(m.jwk).encode()), _CONFUSED, 327),
    _row("35", "HMAC with an empty key", hmac_signed(lambda _: b""), "RFC 8725, 3.5", 326),
    _row("36.1", "HMAC with secret", hmac_signed(lambda _: b"secret"), "RFC 8725, 3.5", 521),
    _row(
        "36.2", "HMAC with Better Auth's default",
        hmac_signed(lambda _: b"better-auth-secret-123456789"), "RFC 8725, section 3.5", 1392,
    ),
    _row("37", "embedded jwk", stranger_signed(with_its_own_jwk), _BROUGHT, 345, "9.1.3"),
    _row("38", "jku", stranger_signed(at_a_url("jku")), _8725_KEYS, 918, "9.1.3"),
    _strict("38.1", "jku beside the real kid", signed(header={"jku": "http://[::1]/"}), _8725_KEYS),
    _row("39.1", "x5u", stranger_signed(at_a_url("x5u")), _8725_KEYS, 918, "9.1.3"),
    _row("39.2", "x5c", stranger_signed(with_its_own_certificate), _8725_KEYS, 295, "9.1.3"),
    _strict("40.1", "kid traversal", signed(header={"kid": "../../../dev/null"}), _8725_KEYS, 22),
    _row(
        "40.2", "kid traversal with an empty key",
        hmac_signed(lambda _: b"", {"kid": "../../../dev/null"}), _8725_KEYS, 22,
    ),
    _strict("41.1", "kid SQL", signed(header={"kid": "' OR '1'='1"}), _8725_KEYS, 89),
    _row(
        "41.2", "kid SQL with a known key",
        hmac_signed(lambda _: b"a", {"kid": "x' UNION SELECT 'a' --"}), _8725_KEYS, 89,
    ),
    _row("42", "kid dev null", hmac_signed(lambda _: b"", {"kid": "/dev/null"}), _8725_KEYS, 22),
    _strict("43.1", "kid number", signed(header={"kid": 1}), _8725_KEYS, 1287),
    _strict("43.2", "kid null", signed(header={"kid": None}), _8725_KEYS, 1287),
    _strict("43.3", "kid list", signed(header={"kid": lambda kid: [kid]}), _8725_KEYS, 843),
    _strict("43.4", "kid object", signed(header={"kid": {}}), _8725_KEYS, 843),
    _strict("43.5", "kid empty", signed(header={"kid": ""}), _8725_KEYS, 1287),
    _strict("43.6", "kid missing", signed(header={"kid": ABSENT}), _8725_KEYS, 1287),
    _strict("43.7", "kid with NUL", signed(header={"kid": lambda kid: f"{kid}\x00"}),
        _8725_KEYS, 158),
    _strict("43.8", "kid surrogate", signed(header={"kid": Raw('"\\ud800"')}), _8725_KEYS, 176),
    _row("44", "unknown kid", stranger_signed(under_an_unknown_kid), _8725_KEYS, 770, "9.1.3"),
    _row("44.1", "stranger under the real kid", stranger_signed(under_the_real_kid), _7515),
    *(
        _strict(f"48.{index}", f"alg {name}", signed(header={"alg": name}), _8725, 327, "9.1.2")
        for index, name in enumerate(
            ("ES256", "ES384", "RS256", "PS256", "HS256", "Ed448", "ES256K", "dir"), 1
        )
    ),
    _strict("49.1", "alg in lower case", signed(header={"alg": lambda alg: str(alg).lower()}),
        "RFC 7515, 4.1.1", 178),
    _strict("49.2", "alg with a space", signed(header={"alg": lambda alg: f"{alg} "}),
        "RFC 7515, 4.1.1", 178),
    _strict("50.1", "alg missing", signed(header={"alg": ABSENT}), "RFC 7515, 4.1.1", 347, "9.1.2"),
    _strict("50.2", "alg a list", signed(header={"alg": lambda alg: [alg]}),
        "RFC 7515, 4.1.1", 843),
    _strict("50.3", "alg null", signed(header={"alg": None}), "RFC 7515, section 4.1.1", 843),
    _row("51.1", "signature of zeros", spelled(lambda h, p, _: f"{h}.{p}.{'A' * 86}"), _7515),
    _row("51.2", "neutral R", spelled(lambda h, p, _: f"{h}.{p}.{_LOW_ORDER}"), "RFC 8032, 5.1.7"),
    _strict("52.1", "unknown crit", signed(header={"crit": ["x"], "x": 1}), _7515_CRIT, 436),
    _strict("52.2", "crit of a known name", signed(header={"crit": ["kid"]}), _7515_CRIT, 436),
    _strict("53", "empty crit", signed(header={"crit": []}), _7515_CRIT, 436),
    _strict("54", "b64 false", signed(header={"b64": False, "crit": ["b64"]}), "RFC 7797, 6", 436),
    _strict("54.1", "b64 false without crit", signed(header={"b64": False}), "RFC 7797, 6", 436),
    _unreadable("55.1", "flattened JSON", lambda h, p, s:
        f'{{"protected":"{h}","payload":"{p}","signature":"{s}"}}'),
    _unreadable("55.2", "general JSON", lambda h, p, s:
        f'{{"payload":"{p}","signatures":[{{"protected":"{h}","signature":"{s}"}}]}}'),
    _row("56", "JWE in place of a JWS", encrypted(), "RFC 8725, section 3.1", 436),
    _strict("57.1", "high p2c", signed(header={"p2c": 2**31 - 1}), "CVE-2023-6681", 770),
    _row("57.2", "JWE with a high p2c", encrypted(alg="PBES2-HS256+A128KW", p2c=2**31 - 1,
         p2s="AAAAAAAAAAA"), "CVE-2023-6681", 770),
    _row("58.1", "JWE zip bomb", encrypted(zip="DEF"), "CVE-2024-28102", 409),
    _strict("58.2", "zip in a JWS", signed(header={"zip": "DEF"}), "CVE-2024-28102", 409),
    _strict("59.1", "nested", signed(header={"cty": "JWT"}, payload=b"e30.e30."), "RFC 8725, 3.3"),
    _strict("59.2", "nested without cty", signed(payload=b"e30.e30."), "RFC 8725, section 3.3"),
    _strict("60.1", "four segments", spelled(lambda h, p, s: f"{h}.{p}.{s}.{s}"), _7515, 436),
    _strict("60.2", "five segments", spelled(lambda h, p, s: f"{h}.{p}.{s}.{s}.{s}"), _7515, 436),
    _strict("61.1", "alg twice", signed_under('{"alg":"none","alg":"{alg}","kid":"{kid}"}'),
         "RFC 8725, section 2.4", 436),
    _strict("61.2", "kid twice", signed_under('{"alg":"{alg}","kid":"x","kid":"{kid}"}'),
         "RFC 7515, section 4", 436),
    _strict("62.1", "deep header", signed(header={"x": Raw(_DEEP)}), "CWE-674", 674),
    _strict("62.2", "deep payload", signed({"x": Raw(_DEEP)}), "CWE-674", 674),
    _strict("62.3", "unclosed payload", _bytes(b"[" * 4_000), "CWE-674", 674),
    _strict("62.4", "deep objects", _bytes(b'{"a":' * 900 + b"1" + b"}" * 900), "CWE-674", 674),
    _strict("63.1", "UTF-16 payload", signed({"iat": Raw("0")}, payload="{}".encode("utf-16")),
         "RFC 8259, section 8.1", 176),
    _strict("63.2", "invalid UTF-8", _bytes(b'{"sub":"\xff\xfe"}'), "RFC 8259, section 8.1", 176),
    _strict("63.3", "UTF-16 header", signed_under("\ufeff{}"), "RFC 8259, section 8.1", 176),
)  # fmt: skip
