"""The way of a request that has been let in, and of its answer back out."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatepost.gate import responses
from gatepost.gate.cors import Cors, RawHeaders
from gatepost.gate.decision import GateRules
from gatepost.gate.live import EndOfStream, LiveConnection, LiveStream
from gatepost.tokens import VerifiedClaims

_HTTP_START = "http.response.start"
_NO_SNIFFING = (b"x-content-type-options", b"nosniff")
_NO_STORE = (b"cache-control", b"no-store")
_EVENT_STREAM = b"text/event-stream"
_STARTS = (_HTTP_START, "websocket.accept", "websocket.http.response.start")


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
                self._begin(message)
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
                self._cors.add_to_own(answer)
                await answer(scope, receive, send)
            raise

    def _begin(self, message: Message) -> None:
        self._started = True
        headers: RawHeaders = list(message.get("headers", ()))
        message["headers"] = headers
        named = {name.lower(): value for name, value in headers}
        if b"x-content-type-options" not in named:
            headers.append(_NO_SNIFFING)
        is_kept_by_nobody = not self._is_public and b"cache-control" not in named
        if is_kept_by_nobody:
            # What belongs to a person is kept by no cache on the way (RFC 9111, section 5.2.2.5).
            headers.append(_NO_STORE)
        self._cors.add_to(
            headers, named, is_public=self._is_public, may_be_kept=not is_kept_by_nobody
        )
        is_event_stream = named.get(b"content-type", b"").lower().startswith(_EVENT_STREAM)
        if is_event_stream and self._claims is not None and message["type"] == _HTTP_START:
            self._stream = LiveStream(self._claims, self._rules.verifier)
