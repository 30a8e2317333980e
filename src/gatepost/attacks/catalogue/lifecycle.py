"""Lifecycle, 91 to 104: credentials after their end, too weak, or of two people mixed."""

from gatepost.attacks.answers import Expected
from gatepost.attacks.catalogue.attack import Attack, LeftOut

LIFECYCLE = (
    Attack("46.1", "token of a retired key", Expected.R1, "RFC 8725, section 3.5", 324, "9.1.3"),
    Attack("80.1", "sub of a deleted account", Expected.R1, "OWASP ASVS 5.0, V7.4.2", 613, "7.4.2",
        does="somebody else's process deletes the row in the database, as an operator does"),
    Attack("86.1", "access token in the session cookie", Expected.UNAUTHORIZED,
        "RFC 9700, section 2.2", 287, "9.2.2"),
    Attack("91.1", "access token after sign-out", Expected.R1, "OWASP ASVS 5.0, V7.4.1", 613,
        "7.4.1"),
    Attack("91.2", "another session's token survives", Expected.OK, "OWASP ASVS 5.0, V7.4.1", 613),
    Attack("92.1", "session after sign-out", Expected.UNAUTHORIZED, "OWASP ASVS 5.0, V7.4.1", 613,
        "7.4.1"),
    Attack("96.1", "token of a deleted user", Expected.R1, "OWASP ASVS 5.0, V7.4.2", 613, "7.4.2"),
    Attack("96.2", "token of a session that was deleted elsewhere", Expected.R1,
        "OWASP ASVS 5.0, V7.4.5", 613, "7.4.5"),
    Attack("98.1", "token of before a role was taken away", Expected.R3, "OWASP ASVS 5.0, V8.3.2",
        613, "8.3.2"),
    Attack("98.2", "session of before a role was taken away", Expected.R3, "OWASP ASVS 5.0, V8.3.2",
        613, "8.3.2", does="takes a new token with the session that the role was given in"),
    Attack("99.1", "session fixation", Expected.OK, "OWASP ASVS 5.0, V7.2.4", 384, "7.2.4",
        does="signs in with a session cookie that is known to the attacker; a new one is owed"),
    Attack("100.1", "another's signature on a session token", Expected.UNAUTHORIZED,
        "OWASP ASVS 5.0, V7.2.1", 345, "7.2.1"),
    Attack("100.2", "session token without a signature", Expected.UNAUTHORIZED,
        "OWASP ASVS 5.0, V7.2.1", 345, "7.2.1"),
    Attack("100.3", "two people's credentials in one request", Expected.OK,
        "OWASP ASVS 5.0, V7.2.1", 441, does="A's token with B's cookie acts as A and nobody else"),
    Attack("101.1", "missing scope", Expected.R3, "RFC 6750, section 3.1", 285, "10.3.2"),
    Attack("101.2", "scope in the request", Expected.R3, "RFC 6750, section 3.1", 807, "10.3.2",
        does="names the scope in the query, in headers, in a cookie and in the body"),
    Attack("101.3", "scope with a like name", Expected.R3, "RFC 6749, section 3.3", 178, "10.3.2",
        does="a prefix, another case, a part, a suffix of the scope that is asked for"),
    Attack("101.4", "scope that is no text", Expected.R3, "RFC 9068, section 2.2.3", 20, "10.3.2"),
    Attack("102.1", "sign-in too old", Expected.UNAUTHORIZED, "RFC 9470, section 3", 306, "10.3.4"),
    Attack("102.2", "new token of an old sign-in", Expected.UNAUTHORIZED, "RFC 9470, section 3",
        306, "10.3.4"),
    Attack("102.3", "sign-in at no time", Expected.UNAUTHORIZED, "RFC 9470, section 3", 306,
        "10.3.4", does="a token without `auth_time`, of an issuer that writes none"),
)  # fmt: skip

LIFECYCLE_LEFT_OUT = (
    LeftOut(93, "a session of Better Auth keeps one token all its life"),
    LeftOut(94, "a session of Better Auth keeps one token all its life"),
    LeftOut(95, "no absolute limit on a session yet"),
    LeftOut(97, "nothing changes a password yet"),
    LeftOut(103, "Better Auth's sign-up tells by design; sign-in is compared in tests/provider"),
)
