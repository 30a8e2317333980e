"""The browser: origins, cookies, caches, and where it is sent."""

from gatepost.attacks.sabotage.mutant import COOKIES, SECURE, Mutant

_GATE, _PROVIDER = "gatepost/gate", "gatepost/provider"
_ORIGIN_CHECK, _SET_COOKIE = f"{_PROVIDER}/origin_check.py", f"{_PROVIDER}/cookies.py"
_ACCESS_COOKIE, _CROSS_ORIGIN = f"{_GATE}/access_cookie.py", f"{_GATE}/cross_origin.py"
_CORS = f"{_GATE}/cors.py"

_ATTRIBUTES = '_ATTRIBUTES = "Path=/; HttpOnly; Secure; SameSite=Strict"'
_SESSION_FLAGS = 'Path=/; HttpOnly;{flag} SameSite=Lax"'


def _access_cookie(name: str, says: str, attributes: str) -> Mutant:
    new = f'_ATTRIBUTES = "{attributes}"'
    return Mutant(name, says, _ACCESS_COOKIE, _ATTRIBUTES, new, ("137",), COOKIES)


def _session_cookie(name: str, says: str, flags: str) -> Mutant:
    return Mutant(name, says, _SET_COOKIE, _SESSION_FLAGS, flags, ("137",))


ORIGINS = (
    Mutant(
        "origin-not-checked",
        "The provider takes a request with a cookie from any page.",
        f"{_PROVIDER}/app.py",
        "            check_request(exchange, services.trusted_origins)\n",
        "            pass\n",
        ("131", "132", "133", "136"),
    ),
    Mutant(
        "sign-in-from-any-page",
        "Any page signs its visitors in, as whomever it likes.",
        f"{_PROVIDER}/app.py",
        "                check_sign_in(exchange, services.trusted_origins)",
        "                pass",
        ("134",),
    ),
    Mutant(
        "null-origin-trusted",
        "A page of no origin is one of ours.",
        _ORIGIN_CHECK,
        '    if not shown or shown == "null":\n',
        '    if shown == "null":\n        return\n    if not shown:\n',
        ("133",),
    ),
    Mutant(
        "no-origin-trusted",
        "A request with a cookie need not say which page has sent it.",
        _ORIGIN_CHECK,
        "        raise CrossSite(MISSING_OR_NULL_ORIGIN.refusal(), OriginFault.MISSING_OR_NULL)",
        "        return",
        ("131", "132", "133"),
    ),
    Mutant(
        "untrusted-origin-forgiven",
        "A request with a cookie may come from a page that is not trusted.",
        _ORIGIN_CHECK,
        "    if not trusted.trusts_url(shown):",
        "    if False:",
        ("131", "132", "133"),
    ),
    Mutant(
        "origin-by-its-beginning",
        "An origin is trusted by how it begins.",
        "gatepost/origins.py",
        "        if origin in self.others:",
        "        if any(origin.startswith(each) for each in self.others):",
        ("131", "133", "135"),
        COOKIES,
    ),
    Mutant(
        "origin-by-its-end",
        "An origin is trusted by how it ends.",
        "gatepost/origins.py",
        "        if origin in self.others:",
        '        if any(origin.endswith(each.partition("://")[2]) for each in self.others):',
        ("131", "133", "135"),
        COOKIES,
    ),
    Mutant(
        "access-cookie-from-any-page",
        "Any page makes a browser do what the access cookie allows.",
        f"{_GATE}/decision.py",
        "    if is_forged(scope, headers, rules.origins):",
        "    if False:",
        ("131", "132", "133"),
        COOKIES,
    ),
    Mutant(
        "fetch-metadata-ignored",
        "What a browser says of the page that sends a request is not looked at.",
        _CROSS_ORIGIN,
        '    site = headers.every(b"sec-fetch-site")\n',
        "    site: list[bytes] = []\n",
        ("131", "132"),
        COOKIES,
    ),
    Mutant(
        "same-site-trusted",
        "A page of a sibling host is one of ours.",
        _CROSS_ORIGIN,
        'site[0] in (b"same-origin", b"none")',
        'site[0] in (b"same-origin", b"same-site", b"none")',
        ("132",),
        COOKIES,
    ),
    Mutant(
        "post-is-safe",
        "A POST is taken to change nothing.",
        _CROSS_ORIGIN,
        '_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})',
        '_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST"})',
        ("131", "132", "133"),
        COOKIES,
    ),
    Mutant(
        "foreign-is-never-foreign",
        "An origin that is not trusted is looked over.",
        _CROSS_ORIGIN,
        '    return bool(headers.every(b"origin")) and not _is_trusted(headers, origins)',
        "    return False",
        ("133", "17"),
        COOKIES,
    ),
    Mutant(
        "access-cookie-cleared-by-any-page",
        "Any page signs its visitors out.",
        _ACCESS_COOKIE,
        "        if is_forged(request.scope, RequestHeaders(request.scope), origins):",
        "        if False:",
        ("131", "132", "134"),
        COOKIES,
    ),
    Mutant(
        "first-of-two-cookies",
        "Of two access cookies the first counts.",
        f"{_GATE}/credentials.py",
        "    if len(values) > 1:\n        raise MalformedCredential(CredentialFault.REPEATED)\n",
        "",
        ("6",),
        COOKIES,
    ),
    Mutant(
        "cookie-beside-a-token",
        "Of a cookie and a token the token counts.",
        f"{_GATE}/decision.py",
        "    if shown is not None:\n        raise MalformedCredential(CredentialFault.REPEATED)\n",
        "    if shown is not None:\n        return shown\n",
        ("5", "100"),
        COOKIES,
    ),
    Mutant(
        "cors-reflected",
        "Any page of any origin reads what people see.",
        _CORS,
        "        origin = trusted_origin(headers, origins)\n",
        '        origin = headers.only(b"origin")\n',
        ("135",),
    ),
    Mutant(
        "cors-of-no-origin",
        "A page of no origin reads what people see.",
        _CORS,
        "        origin = trusted_origin(headers, origins)\n",
        "        origin = trusted_origin(headers, origins)\n"
        '        if headers.only(b"origin") == b"null":\n            origin = b"null"\n',
        ("135",),
    ),
)
"""Pages of others that are taken for one's own."""

