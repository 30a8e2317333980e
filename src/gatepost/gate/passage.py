"""The way of a request that has been let in, and of its answer back out."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatepost.gate import responses
from gatepost.gate.cors import Cors
from gatepost.gate.decision import GateRules
from gatepost.gate.live import EndOfStream, LiveConnection, LiveStream
from gatepost.tokens import VerifiedClaims

_STARTS = ("http.response.start", "websocket.accept", "websocket.http.response.start")


class Passage:
    """One request that has been let in, until its answer has ended.

    Args:
        app: what is behind the gate.
        claims: what is known of the caller, or None on a public route.
        cors: what the browser is to be told.
        is_public: whether the route is.
    """

    def __init__(
        self,
        app: ASGIApp,
        rules: GateRules,
        claims: VerifiedClaims | None,
        cors: Cors,
        *,
        is_public: bool,
    ) -> None:
        self._app = app
        self._rules = rules
        self._claims = claims
        self._cors = cors
        self._is_public = is_public
        self._started = False
        self._stream: LiveStream | None = None

    async def run(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the app as the caller."""

        async def send_out(message: Message) -> None:
            if message["type"] in _STARTS:
                self._started = True
                self._add_headers(message)
                self._stream = LiveStream.of(message, self._claims, self._rules.verifier)
            elif self._stream is not None:
                await self._stream.check(send)
            await send(message)

        if scope["type"] == "websocket":
            live = LiveConnection(scope, self._claims, self._rules.verifier, receive, send_out)
            await self._app(scope, live.receive, live.send)
            return
        try:
            await self._app(scope, receive, send_out)
        except EndOfStream:
            return
        except Exception:
            # Whatever it was, a stranger sees one sentence, or what the app has prepared for it;
            # the server's log gets the rest.
            if not self._started and not self._rules.app_answers_errors:
                answer = responses.internal_error(scope.get("http_version", "1.1"))
                self._cors.add_to(answer.headers, is_public=self._is_public, is_denial=False)
                await answer(scope, receive, send)
            raise

    def _add_headers(self, message: Message) -> None:
        message["headers"] = list(message.get("headers", ()))
        headers = MutableHeaders(raw=message["headers"])
        headers.setdefault("X-Content-Type-Options", "nosniff")
        if not self._is_public:
            # What belongs to a person is kept by no cache on the way (RFC 9111, section 5.2.2.5).
            headers.setdefault("Cache-Control", "no-store")
        self._cors.add_to(headers, is_public=self._is_public, is_denial=False)
