"""Tokens of any app: what the apps of others get wrong, beyond the tables of signature and claims.

Each number is that of the attack which it is a variant of; 139 and 140 are new.
"""

import secrets

from gatepost.attacks.answers import Expected
from gatepost.attacks.catalogue.attack import Attack, TokenAttack
from gatepost.attacks.forge import (
    Changes,
    DoesNotApply,
    Forger,
    FromNow,
    Material,
    Raw,
    hmac_signed,
    rewritten,
    signed,
    spelled,
)
from gatepost.attacks.strangers import (
    at_a_url,
    public_jwk,
    public_octets,
    public_pem,
    public_pkcs1,
    stranger_signed,
    under_the_real_kid,
    with_its_own_certificate,
    with_its_own_jwk,
)

_7515, _8725, _7519 = "RFC 7515, section 5.2", "RFC 8725, section 3.1", "RFC 7519, section 4.1"
_CONFUSED, _BROUGHT, _KIND = "CVE-2015-9235", "CVE-2018-0114", "RFC 8725, section 3.12"
_DEEP = "[" * 1_500 + "]" * 1_500
_KINDS = ("type", "token_type", "typ", "use", "token_use", "purpose", "kind", "grant")


def _row(  # noqa: PLR0913, PLR0917 - the columns of a table
    number: str, name: str, forger: Forger, source: str, cwe: int = 347, asvs: str = "9.1.1"
) -> TokenAttack:
    return TokenAttack(number, name, Expected.R1, source, cwe, asvs, forger=forger)


def _claims(
    number: str, name: str, claims: Changes, source: str, cwe: int, *about: str
) -> TokenAttack:
    return TokenAttack(
        number, name, Expected.R1, source, cwe, "9.2.1", forger=signed(claims),
        about=frozenset(about),
    )  # fmt: skip


def anothers_payload(material: Material) -> bytes:
    """Put the claims of the real token between the header and the signature of somebody else's."""
    if not material.other_token:
        raise DoesNotApply("there is no second token")
    header, _, signature = material.other_token.split(".")
    return f"{header}.{material.segments[1]}.{signature}".encode()


def of_another_kind(kind: str) -> Forger:
    """Sign the claims of a token that was given for something else, where the app tells kinds."""

    def forge(material: Material) -> bytes:
        named = [name for name in _KINDS if name in material.claims]
        if not named:
            raise DoesNotApply("no claim of the app's tokens says what kind they are of")
        return signed(dict.fromkeys(named, kind))(material)

    return forge


def subject_of_nobody(material: Material) -> bytes:
    """Sign for somebody who does not exist, by a name of the same shape."""
    known = material.claims.get(material.subject)
    if isinstance(known, int):
        return signed({"sub": 999_999_999})(material)
    return signed({"sub": _like(str(known))})(material)


def _like(text: str) -> str:
    if text.isdigit():
        return "9" * 9
    if "@" in text:
        return f"nobody-{secrets.token_hex(8)}@example.com"
    made = iter(secrets.token_hex(len(text)))
    return "".join(next(made) if each.isalnum() else each for each in text)


def _longer(after: str) -> Forger:
    def lengthened(value: object) -> object:
        if isinstance(value, list):
            return [f"{each}{after}" for each in value]
        return f"{value}{after}"

    return signed({"aud": lengthened})


SIGNATURE_OF_ANY_APP = (
    _row("20.1", "none below the real header", lambda material: rewritten({"alg": "none"})(
        material).rpartition(b".")[0] + b".", "RFC 8725, section 2.1", asvs="9.1.2"),
    _row("20.2", "none in two segments", lambda material: rewritten({"alg": "none"})(
        material).rpartition(b".")[0], "RFC 8725, section 2.1", asvs="9.1.2"),
    _row("23.1", "signature of one byte", spelled(lambda h, p, _: f"{h}.{p}.AA"), _7515),
    _row("25.1", "a claim added", rewritten(claims={"x": 1}), _7515, 345),
    _row("25.2", "another's payload under one's own signature", anothers_payload, _7515, 345),
    _row("26.1", "a member added to the header", rewritten({"x": 1}), _7515, 345),
    _row("31.1", "HMAC with the older PEM", hmac_signed(public_pkcs1), _CONFUSED, 327, "9.1.2"),
    _row("31.2", "HMAC of 512 bits with the PEM", hmac_signed(public_pem, algorithm="HS512"),
         _CONFUSED, 327, "9.1.2"),
    _row("33.2", "HMAC with the octets", hmac_signed(public_octets), _CONFUSED, 327, "9.1.2"),
    _row("34.1", "HMAC with the JWK as it is sent", hmac_signed(public_jwk), _CONFUSED, 327),
    _row("37.1", "embedded jwk of ECDSA", stranger_signed(with_its_own_jwk, "ES256"), _BROUGHT),
    _row("37.2", "embedded jwk of RSA", stranger_signed(with_its_own_jwk, "RS256"), _BROUGHT),
    _row("38.2", "jku of RSA", stranger_signed(at_a_url("jku"), "RS256"), "RFC 8725, 3.10", 918),
    _row("38.3", "jku beside the real header", lambda material: rewritten(
        {"jku": f"{material.listener}/jku"})(material), "RFC 8725, 3.10", 918),
    _row("39.3", "x5c of RSA", stranger_signed(with_its_own_certificate, "RS256"), "RFC 8725, 3.10",
         295),
    _row("44.2", "stranger's HMAC", stranger_signed(under_the_real_kid, "HS256"), _8725, 347),
    _row("44.3", "stranger's RSA", stranger_signed(under_the_real_kid, "RS256"), _8725, 347),
    _row("51.3", "zeros as long as the signature",
         spelled(lambda h, p, s: f"{h}.{p}.{'A' * len(s)}"), "CVE-2022-21449"),
    _row("43.9", "kid of a wrong type, unsigned", rewritten({"kid": {"a": []}}), _8725, 1287),
    _row("50.4", "alg of a wrong type, unsigned", rewritten({"alg": {"a": []}}), _8725, 1287),
    _row("50.5", "alg a number, unsigned", rewritten({"alg": 7}), _8725, 1287),
    _row("50.6", "header a list", spelled(lambda _, p, s: f"W10.{p}.{s}"), _7515, 20),
    _row("50.7", "header a text", spelled(lambda _, p, s: f"IngiCg.{p}.{s}"), _7515, 20),
    _row("63.4", "header of invalid UTF-8", spelled(lambda _, p, s: f"__79.{p}.{s}"), _7515, 176),
    _row("62.5", "deep header, unsigned", rewritten({"x": Raw(_DEEP)}), "CWE-674", 674),
    _row("67.5", "claims of wrong types, unsigned", rewritten(claims={"exp": [], "sub": {}}), _7519,
         1287),
    _row("89.7", "payload a list, unsigned", spelled(lambda h, _, s: f"{h}.W10.{s}"), _7519, 843),
)  # fmt: skip

