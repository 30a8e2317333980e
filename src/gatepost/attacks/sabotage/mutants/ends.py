"""Ends: sign-outs, deleted accounts, sessions and their cookies."""

from gatepost.attacks.sabotage.mutant import Mutant

_REVOCATIONS, _PROVIDER = "gatepost/tokens/revocations.py", "gatepost/provider"
_COOKIES = f"{_PROVIDER}/cookies.py"

ENDS = (
    Mutant(
        "revocations-ignored",
        "What has been taken back counts until it expires.",
        _REVOCATIONS,
        "        if self._has_ended(claims):",
        "        if False:",
        ("91", "96", "97"),
    ),
    Mutant(
        "session-ends-ignored",
        "The tokens of a session outlive it.",
        _REVOCATIONS,
        "            if claims.session_id in self._sessions:\n                return True\n",
        "            pass\n",
        ("91", "96"),
    ),
    Mutant(
        "remembered-tokens-not-asked-again",
        "A token that was good once is good until it expires.",
        "gatepost/tokens/verifier.py",
        "    if trust.keys.find(claims.key_id) is not believed.key:\n"
        "        return TokenFault.UNKNOWN_KEY\n"
        "    return trust.revocations.fault(claims)",
        "    if trust.keys.find(claims.key_id) is not believed.key:\n"
        "        return TokenFault.UNKNOWN_KEY\n"
        "    return None",
        ("91", "96"),
    ),
    Mutant(
        "sign-out-ends-nothing",
        "Signing out takes the cookie away, and that is all.",
        f"{_PROVIDER}/session_routes.py",
        "    await end_sessions(services, [session for session, _ in found], "
        "EventName.SESSION_LOGOUT)\n",
        "",
        ("91", "92"),
    ),
    Mutant(
        "sign-out-ends-everything",
        "Signing out ends every session of everybody.",
        _REVOCATIONS,
        "            if claims.session_id in self._sessions:\n                return True\n",
        "            if self._sessions:\n                return True\n",
        ("91.2",),
    ),
    Mutant(
        "session-outlives-its-sign-out",
        "Signing out takes back the tokens, and leaves the session.",
        f"{_PROVIDER}/ending.py",
        "    deleted = await services.sessions.delete(sessions)\n",
        "    deleted = frozenset[SessionId]()\n",
        ("92",),
    ),
    Mutant(
        "session-cookie-unsigned",
        "Any signature on a session's cookie is a good one.",
        _COOKIES,
        "        return value if any(fits) else None",
        "        return value",
        ("100",),
    ),
    Mutant(
        "session-cookie-without-a-signature",
        "A session's cookie needs no signature.",
        _COOKIES,
        "            return None\n        # As bytes:",
        "            return signed\n        # As bytes:",
        ("100",),
    ),
    Mutant(
        "session-fixation",
        "Signing in goes on with the session whose cookie the browser brings.",
        f"{_PROVIDER}/email_password.py",
        "    try:\n        await open_session(services, session)\n    except UserGone:",
        "    brought = next(iter(exchange.cookies.session_tokens), None)\n"
        "    if brought is not None:\n"
        "        import dataclasses\n"
        "        old = await services.sessions.find([brought])\n"
        "        await services.sessions.delete([each for each, _ in old])\n"
        "        session = dataclasses.replace(session, token=brought)\n"
        "    try:\n        await open_session(services, session)\n    except UserGone:",
        ("99",),
    ),
    Mutant(
        "session-of-another-ended",
        "Whoever knows the token of a session ends it, whosever it is.",
        f"{_PROVIDER}/own_sessions.py",
        "        if named.user_id == user.id:",
        "        if True:",
        ("96", "100"),
    ),
    Mutant(
        "sessions-of-everybody-listed",
        "The list of one's sessions is everybody's, tokens included.",
        f"{_PROVIDER}/sessions.py",
        "            select(tables.session)\n"
        "            .where(tables.session.c.userId == user_id)\n",
        "            select(tables.session)\n",
        ("100", "96", "108"),
    ),
    Mutant(
        "other-sessions-not-ended",
        "Ending all other sessions ends none.",
        f"{_PROVIDER}/own_sessions.py",
        "    await end_sessions(services, others, EventName.SESSION_REVOKED)\n",
        "",
        ("96", "97"),
    ),
    Mutant(
        "password-change-ends-nothing",
        "Who asks to end other sessions with a new password ends none.",
        f"{_PROVIDER}/password_routes.py",
        "    sessions = await services.sessions.all_of(session.user_id)\n"
        "    await end_sessions(services, sessions, EventName.SESSION_REVOKED)\n",
        "",
        ("97",),
    ),
)
"""Credentials that outlive their end, or that somebody else has chosen."""
