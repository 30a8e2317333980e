"""The route that sets, renews and clears the access cookie.

A page that has an access token hands it in once, in the Authorization header, and gets it back in a
cookie that no script can read. Another site's page cannot do that: it has no such header to send.
"""

import time

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatepost.errors import ConfigurationError
from gatepost.events.catalogue import EventName, SecurityEvent
from gatepost.events.port import EventSink, current_facts
from gatepost.gate import responses
from gatepost.gate.credentials import ACCESS_COOKIE, bearer_token
from gatepost.gate.cross_origin import is_forged
from gatepost.gate.decision import OriginFault
from gatepost.gate.gate import PRINCIPAL_KEY
from gatepost.gate.policy import Declaration, Delegated
from gatepost.gate.request_headers import RequestHeaders
from gatepost.origins import TrustedOrigins
from gatepost.principal import Principal
from gatepost.settings import Settings

_NAME = ACCESS_COOKIE.decode("ascii")
_LARGEST_COOKIE_BYTES = 4096  # name and value, RFC 6265bis, section 5.6
_ATTRIBUTES = "Path=/; HttpOnly; Secure; SameSite=Strict"


def access_cookie_routes(path: str, origins: TrustedOrigins, events: EventSink) -> list[Route]:
    """Return the two routes of cookie mode.

    Args:
        path: where they are.
        origins: whose pages may clear the cookie.
        events: hears of others that try.
    """

    @Declaration(
        Delegated("clears a cookie of the caller's own; says nothing, and asks whose page")
    )
    async def clear_access_cookie(request: Request) -> Response:
        if is_forged(request.scope, RequestHeaders(request.scope), origins):
            events.emit(
                SecurityEvent(
                    EventName.FOREIGN_ORIGIN,
                    reason=OriginFault.CROSS_SITE,
                    request=current_facts(),
                )
            )
            return responses.foreign_origin()
        return _answer(f"{_NAME}=; Max-Age=0; {_ATTRIBUTES}")

    return [
        Route(path, set_access_cookie, methods=["POST"], include_in_schema=False),
        Route(path, clear_access_cookie, methods=["DELETE"], include_in_schema=False),
    ]


async def set_access_cookie(request: Request) -> Response:
    """Put the token that the gate has just verified into the cookie, until it expires."""
    token = bearer_token(RequestHeaders(request.scope))
    principal = request.scope.get(PRINCIPAL_KEY)
    if token is None or not isinstance(principal, Principal):
        return responses.no_credential()
    seconds = max(0, principal.expires_at - int(time.time()))
    if len(_NAME) + len(token) > _LARGEST_COOKIE_BYTES:
        return responses.too_large_for_a_cookie()
    return _answer(f"{_NAME}={token.decode('ascii')}; Max-Age={seconds}; {_ATTRIBUTES}")


def _answer(cookie: str) -> Response:
    return responses.no_content(**{"Set-Cookie": cookie})


def check_access_cookie(path: str | None, settings: Settings) -> None:
    """Refuse a path that is none for the cookie's route, or a deployment that cannot have one.

    Raises:
        ConfigurationError: says which, and what to write.
    """
    if path is None:
        return
    base_path = settings.wire.base_path
    is_of_the_provider = path == base_path or path.startswith(f"{base_path}/")
    if not path.startswith("/") or set(path) & set("{}?#") or is_of_the_provider:
        raise ConfigurationError(
            f"Gatepost(access_cookie={path!r}): write the path of a route outside "
            f'{base_path}, such as "/api/access-cookie".'
        )
    if not settings.secure_cookies:
        raise ConfigurationError(
            f"Gatepost(access_cookie=…): browsers keep a __Host- cookie over https only, and "
            f"GATEPOST_URL is {settings.url}. Serve the app over https, or use bearer tokens."
        )
