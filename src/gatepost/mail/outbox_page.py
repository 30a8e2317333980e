"""The outbox as a page and as JSON, for a loopback listener of its own; never part of an app.

Whoever reads it can take over any account, so only a browser that asks for this machine by one of
its own names is answered: a page whose name was made to point here (DNS rebinding) is not.
"""

import re
from html import escape

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from gatepost.mail.outbox import Outbox, Posted

_URL = re.compile(r"https?://\S+")
_HOSTS = ("127.0.0.1", "localhost", "[::1]")
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    ),
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_STYLE = "body{font-family:sans-serif;max-width:48em;margin:2em auto}pre{white-space:pre-wrap}"


def outbox_page(outbox: Outbox, port: int) -> ASGIApp:
    """Return an app with the mails at `/`, and as JSON at `/mails`.

    Args:
        outbox: what is shown.
        port: where it listens; it is part of the Host that it answers to.
    """

    async def page(_request: Request) -> Response:
        return HTMLResponse(_page(outbox.posted), headers=_HEADERS)

    async def mails(_request: Request) -> Response:
        shown = [_shown(each) for each in outbox.posted]
        return JSONResponse({"mails": shown}, headers=_HEADERS)

    app = Starlette(routes=[Route("/", page), Route("/mails", mails)])
    return _ThisMachineOnly(app, port)


class _ThisMachineOnly:
    """Answers nobody but who asks for this machine by its own name, and from no other site."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._hosts = frozenset(f"{name}:{port}".encode() for name in _HOSTS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._may_see(scope):
            refused = Response("Ask for this machine by its own name.\n", 421, headers=_HEADERS)
            await refused(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _may_see(self, scope: Scope) -> bool:
        hosts = [value.lower() for name, value in scope["headers"] if name == b"host"]
        sites = [value for name, value in scope["headers"] if name == b"sec-fetch-site"]
        return len(hosts) == 1 and hosts[0] in self._hosts and b"cross-site" not in sites


def _shown(posted: Posted) -> dict[str, str]:
    mail = posted.mail
    at = posted.at.isoformat(timespec="milliseconds")
    return {
        "at": at,
        "to": mail.to,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
    }


def _linked(text: str) -> str:
    # Escaped first: what is then found has neither quotes nor angle brackets.
    return _URL.sub(r'<a href="\g<0>">\g<0></a>', escape(text))


def _page(posted: tuple[Posted, ...]) -> str:
    mails = "".join(
        f"<article><h2>{escape(each.mail.subject)}</h2>"
        f"<p>To {escape(each.mail.to)}, {each.at:%H:%M:%S} UTC</p>"
        f"<pre>{_linked(each.mail.text)}</pre></article>"
        for each in reversed(posted)
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Outbox</title>'
        f"<style>{_STYLE}</style></head><body><h1>Outbox</h1>"
        f"<p>What would have been sent, the newest first. Reload to see more.</p>"
        f"{mails or '<p>Nothing yet.</p>'}</body></html>"
    )