CLAIMS_OF_ANY_APP = (
    _claims("64.4", "expired an hour ago", {"iat": FromNow(-7_200), "exp": FromNow(-3_600)},
            f"{_7519}.4", 613, "exp"),
    _claims("70.2", "not before tomorrow", {"nbf": FromNow(86_400)}, f"{_7519}.5", 345, "nbf"),
    _claims("72.7", "iss a longer one", {"iss": lambda iss: f"{iss}.attacker.example"},
            f"{_7519}.1", 345, "iss"),
    TokenAttack("75.4", "aud a longer one", Expected.R1, f"{_7519}.3", 345, "9.2.3",
        forger=_longer(".attacker.example"), about=frozenset({"aud"})),
    TokenAttack("75.5", "aud one letter longer", Expected.R1, f"{_7519}.3", 345, "9.2.3",
        forger=_longer("s"), about=frozenset({"aud"})),
    TokenAttack("80.2", "subject of nobody", Expected.R1, f"{_7519}.2", 287, "9.2.1",
        forger=subject_of_nobody, lets_in=False),
    *(
        TokenAttack(number, f"claims of a {kind} token", Expected.R1, _KIND, 287, "9.2.2",
            forger=of_another_kind(kind))
        for number, kind in (("87.2", "refresh"), ("87.3", "reset"), ("87.4", "verification"))
    ),
)  # fmt: skip

# Not one token of the table: what is looked at, or tried many times over.
GUESSES = (
    Attack("36.3", "a secret that can be guessed", Expected.R1, "RFC 8725, section 3.5", 521,
        "9.1.1",
        does="looks for the secret of the signature among those of tutorials and those made of the "
        "app's own words, and signs with it"),
    Attack("36.4", "a session cookie's secret that can be guessed", Expected.UNAUTHORIZED,
        "OWASP ASVS 5.0, V7.2.1", 521, "7.2.1",
        does="looks for the secret of a signed cookie in the same way"),
    Attack("47.9", "private keys in the published set", Expected.R1, "RFC 7517, section 9.2", 321),
    Attack("90.1", "a role that the token says", Expected.R3, "OWASP ASVS 5.0, V8.3.2", 613,
        "8.3.2",
        does="signs what an administrator's token says of its bearer for somebody who is none"),
    Attack("139.1", "any text", Expected.R1, "OWASP ASVS 5.0, V9.1.1", 287, "9.1.1",
        does="sends a word in the place of the credential"),
    Attack("139.2", "the credential cut short", Expected.R1, "OWASP ASVS 5.0, V7.2.1", 287,
        "7.2.1"),
    Attack("139.3", "the credential in another case", Expected.R1, "OWASP ASVS 5.0, V7.2.1", 178,
        "7.2.1"),
    Attack("139.4", "SQL in the credential", Expected.R1, "OWASP ASVS 5.0, V1.2.4", 89, "1.2.4"),
    Attack("139.5", "a wildcard in the credential", Expected.R1, "OWASP ASVS 5.0, V7.2.1", 155,
        "7.2.1"),
    Attack("139.6", "nothing and other values", Expected.R1, "OWASP ASVS 5.0, V1.2.4", 20),
    Attack("139.7", "a developer's credential", Expected.R1, "OWASP ASVS 5.0, V13.3.1", 798,
        "13.3.1", does="sends what developers and tutorials let pass"),
    Attack("140.1", "a token without an end", Expected.R1, "RFC 9068, section 2.2", 613, "9.2.1",
        does="reads whether the tokens that the app gives out ever expire"),
    Attack("140.2", "a token for years", Expected.R1, "RFC 9700, section 2.2", 613, "7.3.2",
        does="reads for how long the tokens that the app gives out are good"),
    Attack("142.1", "a credential that can be computed", Expected.R1, "OWASP ASVS 5.0, V7.2.3", 340,
        "7.2.3", does="makes somebody's credential out of what everybody knows of them"),
    Attack("142.2", "credentials in a row", Expected.R1, "OWASP ASVS 5.0, V7.2.3", 340, "7.2.3",
        does="looks whether two people's credentials are numbers next to each other"),
    Attack("149.2", "lax about tokens", Expected.R1, "RFC 8725", 345, "9.2.1",
        does="what lets nobody in by itself and should be refused all the same, together"),
    Attack("149.3", "refusals of tokens that tell the cause", Expected.R1, "RFC 6750, section 3.1",
        209, does="compares the refusals of several hostile tokens"),
)  # fmt: skip
