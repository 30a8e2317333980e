"""The gate: where the credential is looked for, and each step that comes before a handler."""

from gatepost.attacks.sabotage.mutant import ISSUER, Mutant

_GATE = "gatepost/gate"
_DECISION, _CREDENTIALS = f"{_GATE}/decision.py", f"{_GATE}/credentials.py"
_AUDIT = f"{_GATE}/audit.py"

_ASKED = "    if isinstance(policy, Public):\n        return None\n"

GATE = (
    Mutant(
        "strangers-let-in",
        "Who shows no credential goes through to the handler.",
        _DECISION,
        _ASKED,
        '    if isinstance(policy, Public) or b"authorization" not in headers:\n'
        "        return None\n",
        ("1",),
    ),
    Mutant(
        "open-by-default",
        "A route that says nothing is public.",
        _AUDIT,
        "        policy = PLAIN if declared is None else declared\n",
        '        policy = Public("nobody said") if declared is None else declared\n',
        ("1",),
    ),
    Mutant(
        "one-route-opened",
        "A route that shows somebody's rows is declared public.",
        "gatepost_tasks/tasks.py",
        '@router.get("/{task_id}")\n',
        "@router.get(\"/{task_id}\")\n@__import__('gatepost').public('anybody may look')\n",
        ("1",),
    ),
    Mutant(
        "documentation-opened",
        "Anybody reads the documentation that FastAPI makes, which nobody declared public.",
        _DECISION,
        _ASKED,
        '    if isinstance(policy, Public) or scope["path"] in ("/docs", "/openapi.json"):\n'
        "        return None\n",
        ("18", "1"),
        ISSUER,
    ),
    Mutant(
        "slash-redirects",
        "A path with a slash too many is answered with a redirect to whatever the Host says.",
        _AUDIT,
        "                router.redirect_slashes = False",
        "                router.redirect_slashes = True",
        ("14", "136"),
    ),
    Mutant(
        "path-by-a-header",
        "What is asked for is decided by X-Original-URL, as a proxy might write it.",
        f"{_GATE}/gate.py",
        "        resolution = _resolve(scope, cors, rules)\n",
        '        said = headers.only(b"x-original-url") or headers.only(b"x-rewrite-url")\n'
        '        asked = {**scope, "path": said.decode()} if said else scope\n'
        "        resolution = _resolve(asked, cors, rules)\n",
        ("12", "14"),
    ),
    Mutant(
        "method-by-a-header",
        "The method is decided by X-HTTP-Method-Override, and OPTIONS needs no credential.",
        _DECISION,
        _ASKED,
        '    if isinstance(policy, Public) or headers.only(b"x-http-method-override"):\n'
        "        return None\n",
        ("12",),
    ),
    Mutant(
        "identity-by-a-header",
        "Whoever names somebody in X-User-Id is let in.",
        _DECISION,
        _ASKED,
        '    if isinstance(policy, Public) or headers.only(b"x-user-id"):\n        return None\n',
        ("12", "141"),
    ),
    Mutant(
        "body-read-first",
        "The body of a stranger's request is waited for.",
        f"{_GATE}/gate.py",
        "            claims = await decide(scope, headers, resolution, rules)\n",
        "            from gatepost.gate.policy import PLAIN\n"
        '            if scope["type"] == "http" and b"authorization" not in headers:\n'
        "                while resolution.policy is PLAIN:\n"
        '                    if not (await receive()).get("more_body"):\n'
        "                        break\n"
        "            claims = await decide(scope, headers, resolution, rules)\n",
        ("15",),
    ),
    Mutant(
        "first-of-two-headers",
        "Of two Authorization headers the first counts.",
        _CREDENTIALS,
        '    value = headers.only(b"authorization")\n',
        '    value = headers.every(b"authorization")[0]\n',
        ("5",),
    ),
    Mutant(
        "last-of-two-headers",
        "Of two Authorization headers the last counts.",
        _CREDENTIALS,
        '    value = headers.only(b"authorization")\n',
        '    value = headers.every(b"authorization")[-1]\n',
        ("5",),
    ),
    Mutant(
        "any-scheme",
        "A token counts behind whatever scheme.",
        _CREDENTIALS,
        "    if scheme.lower() != _SCHEME or not token:",
        "    if not token:",
        ("3",),
    ),
    Mutant(
        "last-of-two-tokens",
        "Of two tokens in one header the last counts.",
        _CREDENTIALS,
        '    return _strict(token.lstrip(b" "))',
        '    return _strict(token.rpartition(b" ")[2].rpartition(b",")[2])',
        ("6",),
    ),
    Mutant(
        "first-of-two-tokens",
        "Of two tokens in one header the first counts.",
        _CREDENTIALS,
        '    return _strict(token.lstrip(b" "))',
        '    return _strict(token.lstrip(b" ").partition(b" ")[0].partition(b",")[0])',
        ("6",),
    ),
    Mutant(
        "token-in-the-query",
        "A token counts in the query as well, which every log keeps.",
        _DECISION,
        "    shown = take(headers)\n",
        "    shown = take(headers)\n"
        '    query = scope.get("query_string", b"")\n'
        '    if shown is None and b"access_token=" in query:\n'
        '        value = query.partition(b"access_token=")[2].partition(b"&")[0]\n'
        "        return UnverifiedToken(value)\n",
        ("7", "16.3"),
    ),
    Mutant(
        "token-in-a-cookie",
        "A token counts in a cookie, where nobody has turned cookies on.",
        _DECISION,
        "    if rules.cookie_setter is None:\n        return shown\n",
        "    if rules.cookie_setter is None:\n"
        "        for name, _, value in (\n"
        '            pair.strip().partition(b"=")\n'
        '            for header in headers.every(b"cookie")\n'
        '            for pair in header.split(b";")\n'
        "        ):\n"
        '            if name in (b"access_token", b"token", b"__Host-gatepost") and not shown:\n'
        "                return UnverifiedToken(value)\n"
        "        return shown\n",
        ("9",),
    ),
    Mutant(
        "websockets-let-in",
        "A websocket needs no credential.",
        _DECISION,
        _ASKED,
        '    named = {name for name, _ in scope["headers"]}\n'
        '    shows = named & {b"authorization", b"sec-websocket-protocol"}\n'
        '    if isinstance(policy, Public) or (scope["type"] == "websocket" and not shows):\n'
        "        return None\n",
        ("16",),
    ),
    Mutant(
        "websockets-outlive-their-caller",
        "A websocket stays open when its caller has signed out.",
        f"{_GATE}/standing.py",
        "        return self._has_lost_a_role or not self._rules.verifier.still_holds(self.claims)",
        "        return self._has_lost_a_role",
        ("91.4",),
    ),
)
"""A gate with a step left out."""
