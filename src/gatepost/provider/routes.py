"""Every route of the provider: exactly these paths, exactly these methods."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from starlette.types import Scope

from gatepost.provider import (
    change_email,
    delete_user,
    email_password,
    reset_password,
    session_routes,
    validation,
    verify_email,
)
from gatepost.provider.bodies import FORM, JSON
from gatepost.provider.exchange import Exchange
from gatepost.provider.services import Services
from gatepost.provider.validation import Schema, ValidBody

Handler = Callable[[Services, Exchange, ValidBody], Awaitable[object]]
_NOTHING = Schema((), optional=True)


@dataclass(frozen=True, slots=True)
class Route:
    """What is done for one path and method.

    Attributes:
        accepts: the media types of the body; none where it is not read at all.
        signs_in: whether it makes a session, and so is checked for its origin even without a
            cookie.
        cacheable: whether the answer is the same for everybody.
        query: what its query must be, where that is looked at; a route that reads no body is
            handed it in place of one.
    """

    handler: Handler
    schema: Schema = _NOTHING
    accepts: tuple[str, ...] = ()
    signs_in: bool = False
    cacheable: bool = False
    query: Schema | None = None


_RESET_TOKEN = "/reset-password/:token"  # noqa: S105 - a path

ROUTES: Mapping[tuple[str, str], Route] = {
    ("POST", "/sign-up/email"): Route(
        email_password.sign_up, validation.SIGN_UP, (FORM, JSON), signs_in=True
    ),
    ("POST", "/sign-in/email"): Route(
        email_password.sign_in, validation.SIGN_IN, (FORM, JSON), signs_in=True
    ),
    ("POST", "/sign-out"): Route(session_routes.sign_out, validation.SIGN_OUT, (JSON,)),
    ("GET", "/get-session"): Route(session_routes.get_session),
    ("POST", "/get-session"): Route(session_routes.post_session),
    ("GET", "/token"): Route(session_routes.token),
    ("GET", "/jwks"): Route(session_routes.jwks, cacheable=True),
    ("POST", "/send-verification-email"): Route(
        verify_email.send_verification_email, validation.SEND_VERIFICATION_EMAIL, (JSON,)
    ),
    ("GET", "/verify-email"): Route(verify_email.verify_email, query=validation.VERIFY_EMAIL),
    ("POST", "/request-password-reset"): Route(
        reset_password.request_password_reset, validation.REQUEST_PASSWORD_RESET, (JSON,)
    ),
    ("GET", _RESET_TOKEN): Route(
        reset_password.reset_password_callback, query=validation.RESET_PASSWORD_CALLBACK
    ),
    ("POST", "/reset-password"): Route(
        reset_password.reset_password,
        validation.RESET_PASSWORD,
        (JSON,),
        query=validation.RESET_PASSWORD_QUERY,
    ),
    ("POST", "/change-email"): Route(change_email.change_email, validation.CHANGE_EMAIL, (JSON,)),
    ("POST", "/delete-user"): Route(delete_user.delete_user, validation.DELETE_USER, (JSON,)),
    ("GET", "/delete-user/callback"): Route(
        delete_user.delete_user_callback, query=validation.DELETE_USER_CALLBACK
    ),
    ("GET", "/ok"): Route(session_routes.ok, cacheable=True),
}

PATHS = frozenset(path for _, path in ROUTES)
"""Every path of the provider, below its base path."""


def path_of(scope: Scope) -> str | None:
    """Return the path below the base path; None where it is spelled in a way that has no route.

    `scope["path"]` is decoded, so `/sign-in%2femail` arrives there as `/sign-in/email`. What was
    really sent is in `raw_path`: whatever a server decoded is no path of ours.
    """
    path: str = scope["path"]
    raw: bytes | None = scope.get("raw_path")
    spelled = (path.encode("utf-8", "replace"), quote(path, errors="replace").encode("ascii"))
    if raw is not None and raw not in spelled:
        return None
    # Where a proxy adds a prefix, servers differ in whether the path has it, too.
    root: str = scope.get("root_path", "")
    of_proxy: str = scope.get("app_root_path", "")
    for prefix in (root, root.removeprefix(of_proxy)):
        if not prefix or path.startswith(f"{prefix}/"):
            return path.removeprefix(prefix)
    return None


def route_of(method: str, path: str) -> tuple[Route, str] | None:
    """Find the route of a request, spelled as the table spells it and in no other way.

    Beside it comes what stands for `:token` in the path, or "".
    """
    before, _, last = path.rpartition("/")
    token = last if f"{before}/:token" == _RESET_TOKEN else ""
    route = ROUTES.get((method, _RESET_TOKEN if token else path))
    return None if route is None else (route, token)