FLAGS = (
    _session_cookie(
        "session-cookie-read-by-scripts",
        "A script reads the session's cookie.",
        'Path=/;{flag} SameSite=Lax"',
    ),
    _session_cookie(
        "session-cookie-sent-across-sites",
        "The session's cookie goes with what other sites send.",
        'Path=/; HttpOnly;{flag} SameSite=None"',
    ),
    _session_cookie(
        "session-cookie-without-samesite",
        "Whether the session's cookie goes with what other sites send is left to the browser.",
        'Path=/; HttpOnly;{flag}"',
    ),
    Mutant(
        "session-cookie-in-plain-http",
        "The session's cookie goes over plain HTTP as well.",
        _SET_COOKIE,
        '        flag = " Secure;" if secure else ""\n',
        '        flag = ""\n',
        ("137",),
        SECURE,
    ),
    Mutant(
        "session-cookie-of-every-host",
        "The session's cookie goes to every sibling host.",
        _SET_COOKIE,
        '        domain = f" Domain={self.domain};" if self.domain else ""\n',
        '        domain = " Domain=.example;"\n',
        ("137",),
    ),
    _access_cookie(
        "access-cookie-read-by-scripts",
        "A script reads the access cookie.",
        "Path=/; Secure; SameSite=Strict",
    ),
    _access_cookie(
        "access-cookie-in-plain-http",
        "The access cookie goes over plain HTTP as well.",
        "Path=/; HttpOnly; SameSite=Strict",
    ),
    _access_cookie(
        "access-cookie-sent-across-sites",
        "The access cookie goes with what other sites send.",
        "Path=/; HttpOnly; Secure; SameSite=None",
    ),
    _access_cookie(
        "access-cookie-of-every-host",
        "The access cookie goes to every sibling host.",
        "Path=/; HttpOnly; Secure; SameSite=Strict; Domain=.example",
    ),
)
"""Cookies without their flags."""
