"""The provider as an ASGI app, to be mounted at Better Auth's base path."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketClose

from gatepost.errors import Refusal
from gatepost.events.catalogue import EventName
from gatepost.limits import NotCounted
from gatepost.provider import answers, bearer, bodies
from gatepost.provider.account_changes import AccountChanges
from gatepost.provider.accounts import Accounts
from gatepost.provider.additional_fields import AdditionalFields
from gatepost.provider.attempts import SignInAttempts
from gatepost.provider.cookies import CookieNames, Cookies, CookieSigner
from gatepost.provider.device_marks import DeviceMarks
from gatepost.provider.email_tokens import EmailTokens
from gatepost.provider.exchange import Exchange, exchange_of
from gatepost.provider.faults import NOT_COUNTED, TOO_MANY_REQUESTS, RateLimitFault
from gatepost.provider.hooks import run_after, run_before
from gatepost.provider.linked_accounts import LinkedAccounts
from gatepost.provider.new_devices import settle_device
from gatepost.provider.origin_check import CrossSite, check_request, check_sign_in
from gatepost.provider.passwords import Passwords
from gatepost.provider.port import ProviderConfig, SessionEnds, TokenSigner
from gatepost.provider.rate_limits import seconds_to_wait
from gatepost.provider.routes import Found, Route, path_of, route_of
from gatepost.provider.services import Reporter, Services
from gatepost.provider.sessions import Sessions
from gatepost.provider.validation import validate
from gatepost.provider.verifications import Verifications

_log = logging.getLogger("gatepost")


class Provider:
    """Better Auth's wire protocol, so that its official client works unmodified.

    Args:
        engine: the database with Better Auth's tables.
        config: what the deployment sets.
        signer: issues the access tokens.
        ends: learns of the sessions that have ended.

    Raises:
        ConfigurationError: what hashes the passwords is not installed.
    """

    def __init__(
        self, engine: AsyncEngine, config: ProviderConfig, signer: TokenSigner, ends: SessionEnds
    ) -> None:
        self._config = config
        additional = AdditionalFields(config.user_fields)
        self._services = Services(
            auth_url=f"{config.base_url}{config.wire.base_path}",
            additional_fields=additional,
            accounts=Accounts(engine, additional),
            linked_accounts=LinkedAccounts(engine),
            sessions=Sessions(engine, config.session_ages, additional),
            attempts=SignInAttempts(config.windows),
            passwords=Passwords(config.password_hash),
            cookie_names=CookieNames(config.secure_cookies, config.wire.cookie_prefix),
            cookie_signer=CookieSigner(config.secrets),
            trusted_origins=config.trusted_origins,
            signer=signer,
            ends=ends,
            reporter=Reporter(config.events),
            config=config,
            changes=AccountChanges(engine),
            email_tokens=EmailTokens(config.secrets),
            verifications=Verifications(engine),
            device_marks=DeviceMarks(config.secrets),
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
        config = self._config
        path, address = path_of(scope), self._address(scope)
        found = None if path is None else route_of(scope["method"], path)
        if path is not None and self._is_disabled(path, found):
            return answers.disabled_path()
        refused = await self._limited(path, address)
        if refused is not None:
            return refused
        if found is None:
            return answers.unknown_path()
        exchange = exchange_of(
            scope,
            self._cookies(scope),
            address,
            cookie_domain=config.wire.cookie_domain,
            path_value=found.value,
        )
        try:
            outcome = await self._answer(found, exchange, receive)
        except Refusal as refusal:
            return answers.refused(refusal, exchange.all_reply_headers())
        return answers.success(
            outcome, exchange.all_reply_headers(), cacheable=found.route.cacheable
        )

    async def _limited(self, path: str | None, address: str) -> Response | None:
        """Count the request, before anything else of it is looked at."""
        report = self._services.reporter.report
        try:
            wait = await seconds_to_wait(self._config.windows, path, address)
        except NotCounted as away:
            report(EventName.RATE_LIMITED, reason=RateLimitFault.NOT_COUNTED)
            return answers.refused(NOT_COUNTED.refusal(), answers.come_back(away.seconds))
        if wait is None:
            return None
        report(EventName.RATE_LIMITED, reason=RateLimitFault.REQUESTS)
        return answers.refused(TOO_MANY_REQUESTS.refusal(), ((answers.RETRY_AFTER, str(wait)),))

    def _is_disabled(self, path: str, found: Found | None) -> bool:
        # As the original compares: without the slashes at the end. It knows no names in a path, so
        # that there nobody can disable one that has any.
        asked_for = {path.rstrip("/") or "/", found.path if found else path}
        return not asked_for.isdisjoint(self._config.wire.disabled_paths)

    def _cookies(self, scope: Scope) -> Cookies:
        names, signer = self._services.cookie_names, self._services.cookie_signer
        header = "; ".join(_values(scope, b"cookie"))
        if not self._config.bearer:
            return Cookies(header, names, signer)
        authorization = next(iter(_values(scope, b"authorization")), "")
        return Cookies(header, names, signer, bearer=bearer.shown_token(authorization, signer))

    def _address(self, scope: Scope) -> str:
        client = scope.get("client")
        peer = str(client[0]) if isinstance(client, tuple | list) and client else None
        return self._config.trusted_proxies.network_of_caller(
            peer, _values(scope, b"x-forwarded-for")
        )

    async def _answer(self, found: Found, exchange: Exchange, receive: Receive) -> object:
        """Check in Better Auth's order: body, origin and redirects, then ask the app, and answer.

        The app is asked before anything of the body is validated, and told of every answer and
        every refusal that comes after that.
        """
        services, route = self._services, found.route
        if route.accepts:
            raw = await bodies.read(receive)
            content_type = exchange.headers.get("content-type", "")
            exchange.body = bodies.parse(raw, content_type, route.accepts)
        with self._reporting_cross_site():
            check_request(exchange, services.trusted_origins)
            await run_before(services, exchange, found.path)
        try:
            try:
                answer = await self._handle(route, exchange)
            except Refusal as refusal:
                await run_after(services, exchange, found.path, answer=None, refusal=refusal)
                raise
            await run_after(services, exchange, found.path, answer=answer, refusal=None)
            await settle_device(services, exchange)
        finally:
            if self._config.bearer:
                bearer.show_token(exchange, services.cookie_names)
        return answer

    async def _handle(self, route: Route, exchange: Exchange) -> object:
        """Check in Better Auth's order: schema, sign-in, handler."""
        services = self._services
        valid = validate(route.schema, exchange.body)
        asked = validate(route.query, exchange.query, "query")
        with self._reporting_cross_site():
            if route.signs_in:
                check_sign_in(exchange, services.trusted_origins)
            return await route.handler(services, exchange, valid if route.accepts else asked)

    @contextmanager
    def _reporting_cross_site(self) -> Iterator[None]:
        try:
            yield
        except CrossSite as crossed:
            self._services.reporter.report(EventName.FOREIGN_ORIGIN, reason=crossed.reason)
            raise crossed.refusal from None


def _values(scope: Scope, header: bytes) -> list[str]:
    return [value.decode("latin-1") for name, value in scope["headers"] if name == header]


def _without_values(error: BaseException) -> str:
    """Show where an error arose and of what kind it is, but not its text, which may hold data."""
    lines = traceback.format_tb(error.__traceback__)
    cause = error.__cause__ or error.__context__
    caused = f" from {type(cause).__name__}" if cause else ""
    return f"unexpected {type(error).__name__}{caused}\n{''.join(lines)}"
