"""The provider as an ASGI app, to be mounted at Better Auth's base path."""

import logging
import traceback

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketClose

from gatepost.errors import Refusal
from gatepost.events.catalogue import EventName
from gatepost.provider import answers, bodies
from gatepost.provider.accounts import Accounts
from gatepost.provider.attempts import SignInAttempts
from gatepost.provider.cookies import CookieNames, Cookies, CookieSigner
from gatepost.provider.exchange import Exchange, exchange_of
from gatepost.provider.faults import TOO_MANY_REQUESTS, RateLimitFault
from gatepost.provider.origin_check import CrossSite, check_request, check_sign_in
from gatepost.provider.passwords import Passwords
from gatepost.provider.port import ProviderConfig, SessionEnds, TokenSigner
from gatepost.provider.rate_limits import seconds_to_wait
from gatepost.provider.routes import Route, path_of, route_of
from gatepost.provider.services import Reporter, Services
from gatepost.provider.sessions import Sessions
from gatepost.provider.validation import validate

_log = logging.getLogger("gatepost")


class Provider:
    """Better Auth's wire protocol, so that its official client works unmodified.

    Args:
        engine: the database with Better Auth's tables.
        config: what the deployment sets.
        signer: issues the access tokens.
        ends: learns of the sessions that have ended.
    """

    def __init__(
        self, engine: AsyncEngine, config: ProviderConfig, signer: TokenSigner, ends: SessionEnds
    ) -> None:
        self._config = config
        self._services = Services(
            accounts=Accounts(engine),
            sessions=Sessions(engine),
            attempts=SignInAttempts(config.windows),
            passwords=Passwords(),
            cookie_names=CookieNames(config.secure_cookies, config.wire.cookie_prefix),
            cookie_signer=CookieSigner(config.secrets),
            trusted_origins=config.trusted_origins,
            signer=signer,
            ends=ends,
            reporter=Reporter(config.events),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever comes in, an answer goes out."""
        if scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
            return
        try:
            response = await self._respond(scope, receive)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - the last resort: log it, answer 500
            _log.error("%s", _without_values(error))
            response = answers.failed()
        await response(scope, receive, send)

    async def _respond(self, scope: Scope, receive: Receive) -> Response:
        services, config = self._services, self._config
        path, address = path_of(scope), self._address(scope)
        # As the original compares: without the slashes at the end.
        if path is not None and (path.rstrip("/") or "/") in config.wire.disabled_paths:
            return answers.disabled_path()
        wait = await seconds_to_wait(config.windows, path, address)
        if wait is not None:
            services.reporter.report(EventName.RATE_LIMITED, reason=RateLimitFault.REQUESTS)
            headers = ((answers.RETRY_AFTER, str(wait)),)
            return answers.refused(TOO_MANY_REQUESTS.refusal(), headers)
        route = None if path is None else route_of(scope["method"], path)
        if route is None:
            return answers.unknown_path()
        header = "; ".join(_values(scope, b"cookie"))
        cookies = Cookies(header, services.cookie_names, services.cookie_signer)
        exchange = exchange_of(scope, cookies, address, config.wire.cookie_domain)
        try:
            body = await self._answer(route, exchange, receive)
        except CrossSite as crossed:
            services.reporter.report(EventName.FOREIGN_ORIGIN, reason=crossed.reason)
            return answers.refused(crossed.refusal, exchange.all_reply_headers())
        except Refusal as refusal:
            return answers.refused(refusal, exchange.all_reply_headers())
        return answers.success(body, exchange.all_reply_headers(), cacheable=route.cacheable)

    def _address(self, scope: Scope) -> str:
        client = scope.get("client")
        peer = str(client[0]) if isinstance(client, tuple | list) and client else None
        return self._config.trusted_proxies.network_of_caller(
            peer, _values(scope, b"x-forwarded-for")
        )

    async def _answer(self, route: Route, exchange: Exchange, receive: Receive) -> object:
        """Check in Better Auth's order: body, origin and redirects, schema, sign-in, handler."""
        services = self._services
        if route.accepts:
            raw = await bodies.read(receive)
            content_type = exchange.headers.get("content-type", "")
            exchange.body = bodies.parse(raw, content_type, route.accepts)
        check_request(exchange, services.trusted_origins)
        valid = validate(route.schema, exchange.body)
        if route.signs_in:
            check_sign_in(exchange, services.trusted_origins)
        return await route.handler(services, exchange, valid)


def _values(scope: Scope, header: bytes) -> list[str]:
    return [value.decode("latin-1") for name, value in scope["headers"] if name == header]


def _without_values(error: BaseException) -> str:
    """Show where an error arose and of what kind it is, but not its text, which may hold data."""
    lines = traceback.format_tb(error.__traceback__)
    cause = error.__cause__ or error.__context__
    caused = f" from {type(cause).__name__}" if cause else ""
    return f"unexpected {type(error).__name__}{caused}\n{''.join(lines)}"
