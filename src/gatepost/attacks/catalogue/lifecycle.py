"""Lifecycle, 91 to 104: credentials after their end, and those of two people mixed."""

from gatepost.attacks.answers import Expected
from gatepost.attacks.catalogue.attack import Attack, LeftOut

LIFECYCLE = (
    Attack("86.1", "access token in the session cookie", Expected.UNAUTHORIZED,
        "RFC 9700, section 2.2", 287, "9.2.2"),
    Attack("91.1", "access token after sign-out", Expected.R1, "OWASP ASVS 5.0, V7.4.1", 613,
        "7.4.1"),
    Attack("91.2", "another session's token survives", Expected.OK, "OWASP ASVS 5.0, V7.4.1", 613),
    Attack("92.1", "session after sign-out", Expected.UNAUTHORIZED, "OWASP ASVS 5.0, V7.4.1", 613,
        "7.4.1"),
    Attack("99.1", "session fixation", Expected.OK, "OWASP ASVS 5.0, V7.2.4", 384, "7.2.4",
        does="signs in with a session cookie that is known to the attacker; a new one is owed"),
    Attack("100.1", "another's signature on a session token", Expected.UNAUTHORIZED,
        "OWASP ASVS 5.0, V7.2.1", 345, "7.2.1"),
    Attack("100.2", "session token without a signature", Expected.UNAUTHORIZED,
        "OWASP ASVS 5.0, V7.2.1", 345, "7.2.1"),
    Attack("100.3", "two people's credentials in one request", Expected.OK,
        "OWASP ASVS 5.0, V7.2.1", 441, does="A's token with B's cookie acts as A and nobody else"),
)  # fmt: skip

LIFECYCLE_LEFT_OUT = (
    LeftOut(93, "sessions do not rotate yet (issue 3)"),
    LeftOut(94, "sessions do not rotate yet (issue 3)"),
    LeftOut(95, "no absolute limit on a session yet"),
    LeftOut(96, "nothing disables or deletes a user yet; a token outlives its row until exp"),
    LeftOut(97, "nothing changes a password yet"),
    LeftOut(98, "there are no roles yet"),
    LeftOut(101, "there are no scopes yet"),
    LeftOut(102, "there is no step-up yet"),
    LeftOut(103, "Better Auth's sign-up tells by design; sign-in is compared in tests/provider"),
    LeftOut(104, "the key source is the app's own database"),
)
