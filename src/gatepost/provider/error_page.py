"""GET /error: where a browser is sent when a sign-in by way of another site has failed.

Anybody can link to it, so it says nothing that its address says, but for a code it knows.
"""

import base64
import hashlib

from gatepost.provider.exchange import Exchange
from gatepost.provider.outcomes import Page
from gatepost.provider.services import Services
from gatepost.provider.validation import ValidBody

_UNKNOWN = "UNKNOWN"
_EXPLAINED = {
    "state_not_found": "The answer of the other site came without what was sent there.",
    "state_mismatch": "This sign-in was begun elsewhere, or too long ago.",
    "access_denied": "You did not agree at the other site.",
    "INVALID_TOKEN": "This link has been used already, or was not copied whole.",
    "TOKEN_EXPIRED": "This link is too old.",
    "USER_NOT_FOUND": "There is no such account any more.",
    _UNKNOWN: "What went wrong cannot be said here.",
}
_STYLE = (
    ":root{color-scheme:light dark;font-family:system-ui,sans-serif}"
    "main{max-width:28rem;margin:20vh auto;padding:0 1rem;line-height:1.5}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


async def error(_services: Services, exchange: Exchange, _body: ValidBody) -> object:
    """Show that something went wrong, and its code where it is one of ours."""
    given = exchange.query.get("error")
    code = given if isinstance(given, str) and given in _EXPLAINED else _UNKNOWN
    return Page(_document(code), _HEADERS)


def _document(code: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Sign-in failed</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>Sign-in failed</h1><p>{_EXPLAINED[code]}</p>"
        f'<p>Code: <code>{code}</code></p><p><a href="/">Back to the start</a></p></main></body>'
        "</html>\n"
    )
