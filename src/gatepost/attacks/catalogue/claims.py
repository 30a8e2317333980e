"""Claims, 64 to 90: tokens whose signature holds and whose claims do not."""

from gatepost.attacks.answers import Expected
from gatepost.attacks.catalogue.attack import TokenAttack
from gatepost.attacks.forge import ABSENT, Changes, Forger, FromNow, Raw, signed, spelled

_7519 = "RFC 7519, section 4.1"
_EXP, _NBF, _IAT, _ISS, _AUD, _SUB = (f"{_7519}.{part}" for part in (4, 5, 6, 1, 3, 2))
_9068 = "RFC 9068, section 4"
_CLIENT = "RFC 9068, section 5"
_OPENID = "OpenID Connect Core 1.0, section 2"
_TYP = "RFC 8725, section 3.11"
_ONE_READING = "RFC 8725, section 2.4"
_DIGITS = "9" * 4_400
_CENTURY = 100 * 365 * 86_400


# What an app checks only if it writes it: `sub` is in every token, by some name.
_WRITTEN = frozenset({"exp", "nbf", "iss", "aud"})


def _row(  # noqa: PLR0913, PLR0917 - the columns of a table
    number: str, name: str, claims: Changes, source: str, cwe: int, asvs: str = "9.2.1"
) -> TokenAttack:
    """Make a row of a token that is another's, of another time or of another app."""
    return TokenAttack(
        number, name, Expected.R1, source, cwe, asvs, forger=signed(claims),
        about=_WRITTEN & set(claims),
    )  # fmt: skip


def _strict(  # noqa: PLR0913, PLR0917 - the columns of a table
    number: str, name: str, claims: Changes, source: str, cwe: int, asvs: str = "9.2.1"
) -> TokenAttack:
    """Make a row of a token that no issuer writes, or that is refused by policy."""
    return _signed(number, name, signed(claims), source, cwe, asvs)


def _signed(  # noqa: PLR0913, PLR0917 - the columns of a table
    number: str, name: str, forger: Forger, source: str, cwe: int, asvs: str = ""
) -> TokenAttack:
    return TokenAttack(number, name, Expected.R1, source, cwe, asvs, forger=forger, lets_in=False)


def _fine(number: str, name: str, forger: Forger, source: str) -> TokenAttack:
    return TokenAttack(number, name, Expected.OK, source, 0, forger=forger)


def _typed(number: str, typ: object) -> TokenAttack:
    name = f"typ {typ}".replace("/", " ")
    return _signed(number, name, signed(header={"typ": typ}), _TYP, 1287, "9.2.2")


def _listed(value: object) -> object:
    return [value]


def _with_slash(value: object) -> object:
    return f"{value}/"


def _without_end(value: object) -> object:
    return str(value)[:-1]


def _upper(value: object) -> object:
    return str(value).upper()


def _with_nul(value: object) -> object:
    return f"{value}\x00"


def _and_another(value: object) -> object:
    return [value, "https://other.example"]


