"""The bare route behind a middleware that does nothing: what any middleware costs at least."""

from starlette.types import ASGIApp, Receive, Scope, Send

from benchmarks.gate.apps.answer import answer, app_with


class DoNothing:
    """Pure ASGI middleware that passes everything on.

    Args:
        app: what is behind it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        await self._app(scope, receive, send)


app = app_with(answer)
app.add_middleware(DoNothing)
