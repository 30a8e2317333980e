"""Every route of the provider: exactly these paths, exactly these methods."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from starlette.types import Scope

from gatepost.provider import (
    change_email,
    delete_user,
    email_password,
    error_page,
    own_accounts,
    own_profile,
    own_sessions,
    password_routes,
    reset_password,
    session_routes,
    social,
    social_schemas,
    validation,
    verify_email,
)
from gatepost.provider.bodies import FORM, JSON
from gatepost.provider.exchange import Exchange
from gatepost.provider.services import Services
from gatepost.provider.validation import ANYTHING, Shape, ValidBody

Handler = Callable[[Services, Exchange, ValidBody], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Route:
    """What is done for one path and method.

    Attributes:
        schema: what the body must be.
        accepts: the media types of the body; none where it is not read at all.
        query: what the query must be; a route that reads no body is handed it in place of one.
        signs_in: whether it makes a session, and so is checked for its origin even without a
            cookie.
        cacheable: whether the answer is the same for everybody.
    """

    handler: Handler
    schema: Shape = ANYTHING
    accepts: tuple[str, ...] = ()
    query: Shape = ANYTHING
    signs_in: bool = False
    cacheable: bool = False


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
    ("GET", "/reset-password/:token"): Route(
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
    ("GET", "/error"): Route(error_page.error),
    ("GET", "/list-sessions"): Route(own_sessions.list_sessions),
    ("POST", "/revoke-session"): Route(
        own_sessions.revoke_session, validation.REVOKE_SESSION, (JSON,)
    ),
    ("POST", "/revoke-sessions"): Route(own_sessions.revoke_sessions, accepts=(JSON,)),
    ("POST", "/revoke-other-sessions"): Route(own_sessions.revoke_other_sessions, accepts=(JSON,)),
    ("POST", "/update-session"): Route(
        own_sessions.update_session, validation.UPDATE_SESSION, (JSON,)
    ),
    ("POST", "/update-user"): Route(own_profile.update_user, validation.UPDATE_USER, (JSON,)),
    ("POST", "/change-password"): Route(
        password_routes.change_password, validation.CHANGE_PASSWORD, (JSON,)
    ),
    ("POST", "/verify-password"): Route(
        password_routes.verify_password, validation.VERIFY_PASSWORD, (JSON,)
    ),
    ("GET", "/list-accounts"): Route(own_accounts.list_accounts),
    ("POST", "/unlink-account"): Route(
        own_accounts.unlink_account, validation.UNLINK_ACCOUNT, (JSON,)
    ),
    ("POST", "/get-access-token"): Route(
        own_accounts.provider_token, social_schemas.ACCOUNT_SELECTION, (JSON,)
    ),
    ("POST", "/refresh-token"): Route(
        own_accounts.provider_token, social_schemas.ACCOUNT_SELECTION, (JSON,)
    ),
    ("GET", "/account-info"): Route(
        own_accounts.account_info, query=social_schemas.ACCOUNT_SELECTION
    ),
    ("POST", "/sign-in/social"): Route(
        social.sign_in_social, social_schemas.SIGN_IN_SOCIAL, (JSON,)
    ),
    ("POST", "/link-social"): Route(social.link_social, social_schemas.LINK_SOCIAL, (JSON,)),
    ("GET", "/callback/:id"): Route(social.callback, query=social_schemas.CALLBACK),
    ("POST", "/callback/:id"): Route(
        social.callback_by_post, social_schemas.CALLBACK, (FORM, JSON), social_schemas.CALLBACK
    ),
}
# Those that end in a name, by what stands before it.
_NAMED = {
    (method, path.partition("/:")[0]): (route, path)
    for (method, path), route in ROUTES.items()
    if "/:" in path
}

_NO_NAMES = frozenset({"", ".", ".."})


class Found(NamedTuple):
    """The route of a request.

    Attributes:
        path: as the table has it.
        value: what stands where that has a name, as in `/callback/:id`; "" elsewhere.
    """

    route: Route
    path: str
    value: str


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


def route_of(method: str, path: str) -> Found | None:
    """Find the route of a request, spelled as the table spells it and in no other way."""
    if "/:" not in path and (method, path) in ROUTES:
        return Found(ROUTES[method, path], path, "")
    before, _, value = path.rpartition("/")
    named = _NAMED.get((method, before))
    return Found(*named, value) if named and value not in _NO_NAMES else None
