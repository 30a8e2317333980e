"""Claims: each check of what a token says, left out or made loose."""

from gatepost.attacks.sabotage.mutant import ISSUER, Mutant

_CLAIMS, _TRUST = "gatepost/tokens/claims.py", "gatepost/tokens/trust.py"


def _claim(name: str, says: str, old: str, new: str, *aims: str) -> Mutant:
    return Mutant(name, says, _CLAIMS, old, new, aims, ISSUER)


CLAIMS = (
    _claim(
        "exp-ignored",
        "A token that has expired is as good as before.",
        "    return isinstance(value, int) and value + trust.clock_skew_seconds > now",
        "    return isinstance(value, int)",
        "64",
    ),
    _claim(
        "exp-forgiven-for-a-minute",
        "A token lives a minute longer than it says.",
        "value + trust.clock_skew_seconds > now",
        "value + 60 > now",
        "65",
    ),
    _claim(
        "nbf-ignored",
        "A token counts before it says that it does.",
        '    ClaimCheck("nbf", _has_come, TokenFault.NOT_YET_VALID),\n',
        "",
        "70",
    ),
    _claim(
        "nbf-of-any-type",
        "The time before which a token does not count may be a text.",
        '    ClaimCheck("nbf", _is_time, TokenFault.BAD_TIME),\n'
        '    ClaimCheck("auth_time", _is_time, TokenFault.BAD_TIME),\n'
        '    ClaimCheck("exp", _is_still_ahead, TokenFault.EXPIRED),\n'
        '    ClaimCheck("nbf", _has_come, TokenFault.NOT_YET_VALID),\n',
        '    ClaimCheck("auth_time", _is_time, TokenFault.BAD_TIME),\n'
        '    ClaimCheck("exp", _is_still_ahead, TokenFault.EXPIRED),\n',
        "70",
    ),
    _claim(
        "iat-ignored",
        "A token may have been issued tomorrow.",
        '    ClaimCheck("iat", _has_come, TokenFault.ISSUED_AHEAD),\n',
        "",
        "71",
    ),
    _claim(
        "iss-ignored",
        "Anybody may have issued a token.",
        "    return value == trust.issuer",
        "    return True",
        "72",
        "88",
    ),
    _claim(
        "iss-a-prefix",
        "An issuer is known by how its name begins.",
        "    return value == trust.issuer",
        "    return isinstance(value, str) and (trust.issuer.startswith(value) "
        "or value.startswith(trust.issuer))",
        "72",
    ),
    _claim(
        "iss-in-a-list",
        "A token may name several issuers.",
        "    return value == trust.issuer",
        "    return trust.issuer in value if isinstance(value, list) else value == trust.issuer",
        "73",
    ),
    Mutant(
        "iss-not-required",
        "A token need not say who has issued it.",
        _TRUST,
        'frozenset({"iss", "sub", "aud", "exp", "iat"})',
        'frozenset({"sub", "aud", "exp", "iat"})',
        ("72",),
        ISSUER,
    ),
    Mutant(
        "aud-not-required",
        "A token need not say whom it is for.",
        _TRUST,
        'frozenset({"iss", "sub", "aud", "exp", "iat"})',
        'frozenset({"iss", "sub", "exp", "iat"})',
        ("74",),
        ISSUER,
    ),
    _claim(
        "aud-ignored",
        "A token for anybody else is one for this app.",
        "        return value == [trust.audience]\n    return value == trust.audience",
        "        return True\n    return True",
        "75",
        "76",
    ),
    _claim(
        "aud-a-prefix",
        "An audience is known by how its name begins.",
        "    return value == trust.audience",
        "    return isinstance(value, str) and trust.audience.startswith(value)",
        "75",
        "74",
    ),
    _claim(
        "aud-among-others",
        "A token may be for this app and for others.",
        "        return value == [trust.audience]",
        "        return trust.audience in value",
        "76",
    ),
    _claim(
        "sub-of-any-type",
        "A token's subject may be empty, a number or a list.",
        "    return isinstance(value, str) and 0 < len(value) <= _MAX_ID_LENGTH "
        "and value.isprintable()",
        "    return True",
        "77",
    ),
    _claim(
        "sub-of-any-length",
        "A token's subject may be as long as it likes.",
        "0 < len(value) <= _MAX_ID_LENGTH and value.isprintable()",
        "bool(value) and value.isprintable()",
        "77",
    ),
    _claim(
        "sub-of-any-characters",
        "A token's subject may hold control characters.",
        "0 < len(value) <= _MAX_ID_LENGTH and value.isprintable()",
        "0 < len(value) <= _MAX_ID_LENGTH",
        "78",
    ),
    _claim(
        "client-as-a-person",
        "A client that acts for itself passes for a person.",
        '    return value != claims["sub"]',
        "    return True",
        "81",
    ),
    _claim(
        "id-token-as-access-token",
        "What tells a client who signed in opens the API as well.",
        "_now: float) -> bool:\n    return False",
        "_now: float) -> bool:\n    return True",
        "84",
    ),
    _claim(
        "lifetime-ignored",
        "A token may live for a century.",
        "    if not 0 < expires_at - issued_at <= trust.max_lifetime_seconds:",
        "    if not 0 < expires_at - issued_at:",
        "69",
    ),
)
"""Weaker checks of what a token says."""
