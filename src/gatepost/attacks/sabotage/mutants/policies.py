"""Policies: what a route asks for beside a sign-in."""

from gatepost.attacks.sabotage.mutant import ISSUER, Mutant

_AUTHORIZATION, _CLAIMS = "gatepost/gate/authorization.py", "gatepost/tokens/claims.py"

_SCOPES = "    if not policy.scopes <= claims.scopes:"
_ROLES = "    if policy.roles and not policy.roles <= await roles.roles_of(claims):"


def _policy(name: str, says: str, old: str, new: str, *aims: str) -> Mutant:
    return Mutant(name, says, _AUTHORIZATION, old, new, aims, ISSUER)


POLICIES = (
    Mutant(
        "policies-ignored",
        "Whoever is signed in may do everything.",
        "gatepost/gate/decision.py",
        "    if policy is not PLAIN:\n        await _authorize(claims, policy, rules)\n",
        "",
        ("101", "102", "125"),
        ISSUER,
    ),
    _policy(
        "scopes-ignored", "A route asks for a scope, and nobody looks.", _SCOPES, "    if False:",
        "101",
    ),
    _policy(
        "any-scope",
        "Any scope is enough.",
        _SCOPES,
        "    if policy.scopes and not claims.scopes:",
        "101",
    ),
    _policy(
        "scope-by-its-beginning",
        "A scope is known by how its name begins.",
        _SCOPES,
        "    if not all(\n"
        "        any(wanted.startswith(has) for has in claims.scopes) for wanted in policy.scopes\n"
        "    ):",
        "101.3",
    ),
    _policy(
        "scope-in-any-case",
        "A scope is known in capitals as well.",
        _SCOPES,
        "    if not {s.lower() for s in policy.scopes} <= {s.lower() for s in claims.scopes}:",
        "101.3",
    ),
    Mutant(
        "scope-of-any-kind",
        "The names of a token's scopes are found in whatever the claim holds.",
        _CLAIMS,
        "    if not isinstance(names, list):\n        return _NONE\n",
        "    if isinstance(names, dict):\n        names = [*names, *names.values()]\n"
        "    if not isinstance(names, list):\n        return _NONE\n",
        ("101.4",),
        ISSUER,
    ),
    _policy(
        "roles-ignored",
        "A route asks for a role, and nobody looks.",
        _ROLES,
        "    if False:",
        "125",
    ),
    _policy(
        "any-role",
        "Any role is enough.",
        _ROLES,
        "    if policy.roles and not await roles.roles_of(claims):",
        "125",
    ),
    _policy(
        "recent-sign-in-not-asked-for",
        "A route asks for a recent sign-in, and nobody looks.",
        "    if policy.max_age_seconds is not None and not _is_recent("
        "claims, policy.max_age_seconds):",
        "    if False:",
        "102",
    ),
    _policy(
        "sign-in-at-no-time-is-recent",
        "A token that does not say when somebody signed in is of a recent sign-in.",
        "    return claims.signed_in_at is not None and time.time() - claims.signed_in_at "
        "<= max_age_seconds",
        "    return claims.signed_in_at is None or time.time() - claims.signed_in_at "
        "<= max_age_seconds",
        "102",
    ),
    _policy(
        "recent-within-a-day",
        "A sign-in of hours ago is recent.",
        "time.time() - claims.signed_in_at <= max_age_seconds",
        "time.time() - claims.signed_in_at <= 86_400",
        "102",
    ),
    Mutant(
        "policy-of-one-method",
        "What a route asks for is asked of GET alone.",
        "gatepost/gate/decision.py",
        "    if policy is not PLAIN:\n",
        '    if policy is not PLAIN and scope.get("method") == "GET":\n',
        ("125", "101", "102"),
        ISSUER,
    ),
)  # fmt: skip
"""Weaker authorization."""