CLAIMS = (
    _fine("64.0", "signed again", signed(), _7519),
    _strict("64", "expired", {"iat": FromNow(-900), "exp": FromNow(-60)}, _EXP, 613),
    _row("64.1", "exp zero", {"iat": 0, "exp": 0}, _EXP, 613),
    _row("64.2", "exp negative", {"iat": 0, "exp": -1}, _EXP, 613),
    _row("64.3", "expired a day ago", {"iat": FromNow(-86_999), "exp": FromNow(-86_400)}, _EXP,
         613),
    _fine("65.0", "within the skew", signed({"iat": FromNow(-60), "exp": FromNow(-1)}), _EXP),
    _strict("65", "past the skew", {"iat": FromNow(-60), "exp": FromNow(-7)}, _EXP, 613),
    _strict("66", "exp missing", {"exp": ABSENT}, _9068, 613),
    _strict("67.1", "exp a string", {"exp": str}, _EXP, 1287),
    _strict("67.2", "exp true", {"exp": True}, _EXP, 1287),
    _strict("67.3", "exp null", {"exp": None}, _EXP, 1287),
    _strict("67.4", "exp a list", {"exp": _listed}, _EXP, 1287),
    _strict("68.1", "exp NaN", {"exp": Raw("NaN")}, "RFC 8259, section 6", 1287),
    _strict("68.2", "exp Infinity", {"exp": Raw("Infinity")}, "RFC 8259, section 6", 1287),
    _strict("68.3", "exp 1e999", {"exp": Raw("1e999")}, "RFC 8259, section 6", 1287),
    _strict("68.4", "exp of 4400 digits", {"exp": Raw(_DIGITS)}, "RFC 8259, section 6", 1284),
    _strict("68.5", "iat of 4400 digits", {"iat": Raw(_DIGITS)}, "RFC 8259, section 6", 1284),
    _strict("68.6", "another claim NaN", {"x": Raw("NaN")}, "RFC 8259, section 6", 1287),
    _strict("69.1", "a century", {"exp": FromNow(_CENTURY)}, "policy", 613),
    _strict("69.2", "a minute too long", {"iat": FromNow(0), "exp": FromNow(960)}, "policy", 613),
    _strict("69.3", "iat long ago", {"iat": FromNow(-86_400)}, "policy", 613),
    _strict("69.4", "exp before iat", {"iat": FromNow(4), "exp": FromNow(2)}, "policy", 613),
    _strict("70", "nbf ahead", {"nbf": FromNow(60)}, _NBF, 345),
    _strict("70.1", "nbf a string", {"nbf": "0"}, _NBF, 1287),
    _strict("71", "iat ahead", {"iat": FromNow(60)}, _IAT, 345),
    _strict("71.1", "iat missing", {"iat": ABSENT}, _9068, 345),
    _strict("71.2", "iat true", {"iat": True}, _IAT, 1287),
    _row("72.1", "iss missing", {"iss": ABSENT}, _ISS, 345, "9.1.3"),
    _row("72.2", "iss a prefix", {"iss": _without_end}, "CVE-2024-53861", 345),
    _strict("72.3", "iss with a slash", {"iss": _with_slash}, _ISS, 345),
    _strict("72.4", "iss in capitals", {"iss": _upper}, _ISS, 178),
    _row("72.5", "iss empty", {"iss": ""}, _ISS, 345),
    _strict("72.6", "iss by another name", {"iss": lambda iss: str(iss).replace("127.0.0.1",
         "localhost")}, _ISS, 345),
    _strict("73", "iss a list", {"iss": _listed}, _ISS, 843),
    _row("74", "aud missing", {"aud": ABSENT}, _9068, 345, "9.2.3"),
    _row("74.1", "aud empty", {"aud": ""}, _AUD, 345, "9.2.3"),
    _row("74.2", "aud an empty list", {"aud": []}, _AUD, 345, "9.2.3"),
    _row("75.1", "aud another's", {"aud": "https://other.example"}, _AUD, 345, "9.2.3"),
    _row("75.2", "aud a prefix", {"aud": _without_end}, _AUD, 345, "9.2.3"),
    _row("75.3", "aud an object", {"aud": {}}, _AUD, 843, "9.2.3"),
    _fine("76.0", "aud a list of one", signed({"aud": _listed}), _AUD),
    _strict("76.1", "aud mixed", {"aud": _and_another}, f"{_AUD}; policy", 345, "9.2.4"),
    _strict("76.2", "aud twice in a list", {"aud": lambda aud: [aud, aud]}, _AUD, 345, "9.2.3"),
    _row("77.1", "sub missing", {"sub": ABSENT}, _9068, 287),
    _row("77.2", "sub empty", {"sub": ""}, _SUB, 287),
    _strict("77.3", "sub a number", {"sub": 7}, _SUB, 1287),
    _strict("77.4", "sub a list", {"sub": _listed}, _SUB, 843),
    _row("77.5", "sub null", {"sub": None}, _SUB, 1287),
    _strict("77.6", "sub of 10k characters", {"sub": "a" * 3_000}, _SUB, 1284),
    _strict("78.1", "sub with NUL", {"sub": _with_nul}, _SUB, 158),
    _strict("78.2", "sub a surrogate", {"sub": Raw('"\\ud800"')}, "RFC 7493, section 2.1", 176),
    _strict("78.3", "sub with a line break", {"sub": lambda sub: f"{sub}\n"}, _SUB, 93),
    _signed("79.1", "sub twice, ours last", signed(prefix='"sub":"x",'), _ONE_READING, 436),
    _signed("79.2", "sub twice, ours first", signed(suffix=',"sub":"x"'), _ONE_READING, 436),
    _signed("79.3", "exp twice", signed(suffix=',"exp":99999999999'), _ONE_READING, 436),
    _signed("79.4", "sub twice, escaped", signed(suffix=',"s\\u0075b":"x"'), _ONE_READING, 436),
    _strict("81.1", "sub a client id", {"sub": "client-1", "client_id": "client-1"}, _CLIENT, 287),
    _strict("81.2", "sub the authorized party", {"sub": "client-1", "azp": "client-1"}, _CLIENT,
        287),
    _strict("82.1", "session id missing", {"sid": ABSENT}, "policy", 613),
    _strict("82.2", "session id empty", {"sid": ""}, "policy", 613),
    _strict("82.3", "session id a number", {"sid": 1}, "policy", 1287),
    _strict("82.4", "session id null", {"sid": None}, "policy", 1287),
    _typed("83.1", "dpop+jwt"),
    _typed("83.2", "logout+jwt"),
    _typed("83.3", "secevent+jwt"),
    _typed("83.4", "JOSE"),
    _typed("83.5", ["JWT"]),
    _typed("83.6", None),
    _typed("83.7", ""),
    _fine("83.0", "typ at+jwt", signed(header={"typ": "at+jwt"}), _9068),
    _strict("84.1", "ID token", {"aud": "client-1", "nonce": "n", "sid": ABSENT}, _9068,
        287, "9.2.2"),
    _typed("84.2", "id_token+jwt"),
    _strict("84.3", "nonce", {"nonce": "n"}, _OPENID, 287, "9.2.2"),
    _strict("84.4", "at_hash", {"at_hash": "h"}, _OPENID, 287, "9.2.2"),
    _strict("84.5", "c_hash", {"c_hash": "h"}, _OPENID, 287, "9.2.2"),
    TokenAttack("85", "session token as access token", Expected.R1, "RFC 9700, section 2.2", 287,
        "9.2.2", forger=lambda material: material.session_token.encode()),
    _typed("87.1", "reset+jwt"),
    _row("88.1", "staging's issuer", {"iss": "https://staging.example"}, _ISS, 345, "9.1.3"),
    _row("88.2", "another port's", {"iss": "http://127.0.0.1:1", "aud": "http://127.0.0.1:1"},
         _ISS, 345, "9.2.3"),
    _signed("89.1", "payload a list", signed(payload=b"[]"), "RFC 7519, section 7.2", 843),
    _signed("89.2", "payload a string", signed(payload=b'"x"'), "RFC 7519, section 7.2", 843),
    _signed("89.3", "payload null", signed(payload=b"null"), "RFC 7519, section 7.2", 843),
    _signed("89.4", "payload no JSON", signed(payload=b"{"), "RFC 7519, section 7.2", 20),
    _signed("89.5", "payload a pair", signed(payload=b"{}{}"), "RFC 7519, section 7.2", 20),
    _signed("89.6", "token in pieces", spelled(lambda h, p, s: f"{p}.{h}.{s}"), "RFC 7519", 20),
    TokenAttack("90", "forged roles", Expected.IGNORED, "OWASP ASVS 5.0, V8.2.1", 269, "8.2.1",
        forger=signed({"role": "admin", "scope": "*", "admin": True, "user_id": "somebody-else"})),
)  # fmt: skip
