"""fastapi-better-auth-bridge in its mode B: EdDSA, against the key set of the issuer.

The issuer is this very app, so that the key set is at hand; it is fetched once.
"""

from typing import Annotated

from fastapi import Depends
from fastapi_better_auth import (  # type: ignore[import-not-found] # the peers' environment has it
    BetterAuth,
    JwtVerifier,
    Session,
    User,
)

from benchmarks.gate.apps.answer import answer, app_with
from benchmarks.gate.apps.peers.given import JWKS, ORIGIN

_auth = BetterAuth(verifiers=[JwtVerifier(base_url=ORIGIN)])
_CurrentSession = Annotated[Session[User], Depends(_auth.current_session())]


async def _answer_for(session: _CurrentSession) -> dict[str, str]:  # noqa: ARG001 - asking is what costs
    return await answer()


app = app_with(_answer_for)


@app.get("/api/auth/jwks")
async def _jwks() -> dict[str, list[dict[str, str]]]:
    return JWKS
