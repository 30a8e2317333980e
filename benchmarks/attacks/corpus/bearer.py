"""How the apps take a bearer token, to the letter of RFC 6750, and before they read a body."""

import re
from collections.abc import Callable, Coroutine, Iterator
from typing import Annotated, Any, NewType, TypeVar

from fastapi import Depends, HTTPException, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection
from starlette.responses import Response

Token = NewType("Token", str)
Check = TypeVar("Check", bound=Callable[..., Any])
# What makes OpenAPI say that a route wants a token.
Declared = Annotated[
    HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False, scheme_name="bearer"))
]

_LONGEST = 4096
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_doors: set[object] = set()


def no_credentials() -> HTTPException:
    """Who asks without a token."""
    return HTTPException(401, "Sign in first", {"WWW-Authenticate": 'Bearer realm="api"'})


def invalid_token() -> HTTPException:
    """Whoever asks with a token that does not hold, for whatever cause."""
    challenge = 'Bearer realm="api", error="invalid_token"'
    return HTTPException(401, "The token is not valid", {"WWW-Authenticate": challenge})


def insufficient_scope() -> HTTPException:
    """Who may not do this."""
    challenge = 'Bearer realm="api", error="insufficient_scope"'
    return HTTPException(403, "Not allowed", {"WWW-Authenticate": challenge})


def bearer_token(connection: HTTPConnection) -> Token:
    """Take the one token out of the one Authorization header.

    Raises:
        HTTPException: 401 where there is none, 400 where it is not one well-formed token.
    """
    given = connection.headers.getlist("authorization")
    if len(given) > 1:
        raise _malformed()
    scheme, _, token = (given[0] if given else "").strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise no_credentials()
    if len(token) > _LONGEST or not _TOKEN.fullmatch(token):
        raise _malformed()
    return Token(token)


def door(check: Check) -> Check:
    """Mark the dependency that lets people in; it takes the request and nothing else."""
    _doors.add(check)
    return check


class AuthFirst(APIRoute):
    """A route whose door is asked first: FastAPI reads and parses the body before dependencies."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Put the doors among the route's dependencies in front of it."""
        handle = super().get_route_handler()
        doors = [call for call in _calls(self.dependant) if call in _doors]

        async def guarded(request: Request) -> Response:
            for check in doors:
                check(request)
            return await handle(request)

        return guarded


def _calls(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    for inner in dependant.dependencies:
        yield from _calls(inner)
        if inner.call is not None:
            yield inner.call


def _malformed() -> HTTPException:
    challenge = 'Bearer realm="api", error="invalid_request"'
    return HTTPException(400, "Malformed credentials", {"WWW-Authenticate": challenge})
