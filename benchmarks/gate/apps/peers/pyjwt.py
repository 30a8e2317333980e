"""PyJWT in a dependency, as most tutorials do it; every claim that they name is required."""

from typing import Annotated

import jwt  # type: ignore[import-not-found] # the peers' environment has it
from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from benchmarks.gate.apps.answer import answer, app_with
from benchmarks.gate.apps.peers.given import JWKS, ORIGIN

_KEY = jwt.PyJWK(JWKS["keys"][0])


async def _user(bearer: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> str:
    try:
        claims = jwt.decode(
            bearer.credentials,
            _KEY,
            algorithms=["EdDSA"],
            audience=ORIGIN,
            issuer=ORIGIN,
            options={"require": ["exp", "iat", "sub"]},
        )
    except jwt.InvalidTokenError as error:
        raise HTTPException(401) from error
    return str(claims["sub"])


async def _answer_for(user: Annotated[str, Depends(_user)]) -> dict[str, str]:  # noqa: ARG001 - asking is what costs
    return await answer()


app = app_with(_answer_for)
