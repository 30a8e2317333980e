"""Answers: what caches keep, and where a browser is sent."""

from gatepost.attacks.sabotage.mutant import ISSUER, Mutant

_PROVIDER = "gatepost/provider"
_ORIGIN_CHECK = f"{_PROVIDER}/origin_check.py"

_PATHS_ONLY = '        return "//" not in path and _ENCODED_SEPARATOR.search(path) is None\n'

ANSWERS = (
    Mutant(
        "answers-in-caches",
        "A cache on the way keeps what belongs to a person.",
        "gatepost/gate/passage.py",
        "            headers.append(_NO_STORE)\n",
        "            pass\n",
        ("122",),
    ),
    Mutant(
        "answers-in-shared-caches",
        "What belongs to a person may be kept for everybody.",
        "gatepost/gate/passage.py",
        '_NO_STORE = (b"cache-control", b"no-store")',
        '_NO_STORE = (b"cache-control", b"public, max-age=60")',
        ("122",),
    ),
    Mutant(
        "tokens-in-caches",
        "A cache on the way keeps a session's token.",
        f"{_PROVIDER}/answers.py",
        '        response.headers["cache-control"] = "no-store"\n',
        "",
        ("138",),
    ),
    Mutant(
        "page-in-a-frame",
        "Any site frames the page, and lets its visitors click in it.",
        "gatepost/pages.py",
        '        return FileResponse(index, headers={**headers, "Cache-Control": "no-cache"})\n',
        '        return FileResponse(index, headers={"Cache-Control": "no-cache"})\n',
        ("184",),
    ),
    Mutant(
        "errors-show-the-inside",
        "A refusal says where in the code it arose.",
        "gatepost/gate/responses.py",
        "    return _answer(status, error.message, error.code)\n",
        "    import traceback\n"
        '    inside = "".join(traceback.format_exception(error))\n'
        '    return _answer(status, f"{error.message} {inside}", error.code)\n',
        ("180",),
    ),
    Mutant(
        "errors-repeat-what-was-sent",
        "What is wrong with a body is said with the body, password and all.",
        "gatepost/gate/responses.py",
        '            "loc": _location(item["loc"]),\n',
        '            "loc": _location(item["loc"]),\n'
        '            "input": repr(item.get("input")),\n',
        ("180",),
        ISSUER,
    ),
    Mutant(
        "redirect-anywhere",
        "A sign-in sends the browser wherever it is told.",
        _ORIGIN_CHECK,
        "    if _CONTROL.search(url):\n        return False\n",
        "    return True\n",
        ("136",),
    ),
    Mutant(
        "redirect-to-any-url",
        "A sign-in sends the browser to an absolute URL of any host.",
        _ORIGIN_CHECK,
        "    return trusted.trusts_url(url)\n",
        "    return True\n",
        ("136",),
    ),
    Mutant(
        "redirect-by-two-slashes",
        "A sign-in sends the browser to `//evil.example`.",
        _ORIGIN_CHECK,
        _PATHS_ONLY,
        "        return _ENCODED_SEPARATOR.search(path) is None\n",
        ("136",),
    ),
    Mutant(
        "redirect-by-a-backslash",
        "A sign-in sends the browser to a path with a backslash, which it takes for a slash.",
        _ORIGIN_CHECK,
        "    if _CONTROL.search(url):\n        return False\n",
        "",
        ("136",),
    ),
    Mutant(
        "redirect-by-encoded-slashes",
        "A sign-in sends the browser to a path with an encoded slash.",
        _ORIGIN_CHECK,
        _PATHS_ONLY,
        '        return "//" not in path\n',
        ("136",),
    ),
    Mutant(
        "redirect-of-other-members",
        "Only one of the URLs that a request names is looked at.",
        _ORIGIN_CHECK,
        '    ("redirectTo", "redirectURL", "INVALID_REDIRECT_URL"),\n'
        '    ("errorCallbackURL", "errorCallbackURL", "INVALID_ERROR_CALLBACK_URL"),\n'
        '    ("newUserCallbackURL", "newUserCallbackURL", "INVALID_NEW_USER_CALLBACK_URL"),\n',
        "",
        ("136",),
    ),
    Mutant(
        "redirect-out-of-a-link",
        "What a mailed link leads to in the end is not looked at.",
        _ORIGIN_CHECK,
        "    if url and not _may_redirect_to(url, trusted):\n        refusal = Forbidden("
        '"Invalid callbackURL"',
        '    if False:\n        refusal = Forbidden("Invalid callbackURL"',
        ("136",),
    ),
)
"""Answers that show or send somebody too much."""
