"""Passwords: whether they are asked for, and what an answer tells of who has an account."""

from gatepost.attacks.sabotage.mutant import Mutant

_PROVIDER = "gatepost/provider"
_SIGN_IN = f"{_PROVIDER}/email_password.py"

PASSWORDS = (
    Mutant(
        "password-not-checked",
        "Any password signs in.",
        _SIGN_IN,
        "    return None if right else SignInFailure.WRONG_PASSWORD",
        "    return None",
        ("103", "143", "146", "147"),
    ),
    Mutant(
        "password-change-by-anybody",
        "A new password needs no old one.",
        f"{_PROVIDER}/password_routes.py",
        "    if not right:\n        return SignInFailure.WRONG_PASSWORD\n",
        "",
        ("143", "97"),
    ),
    Mutant(
        "sign-in-tells",
        "A sign-in says that nobody has the address.",
        _SIGN_IN,
        "            services, INVALID_EMAIL_OR_PASSWORD, failure or SignInFailure.UNKNOWN_USER, "
        "user_id\n",
        "            services,\n"
        "            INVALID_EMAIL_OR_PASSWORD if known else INVALID_EMAIL,\n"
        "            failure or SignInFailure.UNKNOWN_USER,\n"
        "            user_id,\n",
        ("103",),
    ),
    Mutant(
        "dummy-hash-left-out",
        "A sign-in is faster where nobody has the address.",
        _SIGN_IN,
        "        right = await services.passwords.verify(stored, password)",
        "        right = stored is not None and await services.passwords.verify(stored, password)",
        ("103",),
    ),
    Mutant(
        "reset-tells",
        "Asking for a new password says that nobody has the address.",
        f"{_PROVIDER}/reset_password.py",
        "    if known is None:\n        services.reporter.report(EventName.LINK_REFUSED, "
        "reason=LinkFault.UNKNOWN_USER)\n",
        "    if known is None:\n        raise RESET_USER_NOT_FOUND.refusal()\n",
        ("103",),
    ),
)
"""Weaker passwords, and answers that tell."""
