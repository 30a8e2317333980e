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

_ENDS = "OWASP ASVS 5.0, V7.4.1"
_ROTATED = "RFC 9700, section 4.14.2"
_API1 = "OWASP API Security 2023, API1"

# Of any app whose attack file says how people sign in, out and the rest.
LIFECYCLE_OF_ANY_APP = (
    Attack("84.6", "ID token as access token", Expected.R1, "RFC 9068, section 4", 287, "9.2.2"),
    Attack("85.1", "refresh token as access token", Expected.R1, "RFC 9700, section 2.2", 287,
        "9.2.2"),
    Attack("86.2", "access token as refresh token", Expected.UNAUTHORIZED, "RFC 9700, section 2.2",
        287, "9.2.2"),
    Attack("91.3", "a signed-out token in another spelling", Expected.R1, "RFC 4648, section 3.5",
        436, "7.4.1", does="sends the token of before in other letters that decode to the same"),
    Attack("93.1", "a used refresh token again", Expected.UNAUTHORIZED, _ROTATED, 613, "10.4.5"),
    Attack("93.2", "the family of a used refresh token", Expected.UNAUTHORIZED, _ROTATED, 613,
        "10.4.5", does="after a used refresh token came again, the newest is to be refused too"),
    Attack("93.3", "refresh after sign-out", Expected.UNAUTHORIZED, _ENDS, 613, "7.4.1"),
    Attack("93.4", "any text as refresh token", Expected.UNAUTHORIZED, _ROTATED, 287, "9.1.1"),
    Attack("93.5", "forged refresh token", Expected.UNAUTHORIZED, "RFC 8725, section 3.1", 347,
        "9.1.1", does="changes a refresh token, takes its signature, lets a stranger sign it"),
    Attack("94.1", "one refresh token twice at once", Expected.UNAUTHORIZED, _ROTATED, 362),
    Attack("96.3", "token of a deleted account", Expected.R1, "OWASP ASVS 5.0, V7.4.2", 613,
        "7.4.2", does="somebody deletes their own account, in the way that the app has for it"),
    Attack("96.4", "sign-in of a deleted account", Expected.UNAUTHORIZED, "OWASP ASVS 5.0, V7.4.2",
        613, "7.4.2"),
    Attack("96.5", "token of a disabled account", Expected.R1, "OWASP ASVS 5.0, V7.4.2", 613,
        "7.4.2", does="an administrator disables or deletes somebody who is signed in"),
    Attack("96.6", "a session that was to be ended with the others", Expected.UNAUTHORIZED,
        "OWASP ASVS 5.0, V7.5.2", 613, "7.5.2", does="ends all other sessions from one of them"),
    Attack("97.1", "token of before a new password", Expected.R1, "OWASP ASVS 5.0, V7.4.3", 613,
        "7.4.3", does="changes the password in one session and goes on in another"),
    Attack("97.2", "refresh after a new password", Expected.UNAUTHORIZED, "OWASP ASVS 5.0, V7.4.3",
        613, "7.4.3"),
    Attack("99.2", "session fixation with a made-up cookie", Expected.OK, "OWASP ASVS 5.0, V7.2.4",
        384, "7.2.4", does="signs in with a cookie that the attacker has made up"),
    Attack("100.4", "the sessions of others in one's own list", Expected.OK, _API1, 639, "8.2.2",
        does="Bob lists his sessions and looks for Alice's address and credentials"),
    Attack("100.5", "another's session ended", Expected.REFUSED, _API1, 639, "8.2.2",
        does="Bob ends a session by its token, which is somebody else's"),
    Attack("143.1", "the old password after a new one", Expected.UNAUTHORIZED,
        "OWASP ASVS 5.0, V6.2.2", 620, "6.2.2"),
    Attack("143.2", "a new password with a wrong old one", Expected.REFUSED,
        "OWASP ASVS 5.0, V6.2.3", 620, "6.2.3"),
    Attack("143.3", "a new password without the old one", Expected.REFUSED,
        "OWASP ASVS 5.0, V6.2.3", 620, "6.2.3"),
)  # fmt: skip

_TOLD = "OWASP ASVS 5.0, V6.3.8"
_SIGN_IN = "OWASP ASVS 5.0, V6.2.8"

ACCOUNTS = (
    Attack("103.1", "sign-in that tells who has an account", Expected.UNAUTHORIZED, _TOLD, 204,
        "6.3.8", does="compares the answers to a wrong password and to an unknown address"),
    Attack("103.2", "reset that tells who has an account", Expected.OK, _TOLD, 204, "6.3.8"),
    Attack("103.3", "sign-up that tells who has an account", Expected.OK, _TOLD, 204, "6.3.8"),
    Attack("103.4", "sign-in whose time tells who has an account", Expected.UNAUTHORIZED, _TOLD,
        208, "6.3.8", does="compares the medians of how long the two take, in turns, twice"),
    *(
        Attack(
            f"144.{index}", f"sign-in with {name}", Expected.UNAUTHORIZED, _SIGN_IN, cwe, "6.2.8"
        )
        for index, (name, cwe) in enumerate(
            (
                ("a wrong password", 287), ("another's password", 287), ("no password", 287),
                ("the password in another case", 178), ("a part of the password", 187),
                ("more than the password", 287), ("SQL as the password", 89),
                ("SQL as the address", 89), ("a query object as the password", 943),
                ("a password of another type", 843),
            ),
            1,
        )
    ),
    Attack("145.1", "a credential in a URL", Expected.OK, "OWASP ASVS 5.0, V14.2.1", 598, "14.2.1",
        does="looks for the credential in where signing in leads to"),
    Attack("146.1", "guessing without an end", Expected.REFUSED, "OWASP ASVS 5.0, V6.3.1", 307,
        "6.3.1", does="tries wrong passwords, one after the other"),
    Attack("147.1", "sign-up over an account", Expected.REFUSED, "OWASP ASVS 5.0, V6.1", 837,
        does="signs up with an address that has an account, and a password of the attacker's"),
    Attack("147.2", "sign-up over an account in another spelling", Expected.REFUSED,
        "OWASP ASVS 5.0, V6.1", 178, does="the same with capitals or a space in the address"),
    Attack("148.1", "a reset token in the answer", Expected.OK, "OWASP ASVS 5.0, V6.4.1", 640,
        "6.4.1", does="asks for somebody's password to be reset, and reads the answer"),
)  # fmt: skip

LIFECYCLE_LEFT_OUT = (LeftOut(95, "no absolute limit on a session yet"),)
